"""A plan in the format that was asked for."""

from __future__ import annotations

from reconciler.cli.console import has_color, width
from reconciler.planning.plan import Plan

FORMATS = ("text", "json")


def rendered(plan: Plan, report: str) -> str:
    """Return the plan in one of `FORMATS`; text is as wide as the terminal."""
    if report == "json":
        from reconciler.planning.planfile import plan_text

        return plan_text(plan)
    from reconciler.reports.text import plan_text_report

    return plan_text_report(plan, width=width(), color=has_color())
