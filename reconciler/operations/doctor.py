"""The checks of `doctor`: configuration, credentials, service, Git.

Everything is read, nothing is written. Findings name variables, headers and
fields, and never a value, a spec or a user, so that they can be pasted into
an issue.
"""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

from reconciler import __version__
from reconciler.desired.committed import git_state
from reconciler.desired.config import load_config
from reconciler.desired.folder import read_folder
from reconciler.desired.git import applied_ref, read_applied
from reconciler.live.certificates import FILES, FOLDER
from reconciler.live.events import Event, EventKind
from reconciler.live.service import FlowService
from reconciler.live.settings import ConnectionSettings
from reconciler.model.diagnosis import Finding, Status
from reconciler.model.errors import CredentialsError, LiveError, ReconcilerError, ServiceError
from reconciler.model.kinds import KINDS, SERVER_MANAGED, Kind
from reconciler.model.specs import LiveSpec
from reconciler.model.targets import Target
from reconciler.model.text import plural
from reconciler.operations.connection import open_service

HEADERS = {
    "Authorization": {"403010", "401013", "2114-400", "2115-400"},
    "x-api-key": {"403000", "403003"},
    "x-gw-ims-org-id": {"400003", "403025", "2000-401", "2001-401", "2002-401"},
    "x-sandbox-name": {"2100-404", "2101-404", "2105-400"},
}
"""The headers of every request, and the documented codes of answers that refuse each."""

PROXY_VARIABLES = ("https_proxy", "http_proxy", "all_proxy", "no_proxy")
_MOST_FIELDS = 20
"""Unknown fields that are named."""
CERTIFICATE_VARIABLES = (*FILES, FOLDER)


def diagnose(
    specs: Path, wanted: str | None, settings: ConnectionSettings, environ: Mapping[str, str]
) -> tuple[Finding, ...]:
    """Check everything that a run against a target needs.

    Args:
        specs: The folder with reconciler.yaml.
        wanted: The target's name; None is the default target.
        settings: How hard the client tries.
        environ: The environment, for the names of variables that are set.

    Returns:
        The findings, in the order in which to fix them. A check that needs one
        that failed is left out.

    """
    system = f"reconciler {__version__}, Python {platform.python_version()}, {platform.system()}"
    found = [Finding("version", Status.INFO, system)]
    try:
        config = load_config(specs)
        target = config.target(wanted)
    except ReconcilerError as error:
        return (*found, _failed("configuration", error))
    detail = f"{plural(len(config.targets), 'target')}, checking {target.name}"
    found.append(Finding("configuration", Status.OK, detail))
    found += _git(specs, target)
    found += _environment(target, environ)
    if not any(finding.status is Status.FAILED for finding in found):
        found += _service(target, settings)
    return (*found, _WRITING)


_WRITING = Finding(
    "writing", Status.INFO, "not checked: only a write would show whether writes are allowed"
)


def _failed(name: str, error: Exception) -> Finding:
    return Finding(name, Status.FAILED, str(error).rstrip("."))


def _git(specs: Path, target: Target) -> Iterator[Finding]:
    try:
        state = git_state(specs, read_folder(specs).contents)
    except ReconcilerError as error:
        yield _failed("git", error)
        return
    if state.commit is None:
        fix = "Commit the specs: without Git, plan cannot tell who changed what."
        yield Finding("git", Status.FAILED, "no repository with a commit", fix)
        return
    changed = ", with uncommitted changes" if state.dirty else ""
    yield Finding("git", Status.OK, f"commit {state.commit[:12]}{changed}")
    try:
        recorded = read_applied(specs, target.name)
    except ReconcilerError as error:
        yield _failed("recorded commit", error)
        return
    detail = f"commit {recorded[:12]}" if recorded else f"none in {applied_ref(target.name)}"
    yield Finding("recorded commit", Status.OK if recorded else Status.INFO, detail)


