"""The options by which a person lifts a guard, for one run."""

from __future__ import annotations

import functools
from typing import Any

from reconciler.cli.options import Function, option
from reconciler.planning.guards import Allowed
from reconciler.planning.plan import Guard

_HELP = {
    Guard.REMOVALS: "Allow removals that no commit made.",
    Guard.CONFLICTS: "Take the file's value where both sides changed.",
    Guard.PROTECTED: "Allow changes of protected specs.",
    Guard.BREAKING: "Allow changes that break live dataflows.",
}


def allow_options(function: Function) -> Function:
    """Add the `--allow-…` options; they arrive as `allowed`."""

    @functools.wraps(function)
    def with_allowed(*args: Any, **kwargs: Any) -> Any:
        given = frozenset(guard for guard in _HELP if kwargs.pop(f"allow_{guard}"))
        return function(*args, allowed=Allowed(given), **kwargs)

    for guard, text in reversed(_HELP.items()):
        with_allowed = option(guard.flag, is_flag=True, help=text)(with_allowed)
    return with_allowed  # type: ignore[return-value]
