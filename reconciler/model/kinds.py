"""The kinds of spec, one declarative entry each.

A kind says where its collection is, which fields the service manages, which
lists are sets, which lists are keyed by what, and where JSON Schemas are
embedded. Patterns are JSON Pointers in which `*` stands for any one token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True, eq=False)
class Kind:
    """A collection of the API with its own rules. There is one value a kind; see `KINDS`.

    `fields` are the known top-level fields in the order the documentation
    shows them; `references` maps fields that are lists of ids to the name of the
    kind whose ids they are; `spellings` maps other names that Adobe's documents
    use for a field to the one that reads return.
    """

    name: str
    collection: str
    fields: tuple[str, ...]
    sets: frozenset[str] = frozenset()
    keyed: Mapping[str, str] = field(default_factory=dict)
    schemas: frozenset[str] = frozenset()
    references: Mapping[str, str] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict)
    match: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By a name that the documentation prescribes for many specs: pointers to what tells them
    apart, unless a file says otherwise (`x-reconciler.match`)."""

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
    match={
        "generic-streaming": ("/attributes/uiAttributes/label",),
        "generic-rest-extension": ("/attributes/uiAttributes/label",),
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
