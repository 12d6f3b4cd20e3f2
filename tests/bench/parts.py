"""What the parts of a plan cost for one document, and requests by the number at once."""

from __future__ import annotations

import asyncio
import subprocess
import time
from pathlib import Path

import pyperf
from bench.latency import LATENCY
from bench.report import Report, milliseconds, seconds
from bench.running import PYTHON
from bench.scene import Scene, scene

from reconciler.live.connect import connect
from reconciler.live.fetch import reread
from reconciler.live.settings import ConnectionSettings
from reconciler.model.specs import SpecKey
from reconciler.model.targets import Target

_PIECES = Path(__file__).with_name("pieces.py")
_AT_ONCE = (1, 4, 8, 16, 32, 64)
_COUNT = 1000


def measure(report: Report, folder: Path) -> None:
    """Print both tables; there is no claim about parts."""
    report.title("The parts, for one document of the documentation's size")
    found = folder / "pieces.json"
    subprocess.run(
        [PYTHON, _PIECES, "--fast", "--quiet", "-o", found], check=True, stdout=subprocess.DEVNULL
    )
    suite = pyperf.BenchmarkSuite.load(str(found))
    rows = [
        [
            bench.get_name(),
            milliseconds(bench.median()),
            f"± {milliseconds(bench.median_abs_dev())}",
        ]
        for bench in suite.get_benchmarks()
    ]
    report.table(["part", "median", "deviation"], rows)
    report.title(f"{_COUNT} reads by id, by the number at once")
    times = {}
    for name, args in (("loopback", []), ("with latency", ["--latency", str(LATENCY)])):
        with scene(folder / name, _COUNT, *args) as made:
            times[name] = [_reads(made, at_once) for at_once in _AT_ONCE]
    report.table(
        ["at once", *map(str, _AT_ONCE)],
        [[name, *map(seconds, found)] for name, found in times.items()]
        + [["latency alone", *(seconds(_COUNT * LATENCY / count) for count in _AT_ONCE)]],
    )


def _reads(made: Scene, at_once: int) -> float:
    target = Target(
        name="there",
        url=f"{made.url}/data/foundation/flowservice",
        ims_url=made.url,
        ims_org="o",
        sandbox="prod",
    )
    keys = [SpecKey("flowSpec", str(document["id"])) for document in made.documents]

    async def read() -> float:
        settings = ConnectionSettings(parallelism=at_once)
        environ = {"ADOBE_ACCESS_TOKEN": "token", "ADOBE_API_KEY": "key"}
        async with connect(target, environ, settings=settings, read_only=True) as service:
            start = time.perf_counter()
            found = await reread(service, keys)
        assert len(found) == _COUNT
        return time.perf_counter() - start

    return asyncio.run(read())
