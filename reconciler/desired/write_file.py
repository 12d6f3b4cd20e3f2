"""Write spec files, edited or new: all at once, and never outside their folder."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from reconciler.model.errors import ReconcilerError
from reconciler.model.json_text import JsonObject
from reconciler.yamledit.parse import decode

BOM = b"\xef\xbb\xbf"
"""The byte order mark that a UTF-8 file may begin with."""


def edited_content(content: bytes, wanted: JsonObject, file: str) -> bytes:
    """Return a spec file's bytes, edited so that they hold `wanted`; see `yamledit.edit.edited`."""
    from reconciler.yamledit.edit import edited

    return rewritten(content, file, lambda text: edited(text, wanted, file))


def rewritten(content: bytes, file: str, rewrite: Callable[[str], str]) -> bytes:
    """Return a file's bytes with another text, and a byte order mark if they had one.

    Raises `InputError` if they are not UTF-8, and what `rewrite` raises.
    """
    bom = BOM if content.startswith(BOM) else b""
    return bom + rewrite(decode(content, file)).encode()


def replace_file(path: Path, content: bytes, folder: Path) -> None:
    """Replace a file's bytes, all at once, and keep its mode.

    A link is followed. Raises `ReconcilerError` if the file is not below `folder`,
    and `OSError` if it cannot be written; the old bytes are left then.
    """
    place = _inside(path, folder)
    with written_beside(path, place, content) as beside:
        beside.chmod(place.stat().st_mode)
        beside.replace(place)


def create_file(path: Path, content: bytes, folder: Path) -> None:
    """Write a file that does not exist, all at once, and the folders above it.

    Raises `ReconcilerError` if it would not be below `folder`, `FileExistsError` if
    it exists, and `OSError` if it cannot be written; nothing is left then.
    """
    place = _inside(path, folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    with written_beside(path, place, content) as beside:
        beside.chmod(0o666 & ~_umask())
        try:
            place.hardlink_to(beside)
        except OSError:
            if os.path.lexists(place):
                raise
            beside.replace(place)  # on a disk without hard links


@contextlib.contextmanager
def written_beside(path: Path, place: Path, content: bytes) -> Iterator[Path]:
    """Yield a file beside `place` that holds the content, and delete it if it is still there.

    Only its owner can read it. Raises `OSError` naming `path` if it cannot be written.
    """
    beside = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{place.name[:64]}.", dir=place.parent)
        beside = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield beside
    except OSError as error:  # names the file beside
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


def _umask() -> int:
    """Return the umask of this process; there is no way to only read it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _inside(path: Path, folder: Path) -> Path:
    place, root = path.resolve(), folder.resolve()
    if not place.is_relative_to(root):
        raise ReconcilerError(f"{path} leads to {place}, which is not below {root}. Not written.")
    return place
