"""Whether a plan may be carried out at all: the guards' refusals against what was allowed."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model.errors import RefusedError
from reconciler.planning.guards import Overrides
from reconciler.planning.plan import Plan, Refusal


def standing_refusals(plan: Plan, allowed: Overrides) -> tuple[tuple[str, Refusal], ...]:
    """Return the refusals that nothing lifts, each with its spec's name ("" for the plan's own)."""
    named = [("", refusal) for refusal in plan.refusals]
    named += [(spec.name, refusal) for spec in plan.specs for refusal in spec.refusals]
    return tuple((name, refusal) for name, refusal in named if not allowed.lifts(refusal))


def require_allowed(plan: Plan, allowed: Overrides) -> None:
    """Raise `RefusedError` where a guard refuses the plan and nobody has allowed it.

    The message names every element that a refusal is about.
    """
    standing = standing_refusals(plan, allowed)
    if not standing:
        return
    lines = [f"refused by {_count(len(standing))}; nothing was written."]
    for name, refusal in standing:
        where = f"{name}: " if name else ""
        lines.append(f"  {where}{refusal.guard}: {refusal.message}")
        lines += [f"    {_called(pointer, plan.names)}" for pointer in refusal.pointers]
    raise RefusedError("\n".join(lines))


def _called(pointer: str, names: Mapping[str, str]) -> str:
    """Return a pointer, with the name of the connection spec whose id it ends in."""
    name = names.get(pointer.rpartition("/")[2], "")
    return f"{pointer}  {name}" if name else pointer


def _count(number: int) -> str:
    return "a guard" if number == 1 else f"{number} guards"
