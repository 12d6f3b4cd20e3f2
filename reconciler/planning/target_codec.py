"""A target's identity as plan files and apply reports hold it."""

from __future__ import annotations

from reconciler.model.targets import CredentialVariables, TargetIdentity
from reconciler.planning.codec import STRING, Codec, member, omitted, record, tuple_of

_CREDENTIALS = Codec[CredentialVariables](
    lambda variables: list(variables.names),
    lambda value: CredentialVariables(*tuple_of(STRING).read(value)),
)
TARGET = record(
    TargetIdentity,
    name=member("name", STRING),
    url=member("url", STRING),
    imsOrg=member("ims_org", STRING),
    sandbox=member("sandbox", STRING),
    imsUrl=omitted("ims_url", STRING, default=None),
    credentials=omitted("credentials", _CREDENTIALS, default=None),
)
