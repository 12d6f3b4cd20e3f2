"""The content of a spec file that makes it equal to the spec on a target."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from msgspec import Struct

from reconciler.desired.parsed_file import TARGETS_KEY, SpecSource
from reconciler.desired.pull.merge_live import inserted, merge_live
from reconciler.desired.pull.split_patch import Parts, split
from reconciler.model.canonical import normal_spelling
from reconciler.model.json_access import expect_object
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY, SERVER_MANAGED, Kind
from reconciler.model.merge_patch import merged_object
from reconciler.model.pointers import Pointer


class Adoption(Struct, frozen=True):
    """A file's content after a pull; the document of the target before and after, and its patch.

    The documents are in canonical spelling, without this program's own key.
    """

    content: JsonObject
    before: JsonObject
    after: JsonObject
    patch: JsonObject


def adopted(
    source: SpecSource,
    target: str,
    live: JsonObject,
    skipped: Collection[Pointer],
    ids: Mapping[str, str],
) -> Adoption:
    """Return the content of a file whose document for `target` equals live.

    See `merge_live`. Raises as `recast` does, and `TwoSpellingsError` if live has one field under
    two names.
    """
    return recast(
        source, target, lambda before: merge_live(source.kind, before, live, skipped, ids)
    )


def recast(source: SpecSource, target: str, change: Callable[[JsonObject], JsonObject]) -> Adoption:
    """Return the content of a file whose document for `target` is changed.

    `source` has no problems; `change` gives a new document. Raises
    `UnpatchableError` if the target's patch cannot express it.
    """
    kind, content = source.kind, source.content
    own = {key: value for key, value in content.items() if key != DIRECTIVES_KEY}
    patches = _patches(content)
    patch = expect_object(patches.get(target, {}))
    parts = Parts(normal_spelling(kind, own), normal_spelling(kind, patch))
    before = merged_object(parts.own, parts.patch)
    after = change(before)
    changed = split(parts, after)
    wanted = _respelled(kind, content, changed.own)
    if target in patches:
        directives = expect_object(wanted[DIRECTIVES_KEY])
        patch = _respelled(kind, patch, changed.patch)
        wanted[DIRECTIVES_KEY] = {**directives, TARGETS_KEY: {**patches, target: patch}}
    return Adoption(wanted, before, after, parts.patch)


def _patches(content: JsonObject) -> JsonObject:
    directives = content.get(DIRECTIVES_KEY)
    if directives is None:
        return {}
    return expect_object(expect_object(directives).get(TARGETS_KEY) or {})


def _respelled(kind: Kind, content: JsonObject, fields: JsonObject) -> JsonObject:
    """Return `content` with these fields, each under its name there.

    What is not sent is kept. New fields are inserted in the documented order.
    """
    rest = dict(fields)
    found: JsonObject = {}
    for key, value in content.items():
        name = kind.spellings.get(key, key)
        if key in SERVER_MANAGED or key == DIRECTIVES_KEY:
            found[key] = value
        elif name in rest:
            found[key] = rest.pop(name)
    return inserted(found, rest, kind.fields)
