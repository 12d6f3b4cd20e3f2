"""Caches parsed and checked documents, by the bytes of their files.

A file's document and its problems for a target depend only on its bytes, on this
program and on what is installed. Only files without errors are cached.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from msgspec import Struct, field
from msgspec.json import decode, encode
from msgspec.structs import replace

import reconciler
from reconciler.desired.cache_store import CacheStore, open_store
from reconciler.desired.parsed_file import TARGETS_KEY, SpecSource, parse_spec
from reconciler.model.errors import Severity
from reconciler.model.json_access import expect_object, object_at
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.kinds import DIRECTIVES_KEY, Kind
from reconciler.model.problems import Problem
from reconciler.yamledit.source_map import SourceMap

_JUDGES = ("desired", "model", "schemas", "yamledit")
"""The packages that parse and check a file."""
_METADATA = (".dist-info", ".egg-info")


class _Entry(Struct):
    """A file's content and its problems by audience; problems name no file."""

    content: JsonObject
    verdicts: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    is_new: bool = False


class Cache:
    """Documents by the bytes of their files: of this run, and with a store of later runs too."""

    def __init__(self, store: CacheStore | None = None) -> None:
        self._store = store
        self._entries: dict[bytes, _Entry] = {}
        self._configs: dict[bytes, str] = {}
        self.parsed = 0
        """How many files were not in the cache."""

    def source(self, content: bytes, file: str, kind: Kind) -> SpecSource:
        """Return a file's bytes parsed by `parse_spec`, or from the cache."""
        key = _key("spec", content)
        entry = self._known(key)
        if entry is None:
            self.parsed += 1
            source = parse_spec(content, file, kind)
            if not source.problems:
                self._entries[key] = _Entry(source.content, is_new=True)
            return replace(source, digest=key)
        return SpecSource(
            file, kind, entry.content, SourceMap(content.decode("utf-8-sig")), digest=key
        )

    def verdict(self, source: SpecSource, audience: str) -> tuple[Problem, ...] | None:
        """Return a file's problems for an audience; None if it was not checked yet."""
        entry = self._entries.get(source.digest)
        found = None if entry is None else entry.verdicts.get(audience)
        return found and tuple(replace(problem, file=source.file) for problem in found)

    def keep(self, source: SpecSource, audience: str, problems: Sequence[Problem]) -> None:
        """Cache a file's problems, unless one is an error."""
        entry = self._entries.get(source.digest)
        if entry is None or any(problem.severity is Severity.ERROR for problem in problems):
            return
        entry.verdicts[audience] = tuple(replace(problem, file="") for problem in problems)
        entry.is_new = True

    def config(self, content: bytes) -> JsonObject | None:
        """Return the document of a config of these bytes that was valid; None if none is known."""
        text = self._store.get(_key("config", content)) if self._store is not None else None
        try:
            return None if text is None else expect_object(decode(text))
        except (RecursionError, TypeError, ValueError):
            return None  # not written by this program

    def keep_config(self, content: bytes, document: JsonObject) -> None:
        """Cache the document of a valid config."""
        self._configs[_key("config", content)] = compact_json(document)

    def close(self) -> None:
        """Store what is new."""
        if self._store is not None:
            new = {key: _text(entry) for key, entry in self._entries.items() if entry.is_new}
            self._store.close({**new, **self._configs})

    def _known(self, key: bytes) -> _Entry | None:
        """Return a file's entry, of this run or of the store; None without one."""
        entry = self._entries.get(key)
        if entry is None and self._store is not None:
            text = self._store.get(key)
            try:
                entry = None if text is None else _entry(text)
            except (AttributeError, RecursionError, TypeError, ValueError):
                return None  # not written by this program
            if entry is not None:
                self._entries[key] = entry
        return entry


@contextmanager
def remembered(*, between_runs: bool) -> Iterator[Cache]:
    """Yield a cache; with `between_runs` it is stored for later runs."""
    cache = Cache(open_store() if between_runs else None)
    try:
        yield cache
    finally:
        cache.close()


def verdict_key(source: SpecSource, target: str | None, known: Collection[str] | None) -> str:
    """Return the audience of a file's problems: all targets, unless the file has patches."""
    if TARGETS_KEY not in object_at(source.content, DIRECTIVES_KEY):
        return source.kind.name
    names: Json = None if known is None else [*sorted(known)]
    return compact_json([source.kind.name, target, names])


def _key(what: str, content: bytes) -> bytes:
    return hashlib.sha256(b"%b %b\n%b" % (_this_program(), what.encode(), content)).digest()


@cache
def _this_program() -> bytes:
    """Identify what checks files: Python, the installed packages and this code, edits included."""
    top = Path(reconciler.__file__).parent
    found = sorted(
        (folder, name, status.st_size, status.st_mtime_ns)
        for package in _JUDGES
        for folder, _, names in os.walk(top / package)
        for name in names
        if name.endswith((".py", ".json"))
        for status in [Path(folder, name).stat()]
    )
    names = repr((reconciler.__version__, sys.version, found, _installed()))
    return hashlib.sha256(names.encode()).hexdigest().encode()


def _installed() -> list[str]:
    """Return the name and version of every installed package: some of them check specs.

    These are the names of their metadata folders: `importlib.metadata` takes 30 ms to import.
    """
    found: set[str] = set()
    for folder in sys.path:
        with suppress(OSError):
            found.update(name for name in os.listdir(folder) if name.endswith(_METADATA))  # noqa: PTH208 - strings
    return sorted(found)


def _text(entry: _Entry) -> str:
    """Return an entry as two lines of JSON, the verdicts and the content."""
    verdicts: Json = {
        audience: [
            [p.line, p.column, p.message, p.fix, p.check, p.severity.value] for p in problems
        ]
        for audience, problems in entry.verdicts.items()
    }
    return f"{encode(verdicts).decode()}\n{encode(entry.content).decode()}"


def _entry(text: str) -> _Entry:
    """Read what `_text` wrote. Raises `ValueError` and its like for anything else."""
    verdicts, content = text.split("\n")
    found = {
        audience: tuple(
            Problem("", line, column, message, fix, check, Severity(severity))
            for line, column, message, fix, check, severity in problems
        )
        for audience, problems in decode(verdicts).items()
    }
    return _Entry(expect_object(decode(content)), found)
