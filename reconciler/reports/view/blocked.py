"""What refuses a plan, guard by guard, and the options that allow it.

The sentences in full stand with the specs; here is what a person needs to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reconciler.model.text import join_limited, plural
from reconciler.planning.plan import Guard, Plan

_FEW = 8


@dataclass(frozen=True)
class Refused:
    """One guard's no: the specs that it is about, or its own sentence about the whole plan."""

    guard: Guard
    places: int
    names: tuple[str, ...]
    message: str = ""

    def where(self, shown: Callable[[str], str]) -> str:
        """Return how many places in which specs; `shown` makes a name fit to print."""
        places = f"{plural(self.places, 'place')} in " if self.places else ""
        return places + join_limited([shown(name) for name in self.names], _FEW)


def refused_by_guard(plan: Plan) -> Iterator[Refused]:
    """Yield the plan's own refusals, then those of its specs, one a guard."""
    for refusal in plan.refusals:
        yield Refused(refusal.guard, 0, (), refusal.message)
    for guard in Guard:
        found = [
            (spec, refusal)
            for spec in plan.specs
            for refusal in spec.refusals
            if refusal.guard is guard
        ]
        if found:
            places = sum(len(refusal.pointers) for _, refusal in found)
            yield Refused(guard, places, tuple(spec.name or spec.id for spec, _ in found))


def flags_that_allow(plan: Plan) -> str:
    """Return the options that allow what an option allows, as a command line takes them."""
    return " ".join(dict.fromkeys(refusal.flag for refusal in plan.all_refusals if refusal.flag))


def guards_without_flag(plan: Plan) -> str:
    """Return the guards whose no only a change of the specs or of the config lifts, in words."""
    return " and ".join(
        dict.fromkeys(refusal.guard.value for refusal in plan.all_refusals if not refusal.flag)
    )
