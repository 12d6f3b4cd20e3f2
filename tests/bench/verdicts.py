"""How long a verdict on a changed schema takes (ratio 6 of the targets)."""

from __future__ import annotations

import time
from operator import itemgetter
from statistics import median

from bench.report import Claim, Report, milliseconds
from schema_changes import Row, documented, rows

from reconciler.compatibility.compare import verdict_on

_DOCUMENTED, _ANY = 50.0, 1000.0
"""Milliseconds that a verdict may take."""


def measure(report: Report, times: int) -> None:
    """Time the verdict of every change with a known answer, and hold the slowest."""
    report.title("Verdicts")
    known = list(documented().values())
    every = [(row.name, row.old in known or row.new in known, _spent(row, times)) for row in rows()]
    table, claims = [], []
    for name, limit, found in (
        ("a documented schema", _DOCUMENTED, [row for row in every if row[1]]),
        ("any schema", _ANY, every),
    ):
        slowest, _, longest = max(found, key=itemgetter(2))
        middle = median(spent for _, _, spent in found)
        table.append([name, str(len(found)), milliseconds(middle), milliseconds(longest), slowest])
        claims.append(Claim(f"a verdict on {name}", longest * 1000, limit, " ms"))
    report.table(["a verdict on", "verdicts", "median", "slowest", "which"], table)
    for claim in claims:
        report.claim(claim)


def _spent(row: Row, times: int) -> float:
    def once() -> float:
        start = time.perf_counter()
        verdict_on((), row.old, row.new)
        return time.perf_counter() - start

    return min(once() for _ in range(times))
