"""The plan as a value: every spec's action, its changes, and what it was computed from.

Nothing here depends on files, the command line or messages; the format of the plan
file is in `plan_file`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer, format_pointer
from reconciler.model.specs import LiveFingerprint, LiveSpec, SpecKey
from reconciler.model.targets import TargetIdentity
from reconciler.model.verdicts import CompatibilityLevel, Impact, SchemaVerdict
from reconciler.planning.commands import USUAL_FOLDER, specs_folder
from reconciler.planning.git_facts import GitFacts
from reconciler.planning.refusal import Refusal


class Action(StrEnum):
    """The action of an apply on a spec: POST it, PUT it, or nothing."""

    CREATE = "create"
    UPDATE = "update"
    NONE = "none"


class Operation(StrEnum):
    """The operation of a change at its pointer."""

    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"

    @property
    def inverse(self) -> Operation:
        """The inverse operation."""
        inverses = {Operation.ADD: Operation.REMOVE, Operation.REMOVE: Operation.ADD}
        return inverses.get(self, self)


class Origin(StrEnum):
    """The origin of a difference; DESIGN, "Three-way merge"."""

    REPO = "repo"
    """In Git."""
    DRIFT = "drift"
    """On the target."""
    CONFLICT = "conflict"
    """In both, differently."""
    UNKNOWN = "unknown"
    """There is no base to compare with."""


class Change(Struct, frozen=True):
    """One difference at one JSON Pointer."""

    operation: Operation
    pointer: Pointer
    """The pointer; an element of a set or of a keyed list by its own key, never by an index."""
    before: Json
    """The live value; None for an addition."""
    after: Json
    """The value that an apply writes; None for a removal."""
    origin: Origin
    removed_elements: tuple[str, ...] = ()
    """Every element that live loses, as JSON Pointers."""
    unconverged: bool = False
    """True if the last apply wrote this and the service kept something else."""
    pending: bool = False
    """True if the value names a spec by its reference (`connectionSpec.mailchimp`), since its id
    is known only after the apply that creates it."""

    @property
    def path(self) -> str:
        """The pointer as a string."""
        return format_pointer(self.pointer)

    @property
    def undone(self) -> Change:
        """The inverse change."""
        return replace(self, operation=self.operation.inverse, before=self.after, after=self.before)


class Carried(Struct, frozen=True):
    """The counts of live values in a PUT body that the plan does not change."""

    fields: int = 0
    """The number of values."""
    elements: int = 0
    """The number of elements of sets that only live has."""
    unknown: tuple[str, ...] = ()
    """Top-level fields that neither the file nor this program knows."""


class LastWrite(Struct, frozen=True):
    """The last write of the live document, as the service reports it."""

    by: str
    """The client or user; empty if the service does not report it."""
    at: int | None
    """The time in epoch milliseconds."""


class PlannedSpec(Struct, frozen=True):
    """One spec of a plan."""

    kind: Kind
    id: str
    """The id; the reference where the target has given none (see `has_id`)."""
    name: str
    file: str
    """The spec's file, as a user would type it from the working directory."""
    action: Action
    live: LiveSpec | LiveFingerprint | None = None
    """The live document that the plan was made for; None without one."""
    changes: tuple[Change, ...] = ()
    """The changes of an apply, in the order of the documents."""
    refusals: tuple[Refusal, ...] = ()
    """The refusals of guards for this spec."""
    body: JsonObject | None = None
    """The whole document to send; None if there is nothing to send."""
    carried: Carried = Carried()
    """The counts of live values that the body keeps."""
    skipped: tuple[Change, ...] = ()
    """Differences that this plan does not touch (`--only-origin`)."""
    last_write: LastWrite | None = None
    """The last write of live; shown with a difference, and not used when applying."""
    shared: tuple[Pointer, ...] = ()
    """Lists with elements of others beside those of this repository (`x-reconciler.shared`)."""
    ignored: tuple[Pointer, ...] = ()
    """Fields that keep the value on the target (`x-reconciler.ignore`)."""
    error: str = ""
    """The error that prevents planning this spec; its action is NONE then."""
    reference: str = ""
    """The reference by which other files name this spec; empty without one."""
    found: bool = False
    """True if the id was found on the target and is not in the file yet."""
    namesakes: tuple[str, ...] = ()
    """The ids on the target of other specs of its name when the plan was made: one that is there
    beside them when it is applied is this one."""
    match: tuple[Pointer, ...] = ()
    """The fields that distinguish the spec from namesakes; see `model.specs.identity`."""
    verdicts: tuple[SchemaVerdict, ...] = ()
    """The verdicts on the embedded schemas that change."""
    impact: Impact | None = None
    """The impact on dataflows or connections; None if it cannot affect any."""

    @property
    def key(self) -> SpecKey:
        """The spec's identity."""
        return SpecKey(self.kind.name, self.id)

    @property
    def live_fingerprint(self) -> str | None:
        """The fingerprint of the live document that the plan was made for; None without one."""
        return None if self.live is None else self.live.fingerprint

    @property
    def place(self) -> tuple[str, str]:
        """The key of the spec across targets, where its id may differ: its file."""
        return self.kind.name, self.file

    @property
    def has_id(self) -> bool:
        """True if the target has assigned an id to the spec."""
        return self.id != self.reference

    @property
    def breaking(self) -> tuple[SchemaVerdict, ...]:
        """The verdicts on schemas that reject an instance which they accepted."""
        return tuple(
            found for found in self.verdicts if found.verdict is CompatibilityLevel.BREAKING
        )

    @property
    def removals(self) -> int:
        """The number of elements that live loses."""
        return sum(len(change.removed_elements) for change in self.changes)


