"""The cost of a spec among ten thousand specs and among a thousand, and the cost of a change.

Ratios 2 and 5 of the targets.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bench import corpus
from bench.report import Claim, Report, seconds
from bench.running import Run, best
from bench.scene import scene

FEW, MANY = 1000, 10_000
_CHANGED = 10


def measure_growth(report: Report, folder: Path, times: int) -> None:
    """Compare the cost of a spec at N = 1,000 and at N = 10,000."""
    report.title("The cost of a spec as there are more of them")
    runs: dict[int, dict[str, Run]] = {}
    for size in (FEW, MANY):
        with scene(folder / str(size), size) as made:
            plans = {"cold": made.plan(cold=True), "warm": made.plan()}
            best({"warm": plans["warm"]}, 1)
            runs[size] = best(plans, times if size == FEW else min(times, 2))
    rows = [
        [
            f"N = {size}, {how}",
            seconds(run.seconds),
            f"{run.seconds / size * 1000:.2f} ms",
            f"{run.megabytes:.0f} MB",
            f"{run.megabytes / size * 1000:.0f} KB",
        ]
        for size, found in runs.items()
        for how, run in found.items()
    ]
    report.table(["reconciler plan", "time", "a spec", "peak memory", "a spec"], rows)
    for how in ("cold", "warm"):
        few, many = runs[FEW][how], runs[MANY][how]
        grown = MANY / FEW
        report.claim(
            Claim(
                f"time of a spec, {how}, N = {MANY} to N = {FEW}",
                many.seconds / few.seconds / grown,
                1.1,
            )
        )
        report.claim(
            Claim(
                f"memory of a spec, {how}, N = {MANY} to N = {FEW}",
                many.megabytes / few.megabytes / grown,
                1.2,
            )
        )


def measure_changes(report: Report, folder: Path, times: int) -> None:
    """Compare a plan with ten changed schemas among a thousand specs with one that finds none.

    Each change has a verdict, and a dataflow to be checked.
    """
    report.title(f"A plan with {_CHANGED} changes among {FEW} specs")
    with (
        scene(folder / "none", FEW) as unchanged,
        scene(folder / "some", FEW, change=partial(corpus.raise_limit, count=_CHANGED)) as changed,
    ):
        summary = f"{_CHANGED} to update"
        plans = {
            "no change, cold": unchanged.plan(cold=True),
            f"{_CHANGED} changes, cold": changed.plan(cold=True, says=summary),
            "no change, warm": unchanged.plan(),
            f"{_CHANGED} changes, warm": changed.plan(says=summary),
        }
        runs = best(plans, 1) and best(plans, times * 3)  # the differences are hundredths
    report.table(["reconciler plan", "time"], [[n, seconds(r.seconds)] for n, r in runs.items()])
    for how in ("cold", "warm"):
        with_changes = runs[f"{_CHANGED} changes, {how}"].seconds
        without = runs[f"no change, {how}"].seconds
        report.claim(
            Claim(f"{_CHANGED} of {FEW} changed to none, {how}", with_changes / without, 1.2)
        )
