"""`Reconciler-Allow` trailers: overrides that were reviewed with the commit that needs them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from reconciler.desired.git import commits_between, read_applied
from reconciler.desired.git_tree import read_objects
from reconciler.model.errors import GitError
from reconciler.model.trailers import TRAILER_KEY, Trailer

_LINE = re.compile(rf"^[ \t]*{TRAILER_KEY}:[ \t]*(.*?)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
"""A line of its own anywhere in a message: squashing moves and indents what was the last part.
Git reads the keys of trailers in any case of letters."""
_VALUE = re.compile(r"(?P<guard>\S+)(?:\s+(?P<file>.*?))?(?:\s+\((?P<reason>.*)\))?", re.DOTALL)
_AUTHOR = re.compile(rb"^author (.*) <", re.MULTILINE)


def read_trailers(specs: Path, base: str, head: str, target: str) -> tuple[Trailer, ...]:
    """Return the trailers of the commits that `head` has and `base` has not, newest first.

    Those of commits that were recorded as applied to the target are left out: a
    trailer is used once. Raises `GitError` if the history cannot be read.
    """
    try:
        recorded = read_applied(specs, target)
    except GitError:  # a commit that is not here excludes none that is
        recorded = None
    commits = commits_between(specs, base, head, without=recorded)
    objects = read_objects(specs, commits)
    return tuple(found for commit in commits for found in _trailers(commit, objects[commit]))


def _trailers(commit: str, content: bytes) -> Iterator[Trailer]:
    head, _, message = content.partition(b"\n\n")
    author = _AUTHOR.search(head)
    name = author[1].decode("utf-8", "replace") if author else ""
    for line in _LINE.finditer(message.decode("utf-8", "replace")):
        value = _VALUE.fullmatch(line[1])
        if value is not None:
            file, reason = (value["file"] or "").strip("\"'`"), value["reason"] or ""
            yield Trailer(value["guard"].rstrip(":,"), file, reason, commit, name)
