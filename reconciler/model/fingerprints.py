"""Digests: short names for a document or a plan by which a change of it is noticed."""

from __future__ import annotations

import hashlib

from reconciler.model.canonical import canonical_text
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.kinds import Kind


def digest_of(value: Json) -> str:
    """Return `sha256:` and the hex digest of a JSON value's sorted, compact text."""
    return _digest(compact_json(value))


def fingerprint(kind: Kind, document: JsonObject) -> str:
    """Return the digest of a document's canonical form: equal documents have equal ones.

    Raises `TwoSpellingsError` as `canonical_text` does.
    """
    return _digest(canonical_text(kind, document))


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()
