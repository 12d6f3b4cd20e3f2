"""Strings by key, stored between runs in one SQLite file in the platform's cache folder.

Several processes may use it at once. It is a cache: an entry that cannot be read,
has the wrong checksum or is locked counts as missing, and nothing is raised. A
folder that others can write to is not used: they could change what a spec
contains.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

FOLDER_VARIABLE = "RECONCILER_CACHE_DIR"
FILE = "documents.db"
MOST_BYTES = 256 * 1024 * 1024
"""The largest size of the file; then the least recently used strings are deleted, down to half."""

_TABLE = """
CREATE TABLE IF NOT EXISTS texts (
    key BLOB PRIMARY KEY, text TEXT NOT NULL, checksum BLOB NOT NULL, day INTEGER NOT NULL
)
"""
_OLDEST = """
DELETE FROM texts WHERE rowid IN (
    SELECT rowid FROM (
        SELECT rowid, SUM(LENGTH(text)) OVER (ORDER BY day DESC, rowid DESC) AS size FROM texts
    ) WHERE size > ?
)
"""
_PATIENCE = 2.0
"""Seconds to wait for another process that writes."""


class CacheStore:
    """The strings in a folder. Made by `open_store`; `close` it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._today = int(time.time() // 86_400)
        self._stale: list[bytes] = []
        self._connection: sqlite3.Connection | None = None
        for _ in range(2):  # the second time without a file that was not a database
            try:
                self._connection = _connected(file)
                return
            except sqlite3.Error as error:
                if not self._is_removed(error):
                    return

    def get(self, key: bytes) -> str | None:
        """Return the string of a key, or None."""
        if self._connection is None:
            return None
        try:
            row = self._connection.execute(
                "SELECT text, checksum, day FROM texts WHERE key = ?", (key,)
            ).fetchone()
        except sqlite3.Error as error:
            self._give_up(error)
            return None
        if row is None or _checksum(row[0]) != row[1]:
            return None
        if row[2] != self._today:
            self._stale.append(key)
        return str(row[0])

    def close(self, new: Mapping[bytes, str]) -> None:
        """Store new strings, record which old ones were used, and close the file."""
        if self._connection is None:
            return
        try:
            if new or self._stale:
                self._write(self._connection, new)
            self._connection.close()
        except sqlite3.Error as error:
            self._give_up(error)
        self._connection = None

    def _write(self, connection: sqlite3.Connection, new: Mapping[bytes, str]) -> None:
        rows = [(key, text, _checksum(text), self._today) for key, text in new.items()]
        with connection:
            connection.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)", rows)
            connection.executemany(
                "UPDATE texts SET day = ? WHERE key = ?", [(self._today, k) for k in self._stale]
            )
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        if pages * size > MOST_BYTES:
            with connection:
                connection.execute(_OLDEST, (MOST_BYTES // 2,))
            connection.execute("VACUUM")

    def _give_up(self, error: sqlite3.Error) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()
        self._is_removed(error)

    def _is_removed(self, error: sqlite3.Error) -> bool:
        """Delete the file if it is not a database, or a broken one; return True if it was."""
        if type(error) is not sqlite3.DatabaseError:
            return False  # locked, full, not permitted: the file itself is fine
        for ending in ("", "-journal"):
            with suppress(OSError):
                self._file.with_name(self._file.name + ending).unlink()
        return True


def open_store() -> CacheStore | None:
    """Return the store in the user's cache folder; None if there cannot be one."""
    named = os.environ.get(FOLDER_VARIABLE)
    try:
        folder = Path(named) if named else _platform_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except (OSError, RuntimeError):  # cannot be made, or there is no home
        return None
    return CacheStore(folder / FILE) if _is_private(status) else None


def _is_private(status: os.stat_result) -> bool:
    """Return True if only this user can write to a folder.

    Windows has access lists in place of owner and mode; those of a user's profile are private.
    """
    if not hasattr(os, "geteuid"):
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022


def _platform_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("reconciler", appauthor=False)


def _connected(file: Path) -> sqlite3.Connection:
    # A transaction that starts as a reader, and a change of the journal, fail at once where
    # another process writes; one that starts as a writer waits for it.
    connection = sqlite3.connect(file, timeout=_PATIENCE, isolation_level="IMMEDIATE")
    try:
        # After a power cut a cache may be lost, so do not wait for the disk.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_TABLE)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _checksum(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
