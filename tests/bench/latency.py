"""A service that is far away, and one that sets a limit (ratio 3 of the targets)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
from bench import corpus
from bench.report import Claim, Report, seconds
from bench.running import Command, best, run
from bench.scene import Scene, scene

from reconciler.live.settings import DEFAULT_SETTINGS

LATENCY = 0.05
_COUNT = 1000
_CALLS = 4
"""Before the write, the write, after it, and after the run: the service gives no ETags."""
_RATE = 100
_HEADERS = {
    "Authorization": "Bearer token",
    "x-api-key": "key",
    "x-gw-ims-org-id": "o",
    "x-sandbox-name": "prod",
}


def measure(report: Report, folder: Path, times: int) -> None:
    """Check what latency and a rate limit cost."""
    report.title(f"A service {LATENCY * 1000:.0f} ms away, and one that limits the rate")
    _plans(report, folder, times)
    _applies(report, folder)
    _limited(report, folder)


def _plans(report: Report, folder: Path, times: int) -> None:
    with (
        scene(folder / "near", _COUNT) as near,
        scene(folder / "far", _COUNT, "--latency", str(LATENCY)) as far,
    ):
        plans = {"near": near.plan(cold=True), "far": far.plan(cold=True)}
        runs = best(plans, times)
    more = runs["far"].seconds - runs["near"].seconds
    report.table(
        ["plan, cold", "time"],
        [
            ["without latency", seconds(runs["near"].seconds)],
            ["with", seconds(runs["far"].seconds)],
        ],
    )
    report.claim(Claim(f"plan of {_COUNT}, longer with latency", more, 0.5, " s"))


def _applies(report: Report, folder: Path) -> None:
    rows = []
    for how in ("a plan file", "a fresh plan"):
        with scene(folder / how, _COUNT, "--latency", str(LATENCY), change=_change(_COUNT)) as made:
            bare = asyncio.run(_bare_calls(made))
            spent = run(_apply(made, how)).seconds
        rows.append((how, bare, spent))
    report.table(
        [f"apply of {_COUNT} changes", "its calls alone", "apply", "ratio"],
        [[how, seconds(bare), seconds(spent), f"{spent / bare:.2f}"] for how, bare, spent in rows],
    )
    for how, bare, spent in rows:
        text = f"apply of {_COUNT} changes from {how}, to the {_CALLS} calls of each alone"
        report.claim(Claim(text, spent / bare, 1.15))


def _change(count: int) -> Callable[[Path], None]:
    return partial(corpus.add_source, count=count)


def _apply(made: Scene, how: str) -> Command:
    done = f"{_COUNT} of {_COUNT} applied and verified"
    if how == "a fresh plan":
        return made.apply(says=done)
    plan = made.plan(says=f"{_COUNT:,} to update")
    run(Command([*plan.argv, "--out", "plan.json"], plan.cwd, plan.environ, plan.says))
    return made.apply("plan.json", says=done)


async def _bare_calls(made: Scene) -> float:
    """Return how long it takes to send the calls alone.

    A GET, a PUT of what it returned and a GET, in that order for each spec, and
    a GET of each at the end, at the default concurrency, over connections of
    their own.
    """
    ids = [str(document["id"]) for document in made.documents]
    waiting, looked_at = iter(ids), iter(ids)

    async def lane() -> None:
        base = f"{made.url}/data/foundation/flowservice/flowSpecs/"
        async with httpx.AsyncClient(base_url=base, headers=_HEADERS) as client:
            for spec_id in waiting:
                body = (await client.get(spec_id)).json()["items"][0]
                (await client.put(spec_id, json=body)).raise_for_status()
                (await client.get(spec_id)).raise_for_status()
            for spec_id in looked_at:
                (await client.get(spec_id)).raise_for_status()

    start = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(DEFAULT_SETTINGS.parallelism)))
    return time.perf_counter() - start


def _limited(report: Report, folder: Path) -> None:
    count = 2 * _RATE
    with scene(folder / "limited", count, "--rate", str(_RATE), change=_change(count)) as made:
        spent = run(made.apply(says=f"{count} of {count} applied and verified")).seconds
        run(made.plan())  # finds nothing left to do
    report.note(
        f"A limit of {_RATE} requests a second (429, Retry-After: 1): {count} changes applied "
        f"in {spent:.1f} s, none failed, and a plan after it finds no change.\n"
    )
