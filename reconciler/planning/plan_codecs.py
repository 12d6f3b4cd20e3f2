"""What plan files and apply reports hold alike: targets, refusals, verdicts and impact."""

from __future__ import annotations

from reconciler.model.targets import CredentialVariables, TargetIdentity
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
    Codec,
    choice,
    member,
    nullable,
    omitted,
    record,
    strings,
    tuple_of,
)
from reconciler.planning.refusal import Guard, Override, Refusal

_CREDENTIALS = Codec[CredentialVariables](
    lambda variables: list(variables.names),
    lambda value: CredentialVariables(*tuple_of(STRING).read(value)),
)
TARGET = record(
    TargetIdentity,
    **strings("name", "url"),
    imsOrg=member("ims_org", STRING),
    sandbox=member("sandbox", STRING),
    imsUrl=omitted("ims_url", STRING, default=None),
    credentials=omitted("credentials", _CREDENTIALS, default=None),
)
OVERRIDE = record(Override, **strings("option", "commit", "author", "reason"))
REFUSAL = record(
    Refusal,
    guard=member("guard", choice(Guard)),
    paths=member("pointers", tuple_of(STRING)),
    message=member("message", STRING),
    allowedBy=member("flag", STRING),
    override=omitted("override", nullable(OVERRIDE), default=None),
)
_EXAMPLE = record(
    Example,
    setting=member("instance", VALUE),
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
    **strings("id", "name", "path", "message"),
    state=omitted("state", STRING, default=""),
)
IMPACT = record(
    Impact,
    checked=member("checked", COUNT),
    affected=member("affected", tuple_of(_AFFECTED)),
    note=member("note", STRING),
    notJudged=omitted("unjudged", tuple_of(_AFFECTED), default=()),
)
