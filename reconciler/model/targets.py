"""A target: where specs go, and the names of the variables that hold its credentials."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import astuple, replace

ADOBE_IMS = "https://ims-na1.adobelogin.com"
"""The identity service of a target that names none."""


class CredentialVariables(Struct, frozen=True, rename="camel"):
    """Names of the environment variables that hold a target's credentials."""

    access_token: str = "ADOBE_ACCESS_TOKEN"  # noqa: S105 - a variable's name
    client_id: str = "ADOBE_CLIENT_ID"
    client_secret: str = "ADOBE_CLIENT_SECRET"  # noqa: S105 - a variable's name
    scopes: str = "ADOBE_SCOPES"
    api_key: str = "ADOBE_API_KEY"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all variables."""
        return astuple(self)


class TargetIdentity(Struct, frozen=True, rename="camel"):
    """The identity of a target, and where its credentials are sent; see `differences`."""

    name: str
    url: str
    ims_org: str
    sandbox: str
    ims_url: str | None = None
    """Where the client secret is sent; None for an embedded target and in older plan files."""
    credentials: CredentialVariables | None = None
    """Which variables are sent; None as for `ims_url`."""

    def differences(self, other: TargetIdentity) -> Iterator[tuple[str, str, str]]:
        """Yield the name in reconciler.yaml of every fact that differs, its value here and there.

        A fact that one of them does not hold is not compared: plan files and reports
        of earlier versions have neither the IMS URL nor the variables.
        """
        names = zip(self.__struct_fields__, self.__struct_encode_fields__, strict=True)
        for attribute, name in names:
            mine, theirs = getattr(self, attribute), getattr(other, attribute)
            if mine is None or theirs is None or mine == theirs:
                continue
            if isinstance(mine, CredentialVariables):
                mine, theirs = (", ".join(each.names) for each in (mine, theirs))
            yield name, mine, theirs


class Target(Struct, frozen=True):
    """One entry under `targets:` in `specs/reconciler.yaml`.

    `emulator` is the path of the embedded Flow Service's store, or None for a
    service behind a URL. It is relative to `folder`, which holds the folder of the specs.
    """

    name: str
    url: str
    ims_org: str
    sandbox: str
    ims_url: str = ADOBE_IMS
    emulator: str | None = None
    folder: Path = Path()
    credentials: CredentialVariables = field(default_factory=CredentialVariables)

    @property
    def store(self) -> Path:
        """The path of the embedded Flow Service's store from the working directory."""
        return self.folder / (self.emulator or "")

    @property
    def identity(self) -> TargetIdentity:
        """The part of the target that a plan rests on."""
        place = TargetIdentity(self.name, self.url, self.ims_org, self.sandbox)
        if self.emulator is not None:
            return place
        return replace(place, ims_url=self.ims_url, credentials=self.credentials)
