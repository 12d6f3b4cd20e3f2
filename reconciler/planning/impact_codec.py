"""Verdicts and their impact as they are in a plan file."""

from __future__ import annotations

from reconciler.model.verdicts import (
    AffectedFlow,
    CompatibilityLevel,
    Example,
    Impact,
    SchemaVerdict,
)
from reconciler.planning.codec import (
    COUNT,
    POINTER,
    STRING,
    VALUE,
    choice,
    member,
    nullable,
    omitted,
    record,
    tuple_of,
)

_EXAMPLE = record(
    Example,
    setting=member("setting", VALUE),
    reason=member("reason", STRING),
    description=omitted("description", STRING, default=""),
)
VERDICT = record(
    SchemaVerdict,
    path=member("pointer", POINTER),
    verdict=member("verdict", choice(CompatibilityLevel)),
    breaks=member("breaks", nullable(_EXAMPLE)),
    widens=member("widens", nullable(_EXAMPLE)),
    searched=member("searched", COUNT),
    note=member("note", STRING),
)
_AFFECTED = record(
    AffectedFlow,
    id=member("id", STRING),
    name=member("name", STRING),
    path=member("path", STRING),
    message=member("message", STRING),
    state=omitted("state", STRING, default=""),
)
IMPACT = record(
    Impact,
    checked=member("checked", COUNT),
    affected=member("affected", tuple_of(_AFFECTED)),
    note=member("note", STRING),
    notJudged=omitted("unjudged", tuple_of(_AFFECTED), default=()),
)