def _environment(target: Target, environ: Mapping[str, str]) -> Iterator[Finding]:
    if target.emulator is not None:
        yield Finding("credentials", Status.INFO, "not needed by an embedded target")
        return
    yield _credentials(target, environ)
    for name, variables in (("proxy", PROXY_VARIABLES), ("certificates", CERTIFICATE_VARIABLES)):
        used = [
            spelling
            for variable in variables
            for spelling in dict.fromkeys((variable, variable.upper()))
            if environ.get(spelling)
        ]
        default = "none" if name == "proxy" else "the bundled authorities"
        yield Finding(name, Status.INFO, ", ".join(used) or default)


def _credentials(target: Target, environ: Mapping[str, str]) -> Finding:
    from reconciler.live.credentials import credentials_from

    names = [name for name in target.credentials.names if environ.get(name, "").strip()]
    try:
        credentials_from(environ, target)
    except LiveError as error:
        return _failed("credentials", error)
    return Finding("credentials", Status.OK, f"set: {', '.join(names)}")


def _service(target: Target, settings: ConnectionSettings) -> list[Finding]:
    import asyncio

    requests: Counter[str] = Counter()

    def count(event: Event) -> None:
        requests[event.path] += event.kind is EventKind.REQUEST and event.status == 200

    async def collect() -> list[Finding]:
        async with open_service(target, settings, read_only=True, on_event=count) as service:
            return [finding async for finding in _lists(service, requests)]

    try:
        return asyncio.run(collect())
    except CredentialsError as error:
        return [_failed("token", error)]
    except LiveError as error:
        return [_failed("connection", error)]


async def _lists(service: FlowService, requests: Counter[str]) -> AsyncIterator[Finding]:
    """Yield how each list answers; the first one shows which headers are accepted too."""
    lists: dict[Kind, list[LiveSpec]] = {}
    for kind in KINDS:
        try:
            lists[kind] = await service.list(kind)
        except ServiceError as error:
            for finding in _headers(error) if kind is KINDS[0] else ():
                yield finding
            yield _refused(kind.path, error)
            continue
        for header in HEADERS if kind is KINDS[0] else ():
            yield Finding(header, Status.OK, "accepted")
        pages = plural(requests[kind.path], "page")
        yield Finding(kind.path, Status.OK, f"{plural(len(lists[kind]), 'document')}, {pages}")
    async for finding in _flows(service, lists.get(KINDS[0], [])):
        yield finding
    for kind, listed in lists.items():
        if listed:
            yield await _answers(service, kind, listed)


def _headers(error: ServiceError) -> Iterator[Finding]:
    for header, codes in HEADERS.items():
        if error.code in codes:
            yield Finding(header, Status.FAILED, f"refused with {error.code}", error.advice)


def _refused(path: str, error: ServiceError) -> Finding:
    code = f" {error.code}" if error.code else ""
    traced = f" (request {error.request_id})" if error.request_id else ""
    return Finding(path, Status.FAILED, f"{error.status}{code}{traced}", error.advice)


async def _flows(service: FlowService, flow_specs: list[LiveSpec]) -> AsyncIterator[Finding]:
    if not flow_specs:
        return
    try:
        flows = await service.flows(flow_specs[0].id)
    except ServiceError as error:
        yield _refused("/flows", error)
        return
    detail = f"{plural(len(flows), 'dataflow')} of the first flow spec"
    yield Finding("/flows", Status.OK, detail)


async def _answers(service: FlowService, kind: Kind, listed: list[LiveSpec]) -> Finding:
    """Return how the service answers for a kind: what this program's rules depend on."""
    read = await service.read(kind, listed[0].id)
    etag = "an ETag" if read is not None and read.etag else "no ETag"
    whole = "whole" if read is not None and read.document == listed[0].document else "shortened"
    fields = {field for spec in listed for field in spec.document}
    known = {*kind.fields, *kind.spellings, *SERVER_MANAGED}
    parts = [etag, f"list entries {whole}"]
    parts += [f"spelled {name}" for name in sorted(fields & {*kind.spellings})]
    parts += [f"unknown field {name}" for name in sorted(fields - known)[:_MOST_FIELDS]]
    return Finding(f"{kind.name} answers", Status.INFO, ", ".join(parts))
