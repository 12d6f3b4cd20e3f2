"""What a change of a spec means for what depends on it: values only.

A verdict says whether a change of an embedded schema can break anything, an
impact which live dataflows or connections it breaks. `compatibility` finds the
one and `planning.impact` the other.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from reconciler.model.json_text import Json
from reconciler.model.pointers import Pointer, format_pointer


class CompatibilityLevel(StrEnum):
    """What is known of the instances that a schema accepted before it changed.

    The strongest first, in which order reports list them. The values are those of a plan file.
    """

    BREAKING = "breaking"
    """It rejects one of them: there is an example."""
    UNDECLARED = "breaking for undeclared names"
    """It rejects one of them, and none that uses only names which the old schema declares."""
    FORMAT = "format added"
    """It rejects none, unless the service enforces a `format` that is new: that is not known."""
    SEARCHED = "compatible as far as searched"
    """None was found that it rejects, and there is no proof either."""
    COMPATIBLE = "compatible"
    """It accepts all of them: there is a proof."""
    UNCHANGED = "unchanged in meaning"
    """Only titles, descriptions or the order differ."""


class Example(Struct, frozen=True):
    """An instance that one schema accepts and the other rejects."""

    instance: Json
    """The instance, or None if it is too long to show: see `description`."""
    reason: str
    """Why it is rejected, a clause without a full stop: `interval must be at least 60`."""
    description: str = ""
    """Words for an instance that is too long to show: `a string of 5,001 characters`."""


class SchemaVerdict(Struct, frozen=True):
    """The verdict on one changed embedded schema."""

    pointer: Pointer
    """Where the schema is in the spec."""
    verdict: CompatibilityLevel
    """What is known of the change."""
    breaks: Example | None = None
    """What was accepted and is rejected: there is one for BREAKING and for nothing else."""
    widens: Example | None = None
    """What was rejected and is accepted, if anything was found."""
    searched: int = 0
    """How many instances that the old schema accepts were tried under the new one."""
    note: str = ""
    """What limits the verdict: why nothing could be tried, what ran out, which format is new."""

    @property
    def path(self) -> str:
        """The pointer as a string."""
        return format_pointer(self.pointer)


class AffectedFlow(Struct, frozen=True):
    """A live dataflow or connection that a change breaks, or that could not be checked."""

    id: str
    name: str
    """Its name, empty if it has none."""
    path: str
    """The JSON Pointer of what is rejected, within the dataflow."""
    message: str
    """Why, a clause without a full stop. One with several reasons is listed once for each."""
    state: str = ""
    """The state that the service gives it, such as `disabled` or `draft`; empty if enabled."""


class Impact(Struct, frozen=True):
    """What a change does to the live dataflows of a flow spec, or connections of a connection spec.

    Nothing follows from an empty `affected` if there is a `note`.
    """

    checked: int
    """How many were read and checked."""
    affected: tuple[AffectedFlow, ...] = ()
    """Those that would break."""
    note: str = ""
    """Why they were not read, or not all of them."""
    unjudged: tuple[AffectedFlow, ...] = ()
    """Those of which it is not known: the schema that is live rejects them too, for example."""

    @property
    def flows(self) -> int:
        """How many are affected."""
        return len({flow.id for flow in self.affected})
