"""The connection specs that flow specs refer to: their names, and which do not exist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.model.json_text import Json
from reconciler.model.kinds import Kind, kind_named
from reconciler.model.references import is_reference, referred
from reconciler.model.specs import Spec
from reconciler.model.text import join_limited
from reconciler.planning.plan import Action, Change, PlannedSpec

MOST_UNKNOWN = 6
"""The number of unknown ids that are listed, each with similar ones."""
_MOST_NEAR = 3
_LIKE_ID, _LIKE_NAME = 0.88, 0.6
"""The least similarity of a suggested id or name, by difflib's measure."""
_LEAST_ALIKE = 4
"""The number of characters that a suggested id has in common at its start or end."""


def named_kinds(desired: Iterable[Spec]) -> frozenset[Kind]:
    """Return the kinds whose specs these specs name."""
    return frozenset(
        kind_named(spec.kind.references[pointer[0]])
        for spec in desired
        for pointer, _ in referred(spec.kind, spec.document)
    )


def names_in(specs: Iterable[PlannedSpec], names: Mapping[str, str]) -> dict[str, str]:
    """Return the names of the connection specs that these specs' changes and bodies name by id."""
    return {text: names[text] for spec in specs for text in _named(spec) if text in names}


def _named(spec: PlannedSpec) -> Iterator[str]:
    for change in (*spec.changes, *spec.skipped):
        if change.pointer[0] in spec.kind.references:
            yield from _texts(change)
    yield from (text for _, text in referred(spec.kind, spec.body or {}))


def is_pending(kind: Kind, change: Change) -> bool:
    """Return True if a change puts a reference in the place of an id."""
    return change.pointer[0] in kind.references and any(map(is_reference, _elements(change.after)))


def unknown_ids(specs: Iterable[PlannedSpec], known: Mapping[str, str]) -> Iterator[str]:
    """Yield one warning for all ids that a plan adds and that do not exist on the target.

    `known` are the names of connection specs by id: the target's, and those to be created.
    """
    files: dict[str, list[str]] = defaultdict(list)
    for spec in specs:
        for text in dict.fromkeys(_added(spec)):
            if text not in known and not is_reference(text):
                files[text].append(spec.file)
    if len(files) == 1:
        ((text, found),) = files.items()
        files_of, near = join_limited(found, 1), near_ids(text, known)
        yield f"{files_of}: connection spec {text} does not exist on the target.{near}"
    elif files:
        shown = [f"{text} ({found[0]}){near_ids(text, known)}" for text, found in files.items()]
        listed = join_limited(shown, MOST_UNKNOWN)
        yield f"{len(files):,} connection specs do not exist on the target: {listed}"


def _added(spec: PlannedSpec) -> Iterator[str]:
    """Yield the ids of connection specs that a planned spec adds."""
    if spec.action is Action.CREATE:
        yield from (text for _, text in referred(spec.kind, spec.body or {}))
    for change in spec.changes:
        if spec.action is Action.UPDATE and change.pointer[0] in spec.kind.references:
            before = _elements(change.before)
            new = [item for item in _elements(change.after) if item not in before]
            yield from (item for item in new if isinstance(item, str))


def near_ids(text: str, known: Mapping[str, str]) -> str:
    """Return the question that names the ids which may be meant by an id or a name.

    `known` are names by id. Nothing where none is near.
    """
    import difflib

    size = _LEAST_ALIKE
    alike = [one for one in known if one[:size] == text[:size] or one[-size:] == text[-size:]]
    ids = [one for one in alike if len(text) >= size and one.startswith(text)]
    ids += difflib.get_close_matches(text, alike, _MOST_NEAR, _LIKE_ID)
    by_name = defaultdict(list)
    for spec_id, name in known.items():
        by_name[name.casefold()].append(spec_id)
    for name in difflib.get_close_matches(text.casefold(), by_name, _MOST_NEAR, _LIKE_NAME):
        ids += by_name[name]
    shown = [f"{spec_id} {known[spec_id]}".rstrip() for spec_id in dict.fromkeys(ids)]
    return f" Did you mean {' or '.join(shown[:_MOST_NEAR])}?" if shown else ""


def _texts(change: Change) -> Iterator[str]:
    for value in (change.before, change.after):
        yield from (text for text in _elements(value) if isinstance(text, str))


def _elements(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else (value,)
