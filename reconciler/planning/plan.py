"""The plan as a value: every spec's action, its changes, and what they rest on.

Nothing here knows of files, of the command line or of text for people; the
plan file's format is in `planfile`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer, format_pointer
from reconciler.model.specs import SpecKey
from reconciler.model.targets import TargetIdentity
from reconciler.model.verdicts import CompatibilityLevel, Impact, SchemaVerdict
from reconciler.planning.refusal import Refusal


class Action(StrEnum):
    """What an apply does with a spec: POST it, PUT it, or nothing."""

    CREATE = "create"
    UPDATE = "update"
    NONE = "none"


class Operation(StrEnum):
    """What a change does at its pointer."""

    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"

    @property
    def inverse(self) -> Operation:
        """The operation that takes this one back."""
        if self is Operation.REPLACE:
            return self
        return Operation.REMOVE if self is Operation.ADD else Operation.ADD


class Origin(StrEnum):
    """Who made a difference: the repo's author, somebody at the target, both, or no telling."""

    REPO = "repo"
    DRIFT = "drift"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Change:
    """One difference at one JSON Pointer.

    An element of a set or of a keyed list is a pointer of its own, ending in
    the element's key. `before` is live's value, `after` what an apply puts
    there; the one that an addition or a removal does not have is None.
    `removed_elements` names every element that live loses by it. `unconverged`: the last
    apply wrote it and the service kept something else. `pending`: the value names
    a spec by its reference (`connectionSpec.mailchimp`), since its id is known
    only after the apply that creates it.
    """

    operation: Operation
    pointer: Pointer
    before: Json
    after: Json
    origin: Origin
    removed_elements: tuple[str, ...] = ()
    unconverged: bool = False
    pending: bool = False

    @property
    def path(self) -> str:
        """The pointer's text."""
        return format_pointer(self.pointer)

    @property
    def undone(self) -> Change:
        """The change that takes this one back."""
        return replace(self, operation=self.operation.inverse, before=self.after, after=self.before)


@dataclass(frozen=True)
class Carried:
    """What a PUT body holds of live's that the plan does not touch.

    `fields` counts values, `elements` the elements of sets that only live has;
    `unknown` names the top-level fields that neither the file nor this program knows.
    """

    fields: int = 0
    elements: int = 0
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class LastWrite:
    """Who wrote the live document last and when (epoch milliseconds), as the service says."""

    by: str
    at: int | None


