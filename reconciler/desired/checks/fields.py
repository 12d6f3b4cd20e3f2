"""The names of a spec's fields, and the forms of its id and version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from reconciler.model.checks import Finding
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY, SERVER_MANAGED, Kind
from reconciler.model.pointers import Pointer
from reconciler.model.references import is_referred_to
from reconciler.model.specs import ID_FORM
from reconciler.model.suggestions import closest
from reconciler.model.text import join_limited


def name_findings(kind: Kind, names: Iterable[str]) -> Iterator[Finding]:
    """Yield what is wrong or suspicious about the names of a mapping's fields."""
    known = {*kind.fields, *kind.spellings, *SERVER_MANAGED, DIRECTIVES_KEY}
    names = [*names]
    managed = [name for name in names if name in SERVER_MANAGED]
    if managed:
        verb = "is" if len(managed) == 1 else "are"
        message = f"{join_limited(managed, 2)} {verb} set by the service and never sent."
        yield (
            (managed[0],),
            message,
            "Delete them." if managed[1:] else "Delete it.",
            "server-managed",
        )
    for name in names:
        at = (name,)
        if name in kind.spellings:
            canonical = kind.spellings[name]
            message = f"'{name}' is another spelling of '{canonical}'."
            yield at, message, f"Write '{canonical}'.", "spelling"
        elif name not in known:
            near = closest(name, sorted(known))
            if near:
                yield at, f"unknown field '{name}'.", f"Did you mean '{near}'?", "typo"
            else:
                yield at, f"unknown field '{name}'; it is sent unchanged.", "", "unknown-field"


def form_findings(
    kind: Kind,
    document: JsonObject,
    source_of: Callable[[Pointer], str | None],
    *,
    patched: bool,
    keyed: bool,
) -> Iterator[Finding]:
    """Yield what is wrong with a document's id and version.

    `source_of` returns a scalar as the file writes it (`1.0`), or None.
    `patched`: the file has patches for targets, which may hold the id.
    `keyed`: the file has a key, so the spec needs no id.
    """
    found = document.get("id")
    if found is None and not keyed:
        fix = "Copy it from the service."
        if is_referred_to(kind):
            fix += " For a new spec, write x-reconciler: {key: NAME} instead."
        if patched:
            fix += " An id for one target only goes under x-reconciler.targets."
        yield ("id",), "the spec has no 'id'.", fix, "id"
    elif found is not None and not (isinstance(found, str) and ID_FORM.fullmatch(found)):
        message = (
            f"the id {source_of(('id',)) or found} is not of the form "
            "6499120c-0b15-42dc-936e-847ea3c24d72."
        )
        yield ("id",), message, "Copy it from the service.", "id"
    version = document.get("version")
    if isinstance(version, int | float) and not isinstance(version, bool):
        shown = source_of(("version",)) or str(version)
        message = "version must be a string."
        yield ("version",), message, f'Quote it: version: "{shown}".', "version"
