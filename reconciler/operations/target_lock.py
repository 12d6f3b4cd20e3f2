"""Runs against one target on one machine take turns.

The lock is a file's, held by the operating system for the process: it is
released when the process ends, however it ends. It says nothing about other
machines, and other users of this one.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO

from reconciler.model.errors import ReconcilerError
from reconciler.model.targets import Target

_HELD = frozenset({errno.EAGAIN, errno.EACCES, errno.EDEADLK, errno.ENOENT})
"""Errors of a lock that another process holds, or whose file it has just deleted."""
_LOOK = 0.1
"""Seconds between two attempts to take a lock that another run holds."""

if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _take(file: IO[bytes], *, alone: bool) -> None:  # noqa: ARG001 - always alone here
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[bytes], *, alone: bool) -> None:
        fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)


@asynccontextmanager
async def target_lock(
    target: Target,
    *,
    stop: asyncio.Event | None = None,
    on_wait: Callable[[], None] = lambda: None,
    alone: bool = True,
) -> AsyncIterator[None]:
    """Hold the lock of a target; wait for the run that holds it.

    Without `alone` others may hold it so too: they only read. `on_wait` is called
    once if it has to be waited for. Raises `ReconcilerError` if `stop` is set
    before, or if there can be no lock at all.
    """
    path = _folder() / f"{_name(target)}.lock"
    file = _locked(path, alone=alone)
    if file is None:
        on_wait()
    while file is None:
        if stop is not None and stop.is_set():
            raise ReconcilerError(
                "stopped while another run on this machine was applying. Nothing was written."
            )
        await asyncio.sleep(_LOOK)
        file = _locked(path, alone=alone)
    try:
        yield
    finally:
        with suppress(OSError):
            _take(file, alone=True)
            path.unlink()
        file.close()


def _locked(path: Path, *, alone: bool) -> IO[bytes] | None:
    """Return the file, locked, or None where another process has it.

    A file that was deleted meanwhile, by the run that had it, locks nothing.
    """
    file = open(path, "ab", opener=_private)  # noqa: SIM115 - the caller closes it
    try:
        _take(file, alone=alone)
        if os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
    except OSError as error:
        if error.errno not in _HELD:
            file.close()
            raise ReconcilerError(
                f"{path} cannot be locked ({error.strerror}), so that two runs are not kept apart. "
                "Set XDG_STATE_HOME to a folder on a local disk."
            ) from error
    file.close()
    return None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _folder() -> Path:
    """Return the folder of locks: the user's own, or where that cannot be written a temporary."""
    from platformdirs import user_state_path

    user = os.getuid() if hasattr(os, "getuid") else ""
    places = (
        user_state_path("reconciler", appauthor=False) / "locks",
        Path(tempfile.gettempdir()) / f"reconciler-{user}",
    )
    for place in places:
        with suppress(OSError):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_ours(place):
                return place
    raise ReconcilerError(
        f"neither {places[0]} nor {places[1]} can be written, and the lock that keeps two runs "
        "apart must be in one of them. Set HOME or TMPDIR to a folder of your own."
    )


def _is_ours(folder: Path) -> bool:
    """Return True if the folder can be written and no other user has put it there."""
    is_owner = not hasattr(os, "getuid") or folder.lstat().st_uid == os.getuid()
    return is_owner and not folder.is_symlink() and os.access(folder, os.W_OK)


def _name(target: Target) -> str:
    """Return a lock's name. Specs belong to no organisation or sandbox, so the URL decides."""
    if target.emulator is not None:
        place = str(target.store.resolve())
    else:
        place = target.url.rstrip("/").lower()
    return hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:32]
