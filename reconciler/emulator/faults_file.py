"""Faults from a file: a YAML (or JSON) list, each entry a fault with its fields in camelCase."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reconciler.emulator.faults import Edit, Fault, FaultKind
from reconciler.model.errors import InputError, Problem
from reconciler.model.json_access import expect_count, expect_string
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.pointers import parse_pointer


def read_faults(text: str, file: str = "faults") -> list[Fault]:
    """Return the faults of a file's text; `file` is its name, for problems.

    Raises `InputError` where the text is no YAML, or an entry is no fault.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        entries: Json = YAML(typ="safe", pure=False).load(text)
    except YAMLError as error:
        raise _problem(file, f"it is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(entries, list):
        raise _problem(file, "a list of faults belongs there.")
    return [_fault(entry, number, file) for number, entry in enumerate(entries, 1)]


def _fault(entry: Json, number: int, file: str) -> Fault:
    where = f"fault {number}"
    if not isinstance(entry, dict):
        raise _problem(file, f"{where} is no mapping.")
    unknown = sorted(str(name) for name in entry if name not in _FIELDS)
    if unknown:
        known = ", ".join(_FIELDS)
        raise _problem(file, f"{where} has {', '.join(unknown)}; a fault has {known}.")
    missing = _missing(entry)
    if missing:
        raise _problem(file, f"{where} ({entry.get('kind')}) needs {missing}.")
    values: dict[str, Any] = {}
    for name, value in entry.items():
        field, read = _FIELDS[name]
        try:
            values[field] = read(value)
        except (TypeError, ValueError) as error:
            raise _problem(file, f"{where}: {name}: {error}") from None
    return Fault(**values)


def _missing(entry: JsonObject) -> str:
    if "kind" not in entry:
        return "a kind"
    needed = _NEEDED.get(str(entry["kind"]), ())
    return " and ".join(name for name in needed if name not in entry)


def _problem(file: str, message: str) -> InputError:
    return InputError([Problem(file, 0, 0, message, "", "faults")])


def _kind(value: Json) -> FaultKind:
    return FaultKind(_one_of(value, [str(kind) for kind in FaultKind]))


def _edit(value: Json) -> Edit:
    return Edit(_one_of(value, [str(edit) for edit in Edit]))


def _one_of(value: Json, known: list[str]) -> str:
    if value not in known:
        raise ValueError(f"'{value}' is none of {', '.join(known)}.")
    return str(value)


def _positive(value: Json) -> int:
    number = expect_count(value)
    if number < 1:
        raise ValueError(f"{number} is less than 1.")
    return number


def _times(value: Json) -> int | None:
    return None if value is None else _positive(value)


def _status(value: Json) -> int:
    number = expect_count(value)
    if not 200 <= number <= 599:
        raise ValueError(f"{number} is no status of an answer.")
    return number


def _flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"true or false belongs where {value} stands.")
    return value


def _seconds(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{value} is no number of seconds.")
    return float(value)


def _as_is(value: Json) -> Json:
    return value


_NEEDED: dict[str, tuple[str, ...]] = {
    FaultKind.STATUS: ("status",),
    FaultKind.REDIRECT: ("location",),
    FaultKind.NORMALISE: ("pointer", "value"),
    FaultKind.DROP_FIELD: ("pointer",),
    FaultKind.THIRD_PARTY: ("edit", "pointer", "value"),
}
_FIELDS: dict[str, tuple[str, Callable[[Json], object]]] = {
    "kind": ("kind", _kind),
    "method": ("method", expect_string),
    "path": ("path", expect_string),
    "nth": ("nth", _positive),
    "times": ("times", _times),
    "after": ("after", _flag),
    "status": ("status", _status),
    "retryAfter": ("retry_after", str),
    "body": ("body", _as_is),
    "location": ("location", expect_string),
    "pause": ("pause", _seconds),
    "pointer": ("pointer", lambda value: parse_pointer(expect_string(value))),
    "value": ("value", _as_is),
    "edit": ("edit", _edit),
    "document": ("document", expect_string),
}
