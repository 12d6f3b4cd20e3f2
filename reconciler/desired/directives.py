"""Read and check the `x-reconciler` key of a spec file, which is never sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from reconciler.model.errors import Problem
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY, Kind
from reconciler.model.pointer_lookup import found_at
from reconciler.model.pointers import Pointer, format_pointer, parse_pointer
from reconciler.model.references import KEY_FORM, is_referred_to
from reconciler.model.shape import ListRule, place_at, root_place, rule_at
from reconciler.model.specs import Directives
from reconciler.model.suggestions import did_you_mean

Report = Callable[..., Problem]
"""Makes a problem at a pointer of the file: `(pointer, message, fix, check)`."""

_KNOWN = ("examples", "ignore", "key", "match", "others", "protect", "shared", "targets")


def read_directives(
    value: Json,
    kind: Kind,
    documents: Sequence[JsonObject],
    report: Report,
    problems: list[Problem],
) -> Directives:
    """Return the directives; their problems are added to `problems`.

    `documents` are the documents of the file for its targets. A pointer that
    matches nothing in any of them is an error: it would have no effect, silently.
    `targets` is read by `patches`.

    To add a directive, name it in `_KNOWN` and in the kinds' schemas, give
    `Directives` a field, and read it here:

        optional = _pointers(value.get("optional"), "optional", report, problems)
    """
    if value is None:
        return Directives()
    if not isinstance(value, dict):
        problems.append(
            report((DIRECTIVES_KEY,), f"'{DIRECTIVES_KEY}' is a mapping.", "", "directives")
        )
        return Directives()
    for key in value:
        if key not in _KNOWN:
            message, place = f"'{DIRECTIVES_KEY}' has no '{key}'.", (DIRECTIVES_KEY, key)
            fix = did_you_mean(key, _KNOWN)
            problems.append(report(place, message, fix, "directives", key=True))
    protect = value.get("protect", False)
    if not isinstance(protect, bool):
        place = (DIRECTIVES_KEY, "protect")
        problems.append(report(place, "'protect' is true or false.", "", "directives"))
    key, others = _key(value, kind, report, problems), _others(value, report, problems)
    shared = _pointers(value.get("shared"), "shared", report, problems)
    ignored = _pointers(value.get("ignore"), "ignore", report, problems)
    match = _pointers(value.get("match"), "match", report, problems)
    return Directives(
        shared=tuple(_matching(shared, report, problems, partial(_unshared, kind), documents)),
        ignore=tuple(_matching(ignored, report, problems, partial(_unignorable, kind), documents)),
        protect=protect is True,
        key=key,
        others=others,
        match=tuple(_matching(match, report, problems, partial(_unknown, kind), documents)),
    )


def _key(directives: JsonObject, kind: Kind, report: Report, problems: list[Problem]) -> str:
    if "key" not in directives:
        return ""
    key = directives["key"]
    message, fix = "", ""
    if not is_referred_to(kind):
        message = "no spec names one of this kind, so it needs no 'key'."
        fix = "Remove it."
    elif not isinstance(key, str) or not KEY_FORM.fullmatch(key):
        message = "a 'key' is at most 64 letters, digits, '-', '_' and '.'."
    if message:
        problems.append(report((DIRECTIVES_KEY, "key"), message, fix, "spec-key"))
    return "" if message else str(key)


def _others(directives: JsonObject, report: Report, problems: list[Problem]) -> tuple[str, ...]:
    others = directives.get("others")
    if others is None:
        return ()
    if isinstance(others, list) and all(isinstance(spec_id, str) for spec_id in others):
        return tuple(map(str, others))
    message = "'others' is a list of ids of specs that are not this one."
    problems.append(report((DIRECTIVES_KEY, "others"), message, "", "directives"))
    return ()


Found = tuple[Pointer, Pointer]
"""A pointer, and the pointer to it in the file."""


def _pointers(value: Json, name: str, report: Report, problems: list[Problem]) -> Iterable[Found]:
    if value is None:
        return
    if not isinstance(value, list):
        message = f"'{name}' is a list of JSON Pointers."
        problems.append(report((DIRECTIVES_KEY, name), message, "", "directives"))
        return
    for index, text in enumerate(value):
        place = (DIRECTIVES_KEY, name, str(index))
        try:
            pointer = parse_pointer(text if isinstance(text, str) else str(text))
        except ValueError as error:
            problems.append(report(place, f"{error}.", "", "pointer"))
            continue
        if pointer:
            yield pointer, place
        else:
            problems.append(
                report(
                    place, "the empty pointer is the whole document.", "Name a field.", "pointer"
                )
            )


def _matching(
    found: Iterable[Found],
    report: Report,
    problems: list[Problem],
    wrong: Callable[[JsonObject, Pointer], str],
    documents: Sequence[JsonObject],
) -> Iterable[Pointer]:
    for pointer, place in found:
        messages = [wrong(document, pointer) for document in documents]
        if all(messages):
            fix = "Fix the pointer or remove it."
            problems.append(report(place, messages[0], fix, "pointer"))
        else:
            yield pointer


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
