"""Writing spec files in canonical form; a hook starts it for each commit, so it imports little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.desired.format_files import canonical_content, files_to_format
from reconciler.desired.write_file import replace_file
from reconciler.model.errors import ReconcilerError


@dataclass(frozen=True)
class FormattedFile:
    """The result of formatting one file."""

    path: Path
    changed: bool
    """True if its canonical form differs from its content."""
    error: ReconcilerError | None = None
    """Why it has no canonical form; None if it has one."""


def format_files(specs: Path, paths: Sequence[Path], *, check: bool) -> Iterator[FormattedFile]:
    """Write files in canonical form, one after the other; with `check` write nothing.

    Formats the files of `paths` and of the folders among them, or of the folder of
    the specs. Raises `ReconcilerError` if there is no such folder.
    """
    for path in files_to_format(specs, paths):
        content = path.read_bytes()
        try:
            canonical = canonical_content(content, path)
        except ReconcilerError as error:
            yield FormattedFile(path, changed=False, error=error)
            continue
        if canonical != content and not check:
            replace_file(path, canonical, path.parent)
        yield FormattedFile(path, canonical != content)
