"""What blocks the plans, each reason once with its specs and the ways out; and the warnings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from reconciler.model.text import plural
from reconciler.model.verdicts import AffectedFlow
from reconciler.planning.multi_plan import Failure
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.reports.html.elements import Html, element, joined
from reconciler.reports.view.blocked import (
    MOST_LISTED,
    REVIEWED,
    Blocked,
    blocked_alike,
    override_command,
    override_in_words,
    risks,
    target_in_command,
    warnings_alike,
)
from reconciler.reports.view.causes import Cause
from reconciler.reports.view.impact import SchemaNote, flow_in_words
from reconciler.reports.view.specs import ShownSpec

IN_SIGHT = 3
"""Notices of one sort that are not folded."""


def blocks(plans: Sequence[Plan], shown: Sequence[ShownSpec]) -> Html | None:
    """Return what blocks the plans and what is allowed, or None if there is nothing."""
    anchors = {(entry.column, entry.spec.place): entry.anchor for entry in shown}
    parts: list[Html] = []
    for columns, found in blocked_alike(plans):
        names = [plans[column].target.name for column in columns] if len(plans) > 1 else []

        def link(spec: PlannedSpec, column: int = columns[0]) -> Html:
            name, anchor = _name(spec), anchors.get((column, spec.place))
            return element("a", name, href=f"#{anchor}") if anchor else element("bdi", name)

        where = f" on {', '.join(names)}" if names else ""
        if found.allowed:
            title = element("h2", f"Allowed{where}")
            parts.append(_section("warnings allowed", title, _causes(found.allowed, link)))
        if found.causes:
            heading = element("h2", f"Blocked{where}") if names else None
            target = target_in_command(columns, plans)
            causes = _causes(found.causes, link)
            parts.append(_section("refusals", heading, causes, _override(found, target)))
    return element("div", parts, id="blocked") if parts else None


Link = Callable[[PlannedSpec], Html]


def _causes(causes: Sequence[Cause], link: Link) -> list[Html]:
    return [element("li", _cause(cause, link)) for cause in causes]


def _cause(cause: Cause, link: Link) -> Html:
    """Return a reason: one line, and unfolded the specs, the dataflows and the ways out."""
    alone = len(cause.specs) == 1
    line = joined(
        [
            element("b", cause.guard, class_="guard"),
            " ",
            joined([element("bdi", _name(cause.specs[0])), ": "]) if alone else None,
            cause.fact,
            f", {override_in_words(cause.override)}" if cause.override else None,
        ]
    )
    items = [
        element("li", link(spec), f": {detail}" if detail and detail not in cause.fact else None)
        for spec, detail in zip(cause.specs, cause.details, strict=True)
    ]
    items += map(_example, cause.examples)
    items += map(_flow, cause.flows[:MOST_LISTED])
    if len(cause.flows) > MOST_LISTED:
        more = len(cause.flows) - MOST_LISTED
        items.append(element("li", f"and {more:,} more, in the plan file"))
    inside = [element("ul", items)] if items else []
    inside += [] if cause.override else _ways(cause.ways)
    return element("details", element("summary", line), inside) if inside else line


def _name(spec: PlannedSpec) -> str:
    return spec.name or spec.id


def _ways(ways: Iterable[str]) -> Iterator[Html]:
    """Yield the ways out; lines to copy are preformatted."""
    for is_copied, lines in groupby(ways, lambda line: line.startswith("  ")):
        if is_copied:
            yield _copied(line[2:] for line in lines)
        else:
            yield from (element("p", line) for line in lines)


def _copied(lines: Iterable[str]) -> Html:
    return joined(element("pre", line, class_="flag", tabindex=0) for line in lines)


def _override(found: Blocked, target: str) -> Iterator[Html]:
    if found.fixed:
        yield element("p", f"{found.fixed}.")
    introduction, command = override_command(found, target)
    ways = [_copied([command])] if command else []
    ways += [element("p", REVIEWED), _copied(found.trailers)] if found.trailers else []
    if ways:
        yield element("details", element("summary", introduction or "To override:"), ways)


def _example(note: SchemaNote) -> Html:
    instance = element("code", note.instance) if note.instance else None
    return element("li", element("code", note.path), ": ", instance, f" {note.words}")


def _flow(flow: AffectedFlow) -> Html:
    facts = (joined([" ", element("code", fact)]) for fact in flow_in_words(flow) if fact)
    return element("li", element("b", element("bdi", flow.name or flow.id)), facts)


def warnings(plans: Sequence[Plan]) -> Html | None:
    """Return the warnings and the breaking changes that block nothing, or None."""
    several = len(plans) > 1
    items: list[Html] = []
    for plan in plans:
        where = f"{plan.target.name}: " if several else None
        for text, group in risks(plan):
            examples = element("ul", map(_example, group[0].examples))
            items.append(element("li", where, text, examples))
    for text, names in warnings_alike(plans).items():
        items.append(element("li", f"{', '.join(names)}: " if several else None, text))
    if not items:
        return None
    title = element("h2", plural(len(items), "warning"))
    return _section("warnings", title, items)


def not_planned(failures: Sequence[Failure]) -> Html | None:
    """Return the targets without a plan, each with the reason, or None if all have one."""
    items = [
        element("li", element("b", failure.target.name), " ", failure.message)
        for failure in failures
    ]
    title = element("h2", f"Not planned: {plural(len(items), 'target')}")
    return _section("refusals", title, items) if items else None


def _section(
    name: str,
    title: Html | None,
    items: Sequence[Html],
    below: Iterable[Html] = (),
) -> Html:
    rest = items[IN_SIGHT:]
    return element(
        "section",
        title,
        element("ul", items[:IN_SIGHT]),
        element(
            "details",
            element("summary", f"and {len(rest):,} more"),
            element("ul", rest),
        )
        if rest
        else None,
        below,
        class_=f"notices {name}",
    )