class Unmanaged(Struct, frozen=True):
    """A spec on the target that no file describes."""

    kind: str
    id: str
    name: str


class Summary(Struct, frozen=True):
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
        """The number of specs that an apply would write."""
        return self.create + self.update


class Plan(Struct, frozen=True):
    """The action for every spec against one target."""

    target: TargetIdentity
    git: GitFacts
    """The commit of the files and of the base."""
    specs: tuple[PlannedSpec, ...]
    """Sorted by kind and file."""
    unmanaged: tuple[Unmanaged, ...] = ()
    """Specs on the target that no file describes."""
    unmanaged_since_base: tuple[Unmanaged, ...] = ()
    """Specs of the base whose files are gone. They stay on the target: the API has no DELETE."""
    refusals: tuple[Refusal, ...] = ()
    """The refusals of guards for the plan as a whole; a spec has its own."""
    warnings: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """The names of the connection specs whose ids are in the changes, by id."""
    target_changes: tuple[str, ...] = ()
    """How `reconciler.yaml` changed, since the base, where credentials are sent and which."""
    partial: bool = False
    """True if only a part of the commit was planned, so that an apply does not record it."""
    pending: tuple[PlannedSpec, ...] | None = None
    """The specs with changes that are committed and not applied yet; None for any plan but that of
    `drift`."""

    @property
    def folder(self) -> str:
        """The folder of the specs; the default one if the plan has none."""
        return next((specs_folder(spec.kind, spec.file) for spec in self.specs), USUAL_FOLDER)

    @property
    def to_write(self) -> tuple[PlannedSpec, ...]:
        """The specs that an apply would create or update."""
        return tuple(spec for spec in self.specs if spec.action is not Action.NONE)

    @property
    def all_refusals(self) -> tuple[Refusal, ...]:
        """The plan's own refusals and then those of its specs."""
        return self.refusals + tuple(no for spec in self.specs for no in spec.refusals)

    def with_refusals(self, change: Callable[[Refusal], Refusal]) -> Plan:
        """Return the plan with each refusal changed, its own and those of its specs."""
        specs = tuple(
            replace(spec, refusals=tuple(map(change, spec.refusals))) for spec in self.specs
        )
        return replace(self, refusals=tuple(map(change, self.refusals)), specs=specs)

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
