"""What must not be overlooked: the guards' refusals and the warnings, before anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reconciler.model.text import plural
from reconciler.planning.multi_plan import Failure
from reconciler.planning.plan import Guard, Plan, Refusal
from reconciler.reports.html.elements import Html, element, joined
from reconciler.reports.view.impact import Breakage, breakages
from reconciler.reports.view.specs import Entry

IN_SIGHT = 3
"""Notices of one sort that stand open; the rest is one click away."""


def notices(plans: Sequence[Plan], shown: Sequence[Entry]) -> Html | None:
    """Return the refusals and warnings of all plans, or None where there are none."""
    several = len(plans) > 1
    refused = [
        _refusal(refusal, plan.target.name if several else "")
        for plan in plans
        for refusal in plan.refusals
    ]
    refused += [
        _refusal(refusal, entry.plan.target.name if several else "", entry)
        for entry in shown
        for refusal in entry.spec.refusals
    ]
    warned: dict[str, list[str]] = {}
    for plan in plans:
        for text in plan.warnings:
            warned.setdefault(text, []).append(plan.target.name)
    warnings = [
        element("li", f"{', '.join(names)}: " if several else None, text)
        for text, names in warned.items()
    ]
    breaking = [
        (each.is_refused, _breakage(each, plan.target.name if several else ""))
        for plan in plans
        for each in breakages(plan)
    ]
    changed = [element("li", change) for plan in plans for change in plan.target_changes]
    if not changed and not refused and not warnings and not breaking:
        return None
    is_refused = any(refusing for refusing, _ in breaking)
    return joined(
        [
            _section("refusals", "The target changed", changed),
            _section(
                "refusals" if is_refused else "warnings",
                f"Breaking: {plural(len(breaking), 'spec')}",
                [item for _, item in breaking],
            ),
            _section("refusals", f"What refuses it: {_by_guard(plans)}", refused),
            _section("warnings", plural(len(warnings), "warning"), warnings),
        ]
    )


def not_planned(failures: Sequence[Failure]) -> Html | None:
    """Return the targets that have no plan, each with the reason, or None where all have one."""
    items = [
        element("li", element("b", failure.target.name), " ", failure.message)
        for failure in failures
    ]
    return _section("refusals", f"Not planned: {plural(len(items), 'target')}", items)


def refusal_text(refusal: Refusal) -> Html:
    """Return a guard's name and its sentence, the option that lifts it set off."""
    flag = refusal.flag
    before, found, after = refusal.message.partition(flag) if flag else (refusal.message, "", "")
    option = element("code", found, class_="flag") if found else None
    return joined([element("b", refusal.guard, class_="guard"), " ", before, option, after])


def _breakage(breakage: Breakage, target: str) -> Html:
    parts = [
        element(
            "li",
            element("code", example.path),
            ": ",
            element("code", example.setting),
            f" {example.words}",
        )
        for example in breakage.examples
    ]
    parts += [
        element(
            "li",
            element("b", element("bdi", flow.name or flow.id)),
            " ",
            element("code", flow.id),
            " ",
            element("code", flow.path),
            f": {flow.message}",
        )
        for flow in breakage.flows
    ]
    if breakage.more:
        parts.append(element("li", f"and {breakage.more:,} more, in the plan file"))
    return element(
        "li",
        f"{target}: " if target else None,
        element("b", element("bdi", breakage.spec.name or breakage.spec.id)),
        f" {breakage.headline}",
        element("ul", parts),
    )


def _by_guard(plans: Sequence[Plan]) -> str:
    guards = Counter(refusal.guard for plan in plans for refusal in plan.all_refusals)
    return ", ".join(f"{guard} ({guards[guard]:,})" for guard in Guard if guards[guard])


def _section(name: str, heading: str, items: Sequence[Html]) -> Html | None:
    if not items:
        return None
    rest = items[IN_SIGHT:]
    return element(
        "section",
        element("h2", heading),
        element("ul", items[:IN_SIGHT]),
        element(
            "details",
            element("summary", f"and {len(rest):,} more"),
            element("ul", rest),
        )
        if rest
        else None,
        class_=f"notices {name}",
    )


def _refusal(refusal: Refusal, target: str, entry: Entry | None = None) -> Html:
    return element(
        "li",
        element("a", entry.spec.name or entry.spec.id, href=f"#{entry.anchor}") if entry else None,
        f" on {target} " if target else " ",
        refusal_text(refusal),
    )
