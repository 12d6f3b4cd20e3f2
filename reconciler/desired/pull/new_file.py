"""The name and the text of a new spec file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from reconciler.desired.key_order import order_of_kind
from reconciler.model.canonical import normal_spelling
from reconciler.model.json_access import expect_object
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import Kind
from reconciler.yamledit.writer import DEFAULT_STYLE, member_lines

ENDING = ".yaml"
LONGEST = 60
"""The most characters of a name without its ending; every file system accepts them."""

_WORD_BEGINS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHERS = re.compile("[^a-z0-9]+")
_DEVICES = re.compile("con|prn|aux|nul|com[0-9]|lpt[0-9]")
"""Names that Windows reserves for devices, with any ending."""


def file_name(name: str, spec_id: str, is_taken: Callable[[str], bool]) -> str:
    """Return the name of a new file for a spec: `rest-storage-to-aep.yaml`.

    It contains only lower-case ASCII letters, digits and dashes, so that it is
    the same on every disk. If the name is taken, the id is appended.
    """
    stem = _slug(_WORD_BEGINS.sub("-", name)) or _slug(spec_id) or "spec"
    if _DEVICES.fullmatch(stem):
        stem += "-spec"
    marks = ["", f"-{_slug(spec_id)[:8]}", f"-{_slug(spec_id)}"]
    marks += [f"-{number}" for number in range(2, 10_000)]
    return next(found for found in (stem + mark + ENDING for mark in marks) if not is_taken(found))


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return _OTHERS.sub("-", plain.lower()).strip("-")[:LONGEST].strip("-")


def new_text(kind: Kind, live: JsonObject, schema: str) -> str:
    """Return the text of a new file for a live document; `schema` is a path for editors.

    Raises `TwoSpellingsError` if live has one field under two names, and
    `UnwritableError` if YAML cannot represent it.
    """
    document = expect_object(order_of_kind(kind).ordered(normal_spelling(kind, live)))
    lines = [schema_line(schema), *member_lines(document, 0, DEFAULT_STYLE)]
    return "\n".join(lines) + "\n"


def schema_line(schema: str) -> str:
    """Return the line by which an editor's YAML language server finds the schema."""
    return f"# yaml-language-server: $schema={schema}"
