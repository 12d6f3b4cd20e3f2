"""A target's credentials, from the environment and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from reconciler.live.trust import require_trusted_variables
from reconciler.model.errors import CredentialsError
from reconciler.model.targets import Target
from reconciler.model.text import is_printable_ascii


class TokenCredentials(Struct, frozen=True):
    """An access token from the environment."""

    api_key: str
    access_token: str

    def __repr__(self) -> str:
        """Show no secret."""
        return f"TokenCredentials(api_key={self.api_key!r})"


class ClientCredentials(Struct, frozen=True):
    """OAuth server-to-server: what IMS issues a token for. `scopes` are comma separated."""

    api_key: str
    client_id: str
    client_secret: str
    scopes: str

    def __repr__(self) -> str:
        """Show no secret."""
        return f"ClientCredentials(client_id={self.client_id!r})"


def credentials_from(
    environ: Mapping[str, str], target: Target
) -> TokenCredentials | ClientCredentials:
    """Return the target's credentials, the access token before the client's.

    A variable that is empty counts as missing: CI hands secrets that it
    withholds (pull requests from forks) as empty strings.

    Raises `CredentialsError`, naming the variables that are looked for.
    """
    names = target.credentials
    require_trusted_variables(names.names, target.name, environ)
    wanted = (
        names.access_token,
        names.client_id,
        names.client_secret,
        names.scopes,
        names.api_key,
    )
    token, client_id, secret, scopes, api_key = (
        _header_safe(name, environ.get(name, "").strip()) for name in wanted
    )
    if token:
        if not (api_key or client_id):
            raise CredentialsError(
                f"target '{target.name}': {names.access_token} is set, but neither"
                f" {names.api_key} nor {names.client_id}. Set {names.api_key} to the client id of"
                " the project in Adobe's developer console that the token was made for."
            )
        return TokenCredentials(api_key or client_id, token.removeprefix("Bearer "))
    own = {names.client_id: client_id, names.client_secret: secret, names.scopes: scopes}
    missing = [name for name, value in own.items() if not value]
    if missing:
        raise CredentialsError(
            f"no credentials for {target.name}: set {', '.join(missing)} (OAuth"
            " server-to-server, from Adobe's developer console), or"
            f" {names.access_token} and {names.api_key}. In CI, check that the job has access to"
            " these secrets."
        )
    return ClientCredentials(
        api_key or client_id, client_id, secret, ",".join(scopes.replace(",", " ").split())
    )


def _header_safe(name: str, value: str) -> str:
    if not is_printable_ascii(value):
        raise CredentialsError(
            f"{name} holds a character that no credential has, such as a line break."
            " Set it again, without quotes or line breaks around it."
        )
    return value
