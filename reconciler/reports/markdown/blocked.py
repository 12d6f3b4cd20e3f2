"""What comes before the changes: what blocks the plans, what breaks, and the warnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from reconciler.model.text import join_limited, plural
from reconciler.model.verdicts import AffectedFlow
from reconciler.planning.multi_plan import Failure
from reconciler.planning.plan import Plan
from reconciler.reports.markdown.escape import code, copied, name_code, prose
from reconciler.reports.markdown.truncate import Rank, ReportBlock
from reconciler.reports.text.wrap import cut
from reconciler.reports.view.blocked import (
    MOST_LISTED,
    REVIEWED,
    Blocked,
    blocked_alike,
    cautions,
    override_command,
    override_in_words,
)
from reconciler.reports.view.causes import Cause
from reconciler.reports.view.impact import SchemaNote, flow_in_words
from reconciler.reports.view.wording import UNCONVERGED, UNCONVERGED_MEANS

MOST_WARNINGS = 10
IN_SIGHT = 3
"""Warnings in sight; of more a reader opens the rest."""
MOST_TARGETS = 12
"""Targets whose failures and blocks are shown in full."""
_LONGEST = 600


def notices(plans: Sequence[Plan], failures: Sequence[Failure] = ()) -> Iterator[ReportBlock]:
    """Yield the notices, a piece for each reason; `failures` are the targets without a plan."""
    changed = [f"- {prose(change)}" for plan in plans for change in plan.target_changes]
    if changed:
        yield ReportBlock(_quoted("CAUTION", changed))
    if failures:
        yield ReportBlock(_quoted("CAUTION", _not_planned(failures)), Rank.NOTICE)
    several = len(plans) + len(failures) > 1
    groups = blocked_alike(plans)
    for indexes, found in groups[:MOST_TARGETS]:
        names = [plans[index].target.name for index in indexes]
        yield from _blocked(found, names if several else [])
    if len(groups) > MOST_TARGETS:
        rest = sum(len(indexes) for indexes, _ in groups[MOST_TARGETS:])
        yield ReportBlock(_quoted("CAUTION", [f"**Blocked on {plural(rest, 'more target')}.**"]))
    warnings = [*_warnings(plans)]
    if warnings:
        yield ReportBlock(_quoted("WARNING", _in_sight(warnings)), Rank.NOTICE)


def _quoted(name: str, lines: Iterable[str]) -> str:
    return "\n".join([f"> [!{name}]", *(f"> {line}".rstrip() for line in lines), ""])


def _not_planned(failures: Sequence[Failure]) -> Iterator[str]:
    yield f"**Not planned: {plural(len(failures), 'target')}.**"
    yield ""
    for failure in failures[:MOST_TARGETS]:
        first, *others = cut(failure.message, _LONGEST).split("\n")
        yield f"- {name_code(failure.target.name)}: {prose(first)}"
        yield from (f"  - {prose(line)}" for line in others)
    if len(failures) > MOST_TARGETS:
        yield f"- and {len(failures) - MOST_TARGETS:,} more"


def _blocked(found: Blocked, names: Sequence[str]) -> Iterator[ReportBlock]:
    """Yield what is allowed and what blocks: a title, a piece for each reason, the ways out."""
    listed = ", ".join(map(name_code, names[:MOST_TARGETS]))
    more = f" and {len(names) - MOST_TARGETS:,} more" if len(names) > MOST_TARGETS else ""
    where = f" on {listed}{more}" if names else ""
    if found.allowed:
        yield ReportBlock(f"> [!WARNING]\n> **Allowed{where}:**\n>")
        yield from (ReportBlock(_cause(cause), Rank.CAUSE) for cause in found.allowed)
        yield ReportBlock("")
    if not found.causes:
        return
    title = f"\n> **Blocked{where} by {plural(found.guards, 'guard')}:**\n>" if names else ""
    yield ReportBlock(f"> [!CAUTION]{title}")
    for cause in found.causes:
        yield ReportBlock(_cause(cause), Rank.CAUSE)
    introduction, command = override_command(found)
    out = [f"{found.fixed}."] if found.fixed else []
    out += [introduction, *copied([command])] if command else []
    out += [REVIEWED, *copied(found.trailers)] if found.trailers else []
    yield ReportBlock("\n".join([">", *(f"> {line}".rstrip() for line in out), ""]))


def _cause(cause: Cause) -> str:
    """Return one reason as an item of a quoted list: what is wrong, where, and the ways out."""
    fact = prose(cut(cause.fact, _LONGEST))
    alone = len(cause.specs) == 1
    name = f"{name_code(cause.specs[0].name or cause.specs[0].id)}: " if alone else ""
    allowed = f", {prose(override_in_words(cause.override))}" if cause.override else ""
    lines = [f"- **{cause.guard}**: {name}{fact}{allowed}"]
    if cause.specs and not alone and not any(cause.details):
        names = join_limited([name_code(one.name or one.id) for one in cause.specs], MOST_LISTED)
        lines.append(f"  - {names}")
    for spec, detail in cause.listed[:MOST_LISTED]:
        parts = [name_code(spec.name or spec.id)] if spec else []
        parts += [prose(cut(detail, _LONGEST))] if detail else []
        lines.append(f"  - {': '.join(parts)}")
    if len(cause.listed) > MOST_LISTED:
        lines.append(f"  - and {plural(len(cause.listed) - MOST_LISTED, 'more spec')}")
    lines += [f"  - {note_markdown(example)}" for example in cause.examples]
    lines += [f"  - {_flow(flow)}" for flow in cause.flows[:MOST_LISTED]]
    if len(cause.flows) > MOST_LISTED:
        lines.append(f"  - and {len(cause.flows) - MOST_LISTED:,} more, in the plan file")
    if cause.override is None:
        lines += [f"  {line}" for line in ("", *_ways(cause.ways)) if cause.ways]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _ways(ways: Sequence[str]) -> Iterator[str]:
    """Yield the ways out, with the lines to copy in fences."""
    for is_copied, lines in groupby(ways, lambda way: way.startswith("  ")):
        if is_copied:
            yield from copied(map(_shortened, lines))
        else:
            yield from (prose(cut(way, _LONGEST)) + "  " for way in lines)


def _shortened(way: str) -> str:
    is_short = len(way) <= _LONGEST
    return way[2:] if is_short else f"({len(way):,} characters, in the text report)"


def note_markdown(note: SchemaNote) -> str:
    """Return what is known of a schema, with its pointer and the example as code."""
    instance = f"{code(note.instance)} " if note.instance else ""
    return f"{code(note.path)}: {instance}{prose(cut(note.words, _LONGEST))}"


def _flow(flow: AffectedFlow) -> str:
    facts = " ".join(code(fact) for fact in flow_in_words(flow) if fact)
    return f"{name_code(flow.name or flow.id)} {facts}"


def _warnings(plans: Sequence[Plan]) -> Iterator[str]:
    unconverged = sum(
        change.unconverged for plan in plans for spec in plan.specs for change in spec.changes
    )
    if unconverged:
        yield f"- {plural(unconverged, 'change')} {UNCONVERGED}: {UNCONVERGED_MEANS}"
    for text, targets, notes in cautions(plans):
        where = f"{', '.join(map(name_code, targets))}: " if len(plans) > 1 else ""
        examples = "".join(f"\n  - {note_markdown(note)}" for note in notes)
        yield f"- {where}{prose(cut(text, _LONGEST))}{examples}"


def _in_sight(items: Sequence[str]) -> Iterator[str]:
    shown = [*items[:MOST_WARNINGS]]
    if len(items) > MOST_WARNINGS:
        shown.append(f"- and {plural(len(items) - MOST_WARNINGS, 'more warning')}")
    yield from (line for item in shown[:IN_SIGHT] for line in item.split("\n"))
    if len(shown) > IN_SIGHT:
        rest = (line for item in shown[IN_SIGHT:] for line in item.split("\n"))
        yield from ("", f"<details><summary>and {len(items) - IN_SIGHT:,} more</summary>", "")
        yield from (*rest, "", "</details>")
