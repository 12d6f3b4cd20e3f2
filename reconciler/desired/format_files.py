"""Selects the files for `fmt`, and formats their content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from reconciler.desired.folder import (
    ENDINGS,
    POLICIES,
    kind_of_file,
    read_folder,
    require_folder,
)
from reconciler.desired.key_order import DocumentOrder, order_of_config, order_of_kind
from reconciler.desired.load import CONFIG_FILE, misplaced
from reconciler.desired.write_file import BOM
from reconciler.model.errors import InputError
from reconciler.yamledit.formatting import formatted
from reconciler.yamledit.parse import Parsed, decode


def files_to_format(specs: Path, paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files of `paths` and of the folders among them, or of the specs folder.

    Policies are skipped. Raises `ReconcilerError` if a folder does not exist.
    """
    for path in dict.fromkeys(paths or (specs,)):
        if path.is_file():
            yield path
        else:
            require_folder(path)
            names = (name for name in read_folder(path) if name.endswith(ENDINGS))
            yield from (path / name for name in names if name.split("/", 1)[0] != POLICIES)


def canonical_content(content: bytes, file: Path) -> bytes:
    """Return a file's bytes in canonical form.

    Raises `InputError` if the file does not parse or is not in the folder of a
    kind, and `EditError` if its meaning would change.
    """
    text = decode(content, file.as_posix())
    if isinstance(text, Parsed):
        raise InputError(text.problems)
    bom = BOM if content.startswith(BOM) else b""
    return bom + formatted(text, _order_of(file).ordered, file.as_posix()).encode()


def _order_of(file: Path) -> DocumentOrder:
    if file.name == CONFIG_FILE:
        return order_of_config()
    kind = kind_of_file(file)
    if kind is None:
        raise InputError([misplaced(file.as_posix())])
    return order_of_kind(kind)
