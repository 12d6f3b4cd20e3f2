"""Authorizing a plan: the refusals of the guards less those that are overridden."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model.errors import RefusedError
from reconciler.model.text import plural
from reconciler.planning.guards import Overrides
from reconciler.planning.plan import Plan
from reconciler.planning.refusal import Refusal


def remaining_refusals(plan: Plan, allowed: Overrides) -> tuple[tuple[str, Refusal], ...]:
    """Return the refusals that nothing overrides, each with the name of its spec ("" if none)."""
    named = [("", refusal) for refusal in plan.refusals]
    named += [(spec.name, refusal) for spec in plan.specs for refusal in spec.refusals]
    return tuple(
        (name, refusal)
        for name, refusal in named
        if refusal.override is None and not allowed.lifts(refusal)
    )


class BlockedError(RefusedError):
    """A guard blocks a plan."""

    def __init__(self, number: int, reasons: str) -> None:
        self.short = f"blocked by {plural(number, 'guard')}; nothing was written."
        """The message without the reasons, for a caller that has shown them already."""
        super().__init__(f"{self.short}\n{reasons}")


def require_allowed(plan: Plan, allowed: Overrides) -> None:
    """Raise `BlockedError` if a guard refuses the plan and `allowed` does not override it.

    The message names every element that a refusal is about.
    """
    remaining = remaining_refusals(plan, allowed)
    if not remaining:
        return
    lines = []
    for name, refusal in remaining:
        where = f"{name}: " if name else ""
        fact, *ways = refusal.message.split("\n")
        lines.append(f"  {where}{refusal.guard}: {fact}")
        lines += [f"    {_called(pointer, plan.names)}" for pointer in refusal.pointers]
        lines += [f"    {way}" for way in ways]
    raise BlockedError(len({refusal.guard for _, refusal in remaining}), "\n".join(lines))


def _called(pointer: str, names: Mapping[str, str]) -> str:
    """Return a pointer, with the name of the connection spec whose id it ends in."""
    name = names.get(pointer.rpartition("/")[2], "")
    return f"{pointer}  {name}" if name else pointer
