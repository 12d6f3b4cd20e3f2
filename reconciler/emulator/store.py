"""The emulator's store: documents in SQLite, with a revision each.

Write-ahead logging with full synchronisation: what was answered with 200 is
still there after kill -9 or a power cut. Several processes may share a file.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

from reconciler.model.errors import ReconcilerError
from reconciler.model.json_access import expect_list, expect_object, expect_string
from reconciler.model.json_text import JsonObject, parse_json, wire_json

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (collection, id)
)
"""
_SEEDED = 1
"""SQLite's user_version of a seeded store."""
_APPLICATION = 0x7265636E
"""SQLite's application_id of a store ("recn"), which identifies the file as a store."""
_OLDER = {"documents", "sqlite_sequence"}
"""The tables of a store from before it had an application_id."""


class Stored(Struct, frozen=True, dict=True):
    """A document as stored, and its revision."""

    id: str
    revision: int
    text: str

    @cached_property
    def document(self) -> JsonObject:
        """The document, parsed on first access."""
        return expect_object(parse_json(self.text))


class Store:
    """Documents by collection and id. A fresh store holds the documented specs."""

    def __init__(self, path: Path | str, *, empty: bool = False) -> None:
        """Open or create the file. Raises `ReconcilerError` if it cannot be a store."""
        if str(path) != ":memory:":
            Path(path).absolute().parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        try:
            if str(path) != ":memory:":
                _require_store(Path(path))
            self._connection = sqlite3.connect(
                path, timeout=30, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(empty=empty)
            except BaseException:
                self.close()
                raise
        except sqlite3.Error as error:
            raise ReconcilerError(
                f"{path} cannot hold the emulator's documents: {error}. Name another file: "
                "`emulator:` of the target in reconciler.yaml, or --data."
            ) from error

    def _prepare(self, *, empty: bool) -> None:
        self._connection.execute("PRAGMA synchronous = FULL")
        with self.transaction():
            self._connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            self._connection.execute(_SCHEMA)
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version < _SEEDED:
                if not empty:
                    self._seed()
                self._connection.execute(f"PRAGMA user_version = {_SEEDED}")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold an exclusive transaction from a read to the write that depends on it."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def get(self, collection: str, document_id: str) -> Stored | None:
        """Return one document, or None."""
        with self._lock:
            row = self._connection.execute(
                "SELECT id, revision, document FROM documents WHERE collection = ? AND id = ?",
                (collection, document_id),
            ).fetchone()
        return None if row is None else _stored(row)

    def all(self, collection: str) -> list[Stored]:
        """Return every document of a collection, in the order of creation."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT id, revision, document FROM documents WHERE collection = ? "
                "ORDER BY position",
                (collection,),
            ).fetchall()
        return [_stored(row) for row in rows]

    def put(self, collection: str, document_id: str, document: JsonObject) -> Stored:
        """Create or replace one document."""
        text = wire_json(document).decode("ascii")
        with self._lock:
            (revision,) = self._connection.execute(
                "INSERT INTO documents (collection, id, revision, document) VALUES (?, ?, 1, ?) "
                "ON CONFLICT (collection, id) DO UPDATE "
                "SET document = excluded.document, revision = revision + 1 RETURNING revision",
                (collection, document_id, text),
            ).fetchone()
        return Stored(document_id, revision, text)

    def _seed(self) -> None:
        for collection, documents in documented_specs().items():
            for document in documents:
                self.put(collection, expect_string(document["id"]), document)


def documented_specs() -> dict[str, list[JsonObject]]:
    """Return the specs that Adobe's documentation shows, by collection."""
    text = files(__package__).joinpath("seed.json").read_text(encoding="utf-8")
    return {
        collection: [expect_object(document) for document in expect_list(documents)]
        for collection, documents in expect_object(parse_json(text)).items()
    }


def _require_store(path: Path) -> None:
    """Create an empty file that only its owner can read, or check one without writing to it.

    Raises `sqlite3.DatabaseError` if it is another program's.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise sqlite3.OperationalError(error.strerror) from error
    if path.stat().st_size == 0:
        return
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=30)) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        tables = {
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type != 'index'"
            )
        }
    if application != _APPLICATION and (application or tables != _OLDER):
        raise sqlite3.DatabaseError("it is the database of another program")


def _stored(row: tuple[str, int, str]) -> Stored:
    return Stored(*row)
