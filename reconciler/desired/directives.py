"""Read and check the `x-reconciler` key of a spec file, which is never sent.

Its `targets` say how the spec differs on each target, as JSON Merge Patches.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeAlias

from reconciler.desired.parsed_file import TARGETS_KEY, patch_at
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY, Kind
from reconciler.model.pointer_lookup import found_at
from reconciler.model.pointers import Pointer, format_pointer, parse_pointer
from reconciler.model.references import KEY_FORM, is_referred_to
from reconciler.model.shape import ListRule, place_at, root_place, rule_at
from reconciler.model.specs import Directives
from reconciler.model.suggestions import did_you_mean

Report: TypeAlias = Callable[..., None]
"""Reports a problem at a pointer into the file: `(pointer, message, fix, check)`."""

_KNOWN = ("examples", "ignore", "key", "match", "others", "protect", "shared", "targets")


def read_directives(
    value: Json, kind: Kind, documents: Sequence[JsonObject], report: Report
) -> Directives:
    """Return the directives.

    `documents` are the documents of the file for its targets. A pointer that
    matches nothing in any of them is an error: it would have no effect, silently.
    `targets` is read by `read_patches`.

    To add a directive, name it in `_KNOWN` and in the kinds' schemas, give
    `Directives` a field, and read it here:

        optional = _pointers(value, "optional", report)
    """
    if value is None:
        return Directives()
    if not isinstance(value, dict):
        report((DIRECTIVES_KEY,), f"'{DIRECTIVES_KEY}' is a mapping.", "", "directives")
        return Directives()
    for key in value:
        if key not in _KNOWN:
            message, place = f"'{DIRECTIVES_KEY}' has no '{key}'.", (DIRECTIVES_KEY, key)
            report(place, message, did_you_mean(key, _KNOWN), "directives", key=True)
    protect = value.get("protect", False)
    if not isinstance(protect, bool):
        report((DIRECTIVES_KEY, "protect"), "'protect' is true or false.", "", "directives")

    def matching(name: str, wrong: Callable[[Kind, JsonObject, Pointer], str]) -> Iterator[Pointer]:
        for pointer, place in _pointers(value, name, report):
            messages = [wrong(kind, document, pointer) for document in documents]
            if all(messages):
                report(place, messages[0], "Fix the pointer or remove it.", "pointer")
            else:
                yield pointer

    return Directives(
        key=_key(value, kind, report),
        others=_others(value, report),
        shared=tuple(matching("shared", _unshared)),
        ignore=tuple(matching("ignore", _unignorable)),
        protect=protect is True,
        match=tuple(matching("match", _unknown)),
    )


def read_patches(
    directives: Json, known: Collection[str] | None, report: Report
) -> dict[str, JsonObject]:
    """Return the patches of a file's directives by target.

    `known` are the names of the targets that exist, None if they are unknown.
    """
    value = directives.get(TARGETS_KEY) if isinstance(directives, dict) else None
    if value is None:
        return {}
    if not isinstance(value, dict):
        message = f"'{TARGETS_KEY}' is a mapping of a target's name to what differs there."
        report((DIRECTIVES_KEY, TARGETS_KEY), message, "", "targets")
        return {}
    patches: dict[str, JsonObject] = {}
    for target, patch in value.items():
        place = patch_at(target)
        if known is not None and target not in known:
            message = f"target {target} not found in reconciler.yaml."
            report(place, message, did_you_mean(target, known), "targets", key=True)
        elif not isinstance(patch, dict):
            message = f"the patch for the target {target} is not a mapping of fields."
            fix = "Write the fields that differ there; null takes one out."
            report(place, message, fix, "targets")
        elif DIRECTIVES_KEY in patch:
            message = f"a target's patch cannot hold '{DIRECTIVES_KEY}'."
            fix = "It belongs at the top level, for all targets."
            report((*place, DIRECTIVES_KEY), message, fix, "targets", key=True)
        else:
            patches[target] = patch
    return patches


def _key(directives: JsonObject, kind: Kind, report: Report) -> str:
    if "key" not in directives:
        return ""
    key = directives["key"]
    if not is_referred_to(kind):
        message, fix = "no spec names one of this kind, so it needs no 'key'.", "Remove it."
    elif isinstance(key, str) and KEY_FORM.fullmatch(key):
        return key
    else:
        message, fix = "a 'key' is at most 64 letters, digits, '-', '_' and '.'.", ""
    report((DIRECTIVES_KEY, "key"), message, fix, "spec-key")
    return ""


def _others(directives: JsonObject, report: Report) -> tuple[str, ...]:
    others = directives.get("others")
    if others is None:
        return ()
    if isinstance(others, list) and all(isinstance(spec_id, str) for spec_id in others):
        return tuple(map(str, others))
    message = "'others' is a list of ids of specs that are not this one."
    report((DIRECTIVES_KEY, "others"), message, "", "directives")
    return ()


def _pointers(
    directives: JsonObject, name: str, report: Report
) -> Iterator[tuple[Pointer, Pointer]]:
    """Yield the pointers that a directive lists, each with the pointer to it in the file."""
    value = directives.get(name)
    if value is None:
        return
    if not isinstance(value, list):
        message = f"'{name}' is a list of JSON Pointers."
        report((DIRECTIVES_KEY, name), message, "", "directives")
        return
    for index, text in enumerate(value):
        place = (DIRECTIVES_KEY, name, str(index))
        try:
            pointer = parse_pointer(text if isinstance(text, str) else str(text))
        except ValueError as error:
            report(place, f"{error}.", "", "pointer")
            continue
        if pointer:
            yield pointer, place
        else:
            message = "the empty pointer is the whole document."
            report(place, message, "Name a field.", "pointer")


def _unshared(kind: Kind, document: JsonObject, pointer: Pointer) -> str:
    text = format_pointer(pointer)
    if rule_at(kind, pointer) is ListRule.ORDERED:
        return f"{text} is not a list of named elements, so it cannot be shared."
    found = found_at(document, root_place(kind), pointer)
    if not any(isinstance(one.value, list) for one in found):
        return f"{text} matches nothing that can be shared."
    return ""


def _unignorable(kind: Kind, document: JsonObject, pointer: Pointer) -> str:
    above = place_at(kind, pointer[:-2])
    if len(pointer) > 1 and above.rule is ListRule.KEYED and pointer[-1] == above.key:
        return f"{format_pointer(pointer)} identifies the element; it cannot be ignored."
    return _unknown(kind, document, pointer)


def _unknown(kind: Kind, document: JsonObject, pointer: Pointer) -> str:
    if pointer[0] in kind.fields or any(found_at(document, root_place(kind), pointer)):
        return ""
    return f"{format_pointer(pointer)} matches nothing in this spec."
