"""Tables in Markdown, and claims with a limit that were met, missed or not compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Claim:
    """One ratio (or amount) to hold: at most `limit`, or at least with `at_least`.

    `measured` is None where the other side is not installed: then the claim is
    neither met nor missed, and `recorded` may hold what was measured elsewhere.
    """

    text: str
    measured: float | None
    limit: float
    unit: str = "x"
    at_least: bool = False
    recorded: str = ""

    @property
    def is_missed(self) -> bool:
        """Return True if it was measured and does not hold."""
        if self.measured is None:
            return False
        return self.measured < self.limit if self.at_least else self.measured > self.limit

    def line(self) -> str:
        """Return the claim as a line of the report."""
        bound = f"{'at least' if self.at_least else 'at most'} {self.limit:g}{self.unit}"
        if self.measured is None:
            note = f"; {self.recorded}" if self.recorded else ""
            return f"  -       {self.text}: {bound}: not installed: not compared{note}"
        verdict = "MISSED" if self.is_missed else "met"
        return f"  {verdict:7} {self.text}: {self.measured:.3g}{self.unit} ({bound})"


@dataclass
class Report:
    """What the sections found; printed as it comes, so that a long run shows where it is."""

    claims: list[Claim] = field(default_factory=list)

    def title(self, text: str) -> None:
        """Begin a section."""
        print(f"\n## {text}\n", flush=True)

    def note(self, text: str) -> None:
        """Print a sentence."""
        print(text, flush=True)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print a table in Markdown, its columns aligned."""
        every = [list(head), *map(list, rows)]
        widths = [max(len(row[column]) for row in every) for column in range(len(head))]
        lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in every]
        lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
        print("\n".join(lines), "\n", flush=True)

    def claim(self, claim: Claim) -> None:
        """Print a claim and remember it for the end."""
        self.claims.append(claim)
        print(claim.line(), flush=True)

    def end(self) -> int:
        """Print what was missed; return the exit code."""
        missed = [claim for claim in self.claims if claim.is_missed]
        unknown = [claim for claim in self.claims if claim.measured is None]
        met = len(self.claims) - len(missed) - len(unknown)
        print(f"\n{met} met, {len(missed)} missed, {len(unknown)} not compared.")
        for claim in (*missed, *unknown):
            print(claim.line())
        return 1 if missed else 0


def seconds(value: float | None) -> str:
    """Return seconds as a cell."""
    return "" if value is None else f"{value:.2f} s"


def milliseconds(value: float) -> str:
    """Return seconds as a cell of milliseconds."""
    return f"{value * 1000:.3g} ms"
