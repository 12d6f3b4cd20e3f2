"""Find the line of a spec file that a pointer into the spec belongs to."""

from __future__ import annotations

from pathlib import Path

from reconciler.desired.parsed_file import parse_spec
from reconciler.desired.per_target import Audience
from reconciler.desired.spec_file import read_spec
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer


def find_line(
    file: str, kind: Kind, target: Audience, pointer: Pointer, *, key: bool = False
) -> tuple[int, int] | None:
    """Return line and column (from 1) of the value at a pointer into a target's document.

    With `key` they are those of its key. If the file does not have the value, they
    are those of the nearest value above it. A value of the target's patch is found
    there. None if the file does not exist or cannot be parsed.
    """
    try:
        content = Path(file).read_bytes()
    except OSError:
        return None
    source = parse_spec(content, file, kind)
    if source.problems:
        return None
    places = read_spec(source, target).places
    return source.locator.place(places.source_pointer(pointer, target), key=key)
