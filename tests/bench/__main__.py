"""How fast reconciler is on this machine, beside others: `python tests/bench`.

Prints tables and exits with 1 where one of the ratios of the README is missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import growth, latency, parts, plans, starts, verdicts
from bench.report import Report

SECTIONS = ("plans", "growth", "changes", "latency", "starts", "verdicts", "parts")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python tests/bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--times", type=int, default=5, help="runs of which the fastest counts")
    parser.add_argument("--sizes", default="10,100,1000", help="N of the plans")
    parser.add_argument("--octodns", metavar="PATH", help="octodns-sync, where it is not on PATH")
    options = parser.parse_args()
    sections = options.sections or SECTIONS
    if unknown := set(sections) - set(SECTIONS):
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    sizes = [int(size) for size in options.sizes.split(",")]
    report = Report()
    report.note(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()} "
        f"{platform.system()}; load {os.getloadavg()[0]:.1f} at the start. "
        f"Each time is the fastest of {options.times} runs."
    )
    with tempfile.TemporaryDirectory(prefix="reconciler-bench-") as name:
        folder = Path(name)
        for section in sections:
            match section:
                case "plans":
                    plans.measure(report, folder, sizes, options.times, options.octodns)
                case "growth":
                    growth.measure_growth(report, folder / section, options.times)
                case "changes":
                    growth.measure_changes(report, folder / section, options.times)
                case "latency":
                    latency.measure(report, folder / section, options.times)
                case "starts":
                    starts.measure(report, folder, options.times)
                case "verdicts":
                    verdicts.measure(report, options.times)
                case "parts":
                    parts.measure(report, folder)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
