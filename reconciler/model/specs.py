"""A spec as the files describe it, and a spec as the target has it."""

from __future__ import annotations

import re
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from reconciler.model.canonical import TwoSpellingsError, canonical_value, normal_spelling
from reconciler.model.fingerprints import fingerprint
from reconciler.model.json_text import JsonObject, compact_json, same
from reconciler.model.kinds import Kind
from reconciler.model.pointer_lookup import found_at
from reconciler.model.pointers import Pointer, parse_pointer
from reconciler.model.references import reference_to
from reconciler.model.shape import place_at, root_place

ID_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
"""The form of every id in the documentation: a UUID in lower case."""


def naming(document: JsonObject) -> tuple[str | None, str | None]:
    """Return what a spec without an id is identified by: its name and its provider.

    None for one that is missing or, in a document of the service's, not a string.
    """
    name, provider = document.get("name"), document.get("providerId")
    return (
        name if isinstance(name, str) else None,
        provider if isinstance(provider, str) else None,
    )


def identity(
    kind: Kind, document: JsonObject, match: tuple[Pointer, ...] = ()
) -> tuple[str | None, ...]:
    """Return what identifies a spec without an id: its name, its provider and more.

    `match` are pointers to the rest; without any, those of the kind for a name
    that the documentation prescribes. Two specs with equal ones are namesakes.
    """
    name, provider = naming(document)
    pointers = match or tuple(map(parse_pointer, kind.match.get(name or "", ())))
    return name, provider, *(_value_at(kind, document, pointer) for pointer in pointers)


def _value_at(kind: Kind, document: JsonObject, pointer: Pointer) -> str | None:
    for found in found_at(document, root_place(kind), pointer):
        return compact_json(canonical_value(found.value, place_at(kind, pointer)))
    return None


class Directives(Struct, frozen=True):
    """The directives of a file (`x-reconciler`) for comparing and applying it."""

    shared: tuple[Pointer, ...] = ()
    """Lists in which only the elements that this repository added are its own."""
    ignore: tuple[Pointer, ...] = ()
    """Places that keep the target's value."""
    protect: bool = False
    """True if a change needs `--allow-protected`."""
    key: str = ""
    """The name by which other files refer to the spec, and which it has while it has no id."""
    others: tuple[str, ...] = ()
    """Ids of namesakes on the target that are not this spec."""
    match: tuple[Pointer, ...] = ()
    """The fields that distinguish the spec from namesakes; see `identity`."""


class Spec(Struct, frozen=True, dict=True):
    """One desired document. `document` is the API's own, canonical spelling, no `x-reconciler`.

    `file` is the path that a user would type from the working directory, with `/`.
    A spec that no target has given an id has its reference for one, and none in
    its document. Documents are shared and never changed in place.
    """

    kind: Kind
    id: str
    name: str
    file: str
    document: JsonObject
    directives: Directives = field(default_factory=Directives)

    @property
    def key(self) -> SpecKey:
        """The identity of this spec in every revision and on every target."""
        return SpecKey(self.kind.name, self.id)

    @cached_property
    def fingerprint(self) -> str:
        """The document's, see `model.fingerprints`."""
        return fingerprint(self.kind, self.document)

    @property
    def reference(self) -> str:
        """The reference by which other files name this spec; empty if its file has no key."""
        key = self.directives.key
        return reference_to(self.kind.name, key) if key else ""

    @property
    def has_id(self) -> bool:
        """True if the id of the spec is known."""
        return "id" in self.document

    def is_namesake(self, live: LiveSpec) -> bool:
        """Return True if a live spec has what identifies this one, and the file does not list it.

        See `identity`; `x-reconciler.others` lists those that are not this one.
        """
        match = self.directives.match
        return (
            live.kind is self.kind
            and live.id not in self.directives.others
            and identity(self.kind, live.document, match)
            == identity(self.kind, self.document, match)
        )

    def identified(self, spec_id: str) -> Spec:
        """Return the spec under the id that a target assigned."""
        return replace(self, id=spec_id, document={"id": spec_id, **self.document})


class SpecKey(Struct, frozen=True, order=True):
    """A spec's identity: the kind's name and the id."""

    kind: str
    id: str


class LiveFingerprint(Struct, frozen=True):
    """A live document of which only the fingerprint is known: a plan file has no more of it."""

    fingerprint: str


class LiveSpec(Struct, frozen=True, dict=True):
    """A live spec as the service returns it, server-managed fields included."""

    kind: Kind
    id: str
    document: JsonObject
    etag: str | None = None
    """The etag of this read, from the header or the field, to be sent in `If-Match`."""
    flaw: str = ""
    """Why the document must not be written back: it could not be read without a loss."""

    @property
    def key(self) -> SpecKey:
        """The identity that a desired spec of the same kind and id has too."""
        return SpecKey(self.kind.name, self.id)

    @cached_property
    def spelled(self) -> JsonObject:
        """The document in normal spelling. Raises `TwoSpellingsError`."""
        return normal_spelling(self.kind, self.document)

    @cached_property
    def fingerprint(self) -> str:
        """The document's, see `model.fingerprints`. Raises `TwoSpellingsError` as that does."""
        return fingerprint(self.kind, self.document)

    def is_equal(self, other: Spec | LiveSpec) -> bool:
        """Return True if the documents are equal: as they are, or in canonical form.

        Most are equal as they are, and the form takes five times as long. Raises
        `TwoSpellingsError` where a live document holds one field under two names.
        """
        document = other.document if isinstance(other, Spec) else other.spelled
        return same(self.spelled, document) or self.fingerprint == other.fingerprint

    def equals_but_id(self, document: JsonObject) -> bool:
        """Return True if it equals a document under its own id; False if it cannot be compared."""
        try:
            sent = fingerprint(self.kind, {**document, "id": self.id})
            return not self.flaw and self.fingerprint == sent
        except TwoSpellingsError:
            return False

    @property
    def name(self) -> str:
        """The name in the document; empty if there is none."""
        name = self.document.get("name")
        return name if isinstance(name, str) else ""
