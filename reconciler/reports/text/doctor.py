"""The findings of `reconciler doctor`, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from msgspec.structs import asdict

from reconciler.model.diagnosis import Finding, Status
from reconciler.model.text import escape_control
from reconciler.reports.text.layout import Layout

FORMAT = "reconciler.doctor/v1"
_MARKS = {Status.OK: ("✓", "green"), Status.FAILED: ("✗", "red"), Status.INFO: ("·", "dim")}


def doctor_text(findings: Sequence[Finding], *, width: int = 80, color: bool = False) -> str:
    """Return one line a finding, and below a failed one what to do."""
    layout = Layout.of(width, color)
    lines: list[str] = []
    for finding in findings:
        mark, tone = _MARKS[finding.status]
        text = escape_control(f"{finding.name}: {finding.detail}")
        lines += layout.folded(text, first=f"{layout.paint(mark, tone)} ", others="    ")
        if finding.fix:
            lines += layout.folded(escape_control(finding.fix), first="    ", others="    ")
    return "".join(f"{line}\n" for line in lines)


def doctor_json(findings: Sequence[Finding]) -> str:
    """Return the findings as a JSON document."""
    document = {
        "format": FORMAT,
        "ok": all(finding.status is not Status.FAILED for finding in findings),
        "checks": [asdict(finding) for finding in findings],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
