"""What plans hold and what became of them, told to GitHub Actions where it runs there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reconciler.cli.github_actions import (
    annotate,
    in_actions,
    in_repository,
    set_outputs,
    summarize,
)
from reconciler.model.errors import Severity
from reconciler.model.pointers import parse_pointer
from reconciler.model.text import escape_control
from reconciler.planning.multi_plan import Failure, Plans
from reconciler.planning.plan import Plan, PlannedSpec, Refusal
from reconciler.planning.results import Outcome
from reconciler.reports.github_annotations import Annotation
from reconciler.reports.view.impact import breakages


def announce_plans(found: Plan | Plans, report: str, files: Sequence[Path] = ()) -> None:
    """Annotate what an apply would refuse, and set the job's summary and the step's outputs.

    `report` is the format of what stands on stdout, `files` are the plan files that were written.
    """
    if not in_actions():
        return
    from reconciler.cli.ci_links import links
    from reconciler.reports.markdown import plan_markdown
    from reconciler.reports.view.headline import verdict

    several = found if isinstance(found, Plans) else Plans((found,))
    said = verdict(several.plans, several.failures)
    for result in several.results:
        annotate(_of_result(result), among_text=report == "text")
    summarize(plan_markdown(several.plans, links(), several.failures))
    set_outputs(
        {
            "has-changes": "true" if any(plan.to_write for plan in several.plans) else "false",
            "plan-file": "\n".join(map(str, files)),
            "summary": escape_control(f"{said.headline}. {said.counts}"),
        }
    )


def announce_outcomes(outcomes: Sequence[Outcome], names: Mapping[str, str]) -> None:
    """Annotate what was not applied, and set the job's summary.

    `names` are those of the connection specs whose ids the outcomes hold.
    """
    if not in_actions():
        return
    from reconciler.reports.markdown.escape import fenced
    from reconciler.reports.text.apply_result import outcomes_report

    annotate(_of_outcome(outcome) for outcome in outcomes if not outcome.is_good)
    report = outcomes_report(outcomes, names=names)
    summarize(f"### What was applied\n\n{fenced(report.splitlines())}")


def _of_outcome(outcome: Outcome) -> Annotation:
    title, said = f"reconciler: {outcome.result}", f"{outcome.name}: {outcome.message}"
    return Annotation(Severity.ERROR, title, said, in_repository(outcome.file))


def _of_result(plan: Plan | Failure) -> Iterator[Annotation]:
    if isinstance(plan, Failure):
        title = f"reconciler: there is no plan for {plan.target.name}"
        yield Annotation(Severity.ERROR, title, plan.message)
        return
    for refusal in plan.refusals:
        yield _of_refusal(refusal)
    for spec in plan.specs:
        for refusal in spec.refusals:
            yield _at(
                plan.target.name, spec, next(iter(refusal.pointers), ""), _of_refusal(refusal)
            )
    for breakage in breakages(plan):
        for example in () if breakage.is_refused else breakage.examples:
            said = f"{breakage.headline}. {example}"
            found = Annotation(Severity.WARNING, "reconciler: a breaking change", said)
            yield _at(plan.target.name, breakage.spec, example.path, found)
    for warning in plan.warnings:
        yield Annotation(Severity.WARNING, "reconciler", warning)


def _of_refusal(refusal: Refusal) -> Annotation:
    return Annotation(
        Severity.ERROR, f"reconciler: apply refuses this ({refusal.guard})", refusal.message
    )


def _at(target: str, spec: PlannedSpec, pointer: str, annotation: Annotation) -> Annotation:
    """Return an annotation at what a pointer leads to in a spec's file, or is nearest above it."""
    from reconciler.desired.find_line import find_line

    place = None
    if pointer:
        place = find_line(spec.file, spec.kind, target, parse_pointer(pointer))
    line, column = place or (0, 0)
    return replace(annotation, file=in_repository(spec.file), line=line, column=column)
