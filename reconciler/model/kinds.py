"""The kinds of spec, one declarative entry each: everything else reads the entry.

To add a kind, add an entry and name it in `KINDS`. Its folder, its requests, its
comparison, its checks, its completion and its place in every report follow:

    EXPORT_SPEC = Kind(
        name="exportSpec",
        collection="exportSpecs",
        fields=("id", "name", "version", "regions", "steps"),
        sets=frozenset({"/regions"}),
        keyed={"/steps": "name"},
        schemas=frozenset({"/steps/*/spec"}),
    )

A JSON Schema of its documents, `reconciler/schemas/exportSpec.json`, adds what
editors show and checks of its fields' types. Patterns are JSON Pointers in
which `*` is any one token.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from reconciler.model.json_text import Json

SERVER_MANAGED = frozenset(
    {
        "createdAt",
        "updatedAt",
        "createdBy",
        "updatedBy",
        "createdClient",
        "updatedClient",
        "sandboxId",
        "sandboxName",
        "imsOrgId",
        "etag",
    }
)
"""Fields that the service sets; they never count and are never sent."""

DIRECTIVES_KEY = "x-reconciler"
"""The one key of a spec file that belongs to this program and is never sent."""


class Kind(Struct, frozen=True, eq=False):
    """A collection of the API with its own rules. There is one value a kind; see `KINDS`."""

    name: str
    """The name in plans, commands and references: `flowSpec`."""
    collection: str
    """The collection under the service's base URL, and the folder under `specs/`."""
    fields: tuple[str, ...]
    """The known top-level fields, in the documentation's order."""
    sets: frozenset[str] = frozenset()
    """Patterns of lists whose order does not matter."""
    keyed: Mapping[str, str] = field(default_factory=dict)
    """By the pattern of a list of objects: the member that identifies an element."""
    schemas: frozenset[str] = frozenset()
    """Patterns of embedded JSON Schemas."""
    references: Mapping[str, str] = field(default_factory=dict)
    """By a field that is a list of ids: the name of the kind whose ids they are."""
    sides: Mapping[str, str] = field(default_factory=dict)
    """By such a field: the side of a dataflow that these specs serve, `source` or `target`."""
    settings_of: str = ""
    """Whose settings its embedded schemas describe: `dataflow`, `connection`, or empty for
    none that the service lists."""
    spellings: Mapping[str, str] = field(default_factory=dict)
    """By another name that Adobe's documents use for a field: the one that reads return."""
    match: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By a name that the documentation prescribes for many specs: pointers to what distinguishes
    them, unless a file says otherwise (`x-reconciler.match`)."""
    defaults: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    """By a spec's name, or "" for any: values that the service adds or drops, by their pointers.
    They compare as if they were absent; a write keeps them as they are."""

    @property
    def has_dataflows(self) -> bool:
        """True if dataflows run on specs of this kind, so that a change can break them."""
        return self.settings_of == "dataflow"

    @property
    def path(self) -> str:
        """The collection's path under the service's base URL."""
        return "/" + self.collection

    def __repr__(self) -> str:
        return f"Kind({self.name})"


FLOW_SPEC = Kind(
    name="flowSpec",
    collection="flowSpecs",
    fields=(
        "id",
        "name",
        "providerId",
        "version",
        "type",
        "sourceConnectionSpecIds",
        "targetConnectionSpecIds",
        "optionSpec",
        "transformationSpecs",
        "scheduleSpec",
        "runSpec",
        "attributes",
        "permissionsInfo",
        "entitlementInfo",
        "policy",
    ),
    sets=frozenset({"/sourceConnectionSpecIds", "/targetConnectionSpecIds"}),
    keyed={"/transformationSpecs": "name", "/permissionsInfo/*": "name"},
    schemas=frozenset(
        {"/optionSpec/spec", "/scheduleSpec/spec", "/runSpec/spec", "/transformationSpecs/*/spec"}
    ),
    references={
        "sourceConnectionSpecIds": "connectionSpec",
        "targetConnectionSpecIds": "connectionSpec",
    },
    sides={"sourceConnectionSpecIds": "source", "targetConnectionSpecIds": "target"},
    settings_of="dataflow",
    spellings={
        "transformationSpec": "transformationSpecs",
        "transformationSpecDTOS": "transformationSpecs",
    },
)

CONNECTION_SPEC = Kind(
    name="connectionSpec",
    collection="connectionSpecs",
    fields=(
        "id",
        "name",
        "description",
        "providerId",
        "version",
        "type",
        "settings",
        "authSpec",
        "encryptionSpecs",
        "sourceSpec",
        "targetSpec",
        "exploreSpec",
        "attributes",
        "permissionsInfo",
        "entitlementInfo",
        "policy",
    ),
    keyed={"/authSpec": "name", "/encryptionSpecs": "name", "/permissionsInfo/*": "name"},
    schemas=frozenset(
        {
            "/authSpec/*/spec",
            "/encryptionSpecs/*/spec",
            "/sourceSpec/spec",
            "/sourceSpec/attributes/spec",
            "/targetSpec/spec",
            "/exploreSpec/requestSpec",
            "/exploreSpec/responseSpec",
        }
    ),
    settings_of="connection",
    match={
        "generic-streaming": ("/attributes/uiAttributes/label",),
        "generic-rest-extension": ("/attributes/uiAttributes/label",),
    },
    # The request and the response of "Create a new connection specification using the API",
    # self-serve sources (Streaming SDK).
    defaults={
        "": {"/authSpec": []},
        "generic-streaming": {"/sourceSpec/attributes/authRequired": False},
    },
)

KINDS: tuple[Kind, ...] = (FLOW_SPEC, CONNECTION_SPEC)


def kind_named(name: str) -> Kind:
    """Return the kind of that name (`flowSpec`). Raises `KeyError` where there is none."""
    return _BY_NAME[name]


def kind_of_collection(collection: str) -> Kind | None:
    """Return the kind whose collection (and folder under `specs/`) has that name, or None."""
    return _BY_COLLECTION.get(collection)


_BY_NAME = {kind.name: kind for kind in KINDS}
_BY_COLLECTION = {kind.collection: kind for kind in KINDS}
