"""Spec files written: edited or new, never by halves, and never outside their folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from reconciler.model.errors import InputError, ReconcilerError
from reconciler.model.json_text import JsonObject
from reconciler.yamledit.edit import edited
from reconciler.yamledit.parse import Parsed, decode

BOM = b"\xef\xbb\xbf"
"""What a UTF-8 file may begin with."""


def edited_content(content: bytes, wanted: JsonObject, file: str) -> bytes:
    """Return a spec file's bytes, edited so that they mean `wanted`; see `edited`."""
    text = decode(content, file)
    if isinstance(text, Parsed):
        raise InputError(text.problems)
    bom = BOM if content.startswith(BOM) else b""
    return bom + edited(text, wanted, file).encode()


def replace_file(path: Path, content: bytes, folder: Path) -> None:
    """Put new bytes in the place of a file's, all at once, and keep its mode.

    A link is followed. Raises `ReconcilerError` where the file is not below `folder`.
    """
    place = _inside(path, folder)
    descriptor, name = tempfile.mkstemp(prefix=f".{place.name[:64]}.", dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(place.stat().st_mode)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def create_file(path: Path, content: bytes, folder: Path) -> None:
    """Write a file that is not there yet, and the folders above it.

    Raises `ReconcilerError` where it would not be below `folder`, and
    `FileExistsError` where there is one.
    """
    place = _inside(path, folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("xb") as file:
        file.write(content)


def _inside(path: Path, folder: Path) -> Path:
    place, root = path.resolve(), folder.resolve()
    if not place.is_relative_to(root):
        raise ReconcilerError(f"{path} leads to {place}, which is not below {root}: not written.")
    return place
