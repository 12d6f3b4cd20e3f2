"""What a change of a spec means for those who live under it: values only.

An embedded schema is a contract. A verdict says whether a change of it can
break anything, and an impact whom it breaks; `compatibility` finds the one and
`impact` the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.json_text import Json
from reconciler.model.pointers import Pointer, format_pointer


class CompatibilityLevel(StrEnum):
    """What is known of the settings that a schema took before it changed.

    BREAKING: it refuses one of them; there is an example. COMPATIBLE: it takes
    all of them; there is a proof. SEARCHED: none was found that it refuses, and
    no proof either. UNCHANGED: only titles, descriptions or the order differ.
    """

    BREAKING = "breaking"
    COMPATIBLE = "compatible"
    SEARCHED = "compatible as far as searched"
    UNCHANGED = "unchanged in meaning"


@dataclass(frozen=True)
class Example:
    """A setting that one schema accepts and the other refuses, and why it refuses it.

    `reason` is a clause without an end: `interval must be at least 60`.
    """

    setting: Json
    reason: str


@dataclass(frozen=True)
class SchemaVerdict:
    """The verdict on one changed embedded schema.

    `breaks` was accepted and is refused: there is one for BREAKING and for
    nothing else. `widens` was refused and is accepted, where one was found.
    `searched` counts the settings that were tried under both schemas. `note`
    says why there was nothing to try, where that is so.
    """

    pointer: Pointer
    verdict: CompatibilityLevel
    breaks: Example | None = None
    widens: Example | None = None
    searched: int = 0
    note: str = ""

    @property
    def path(self) -> str:
        """The pointer's text."""
        return format_pointer(self.pointer)


@dataclass(frozen=True)
class AffectedFlow:
    """A live dataflow that was in order and would not be any more: where, and why.

    `path` points into the flow. A flow with several flaws is named once for each.
    """

    id: str
    name: str
    path: str
    message: str
    state: str = ""
    """The state that the service gives it, such as `disabled` or `draft`; empty if enabled."""


@dataclass(frozen=True)
class Impact:
    """What a change does to the live dataflows of a flow spec.

    `checked` counts the flows that were read and judged. `note` says why they
    were not read, or not all of them; then nothing follows from an empty `affected`.
    """

    checked: int
    affected: tuple[AffectedFlow, ...] = ()
    note: str = ""

    @property
    def flows(self) -> int:
        """How many flows are affected."""
        return len({flow.id for flow in self.affected})
