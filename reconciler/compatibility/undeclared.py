"""Whether a change breaks only values under names that the old schema did not declare.

A schema without `additionalProperties` accepts anything under other names, so
declaring one more of them with a type is breaking by the letter. Whoever only
uses what is declared does not notice.
"""

from __future__ import annotations

from reconciler.compatibility.compare import verdict_on
from reconciler.compatibility.keywords import rewritten
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.schema_refs import schema_parts
from reconciler.model.verdicts import CompatibilityLevel

_UNSUPPORTED = frozenset(
    {
        *("allOf", "anyOf", "oneOf", "not", "if", "$ref", "$recursiveRef", "$dynamicRef"),
        *("dependencies", "dependentSchemas", "unevaluatedProperties", "propertyNames"),
    }
)
"""Keywords by which another part may declare a name."""


def breaks_only_undeclared(old: Json, new: Json) -> bool:
    """Return True if a breaking change breaks nothing that uses only declared names."""
    if any(not _UNSUPPORTED.isdisjoint(part) for part in schema_parts(old)):
        return False
    return verdict_on((), rewritten(old, _closed), new).verdict is not CompatibilityLevel.BREAKING


def _closed(words: JsonObject) -> JsonObject:
    """Return keywords that reject undeclared names."""
    return {"additionalProperties": False, **words} if "properties" in words else words
