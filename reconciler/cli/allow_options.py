"""The options by which a person lifts a guard, for one run."""

from __future__ import annotations

import functools
from typing import Any

from reconciler.cli.options import Function, option

_HELP = {
    "removals": "Allow removals that no commit made.",
    "conflicts": "Take the file's value where both sides changed.",
    "protected": "Allow changes of protected specs.",
    "breaking": "Allow changes that break live dataflows.",
}
"""What each option says, by the name of its guard. The guards are imported once one is lifted:
completing the options does without them."""


def allow_options(function: Function) -> Function:
    """Add the `--allow-…` options; they arrive as `allowed`."""

    @functools.wraps(function)
    def with_allowed(*args: Any, **kwargs: Any) -> Any:
        from reconciler.planning.guards import Overrides
        from reconciler.planning.plan import Guard

        given = frozenset(Guard(guard) for guard in _HELP if kwargs.pop(f"allow_{guard}"))
        return function(*args, allowed=Overrides(given), **kwargs)

    for guard, text in reversed(_HELP.items()):
        with_allowed = option(f"--allow-{guard}", is_flag=True, help=text)(with_allowed)
    return with_allowed  # type: ignore[return-value]
