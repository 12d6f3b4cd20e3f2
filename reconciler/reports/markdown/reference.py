"""The reference of `help`: keys of files from their schemas, options from the commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from reconciler.model.json_access import expect_object
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY
from reconciler.reports.view.groups import by_key
from reconciler.schemas import read_schema

FILES = {
    "config": ("specs/reconciler.yaml", ["config"], ""),
    "spec": (f"{DIRECTIVES_KEY} in a spec file", ["connectionSpec", "flowSpec"], DIRECTIVES_KEY),
    "policy": ("specs/policies/*.yaml", ["policy"], ""),
}
"""The files that have a topic: its title, its schemas, and the key that it is about."""
EXIT_CODES = """\
## Exit codes

- 0: success, or nothing to do
- 1: error
- 2: there are changes (`plan --detailed-exitcode`, `drift`)
- 3: blocked by a guard (`apply`, `plan --fail-on-refusal`), or the plan is stale
"""


class OptionEntry(Struct, frozen=True):
    """An option as the reference shows it."""

    names: str
    """`--target T`, as in `--help`."""
    variable: str
    """Its environment variable; empty without one."""
    text: str
    """Its help."""


def command_markdown(name: str, text: str, options: Sequence[OptionEntry]) -> str:
    """Return a command's chapter: what it does, and each option with its variable."""
    lines = [f"## reconciler {name}", "", text, ""]
    for each in options:
        variable = f" (`{each.variable}`)" if each.variable else ""
        lines.append(f"- `{each.names}`{variable}: {each.text}")
    return "\n".join(lines).rstrip() + "\n"


def file_markdown(topic: str) -> str:
    """Return the chapter of one of `FILES`: each key, for each of its schemas if they differ."""
    title, names, key = FILES[topic]
    schemas = [read_schema(name) for name in names]
    parts = [_part(schema, key) for schema in schemas]
    paths = by_key(
        (path, (text, name))
        for name, part, schema in zip(names, parts, schemas, strict=True)
        for path, text in _keys(part, schema, key)
    )
    keys = [
        f"- `{path}`{'' if held == names else f' ({held[0]})'}: {text}"
        for path, described in paths.items()
        for text, held in by_key(described).items()
    ]
    introduction = str(_resolved(parts[0], schemas[0]).get("description", ""))
    return "\n".join([f"## {title}", "", introduction, "", *keys]) + "\n"


def _part(schema: JsonObject, key: str) -> JsonObject:
    return expect_object(expect_object(schema["properties"])[key]) if key else schema


def _keys(part: JsonObject, schema: JsonObject, path: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the description of every key below a part of a schema.

    The keys of embedded JSON Schemas are those of JSON Schema, and left out.
    """
    if part.get("$ref") == "#/$defs/schema":
        return
    part = _resolved(part, schema)
    members = dict(expect_object(part.get("properties", {})))
    if isinstance(part.get("additionalProperties"), dict):
        members["NAME"] = part["additionalProperties"]
    for name, member in members.items():
        if not isinstance(member, dict):
            continue
        below = f"{path}.{name}" if path else name
        described = _resolved(member, schema).get("description")
        if described:
            yield below, str(described)
        yield from _keys(member, schema, below)


def _resolved(part: JsonObject, schema: JsonObject) -> JsonObject:
    """Return a part with what its `$ref` names; its own keywords come first."""
    reference = part.get("$ref")
    if not isinstance(reference, str):
        return part
    name = reference.rpartition("/")[2]
    return {**expect_object(expect_object(schema["$defs"])[name]), **part}
