"""Plans that find no change, compared with other tools (ratio 1 of the targets)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import rivals
from bench.report import Claim, Report, seconds
from bench.rivals import OCTODNS, SHELL, TERRAFORM
from bench.running import Run, best
from bench.scene import scene

COLD = "reconciler plan, cold"
WARM = "reconciler plan, warm"
COPIES = ", of copies"
"""Marks a plan of documents that differ in id and name alone."""
LARGE = 1000
_SHELL_UP_TO = 100
"""The shell loop takes as long for each spec, so a few specs are enough to measure it."""
_RECORDED = {
    TERRAFORM: "recorded elsewhere, with 2 cores: 40.9 s at N = 1000, 0.17 s at N = 10",
    OCTODNS: "recorded elsewhere, with 2 cores: 7.2 s at N = 1000",
}


def measure(report: Report, folder: Path, sizes: Sequence[int], times: int, octodns: str) -> None:
    """Print the table of whole processes, and check the claims about it."""
    found = rivals.find(octodns)
    report.title("A plan that finds no change: whole processes, over HTTP to another process")
    for name in (TERRAFORM, OCTODNS, SHELL):
        if name in found:
            report.note(f"{name} {rivals.version(name, found[name])}: {found[name]}")
        else:
            report.note(f"{name}: not installed: not compared")
    runs = {size: _runs(folder / str(size), size, times, found) for size in sizes}
    _table(report, runs)
    _claims(report, runs)


def _runs(folder: Path, size: int, times: int, found: Mapping[str, str]) -> dict[str, Run]:
    with (
        scene(folder / "distinct", size) as made,
        scene(folder / "copies", size, copies=True) as alike,
    ):
        ours = {
            COLD: made.plan(cold=True),
            WARM: made.plan(),
            COLD + COPIES: alike.plan(cold=True),
            WARM + COPIES: alike.plan(),
        }
        theirs = {
            name: rivals.prepare(name, path, folder / "rivals" / name, made.documents, made.url)
            for name, path in found.items()
            if name != SHELL or size <= _SHELL_UP_TO
        }
        best({name: ours[name] for name in (WARM, WARM + COPIES)}, 1)  # fills the caches
        # A command that runs for most of a minute is not disturbed by short load on the machine.
        slow = size >= LARGE
        return {
            **best(ours if slow else {**ours, **theirs}, times),
            **(best(theirs, 1) if slow else {}),
        }


def _table(report: Report, runs: Mapping[int, Mapping[str, Run]]) -> None:
    names = list(dict.fromkeys(name for found in runs.values() for name in found))
    largest = max(runs)
    head = ["", *(f"N = {size}" for size in runs), f"peak memory at {largest}"]
    rows = [
        [
            name,
            *(
                f"{seconds(found[name].seconds)} ({seconds(found[name].busy)})"
                if name in found
                else ""
                for found in runs.values()
            ),
            f"{runs[largest][name].megabytes:.0f} MB" if name in runs[largest] else "",
        ]
        for name in names
    ]
    report.note(
        "\nIn brackets: processor time, which says how busy the machine was with other things.\n"
    )
    report.table(head, rows)


def _claims(report: Report, runs: Mapping[int, Mapping[str, Run]]) -> None:
    def ratio(size: int, one: str, other: str) -> float | None:
        found = runs[size]
        return found[one].seconds / found[other].seconds if one in found else None

    def versus(size: int, ours: str, theirs: str, limit: float) -> None:
        report.claim(
            Claim(
                f"{ours} at N = {size}, times as fast as {theirs}",
                ratio(size, theirs, ours),
                limit,
                at_least=True,
                recorded=_RECORDED[theirs],
            )
        )

    if LARGE in runs:
        versus(LARGE, COLD, TERRAFORM, 25)
        versus(LARGE, COLD, OCTODNS, 4)
        versus(LARGE, WARM, TERRAFORM, 70)
        memory = runs[LARGE][COLD].megabytes
        report.claim(Claim(f"{COLD} at N = {LARGE}, peak memory", memory, 150, " MB"))
    for ours, limit in ((COLD, 1.2), (WARM, 1.0)) if 10 in runs else ():
        theirs = ratio(10, TERRAFORM, ours)
        report.claim(
            Claim(
                f"{ours} at N = 10, times as long as {TERRAFORM}",
                None if theirs is None else 1 / theirs,
                limit,
                recorded=_RECORDED[TERRAFORM],
            )
        )
