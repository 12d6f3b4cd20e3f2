"""A target: where specs go, and the names of the variables that hold its credentials."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class CredentialVariables:
    """Environment variables that hold a target's credentials; never the values themselves."""

    access_token: str = "ADOBE_ACCESS_TOKEN"  # noqa: S105 - a variable's name
    client_id: str = "ADOBE_CLIENT_ID"
    client_secret: str = "ADOBE_CLIENT_SECRET"  # noqa: S105 - a variable's name
    scopes: str = "ADOBE_SCOPES"
    api_key: str = "ADOBE_API_KEY"


@dataclass(frozen=True)
class TargetIdentity:
    """What makes two targets the same place; it stands in a plan file."""

    name: str
    url: str
    ims_org: str
    sandbox: str


@dataclass(frozen=True)
class Target:
    """One entry under `targets:` in `specs/reconciler.yaml`.

    `emulator` is the path of the embedded Flow Service's store, or None for a
    service behind a URL.
    """

    name: str
    url: str
    ims_org: str
    sandbox: str
    ims_url: str = "https://ims-na1.adobelogin.com"
    emulator: str | None = None
    credentials: CredentialVariables = field(default_factory=CredentialVariables)

    @property
    def identity(self) -> TargetIdentity:
        """The part of the target that a plan rests on."""
        return TargetIdentity(self.name, self.url, self.ims_org, self.sandbox)
