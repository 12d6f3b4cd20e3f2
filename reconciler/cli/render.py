"""Plans in the format that was asked for."""

from __future__ import annotations

from collections.abc import Sequence

import click

from reconciler.cli.console import has_color, width
from reconciler.cli.options import option
from reconciler.planning.plan import Plan

FORMATS = ("text", "json", "markdown", "html")

format_option = option(
    "--format",
    "report",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How it is shown.",
)


def rendered(plans: Sequence[Plan], report: str, *, every_unmanaged: bool = False) -> str:
    """Return plans, one a target, in one of `FORMATS`; text is as wide as the terminal.

    `every_unmanaged`: text names every spec that nobody manages, and not a few.
    """
    if report == "json":
        from reconciler.planning.planfile import plan_text

        return "".join(map(plan_text, plans))
    if report == "markdown":
        from reconciler.cli.weblinks import links
        from reconciler.reports.markdown import plan_markdown

        return plan_markdown(plans, links())
    if report == "html":
        from reconciler.reports.html import plan_html

        return plan_html(plans)
    from reconciler.reports.text import plan_text_report

    texts = (
        plan_text_report(plan, width=width(), color=has_color(), every_unmanaged=every_unmanaged)
        for plan in plans
    )
    return "\n".join(texts)
