"""Templates of new connection specs, as data files; `new` fills them in."""

from __future__ import annotations

import re
from enum import StrEnum
from importlib.resources import files


class Auth(StrEnum):
    """How users of a source authenticate; each has a file `auth-….yaml`."""

    BASIC = "basic"
    OAUTH2 = "oauth2"
    API_KEY = "apiKey"
    NONE = "none"


def connection_spec_text(auth: Auth, values: dict[str, str], *, streaming: bool) -> str:
    """Return the YAML of a new connection spec, with comments at the places to fill.

    `values` are YAML scalars (`PLAIN` is text for a comment) for the placeholders
    `@NAME@`, `@PLAIN@`, `@KEY@`, `@CAMEL@`, `@READS@` and `@RECEIVES@`.
    """
    text = _file("streaming" if streaming else "batch")
    required = "false" if auth is Auth.NONE else "true"
    text = text.replace("@AUTH@\n", _file(f"auth-{auth.value}"))
    values = {**values, "AUTHREQUIRED": required}
    return re.sub("@([A-Z]+)@", lambda found: values[found[1]], text)


def _file(name: str) -> str:
    return files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
