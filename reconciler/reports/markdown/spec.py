"""The changes: those that many specs share once, then spec by spec."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from reconciler.model.text import join_limited, plural
from reconciler.planning.plan import Action, Change, Origin, PlannedSpec
from reconciler.reports.markdown.blocked import note_markdown
from reconciler.reports.markdown.changes import diff_lines, new_lines
from reconciler.reports.markdown.escape import code, fenced, name_code, prose, summary_code
from reconciler.reports.markdown.links import Links
from reconciler.reports.markdown.sections import signs
from reconciler.reports.view.blocked import is_blocked
from reconciler.reports.view.changes import NO_MARKS, Marks
from reconciler.reports.view.facts import plain_facts
from reconciler.reports.view.groups import by_key
from reconciler.reports.view.impact import flows_in_words, schema_notes
from reconciler.reports.view.repeats import Repeat
from reconciler.reports.view.specs import ShownSpec
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
    entries: Sequence[ShownSpec],
    changes: Sequence[Change],
    links: Links,
    *,
    shared: int,
    is_open: bool,
    with_targets: bool,
    with_notes: bool,
) -> str:
    """Return changes of a spec, folded; on several targets they are equal.

    `shared` more are shown above. `with_notes` adds what else is known of the spec.
    """
    spec, plan = entries[0].spec, entries[0].plan
    targets = [name_code(entry.plan.target.name) for entry in entries]
    ids = {entry.spec.id for entry in entries}
    named = f"{spec.kind.name} {code(spec.id)}" if len(ids) == 1 else spec.kind.name
    identity = f"{named} · {links.of(plan, spec.file)}"
    opened = "<details open>" if is_open else "<details>"
    also = f"and {plural(shared, 'change')} that several specs share, above"
    marks = Marks.of(changes, [no for entry in entries for no in entry.spec.refusals], plan)
    origins = {change.origin for change in changes}
    marks = replace(
        marks, origins=marks.origins and (len(origins) > 1 or Origin.CONFLICT in origins)
    )
    notes = [*_notes(entries, with_notes), *([also] if shared else [])]
    is_new = spec.action is Action.CREATE and spec.body is not None
    lines = new_lines(spec.kind, spec.body or {}) if is_new else None
    return "\n".join(
        [
            f"{opened}<summary>{_summary(entries, changes, with_targets)}</summary>",
            "",
            identity + (f" · on {', '.join(targets)}" if with_targets else ""),
            "",
            fenced(lines or diff_lines(spec.kind, changes, marks, plan.names)),
            *(f"- {note}" for note in notes),
            "",
            "</details>",
            "",
        ]
    )


def _summary(entries: Sequence[ShownSpec], changes: Sequence[Change], with_targets: bool) -> str:
    spec = entries[0].spec
    action = action_in_words(spec, entries[0].plan)
    parts = [f"{action} <b>{summary_code(spec.name or spec.id)}</b>", signs(changes)]
    if with_targets:
        targets = (summary_code(entry.plan.target.name) for entry in entries)
        parts += [f"on {', '.join(targets)}"]
    blocked = any(is_blocked(entry.spec) for entry in entries)
    return " ".join([*parts, *(["· <b>blocked</b>"] if blocked else [])])


def _notes(entries: Sequence[ShownSpec], with_notes: bool) -> Iterator[str]:
    """Yield what else is known, with the targets if it does not hold on all of them."""
    specs = [(name_code(entry.plan.target.name), entry.spec) for entry in entries]
    ids = [(f"id {code(spec.id)}", name) for name, spec in specs]
    known = [(note, name) for name, spec in specs if with_notes for note in _notes_of(spec)]
    for note, names in by_key([*(ids if len(dict(ids)) > 1 else []), *known]).items():
        yield note if len(names) == len(specs) else f"on {', '.join(names)}: {note}"


def _notes_of(spec: PlannedSpec) -> Iterator[str]:
    yield from map(prose, plain_facts(spec))
    yield from map(note_markdown, schema_notes(spec))
    if flows := flows_in_words(spec):
        yield prose(flows)
