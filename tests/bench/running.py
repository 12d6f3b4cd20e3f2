"""Running whole processes: how long they take, how much memory, and that they did the work."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

COMMAND = str(Path(sys.executable).parent / "reconciler")
PYTHON = sys.executable


@dataclass(frozen=True)
class Command:
    """A command line and what must be in its output: a run that failed is no measurement.

    `before` is called before each run, outside of the clock.
    """

    argv: Sequence[str]
    cwd: Path = Path()
    environ: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    before: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Run:
    """Wall-clock seconds, processor seconds of the process and those that it waited for,
    and the peak resident memory of the largest of them in megabytes.
    """

    seconds: float
    busy: float
    megabytes: float
    output: str


def run(command: Command) -> Run:
    """Run a command once. Raises `RuntimeError` where it fails or says something else."""
    command.before()
    with TemporaryFile() as output:
        start = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            _become(command, output.fileno())
        _, status, usage = os.wait4(pid, 0)
        seconds = time.perf_counter() - start
        output.seek(0)
        text = output.read().decode(errors="replace")
    if os.waitstatus_to_exitcode(status) != 0 or command.says not in text:
        raise RuntimeError(f"{' '.join(command.argv)} in {command.cwd}:\n{text[-2000:]}")
    busy = usage.ru_utime + usage.ru_stime
    return Run(seconds, busy, usage.ru_maxrss / 1024, text)


def _become(command: Command, output: int) -> None:
    try:
        os.chdir(command.cwd)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        kept = {name: text for name, text in os.environ.items() if not _steers(name)}
        os.execvpe(command.argv[0], command.argv, {**kept, **command.environ})
    finally:
        os._exit(127)


def _steers(name: str) -> bool:
    """Return True if a variable of the caller would change what a measured command does."""
    return name.startswith(("GIT_", "RECONCILER_", "ADOBE_", "TF_", "PYTHON", "COV_"))


def best(commands: Mapping[str, Command], times: int) -> dict[str, Run]:
    """Run each command so many times, in turn, and return the fastest run of each.

    In turn: what disturbs the machine for a while disturbs all of them.
    """
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            runs[name].append(run(command))
    return {name: min(found, key=lambda run: run.seconds) for name, found in runs.items()}