@dataclass(frozen=True)
class PlannedSpec:
    """One spec of a plan.

    `body` is the whole document to send, None where there is nothing to send.
    `skipped` are differences that this plan does not touch (`--only-origin`).
    `shared` are the lists in which others may add and remove beside this repo.
    `reference` is how other files name this spec, nothing where none can. It
    stands in the place of the id too where the target has given none (see
    `has_id`); `found` is a spec whose id was found by name and provider and is
    not in the file yet. `namesakes` are ids at the target of other specs of its
    name and provider: a spec that an apply finds beside them is this one.
    `verdicts` are those on the embedded schemas that change, `impact` what the
    change does to live dataflows; None where nothing in it could touch one.
    """

    kind: Kind
    id: str
    name: str
    file: str
    action: Action
    live_fingerprint: str | None
    changes: tuple[Change, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    body: JsonObject | None = None
    carried: Carried = Carried()
    skipped: tuple[Change, ...] = ()
    last_write: LastWrite | None = None
    shared: tuple[Pointer, ...] = ()
    ignored: tuple[Pointer, ...] = ()
    """Places where the target keeps its value, whatever it becomes (`x-reconciler.ignore`)."""
    error: str = ""
    """Why this spec could not be planned; its action is NONE then, and other specs' are not."""
    reference: str = ""
    found: bool = False
    namesakes: tuple[str, ...] = ()
    match: tuple[Pointer, ...] = ()
    """What tells the spec from others of its name and provider; see `model.specs.identity`."""
    verdicts: tuple[SchemaVerdict, ...] = ()
    impact: Impact | None = None

    @property
    def key(self) -> SpecKey:
        """The spec's identity."""
        return SpecKey(self.kind.name, self.id)

    @property
    def place(self) -> tuple[str, str]:
        """What makes this the same spec at several targets, where its id may differ: its file."""
        return self.kind.name, self.file

    @property
    def has_id(self) -> bool:
        """Whether the target has given the spec an id."""
        return self.id != self.reference

    @property
    def breaking(self) -> tuple[SchemaVerdict, ...]:
        """The verdicts on schemas that refuse a setting which they accepted."""
        return tuple(
            found for found in self.verdicts if found.verdict is CompatibilityLevel.BREAKING
        )

    @property
    def removals(self) -> int:
        """How many elements live loses by this."""
        return sum(len(change.removed_elements) for change in self.changes)


@dataclass(frozen=True)
class Unmanaged:
    """A spec that the target has and no file describes."""

    kind: str
    id: str
    name: str


HEAD = "HEAD"
"""The name of the base of a plan of `drift`: what is committed is what live is measured against."""


@dataclass(frozen=True)
class GitFacts:
    """The commit that the desired specs stand at, and the one that the base was read from.

    `base_name` says how the base was chosen (`--base main`, the applied ref).
    """

    commit: str | None = None
    dirty: bool = False
    base: str | None = None
    base_name: str = ""
    uncommitted: tuple[str, ...] = ()
    """The files that were read and are not as the commit has them, each with the reason."""


@dataclass(frozen=True)
class PendingSpec:
    """A spec with changes that are committed and not applied yet, as `drift` lists it."""

    kind: Kind
    id: str
    name: str
    file: str
    action: Action
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Summary:
    """Counts over a plan's specs and changes."""

    create: int
    update: int
    none: int
    removals: int
    drift: int
    conflicts: int
    refused: int

    @property
    def changes(self) -> int:
        """How many specs an apply would write."""
        return self.create + self.update


@dataclass(frozen=True)
class Plan:
    """Every spec's action against one target, sorted by kind and file.

    `unmanaged_since_base` are specs that the base held and the repo holds no more:
    they stay live, since the API has no DELETE. `refusals` are those of the
    plan as a whole; a spec's own stand with the spec. `names` are the names of
    the connection specs whose ids stand in the changes, by id.
    """

    target: TargetIdentity
    git: GitFacts
    specs: tuple[PlannedSpec, ...]
    unmanaged: tuple[Unmanaged, ...] = ()
    unmanaged_since_base: tuple[Unmanaged, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    target_changes: tuple[str, ...] = ()
    """How `reconciler.yaml` changed, since the base, where credentials are sent and which."""
    partial: bool = False
    """Whether only a part of the commit was planned, so that an apply does not record it."""
    pending: tuple[PendingSpec, ...] | None = None
    """What is committed and not applied yet; None for any plan but that of `drift`."""

    @property
    def to_write(self) -> tuple[PlannedSpec, ...]:
        """The specs that an apply would create or update."""
        return tuple(spec for spec in self.specs if spec.action is not Action.NONE)

    @property
    def all_refusals(self) -> tuple[Refusal, ...]:
        """The plan's own refusals and then those of its specs."""
        return self.refusals + tuple(no for spec in self.specs for no in spec.refusals)

    @property
    def errors(self) -> tuple[PlannedSpec, ...]:
        """The specs that could not be planned: a command that shows or applies the rest fails."""
        return tuple(spec for spec in self.specs if spec.error)

    @property
    def blocking(self) -> tuple[Refusal, ...]:
        """The refusals that nothing overrides: `apply` stops at them."""
        return tuple(refusal for refusal in self.all_refusals if refusal.override is None)

    @property
    def summary(self) -> Summary:
        """The counts that the last line of a plan shows."""
        actions = [spec.action for spec in self.specs]
        return Summary(
            create=actions.count(Action.CREATE),
            update=actions.count(Action.UPDATE),
            none=actions.count(Action.NONE),
            removals=sum(spec.removals for spec in self.specs),
            drift=_count(self.specs, Origin.DRIFT),
            conflicts=_count(self.specs, Origin.CONFLICT),
            refused=len(self.blocking),
        )


def _count(specs: Iterable[PlannedSpec], origin: Origin) -> int:
    return sum(change.origin is origin for spec in specs for change in spec.changes)
