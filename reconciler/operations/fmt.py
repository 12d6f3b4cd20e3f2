"""Writing spec files in canonical form; a hook starts it for each commit, so it imports little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from reconciler.desired.folder import (
    ENDINGS,
    POLICIES,
    kind_of_file,
    read_file,
    read_folder,
    require_folder,
)
from reconciler.desired.key_order import DocumentOrder, order_of_config, order_of_kind
from reconciler.desired.load import CONFIG_FILE, misplaced
from reconciler.desired.write_file import replace_file, rewritten
from reconciler.model.errors import InputError, ReconcilerError
from reconciler.yamledit.formatting import formatted


class FormattedFile(Struct, frozen=True):
    """The result of formatting one file."""

    path: Path
    changed: bool
    """True if its canonical form differs from its content."""
    error: ReconcilerError | None = None
    """Why it has no canonical form; None if it has one."""


def format_files(specs: Path, paths: Sequence[Path], *, check: bool) -> Iterator[FormattedFile]:
    """Write files in canonical form, one after the other; with `check` write nothing.

    Formats the files of `paths` and of the folders among them, or of the folder of
    the specs; policies are skipped. Raises `ReconcilerError` if there is no such folder.
    """
    for path, read in _files(specs, paths):
        try:
            content = read_file(path) if read is None else read
            canonical = _canonical(content, path)
        except ReconcilerError as error:
            yield FormattedFile(path, changed=False, error=error)
            continue
        if canonical != content and not check:
            replace_file(path, canonical, path.parent)
        yield FormattedFile(path, canonical != content)


def _files(specs: Path, paths: Sequence[Path]) -> Iterator[tuple[Path, bytes | None]]:
    """Yield each file, with its bytes if the folder that it is in was read."""
    for path in dict.fromkeys(paths or (specs,)):
        if path.is_file():
            yield path, None
        else:
            require_folder(path)
            for name, content in read_folder(path).contents.items():
                if name.endswith(ENDINGS) and name.split("/", 1)[0] != POLICIES:
                    yield path / name, content


def _canonical(content: bytes, path: Path) -> bytes:
    file = path.as_posix()
    return rewritten(content, file, lambda text: formatted(text, _order_of(path).ordered, file))


def _order_of(file: Path) -> DocumentOrder:
    if file.name == CONFIG_FILE:
        return order_of_config()
    kind = kind_of_file(file)
    if kind is None:
        raise InputError([misplaced(file.as_posix())])
    return order_of_kind(kind)
