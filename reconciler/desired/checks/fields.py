"""A spec's fields by their names, and the two whose form is easily got wrong: id and version."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from reconciler.model.checks import Finding
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY, SERVER_MANAGED, Kind
from reconciler.model.pointers import Pointer
from reconciler.model.references import is_referred_to
from reconciler.model.suggestions import closest

ID_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
"""The form of every id in the documentation: a UUID in lower case."""


def name_findings(kind: Kind, names: Iterable[str]) -> Iterator[Finding]:
    """Yield what is wrong, or only odd, with the names of a mapping's fields."""
    known = {*kind.fields, *kind.spellings, *SERVER_MANAGED, DIRECTIVES_KEY}
    for name in names:
        at = (name,)
        if name in SERVER_MANAGED:
            message = f"'{name}' is set by the service and never sent."
            yield at, message, "Leave it out.", "server-managed"
        elif name in kind.spellings:
            canonical = kind.spellings[name]
            message = f"'{name}' is another spelling of '{canonical}'."
            yield at, message, f"Write {canonical}.", "spelling"
        elif name not in known:
            near = closest(name, sorted(known))
            if near:
                yield at, f"there is no field '{name}'.", f"Did you mean '{near}'?", "typo"
            else:
                message = f"the field '{name}' is not known here; it is sent as it is."
                yield at, message, "", "unknown-field"


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
    `patched` says that the file holds patches for targets, where an id may stand
    too, and `keyed` that it gives a key, by which the spec is known without one.
    """
    found = document.get("id")
    if found is None and keyed:
        pass
    elif found is None:
        fix = "Copy it from the service."
        if is_referred_to(kind):
            fix += " A new spec has none yet: give the file x-reconciler: {key: NAME} instead."
        if patched:
            fix += " An id for one target only stands below x-reconciler.targets."
        yield ("id",), "the spec has no 'id'.", fix, "id"
    elif not isinstance(found, str) or not ID_FORM.fullmatch(found):
        message = (
            f"the id {source_of(('id',)) or found} is not of the form "
            "6499120c-0b15-42dc-936e-847ea3c24d72."
        )
        yield ("id",), message, "Copy it from the service.", "id"
    version = document.get("version")
    if isinstance(version, int | float) and not isinstance(version, bool):
        shown = source_of(("version",)) or str(version)
        message = f"the version {shown} is read as a number, and the service keeps a text."
        yield ("version",), message, f'Quote it: version: "{shown}".', "version"
