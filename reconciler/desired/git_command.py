"""Run Git so that nothing in a checked-out branch is executed or decides what is read.

A branch can hold a bare repository as plain files, hooks in a folder that
`core.hooksPath` names, and attributes that choose a filter. So Git is run at the
top of the repository that has a `.git`, never in a folder below it, and only its
plumbing: no command that looks at the work tree.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from reconciler.model.errors import GitError

NO_GIT = "git is not installed or not on the PATH, and it is needed to read this repository."
_SAFE = {
    "safe.bareRepository": "explicit",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "diff.external": "",
    "protocol.ext.allow": "never",
}
"""Configuration that outranks every file of it. The system's and the user's files belong to
whoever set up the machine and hold its `safe.directory`, so they are read."""
_OF_A_HOOK = frozenset(
    {
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_COMMON_DIR",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
        "GIT_EXTERNAL_DIFF",
    }
)
"""Variables that a hook sets and that would point Git at another repository."""


def top_folder(folder: Path) -> Path | None:
    """Return the top folder of the repository that holds a folder, or None.

    That is the nearest folder with a `.git`, which Git never checks out from a
    branch. A bare repository does not count.
    """
    return top_by_name(Path(os.path.realpath(folder)))  # `resolve` raises for a link to itself


def place_in(top: Path, folder: Path) -> str:
    """Return the path of a folder from the top folder of its repository, as Git writes it."""
    return Path(os.path.realpath(folder)).relative_to(top).as_posix()


def top_by_name(path: Path) -> Path | None:
    """Return the repository that an absolute path is in as it is written: no link is followed.

    A link of the repository may lead out of it.
    """
    return next((place for place in (path, *path.parents) if os.path.lexists(place / ".git")), None)


def git(top: Path, *args: str, stdin: bytes = b"") -> bytes:
    """Run a Git command in the top folder of a repository and return its stdout.

    Raises `GitError` with what Git wrote to stderr if it fails or is not installed.
    """
    return git_with_warnings(top, *args, stdin=stdin)[0]


def git_with_warnings(top: Path, *args: str, stdin: bytes = b"") -> tuple[bytes, str]:
    """Run a Git command as `git` does, and return its stdout and its stderr."""
    environ = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    environ |= {
        "GIT_CEILING_DIRECTORIES": str(top.parent),
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    options = [part for name, value in _SAFE.items() for part in ("-c", f"{name}={value}")]
    try:
        done = subprocess.run(  # noqa: S603 - no shell; revisions follow --end-of-options
            [_program(top), "-C", str(top), "--no-pager", *options, *args],
            input=stdin,
            capture_output=True,
            env=environ,
            check=False,
        )
    except OSError as error:
        raise GitError(NO_GIT) from error
    stderr = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode:
        raise GitError(stderr.expandtabs(4) or f"git {args[0]} failed")
    return done.stdout, stderr


def _program(top: Path) -> str:
    """Return the path of Git, never one that a branch can hold.

    Raises `GitError` if it is in no absolute folder of the PATH outside the repository.
    """
    folders = [Path(name) for name in os.environ.get("PATH", os.defpath).split(os.pathsep)]
    trusted = [
        str(folder)
        for folder in folders
        if folder.is_absolute() and (top == Path(top.anchor) or not folder.is_relative_to(top))
    ]
    found = shutil.which("git", path=os.pathsep.join(trusted))
    if found is None or not Path(found).is_absolute():  # Windows looks in the current folder, too
        raise GitError(NO_GIT)
    return found
