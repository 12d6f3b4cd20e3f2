"""The findings of `reconciler doctor`, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from msgspec.structs import asdict

from reconciler.model.diagnosis import Finding, Status
from reconciler.model.text import escape_control
from reconciler.reports.text.color import TerminalStyle
from reconciler.reports.text.wrap import LEAST_WIDTH, folded

FORMAT = "reconciler.doctor/v1"
_MARKS = {Status.OK: ("✓", "green"), Status.FAILED: ("✗", "red"), Status.INFO: ("·", "dim")}


def doctor_text(findings: Sequence[Finding], *, width: int = 80, color: bool = False) -> str:
    """Return one line a finding, and below a failed one what to do."""
    style, width = TerminalStyle(color), max(width, LEAST_WIDTH)
    lines: list[str] = []
    for finding in findings:
        mark, paint = _MARKS[finding.status]
        text = escape_control(f"{finding.name}: {finding.detail}")
        first, *rest = folded(text, width - 2, others="  ")
        lines.append(f"{style.paint(mark, paint)} {first}")
        lines += [f"  {line}" for line in rest]
        if finding.fix:
            lines += folded(escape_control(finding.fix), width, first="    ", others="    ")
    return "".join(f"{line}\n" for line in lines)


def doctor_json(findings: Sequence[Finding]) -> str:
    """Return the findings as a JSON document."""
    document = {
        "format": FORMAT,
        "ok": all(finding.status is not Status.FAILED for finding in findings),
        "checks": [asdict(finding) for finding in findings],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
