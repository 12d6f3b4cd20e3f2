"""Plans in the format that was asked for.

A format is one more entry of `FORMATS` and one more branch of `rendered`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.cli.options import output_formats

if TYPE_CHECKING:
    from reconciler.operations.inputs import PlanRequest
    from reconciler.planning.multi_plan import Plans
    from reconciler.planning.plan import Plan

FORMATS = ("text", "json", "markdown", "html")

format_option = output_formats(FORMATS)


def rendered(
    found: Plan | Plans, report: str, *, every_unmanaged: bool = False, command: str = ""
) -> str:
    """Return a plan, or those of several targets, in one of `FORMATS`.

    Text is as wide as the terminal. With `every_unmanaged` it names every unmanaged
    spec, not only a few. `command` takes the options that override what blocks a plan;
    empty for one that names the target alone. With it no way out of drift is shown.
    """
    from reconciler.planning.multi_plan import Plans, as_plans

    several = as_plans(found)
    match report:
        case "json":
            from reconciler.planning.plan_file import plan_text, plans_text

            return plans_text(found) if isinstance(found, Plans) else plan_text(found)
        case "markdown":
            from reconciler.cli.ci import links
            from reconciler.reports.markdown import plan_markdown

            return plan_markdown(
                several.plans, links(), several.failures, with_ways_out=not command
            )
        case "html":
            from reconciler.reports.html import plan_html

            return plan_html(several.plans, several.failures, with_ways_out=not command)
    return _text(found, every_unmanaged, command)


def apply_command(request: PlanRequest, target: str) -> str:
    """Return the `apply` that plans what `request` does."""
    from shlex import quote

    from reconciler.planning.commands import on

    given = [("--only", each) for each in request.only]
    given += [("--base", request.base or ""), ("--only-origin", request.only_origin or "")]
    words = (quote(word) for pair in given if pair[1] for word in pair)
    return " ".join(["apply", on(target, str(request.specs)), *words])


def _text(found: Plan | Plans, every: bool, command: str) -> str:
    from reconciler.cli.console import LOG, terminal
    from reconciler.planning.multi_plan import Plans

    verbose = LOG.verbose
    if isinstance(found, Plans):
        from reconciler.reports.text.multi_plan import plans_text_report

        return plans_text_report(found, every_unmanaged=every, verbose=verbose, **terminal())
    from reconciler.reports.text.plan import plan_text_report

    return plan_text_report(
        found, every_unmanaged=every, verbose=verbose, command=command, **terminal()
    )
