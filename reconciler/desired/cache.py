"""Documents that were parsed and judged before, by the bytes of their files.

What a file holds depends on its bytes, on this program and on Python alone, and
so does what is wrong with it, for a target. Only files without errors are kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path

import reconciler
from reconciler.desired.cache_store import CacheStore, open_shelf
from reconciler.desired.parsed_file import Source, parse_spec
from reconciler.desired.patched_source import TARGETS_KEY
from reconciler.model.errors import Problem, Severity
from reconciler.model.json_access import expect_string
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.kinds import DIRECTIVES_KEY, Kind
from reconciler.yamledit.source_map import SourceMap

_JUDGES = ("desired", "model", "schemas", "yamledit")
"""The packages that decide what a file holds and what is wrong with it."""
_METADATA = (".dist-info", ".egg-info")


@dataclass
class _Entry:
    """A file's content and what was said of it, for an audience each; problems name no file."""

    content: JsonObject
    verdicts: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    is_new: bool = False


class Cache:
    """What is known of files by their bytes: in this run, and with a shelf in the next ones too.

    `parsed` counts the files of which nothing was known.
    """

    def __init__(self, shelf: CacheStore | None = None) -> None:
        self._shelf = shelf
        self._entries: dict[bytes, _Entry] = {}
        self._sound: set[bytes] = set()
        self.parsed = 0

    def source(self, content: bytes, file: str, kind: Kind) -> Source:
        """Return a file's bytes parsed, as `parse_spec` does, or as they were before."""
        key = _key("spec", content)
        entry = self._known(key)
        if entry is None:
            self.parsed += 1
            source = parse_spec(content, file, kind)
            if not source.problems:
                self._entries[key] = _Entry(source.content, is_new=True)
            return replace(source, digest=key)
        return Source(file, kind, entry.content, SourceMap(content.decode("utf-8-sig")), digest=key)

    def verdict(self, source: Source, audience: str) -> tuple[Problem, ...] | None:
        """Return what was said of a file for an audience; None where it was not judged yet."""
        entry = self._entries.get(source.digest)
        told = None if entry is None else entry.verdicts.get(audience)
        return told and tuple(replace(problem, file=source.file) for problem in told)

    def keep(self, source: Source, audience: str, problems: Sequence[Problem]) -> None:
        """Remember what was said of a file, unless there is an error among it."""
        entry = self._entries.get(source.digest)
        if entry is None or any(problem.severity is Severity.ERROR for problem in problems):
            return
        entry.verdicts[audience] = tuple(replace(problem, file="") for problem in problems)
        entry.is_new = True

    def is_sound(self, config: bytes) -> bool:
        """Say whether a config of these bytes was judged before and had no problem."""
        return self._shelf is not None and self._shelf.get(_key("config", config)) is not None

    def note_sound(self, config: bytes) -> None:
        """Remember that a config of these bytes has no problem."""
        self._sound.add(_key("config", config))

    def close(self) -> None:
        """Put what is new on the shelf."""
        if self._shelf is not None:
            new = {key: _text(entry) for key, entry in self._entries.items() if entry.is_new}
            self._shelf.close({**new, **dict.fromkeys(self._sound, "sound")})

    def _known(self, key: bytes) -> _Entry | None:
        """Return what is known of a file, from this run or from the shelf."""
        entry = self._entries.get(key)
        if entry is None and self._shelf is not None:
            text = self._shelf.get(key)
            try:
                entry = None if text is None else _entry(text)
            except (AttributeError, RecursionError, TypeError, ValueError):
                return None  # no text of this program's
            if entry is not None:
                self._entries[key] = entry
        return entry


@contextmanager
def remembered(*, between_runs: bool) -> Iterator[Cache]:
    """Yield a cache; what is new in it is there in later runs too, if so wanted."""
    cache = Cache(open_shelf() if between_runs else None)
    try:
        yield cache
    finally:
        cache.close()


def verdict_key(source: Source, target: str | None, known: Collection[str] | None) -> str:
    """Name for whom a verdict holds: for everybody, unless the file has patches for targets."""
    directives = source.content.get(DIRECTIVES_KEY)
    if not isinstance(directives, dict) or TARGETS_KEY not in directives:
        return source.kind.name
    names: Json = None if known is None else [*sorted(known)]
    return compact_json([source.kind.name, target, names])


def _key(what: str, content: bytes) -> bytes:
    return hashlib.sha256(b"%b %b\n%b" % (_this_program(), what.encode(), content)).digest()


@cache
def _this_program() -> bytes:
    """Identify what judges: Python, the installed packages, and the code, which a clone edits."""
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
    """Return the name and version of every installed package: some of them judge specs too.

    These are the names of their metadata folders: `importlib.metadata` takes 30 ms to import.
    """
    found: set[str] = set()
    for folder in sys.path:
        with suppress(OSError):
            found.update(name for name in os.listdir(folder) if name.endswith(_METADATA))  # noqa: PTH208 - strings
    return sorted(found)


def _text(entry: _Entry) -> str:
    """Return an entry as lines of JSON: the verdicts, then each field as name, tab, value."""
    verdicts: Json = {
        audience: [
            [p.line, p.column, p.message, p.fix, p.check, p.severity.value] for p in problems
        ]
        for audience, problems in entry.verdicts.items()
    }
    fields = (f"{_line(name)}\t{_line(value)}" for name, value in entry.content.items())
    return "\n".join([_line(verdicts), *fields])


def _entry(text: str) -> _Entry:
    """Read what `_text` wrote. Raises `ValueError` and its like for anything else."""
    verdicts, *fields = text.split("\n")
    told = {
        audience: tuple(
            Problem("", line, column, message, fix, check, Severity(severity))
            for line, column, message, fix, check, severity in problems
        )
        for audience, problems in json.loads(verdicts).items()
    }
    return _Entry(dict(map(_field, fields)), told)


def _line(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"))


@lru_cache(maxsize=8192)
def _field(line: str) -> tuple[str, Json]:
    """Read a field once, however many specs share it."""
    name, _, value = line.partition("\t")
    return expect_string(json.loads(name)), json.loads(value)
