"""A guard's refusal as a plan file holds it, with the reviewed override that allows it."""

from __future__ import annotations

from reconciler.planning.codec import STRING, choice, member, nullable, omitted, record, tuple_of
from reconciler.planning.refusal import Guard, Override, Refusal

OVERRIDE = record(
    Override,
    option=member("option", STRING),
    commit=member("commit", STRING),
    author=member("author", STRING),
    reason=member("reason", STRING),
)
REFUSAL = record(
    Refusal,
    guard=member("guard", choice(Guard)),
    paths=member("pointers", tuple_of(STRING)),
    message=member("message", STRING),
    allowedBy=member("flag", STRING),
    override=omitted("override", nullable(OVERRIDE), default=None),
)
