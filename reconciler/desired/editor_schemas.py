"""The JSON Schemas in a user's own repo: by them editors complete and explain, offline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from reconciler.desired.write_file import create_file, replace_file
from reconciler.model.kinds import Kind
from reconciler.schemas import WRITTEN, schema_text

FOLDER = ".schemas"
"""The folder of the schemas, in that of the specs."""

_LINE = re.compile(rb"^# yaml-language-server: \$schema=(\S+)[ \t]*\r?$", re.MULTILINE)


def reference_in(files: Iterable[bytes]) -> str | None:
    """Return the path of the schema that the first of these files names which names one."""
    for content in files:
        found = _LINE.search(content)
        if found is not None:
            return found.group(1).decode("utf-8", "replace")
    return None


def reference_to(kind: Kind) -> str:
    """Return the path of a kind's own copy, from a file in the folder of that kind."""
    return f"../{FOLDER}/{kind.name}.json"


def schema_file(specs: Path, name: str) -> Path:
    """Return the file of the copy of a schema, one of `schemas.NAMES`."""
    return specs / FOLDER / f"{name}.json"


def schema_content(name: str) -> bytes:
    """Return what such a file holds."""
    return schema_text(name).encode()


def refresh(specs: Path) -> dict[Path, bool]:
    """Write this version's schemas into a folder of specs.

    Returns each file, and whether it changed.
    """
    changed = {}
    for name in WRITTEN:
        file, content = schema_file(specs, name), schema_content(name)
        changed[file] = not file.exists() or file.read_bytes() != content
        if not file.exists():
            create_file(file, content, specs)
        elif changed[file]:
            replace_file(file, content, specs)
    return changed
