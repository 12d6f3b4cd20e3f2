"""Where in its file stands what a report names: for those who have a spec and a pointer alone."""

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
    """Return line and column (from 1) of what a pointer into a target's document leads to.

    With `key` that is the key before it; where there is no such place, what is
    nearest above. In the target's patch where the patch holds it. None where
    the file is not there, or not to be read.
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
