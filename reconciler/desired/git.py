"""Git's plumbing: which commit this is, what a file held at another, what was applied.

Git is asked without the variables that a hook sets (`GIT_DIR` and its like):
they would answer for another repository than the one the specs are in.
The work tree is never touched.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from reconciler.model.errors import GitError

REF_PREFIX = "refs/reconciler/applied/"
_NONE = "0" * 40
_NO_GIT = "git is not installed, and it is needed to read a revision."
_NO_COMMIT = "git rev-parse failed"
"""What `rev-parse --quiet` leaves to say of a HEAD without a commit."""
_ELSEWHERE = frozenset(
    {
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_COMMON_DIR",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
    }
)
"""Variables that a hook sets and that would point git at another repository."""


@dataclass(frozen=True)
class GitState:
    """The commit at HEAD (None: there is none), and whether the specs differ from it."""

    commit: str | None
    dirty: bool


def applied_ref(target: str) -> str:
    """Return the name of the ref that holds the commit last applied to a target."""
    return REF_PREFIX + target


def git_state(specs: Path) -> GitState:
    """Return the state of the repository that holds `specs`.

    Raises `GitError` where git refuses to read it (another owner, a broken
    repository), but not for want of git, of a repository or of a commit.
    """
    try:
        commit = _git(specs, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").strip()
    except GitError as error:
        if str(error) in (_NO_GIT, _NO_COMMIT) or "not a git repository" in str(error):
            return GitState(None, False)
        raise
    changed = _git(specs, "status", "--porcelain", "--untracked-files=all", "--", ".")
    return GitState(commit, bool(changed))


def top_folder(folder: Path) -> Path | None:
    """Return the top folder of the repository that holds a folder; None where there is none."""
    try:
        return Path(_git(folder, "rev-parse", "--show-toplevel").removesuffix("\n"))
    except GitError:
        return None


def current_branch(folder: Path) -> str | None:
    """Return the branch that is checked out, one without a commit too; None where there is none."""
    try:
        return _git(folder, "symbolic-ref", "--quiet", "--short", "HEAD").strip() or None
    except GitError:
        return None


def resolve(specs: Path, rev: str) -> str:
    """Return the commit that a revision names.

    Raises `GitError` where this is no repository or the revision is not in it.
    """
    _require_repository(specs)
    try:
        return _git(
            specs, "rev-parse", "--verify", "--quiet", "--end-of-options", rev + "^{commit}"
        ).strip()
    except GitError as error:
        shallow = _git(specs, "rev-parse", "--is-shallow-repository").strip() == "true"
        fix = (
            "This is a shallow clone: fetch the history (git fetch --unshallow; in GitHub Actions "
            "fetch-depth: 0 for actions/checkout)."
            if shallow
            else "Fetch it, or name another revision."
        )
        raise GitError(f"the revision {rev} is not in this repository. {fix}") from error


def read_applied(specs: Path, target: str) -> str | None:
    """Return the commit that was last recorded as applied to a target, or None."""
    try:
        return _git(
            specs, "rev-parse", "--verify", "--quiet", applied_ref(target) + "^{commit}"
        ).strip()
    except GitError:
        return None


def record_applied(specs: Path, target: str, new: str, old: str | None) -> None:
    """Move a target's ref from `old` (None: it is not there yet) to `new`, by compare-and-swap.

    Raises `GitError` where another run moved it meanwhile.
    """
    ref = applied_ref(target)
    try:
        _git(specs, "update-ref", "-m", "reconciler apply", ref, new, old or _NONE)
    except GitError as error:
        raise GitError(
            f"{ref} was moved by another run meanwhile; this one is applied but not recorded. "
            f"Plan again to see how the target stands. ({error})"
        ) from error


def read_files(specs: Path, commit: str) -> dict[str, bytes]:
    """Return every file below `specs` at a commit, by its path relative to `specs`.

    Empty where the folder was not there then. Raises `GitError` where the
    commit's files cannot be had.
    """
    listed = _git_bytes(specs, "ls-tree", "-r", "-z", "--full-tree", _tree(specs, commit))
    entries = [entry.split(b"\t", 1) for entry in listed.split(b"\0") if entry]
    blobs = [
        (path.decode("utf-8", "surrogateescape"), meta.split()[2])
        for meta, path in entries
        if meta.startswith(b"100")
    ]
    answer = _git_bytes(specs, "cat-file", "--batch", stdin=b"\n".join(sha for _, sha in blobs))
    files, position = {}, 0
    for path, _ in blobs:
        end = answer.index(b"\n", position)
        size = int(answer[position:end].split()[2])
        files[path] = answer[end + 1 : end + 1 + size]
        position = end + 1 + size + 1
    return files


_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""Git's name for a tree that holds nothing."""


def _tree(specs: Path, commit: str) -> str:
    prefix = _git(specs, "rev-parse", "--show-prefix").strip("\n").rstrip("/")
    if not prefix:
        return f"{commit}^{{tree}}"
    try:
        return _git(specs, "rev-parse", "--verify", "--quiet", f"{commit}:{prefix}").strip()
    except GitError:
        return _EMPTY_TREE


def _require_repository(specs: Path) -> None:
    try:
        _git(specs, "rev-parse", "--git-dir")
    except GitError as error:
        if str(error) == _NO_GIT:
            raise
        raise GitError(
            f"{specs} is in no Git repository, so there is no revision to compare with. "
            "Plan without --base, or run inside the clone."
        ) from error


def _git(specs: Path, *args: str) -> str:
    return _git_bytes(specs, *args).decode("utf-8", "surrogateescape")


def _git_bytes(specs: Path, *args: str, stdin: bytes = b"") -> bytes:
    environ = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    environ |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - no shell; revisions stand behind --end-of-options
            ["git", "-C", str(specs), *args],  # noqa: S607 - the user's own git
            input=stdin,
            capture_output=True,
            env=environ,
            check=False,
        )
    except FileNotFoundError as error:
        raise GitError(_NO_GIT) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise GitError(said or f"git {args[0]} failed")
    return done.stdout
