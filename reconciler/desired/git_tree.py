"""The files of a folder at a commit, with symbolic links resolved within the commit."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from reconciler.desired.git_command import git, place_in, top_folder
from reconciler.model.errors import GitError

_FILE, _LINK = b"100", b"120000"
"""How the mode of a regular file and of a symbolic link begins in a tree."""
_MOST_LINKS = 40
"""How many links one path may go through, as on Linux (path_resolution(7))."""


def read_files(specs: Path, commit: str) -> dict[str, bytes]:
    """Return every file below `specs` at a commit, by its path relative to `specs`.

    Empty if the folder did not exist then. Raises `GitError` if the commit's
    files cannot be read.
    """
    blobs = list_blobs(specs, commit)
    contents = read_objects(specs, blobs.values())
    return {path: contents[blob] for path, blob in blobs.items()}


def list_blobs(specs: Path, commit: str) -> dict[str, str]:
    """Return the object name of every file below `specs` at a commit, by its relative path.

    A link to a file or folder of the same commit counts as what it leads to;
    any other link is left out. Raises `GitError` as `read_files` does.
    """
    top = top_folder(specs)
    if top is None:
        raise GitError(f"{specs} is not in a Git repository.")
    prefix = place_in(top, specs)
    below = _entries(top, f"{commit}^{{tree}}", "" if prefix == "." else prefix + "/")
    if not any(mode == _LINK for mode, _ in below.values()):
        start = 0 if prefix == "." else len(prefix) + 1
        return {path[start:]: blob for path, (mode, blob) in below.items() if _is_file(mode)}
    whole = _entries(top, f"{commit}^{{tree}}", "")
    links = {path: blob for path, (mode, blob) in whole.items() if mode == _LINK}
    targets = read_objects(specs, links.values())
    tree = _Tree(
        {path: blob for path, (mode, blob) in whole.items() if _is_file(mode)},
        {path: targets[blob].decode("utf-8", "surrogateescape") for path, blob in links.items()},
    )
    return dict(tree.files("" if prefix == "." else prefix, "", set()))


def read_objects(specs: Path, blobs: Iterable[str]) -> dict[str, bytes]:
    """Return the contents of objects by their names. Raises `GitError` if one is missing."""
    wanted = list(dict.fromkeys(blobs))
    top = top_folder(specs)
    if top is None or not wanted:
        return {}
    answer = git(top, "cat-file", "--batch", stdin="\n".join(wanted).encode())
    found, position = {}, 0
    for blob in wanted:
        end = answer.index(b"\n", position)
        header = answer[position:end].split()
        if len(header) != 3:
            raise GitError(f"the object {blob} is missing from this repository. Fetch it again.")
        size = int(header[2])
        found[blob] = answer[end + 1 : end + 1 + size]
        position = end + 1 + size + 1
    return found


def tracked_files(top: Path) -> frozenset[str]:
    """Return the paths of all files in a repository's index. Raises `GitError` without one."""
    return frozenset(map(os.fsdecode, git(top, "ls-files", "-z").split(b"\0")))


class _Tree(Struct, frozen=True):
    """A commit's files and links by their paths from the top of the repository."""

    blobs: Mapping[str, str]
    links: Mapping[str, str]

    def files(self, folder: str, shown: str, seen: set[str]) -> Iterator[tuple[str, str]]:
        """Yield the files of a folder under the path `shown`; `seen` holds the folders so far.

        A folder that several links lead to is listed once, as `files.walk` lists it.
        """
        if folder in seen:
            return
        seen.add(folder)
        start = folder + "/" if folder else ""
        for path, blob in self.blobs.items():
            if path.startswith(start):
                yield posixpath.join(shown, path[len(start) :]), blob
        for path in sorted(self.links):
            if path.startswith(start):
                place = self.resolve(path)
                name = posixpath.join(shown, path[len(start) :])
                if place is None:
                    continue
                if place in self.blobs:
                    yield name, self.blobs[place]
                else:
                    yield from self.files(place, name, seen)

    def resolve(self, path: str) -> str | None:
        """Return where a path leads, None outside the repository or in a circle."""
        for _ in range(_MOST_LINKS):
            parts = path.split("/")
            steps = ("/".join(parts[: end + 1]) for end in range(len(parts)))
            link = next((step for step in steps if step in self.links), None)
            if link is None:
                return path
            rest = path[len(link) + 1 :]
            path = posixpath.normpath(
                posixpath.join(posixpath.dirname(link), self.links[link], rest)
            )
            if path.startswith(("/", "..")):
                return None
            path = "" if path == "." else path
        return None


def _entries(top: Path, tree: str, folder: str) -> dict[str, tuple[bytes, str]]:
    """Return the mode and the object name of every entry below a folder of a tree."""
    named = [folder] if folder else []
    listed = git(top, "ls-tree", "-r", "-z", "--full-tree", tree, "--", *named)
    found = {}
    for line in filter(None, listed.split(b"\0")):
        meta, path = line.split(b"\t", 1)
        mode, _, blob = meta.split()
        found[path.decode("utf-8", "surrogateescape")] = (mode, blob.decode())
    return found


def _is_file(mode: bytes) -> bool:
    return mode.startswith(_FILE)
