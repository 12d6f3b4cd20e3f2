"""`specs/reconciler.yaml`: the targets and their safety limits."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from msgspec import Struct, convert, field, to_builtins

from reconciler.desired.cache import Cache
from reconciler.desired.folder import beside, read_file, unreadable
from reconciler.desired.load import CONFIG_FILE
from reconciler.desired.schema_check import form_problems
from reconciler.model.errors import InputError, ReconcilerError
from reconciler.model.json_access import expect_object
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.loopback import is_loopback
from reconciler.model.pointers import Pointer
from reconciler.model.problems import Problem
from reconciler.model.safety import Safety
from reconciler.model.suggestions import did_you_mean
from reconciler.model.targets import ADOBE_IMS, CredentialVariables, Target
from reconciler.yamledit.parse import decode, parse_yaml
from reconciler.yamledit.source_map import SourceMap

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

LOCAL_ORG = "local@AdobeOrg"
LOCAL_SANDBOX = "prod"


class Config(Struct, frozen=True):
    """The content of `reconciler.yaml`."""

    targets: Mapping[str, Target]
    default_target: str | None
    safety: Safety = field(default_factory=Safety)
    safety_of: Mapping[str, Safety] = field(default_factory=dict)
    """The limits of each target."""
    file: str = ""
    """The path of the file, for messages."""

    def target(self, name: str | None) -> Target:
        """Return a target by name, or the default one.

        Raises `ReconcilerError` with the names that exist.
        """
        known = ", ".join(sorted(self.targets))
        wanted = self.default_target if name is None else name
        if wanted is None and len(self.targets) == 1:
            return next(iter(self.targets.values()))
        if wanted is None:
            raise ReconcilerError(
                f"{self.file} names no defaultTarget: choose one of {known} with --target."
            )
        if wanted not in self.targets:
            raise ReconcilerError(f"target '{wanted}' not found in {self.file}, which has {known}.")
        return self.targets[wanted]

    def chosen(self, names: Sequence[str], *, every: bool) -> tuple[Target, ...]:
        """Return the targets with these names, each once, or all; without names the default one.

        Raises `ReconcilerError` as `target` does.
        """
        if every:
            return tuple(self.targets.values())
        return tuple(self.target(name) for name in dict.fromkeys(names) or (None,))

    def matching(self, patterns: Sequence[str]) -> tuple[Target, ...]:
        """Return the targets whose names match a shell pattern; without patterns, all.

        A pattern that begins with `!` excludes what it matches. Raises
        `ReconcilerError` if nothing is left, or a pattern matches nothing.
        """
        for pattern in patterns:
            if not fnmatch.filter(self.targets, pattern.removeprefix("!")):
                raise ReconcilerError(
                    f"{pattern} matches no target of {self.file}: it has "
                    f"{', '.join(sorted(self.targets))}."
                )
        wanted = [pattern for pattern in patterns if not pattern.startswith("!")] or ["*"]
        unwanted = [pattern.removeprefix("!") for pattern in patterns if pattern.startswith("!")]
        found = [name for name in self.targets if _is_any(name, wanted)]
        left = [name for name in found if not _is_any(name, unwanted)]
        if not left:
            raise ReconcilerError(f"{' '.join(patterns)} leaves no target of {self.file}.")
        return tuple(self.targets[name] for name in left)

    def safety_for(self, target: str) -> Safety:
        """Return the safety limits of a target."""
        return self.safety_of.get(target, self.safety)


def _is_any(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def load_config(
    specs: Path, cache: Cache | None = None, contents: Mapping[str, bytes] | None = None
) -> Config:
    """Read `reconciler.yaml` in the folder of the specs.

    A file that `cache` holds as valid is not checked again. `contents` are the
    bytes of the folder's files, if they were read already (see `read_folder`).
    Raises `InputError` with every problem in it, each with its place.
    """
    path = specs / CONFIG_FILE
    content = None
    if contents is not None:
        content = contents.get(CONFIG_FILE)
    elif os.path.lexists(path):
        content = read_file(path)
    if content is None and path.is_symlink():
        raise InputError([unreadable(path)])
    if content is None:
        raise ReconcilerError(
            f"{path.as_posix()} not found. Run from the repository root, pass --specs DIR, or "
            "start with reconciler init."
        )
    return parse_config(content, path.as_posix(), cache)


def parse_config(content: bytes, file: str, cache: Cache | None = None) -> Config:
    """Read the bytes of a config. Raises `InputError` as `load_config` does."""
    document = cache.config(content) if cache is not None else None
    if document is None:
        document = _checked(content, file)
        if cache is not None:
            cache.keep_config(content, document)
    return _config(document, file)


def _checked(content: bytes, file: str) -> JsonObject:
    """Return the document of a config. Raises `InputError` with every problem in it."""
    text = decode(content, file)
    parsed = parse_yaml(text, file)
    document: Json = {} if parsed.value is None else parsed.value
    problems = parsed.problems or _problems(document, file, SourceMap(text))
    if problems:
        raise InputError(problems)
    return expect_object(document)


Finding: TypeAlias = tuple[Pointer, str, str]
"""Where, what is wrong, what to do."""


def _problems(document: Json, file: str, locator: SourceMap) -> list[Problem]:
    problems = [*form_problems("config", document, file, locator, "config", _explained)]
    if problems:
        return problems
    return [
        Problem(file, *locator.place(pointer), message, fix, "config")
        for pointer, message, fix in _target_findings(expect_object(document))
    ]


def _explained(error: ValidationError, pointer: Pointer) -> tuple[str, str] | None:
    if "credentials" in pointer:
        return "a credential is named by its variable: {env: NAME}.", "Keep secrets out of files."
    if error.validator == "anyOf" and pointer[:1] == ("targets",):
        return "a target has url, imsOrg and sandbox, or emulator.", ""
    return None


def _target_findings(document: JsonObject) -> Iterator[Finding]:
    targets = expect_object(document["targets"])
    default = document.get("defaultTarget")
    if default is not None and default not in targets:
        fix = did_you_mean(str(default), targets)
        yield ("defaultTarget",), f"target {default} not found.", fix
    first: dict[str, str] = {}
    for name, entry in targets.items():
        # Refs and plan files of one would overwrite the other's on macOS and Windows.
        if (other := first.setdefault(name.casefold(), name)) != name:
            yield ("targets", name), f"the name differs from {other} only in case.", "Rename one."
        for key in ("url", "imsUrl"):
            url = expect_object(entry).get(key)
            if isinstance(url, str) and (wrong := _wrong_url(url)):
                yield ("targets", name, key), wrong, ""


def _wrong_url(url: str) -> str:
    """Return the error of a URL, empty if it is valid; a password in it is not shown."""
    if any(mark in url for mark in "@?#"):
        return "the URL holds more than a scheme, a host and a path."
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"{url} is not a URL: {error}."
    if parts.scheme not in ("http", "https") or not host:
        return f"{url} is not an http(s) URL."
    if parts.scheme == "http" and not is_loopback(host):
        return f"{url} would send credentials in the clear. Use https (http is for loopback)."
    return ""


def _config(document: JsonObject, file: str) -> Config:
    entries = {
        name: expect_object(entry) for name, entry in expect_object(document["targets"]).items()
    }
    safety = _safety(document, Safety())
    folder = beside(Path(file).parent)
    default = document.get("defaultTarget")
    return Config(
        targets={name: _target(name, entry, folder) for name, entry in entries.items()},
        default_target=default if isinstance(default, str) else None,
        safety=safety,
        safety_of={name: _safety(entry, safety) for name, entry in entries.items()},
        file=file,
    )


def _target(name: str, entry: JsonObject, folder: Path) -> Target:
    emulator = entry.get("emulator")
    variables = expect_object(entry.get("credentials", {}))
    names = {key: expect_object(value)["env"] for key, value in variables.items()}
    return Target(
        name=name,
        url=str(entry.get("url", f"emulator:{emulator}")).rstrip("/"),
        ims_org=str(entry.get("imsOrg", LOCAL_ORG)),
        sandbox=str(entry.get("sandbox", LOCAL_SANDBOX)),
        ims_url=str(entry.get("imsUrl", ADOBE_IMS)).rstrip("/"),
        emulator=None if emulator is None else str(emulator),
        folder=folder,
        credentials=convert(names, CredentialVariables),
    )


def _safety(entry: JsonObject, default: Safety) -> Safety:
    found = expect_object(entry.get("safety", {}))
    return convert({**to_builtins(default), **found}, Safety)
