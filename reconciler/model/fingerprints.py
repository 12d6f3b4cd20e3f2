"""Digests: short names for a document or a plan by which a change of it is noticed."""

from __future__ import annotations

import hashlib

from reconciler.model.canonical import canonical
from reconciler.model.jsontext import Json, JsonObject, compact_json
from reconciler.model.kinds import Kind


def digest_of(value: Json) -> str:
    """Return `sha256:` and the hex digest of a JSON value's sorted, compact text."""
    return "sha256:" + hashlib.sha256(compact_json(value).encode("ascii")).hexdigest()


def fingerprint(kind: Kind, document: JsonObject) -> str:
    """Return the digest of a document's canonical form: equal documents have equal ones.

    Raises `TwoSpellingsError` as `canonical` does.
    """
    return digest_of(canonical(kind, document))
