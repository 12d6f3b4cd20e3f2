"""Git's revisions and refs: HEAD, the base, and the commit last applied to a target.

The work tree is never touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from reconciler.desired.git_command import git, git_with_warnings, place_in, top_folder
from reconciler.model.errors import GitError

_CREATED = "refs/reconciler/created/"
REF_PREFIX = "refs/reconciler/applied/"
_BROKEN = "ignoring "
"""What `git for-each-ref` warns of: `ignoring broken ref`, `ignoring dangling symref`."""


def applied_ref(target: str) -> str:
    """Return the name of the ref that holds the commit last applied to a target."""
    return REF_PREFIX + target


def head_commit(specs: Path) -> str | None:
    """Return the commit at HEAD; None without a repository or before the first commit.

    Raises `GitError` if there is a repository that Git cannot read, or no Git to read it.
    """
    top = top_folder(specs)
    if top is None:
        return None
    try:
        return _commit(top, "HEAD")
    except GitError:
        branch = current_branch(specs)
        if branch is not None and _read_ref(top, f"refs/heads/{branch}") is None:
            return None
        raise


def current_branch(folder: Path) -> str | None:
    """Return the checked-out branch, which may have no commit yet; None if there is none."""
    top = top_folder(folder)
    return None if top is None else _first_line(top, "symbolic-ref", "--quiet", "--short", "HEAD")


def default_branch(folder: Path) -> str | None:
    """Return the branch that pull requests are merged into, which may have no commit yet.

    That is the branch that `origin` names, else `main` or `master`, else the checked-out one.
    None outside a repository and without a branch.
    """
    top = top_folder(folder)
    if top is None:
        return None
    if origin := _first_line(top, "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"):
        return origin.removeprefix("refs/remotes/origin/")
    for branch in ("main", "master"):
        if _first_line(top, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"):
            return branch
    return current_branch(folder)


def _first_line(top: Path, *args: str) -> str | None:
    """Return the line that a Git command prints, None if it fails."""
    try:
        return _line(git(top, *args)) or None
    except GitError:
        return None


def resolve(specs: Path, rev: str) -> str:
    """Return the commit that a revision names.

    Raises `GitError` if this is not a repository or the revision is not in it.
    """
    top = top_folder(specs)
    if top is None:
        raise GitError(
            f"{specs} is not in a Git repository, so no revision can be compared with. "
            "Plan without --base, or run inside the clone."
        )
    try:
        return _commit(top, rev)
    except GitError as error:
        git(top, "rev-parse", "--git-dir")  # raises if the repository itself cannot be read
        raise GitError(
            f"revision '{rev}' not found in this repository. {_how_to_fetch(top)}"
        ) from error


def commits_between(
    specs: Path, base: str, head: str, *, without: str | None = None, touching: bool = False
) -> tuple[str, ...]:
    """Return the commits that `head` has and `base` and `without` have not, newest first.

    With `touching` only those that change the specs. Raises `GitError` if the
    history cannot be read.
    """
    top = top_folder(specs)
    if top is None:
        return ()
    excluded = [f"^{commit}" for commit in (base, without) if commit]
    below = place_in(top, specs)
    # A merge may have discarded (`-s ours`) what a commit of the other side held and applied.
    paths = ["--full-history", "--", f":(top,literal){below}"] if touching else []
    listed = git(top, "rev-list", head, *excluded, *paths)
    return tuple(listed.decode().split())


def read_applied(specs: Path, target: str) -> str | None:
    """Return the commit that was last recorded as applied to a target, None if none was.

    Raises `GitError` if one was recorded and cannot be read: the ref is broken,
    or its commit is not in this repository.
    """
    top = top_folder(specs)
    if top is None:
        return None
    ref = applied_ref(target)
    recorded = _read_ref(top, ref)
    if recorded is None:
        return None
    try:
        return _commit(top, recorded)
    except GitError as error:
        raise GitError(
            f"commit {recorded[:12]}, which {ref} records as applied to {target}, is not in this "
            f"repository. {_how_to_fetch(top)} If a force-push removed it, compare with another "
            f"commit (--base REV), or forget the record (git update-ref -d {ref})."
        ) from error


def record_applied(specs: Path, target: str, new: str, old: str | None) -> None:
    """Move a target's ref from `old` (None: it does not exist) to `new`, by compare-and-swap.

    Raises `GitError` if another run moved it in the meantime.
    """
    top = top_folder(specs)
    if top is None:
        raise GitError(f"{specs} is not in a Git repository.")
    ref = applied_ref(target)
    try:
        git(top, "update-ref", "-m", "reconciler apply", ref, new, old or "0" * len(new))
    except GitError as error:
        now = _read_ref(top, ref)
        if now == old:
            raise
        if now != new:
            raise GitError(
                f"another run recorded {(now or 'no commit')[:12]} in the meantime; this run is "
                "applied but not recorded. Run plan again."
            ) from error


def note_creation(specs: Path, target: str, reference: str) -> None:
    """Note, in a ref, that a spec without an id is about to be created on a target.

    If the id never gets into a commit, a later run may adopt the spec. Does
    nothing without a repository that has a commit.
    """
    top = top_folder(specs)
    commit = head_commit(specs)
    if top is not None and commit is not None:
        git(top, "update-ref", _created(target, reference), commit)


def noted_creations(specs: Path, target: str, references: Iterable[str]) -> frozenset[str]:
    """Return those of the references that `note_creation` has noted for a target."""
    wanted = {_created(target, reference): reference for reference in references}
    top = top_folder(specs)
    if top is None or not wanted:
        return frozenset()
    listed = git(top, "for-each-ref", "--format=%(refname)", f"{_CREATED}{target}/")
    return frozenset(wanted[ref] for ref in listed.decode().splitlines() if ref in wanted)


def _created(target: str, reference: str) -> str:
    """Return the ref that notes a creation; a hash, since not every reference can be a name."""
    return f"{_CREATED}{target}/{hashlib.sha256(reference.encode()).hexdigest()}"


def _read_ref(top: Path, ref: str) -> str | None:
    """Return what a ref holds, None if it does not exist. Raises `GitError` if it is broken."""
    listed, warnings = git_with_warnings(
        top, "for-each-ref", "--format=%(refname) %(objectname)", ref
    )
    for line in listed.decode().splitlines():
        name, _, found = line.rpartition(" ")
        if name == ref:
            return found
    if _BROKEN in warnings:
        raise GitError(
            f"{ref} is broken: its file in .git does not hold a commit. Fetch it again, or delete "
            f"it (git update-ref -d {ref})."
        )
    return None


def _commit(top: Path, rev: str) -> str:
    return _line(
        git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", rev + "^{commit}")
    )


def _line(output: bytes) -> str:
    return output.decode("utf-8", "surrogateescape").strip()


def _how_to_fetch(top: Path) -> str:
    if _line(git(top, "rev-parse", "--is-shallow-repository")) == "true":
        return (
            "This is a shallow clone: fetch the history (git fetch --unshallow; in GitHub Actions "
            "fetch-depth: 0 for actions/checkout)."
        )
    return "Fetch it, or name another revision."
