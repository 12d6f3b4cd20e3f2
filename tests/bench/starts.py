"""What it costs to begin: `--help`, `--version`, completion, and the imports (ratio 4)."""

from __future__ import annotations

from pathlib import Path

from bench.report import Claim, Report, milliseconds
from bench.running import COMMAND, PYTHON, Command, best

_NOTHING = "python -c pass"
_COMPLETE = {"_RECONCILER_COMPLETE": "bash_complete"}
_COMMAND = {**_COMPLETE, "COMP_WORDS": "reconciler pl", "COMP_CWORD": "1"}
_OPTION = {**_COMPLETE, "COMP_WORDS": "reconciler plan --o", "COMP_CWORD": "2"}
_IMPORTS = (
    "click",
    "ruamel.yaml",
    "rich.console",
    "jsonschema",
    "starlette.applications",
    "httpx",
)


def measure(report: Report, folder: Path, times: int) -> None:
    """Compare starts with the interpreter's own, and print what the imports cost."""
    report.title("Starting")
    commands = {
        _NOTHING: Command([PYTHON, "-c", "pass"], folder),
        "--help": Command([COMMAND, "--help"], folder, says="Usage"),
        "--version": Command([COMMAND, "--version"], folder, says="reconciler"),
        "completion of a command": Command([COMMAND], folder, _COMMAND, "plan"),
        "completion of an option": Command([COMMAND], folder, _OPTION, "--only"),
    }
    runs = best(commands, times * 4)
    nothing = runs[_NOTHING].seconds
    report.table(["", "time"], [[name, milliseconds(run.seconds)] for name, run in runs.items()])
    for name in list(commands)[1:]:
        report.claim(
            Claim(
                f"reconciler {name}, to {_NOTHING}",
                runs[name].seconds / nothing,
                1.6 if name.startswith("--") else 3,
            ),
        )
    imports = {name: Command([PYTHON, "-c", f"import {name}"], folder) for name in _IMPORTS}
    report.note("")
    report.table(
        ["import", "beyond the interpreter's own start"],
        [
            [name, milliseconds(run.seconds - nothing)]
            for name, run in best(imports, times * 2).items()
        ],
    )
