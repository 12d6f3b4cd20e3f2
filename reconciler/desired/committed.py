"""Comparing the files that were read with those of Git at HEAD."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

from reconciler.desired.folder import ENDINGS
from reconciler.desired.git import head_commit
from reconciler.desired.git_command import top_folder
from reconciler.desired.git_tree import list_blobs, read_objects

_LFS = b"version https://git-lfs.github.com/spec/"
"""How the pointer begins that Git holds in the place of a file (git-lfs: docs/spec.md)."""


class GitState(Struct, frozen=True):
    """The commit at HEAD, and which of the files that were read it does not hold."""

    commit: str | None
    """None without a repository or a commit."""
    uncommitted: Mapping[str, str] = field(default_factory=dict)
    """Why a file is not what the commit holds, by its path relative to the specs."""

    @property
    def dirty(self) -> bool:
        """True if the files that were read differ from those of the commit."""
        return bool(self.uncommitted)


def git_state(specs: Path, contents: Mapping[str, bytes]) -> GitState:
    """Return HEAD, and how `contents`, the files below `specs` as they were read, differ from it.

    Whatever is read must be the blob at its path in HEAD. So a file that Git
    ignores, a file of a submodule and one that `git update-index
    --assume-unchanged` hides count as uncommitted. Line endings may differ.

    Raises `GitError` if the repository cannot be read, but not if there is none.
    """
    commit = head_commit(specs)
    if commit is None:
        return GitState(None)
    contents = {path: text for path, text in contents.items() if path.endswith(ENDINGS)}
    blobs = list_blobs(specs, commit)
    changed = {
        path: blobs[path]
        for path, content in contents.items()
        if path in blobs and blobs[path] not in _names(content, blobs[path])
    }
    held = read_objects(specs, changed.values())
    uncommitted = {
        path: "Git LFS keeps it, Git holds a pointer"
        if held[blob].startswith(_LFS)
        else "differs from HEAD"
        for path, blob in changed.items()
    }
    uncommitted |= {path: _why(specs, path) for path in contents if path not in blobs}
    uncommitted |= {
        path: "deleted, but in HEAD"
        for path in blobs
        if path.endswith(ENDINGS) and path not in contents
    }
    return GitState(commit, dict(sorted(uncommitted.items())))


def _names(content: bytes, like: str) -> Iterator[str]:
    """Yield the object names of a file's bytes as they are, and with the line endings of Git."""
    algorithm = "sha1" if len(like) == 40 else "sha256"
    for text in (content, content.replace(b"\r\n", b"\n")):
        header = f"blob {len(text)}\0".encode()
        yield hashlib.new(algorithm, header + text, usedforsecurity=False).hexdigest()


def _why(specs: Path, path: str) -> str:
    """Explain why a file that was read is not in HEAD."""
    is_theirs = top_folder((specs / path).resolve().parent) != top_folder(specs)
    return "in a repository of its own" if is_theirs else "not in HEAD"
