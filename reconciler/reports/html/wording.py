"""Short phrases that several parts of the report use."""

from __future__ import annotations

from datetime import UTC, datetime

from reconciler.planning.plan import Action, GitFacts, LastWrite, Origin

ACTIONS = {Action.CREATE: "create", Action.UPDATE: "update", Action.NONE: "in order"}
ORIGINS = {
    Origin.REPO: "a commit since the base made this change",
    Origin.DRIFT: "somebody changed the target, and this takes it back",
    Origin.CONFLICT: "both the repo and somebody at the target changed this",
    Origin.UNKNOWN: "without a base nobody can tell who made this difference",
}


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where that is right."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def base_in_words(git: GitFacts) -> str:
    """Return which base the origins rest on."""
    if git.base is None:
        return git.base_name or "none, so nobody can tell who made a difference"
    return f"{git.base[:12]} ({git.base_name})" if git.base_name else git.base[:12]


def commit_in_words(git: GitFacts) -> str:
    """Return the commit that the specs stand at."""
    if git.commit is None:
        return "none: the specs are in no commit"
    return git.commit[:12] + (", with changes that are not committed" if git.dirty else "")


def write_in_words(written: LastWrite) -> str:
    """Return who wrote the live document last, and when."""
    by = f"by {written.by}" if written.by else "by nobody who is named"
    return by if written.at is None else f"{by}, {_moment(written.at)}"


def _moment(milliseconds: int) -> str:
    try:
        when = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return f"at {milliseconds}"
    return f"{when:%Y-%m-%d %H:%M} UTC"
