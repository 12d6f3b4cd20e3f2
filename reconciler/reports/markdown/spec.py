"""The changes: those that many specs share once, then spec by spec."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from reconciler.model.text import join_limited, plural
from reconciler.planning.plan import Action, Origin, PlannedSpec
from reconciler.reports.markdown.blocked import note_markdown
from reconciler.reports.markdown.changes import diff_lines, new_lines
from reconciler.reports.markdown.escape import code, fenced, name_code, prose, summary_code
from reconciler.reports.markdown.links import Links
from reconciler.reports.markdown.sections import SectionSpec, signs
from reconciler.reports.view.blocked import is_blocked
from reconciler.reports.view.changes import NO_MARKS, Marks
from reconciler.reports.view.facts import plain_facts
from reconciler.reports.view.groups import by_key
from reconciler.reports.view.impact import flows_in_words, schema_notes
from reconciler.reports.view.repeats import Repeat
from reconciler.reports.view.wording import action_in_words

MOST_NAMES = 120
"""Specs that are named beside a change that they share."""
IN_SIGHT = 6
"""Of more names than this a reader opens the list first."""


def shared_changes(repeat: Repeat) -> str:
    """Return changes that many specs share, with the names of the specs."""
    many = plural(repeat.specs, "spec")
    entries = list({entry.spec.place: entry for entry in repeat.entries}.values())
    first = entries[0]
    names = [name_code(entry.spec.name or entry.spec.id) for entry in entries]
    listed = join_limited(names, MOST_NAMES)
    diff = fenced(diff_lines(first.spec.kind, repeat.changes, NO_MARKS, first.plan.names))
    if len(entries) <= IN_SIGHT:
        return f"**The same in {many}:** {listed}\n\n{diff}\n"
    return (
        f"**The same in {many}:**\n\n{diff}\n"
        f"<details><summary>which {many}</summary>\n\n{listed}\n\n</details>\n"
    )


def spec_changes(
    member: SectionSpec, links: Links, *, shared: int, is_open: bool, with_targets: bool
) -> str:
    """Return a spec's changes, folded; `shared` more are shown above."""
    spec, plan = member.spec, member.entries[0].plan
    targets = [name_code(entry.plan.target.name) for entry in member.entries]
    ids = {entry.spec.id for entry in member.entries}
    named = f"{spec.kind.name} {code(spec.id)}" if len(ids) == 1 else spec.kind.name
    identity = f"{named} · {links.of(plan, spec.file)}"
    opened = "<details open>" if is_open else "<details>"
    also = f"and {plural(shared, 'change')} that several specs share, above"
    marks = Marks.of(
        member.changes,
        [refusal for entry in member.entries for refusal in entry.spec.refusals],
        plan,
    )
    origins = {change.origin for change in member.changes}
    marks = replace(
        marks, origins=marks.origins and (len(origins) > 1 or Origin.CONFLICT in origins)
    )
    notes = [*_notes(member), *([also] if shared else [])]
    is_new = spec.action is Action.CREATE and spec.body is not None
    lines = new_lines(spec.kind, spec.body or {}) if is_new else None
    return "\n".join(
        [
            f"{opened}<summary>{_summary(member, with_targets)}</summary>",
            "",
            identity + (f" · on {', '.join(targets)}" if with_targets else ""),
            "",
            fenced(lines or diff_lines(spec.kind, member.changes, marks, plan.names)),
            *(f"- {note}" for note in notes),
            "",
            "</details>",
            "",
        ]
    )


def _summary(member: SectionSpec, with_targets: bool) -> str:
    spec = member.spec
    action = action_in_words(spec, member.entries[0].plan)
    parts = [f"{action} <b>{summary_code(spec.name or spec.id)}</b>", signs(member.changes)]
    if with_targets:
        targets = (summary_code(entry.plan.target.name) for entry in member.entries)
        parts += [f"on {', '.join(targets)}"]
    blocked = any(is_blocked(entry.spec) for entry in member.entries)
    return " ".join([*parts, *(["· <b>blocked</b>"] if blocked else [])])


def _notes(member: SectionSpec) -> Iterator[str]:
    """Yield what else is known, with the targets if it does not hold on all of them."""
    specs = [(name_code(entry.plan.target.name), entry.spec) for entry in member.entries]
    ids = [(f"id {code(spec.id)}", name) for name, spec in specs]
    known = [(note, name) for name, spec in specs if member.has_notes for note in _notes_of(spec)]
    for note, names in by_key([*(ids if len(dict(ids)) > 1 else []), *known]).items():
        yield note if len(names) == len(specs) else f"on {', '.join(names)}: {note}"


def _notes_of(spec: PlannedSpec) -> Iterator[str]:
    yield from map(prose, plain_facts(spec))
    yield from map(note_markdown, schema_notes(spec))
    if flows := flows_in_words(spec):
        yield prose(flows)
