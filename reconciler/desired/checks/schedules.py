"""Checks that a flow spec's schedule has a minimum interval.

The service requires an interval of at least 15 where the frequency is `minute`, and
one that is not zero otherwise (the OpenAPI's `ScheduleSpecDTO`). If a schema
accepts 0, the mistake is only found when a dataflow is created.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.checks import Finding
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.schema_validation import UnsupportedSchemaError, acceptor

_FREQUENCIES = ("minute", "hour", "day", "week")
_SAMPLES: JsonObject = {"string": "", "boolean": False, "array": [], "object": {}, "null": None}


def schedule_lints(value: Json) -> Iterator[Finding]:
    """Yield a finding if a `scheduleSpec` accepts an interval of 0.

    A schema without an interval does not describe schedules.
    """
    schema = value.get("spec") if isinstance(value, dict) else None
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or not isinstance(properties, dict):
        return
    if "interval" not in properties:
        return
    try:
        is_valid = acceptor(schema)
        accepted = [name for name in _FREQUENCIES if is_valid(_instance(schema, properties, name))]
    except UnsupportedSchemaError:
        return
    if accepted:
        message = (
            "interval has no minimum: 0 would be accepted for the frequency "
            f"{' or '.join(accepted)}."
        )
        fix = "Add a minimum: the service requires 15 for minute, 1 otherwise."
        yield ("spec", "properties", "interval"), message, fix, "schedule-minimum"


def _instance(schema: JsonObject, properties: JsonObject, frequency: str) -> JsonObject:
    instance: JsonObject = {"frequency": frequency, "interval": 0}
    required = schema.get("required")
    for name in required if isinstance(required, list) else ():
        if isinstance(name, str):
            instance.setdefault(name, _sample(properties.get(name)))
    return instance


def _sample(schema: Json) -> Json:
    """Return a value that most schemas of its type accept."""
    if not isinstance(schema, dict):
        return 0
    if "const" in schema:
        return schema["const"]
    members, named = schema.get("enum"), schema.get("type")
    if isinstance(members, list) and members:
        return members[0]
    return schema.get("minimum") or _SAMPLES.get(str(named), 0)
