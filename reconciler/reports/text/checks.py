"""The list of checks of spec files: the description of each, and which can be silenced."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.checks import CHECKS, CheckName, can_be_silenced
from reconciler.reports.text.layout import Layout

_HEAD = (
    "A problem names its check in brackets. A warning is silenced by a comment on its line, "
    "several names by commas: # reconciler: ignore[near-key]. An error is not, nor what is "
    "marked with a star."
)


def checks_text(width: int = 80) -> str:
    """Return every check with its severity and its sentence, those that stop a run first."""
    layout = Layout.of(width, color=False)
    lines = [*layout.folded(_HEAD, others=""), ""]
    for name in sorted(CHECKS, key=lambda name: (CHECKS[name].severity, name)):
        lines += _check_lines(name, layout)
    return "\n".join(lines) + "\n"


def _check_lines(name: CheckName, layout: Layout) -> Iterator[str]:
    check = CHECKS[name]
    star = "" if check.severity == "error" or can_be_silenced(name) else "*"
    title = f"{check.severity:8} {name + star:17} "
    return layout.folded(check.sentence, first=title, others=" " * len(title))
