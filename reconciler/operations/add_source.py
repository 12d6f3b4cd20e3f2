"""Adding a connection spec to the sources in a flow spec's file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.desired.config import load_config
from reconciler.desired.folder import selector_names
from reconciler.desired.load import load_specs
from reconciler.desired.parsed_file import SpecSource
from reconciler.desired.pull.files import SpecFileTarget, changed_content
from reconciler.desired.pull.merge_file import Adoption, recast
from reconciler.desired.write_file import replace_file
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ReconcilerError
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC
from reconciler.model.references import referred
from reconciler.model.specs import Spec
from reconciler.model.targets import Target
from reconciler.model.text import join_limited
from reconciler.operations.connection import open_service
from reconciler.planning.connection_names import near_ids
from reconciler.planning.identify import known_ids

if TYPE_CHECKING:
    from reconciler.live.events import OnEvent

FIELD = "sourceConnectionSpecIds"
REST_STORAGE = "6499120c-0b15-42dc-936e-847ea3c24d72"
"""The flow spec of every batch self-serve source (Adobe: update flow specifications)."""
_MOST = 10


@dataclass(frozen=True)
class AddSourceRequest:
    """The request to add a source."""

    specs: Path
    """The folder of the spec files."""
    target: str | None
    """The target that is asked for the connection spec; None is the default."""
    wanted: str
    """The connection spec: an id, a name, or a key of a file."""
    flow: str | None
    """The flow spec: an id, a name or a file; None is `default_flow_spec`."""


@dataclass(frozen=True)
class AddSourceResult:
    """The result of adding a source."""

    file: str
    """The flow spec's file."""
    source: str
    """The connection spec as the file names it, and its name."""
    is_new: bool
    """False if the flow spec had it already; then the file is unchanged."""
    only: tuple[str, ...]
    """Patterns of the specs to plan."""


@dataclass(frozen=True)
class _Connection:
    """A connection spec that can be a source."""

    text: str
    """Its id, or its file's key."""
    name: str
    """Its name."""
    provider: Json
    """Its provider's id, None without one."""


async def add_source(
    request: AddSourceRequest, settings: ConnectionSettings, *, on_event: OnEvent | None = None
) -> AddSourceResult:
    """Add a source to the file of a flow spec. Only reads the target.

    Raises `ReconcilerError` if the source or the flow spec is unknown or
    ambiguous, and `InputError` if a file is invalid.
    """
    config = load_config(request.specs)
    target = config.target(request.target)
    specs = load_specs(request.specs, target=target.name, known=config.targets).every
    connection = _of_files(request.wanted, specs)
    if connection is None:
        known = await _listed(target, settings, on_event)
        connection = _of_target(request.wanted, known, target.name)
    flow = _flow_spec(request, connection, [spec for spec in specs if spec.kind is FLOW_SPEC])
    only = (flow.id, *(spec.id for spec in specs if connection.text in (spec.id, spec.reference)))
    source = f"{connection.text} ({connection.name})"
    if _has_source(flow, connection, known_ids(specs)):
        return AddSourceResult(flow.file, source, False, only)
    _write_source(flow, connection, tuple(config.targets), target.name, request.specs)
    return AddSourceResult(flow.file, source, True, only)


def _write_source(
    flow: Spec, connection: _Connection, targets: Collection[str], target: str, specs: Path
) -> None:
    path = Path(flow.file)
    place = SpecFileTarget(flow.file, FLOW_SPEC, targets)
    after, _ = changed_content(
        path.read_bytes(), place, lambda source: _with_source(source, target, connection.text)
    )
    replace_file(path, after, specs)


async def _listed(
    target: Target, settings: ConnectionSettings, on_event: OnEvent | None
) -> list[_Connection]:
    async with open_service(target, settings, read_only=True, on_event=on_event) as service:
        return [
            _Connection(live.id, live.name, live.document.get("providerId"))
            for live in await service.list(CONNECTION_SPEC)
        ]


def _has_source(flow: Spec, connection: _Connection, ids: Mapping[str, str]) -> bool:
    """Return True if a flow spec names a connection spec already, by its id or by its key."""
    named = {text for pointer, text in referred(FLOW_SPEC, flow.document) if pointer[0] == FIELD}
    meant = {ids.get(text, text) for text in named}
    return ids.get(connection.text, connection.text) in meant


def _with_source(source: SpecSource, target: str, text: str) -> Adoption:
    def change(document: JsonObject) -> JsonObject:
        held = document.get(FIELD)
        return {**document, FIELD: [*(held if isinstance(held, list) else []), text]}

    return recast(source, target, change)


def _of_files(wanted: str, specs: Iterable[Spec]) -> _Connection | None:
    """Return the connection spec of a file by its id, name or key."""
    found = [
        spec
        for spec in specs
        if spec.kind is CONNECTION_SPEC
        and wanted in (spec.id, spec.name, spec.directives.key, spec.reference)
    ]
    if len(found) > 1:
        files = ", ".join(f"{spec.id} ({spec.file})" for spec in found[:_MOST])
        raise ReconcilerError(f"'{wanted}' is the name of several files' specs: {files}.")
    return next(
        (
            _Connection(spec.reference or spec.id, spec.name, spec.document.get("providerId"))
            for spec in found
        ),
        None,
    )


def _of_target(wanted: str, known: Sequence[_Connection], target: str) -> _Connection:
    found = [one for one in known if wanted in (one.text, one.name)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(one.text for one in found[:_MOST])
        raise ReconcilerError(
            f"'{wanted}' is the name of {len(found)} connection specs on {target}. "
            f"Use an id: {ids}."
        )
    near = near_ids(wanted, {one.text: one.name for one in known})
    raise ReconcilerError(
        f"connection spec '{wanted}' not found on {target} or in a file.{near or _rest(known)}"
    )


def _rest(known: Sequence[_Connection]) -> str:
    names = sorted({one.name for one in known if one.name})
    return f" There are: {join_limited(names, _MOST)}." if names else " It has none."


def _flow_spec(request: AddSourceRequest, connection: _Connection, flows: Sequence[Spec]) -> Spec:
    found = default_flow_spec(connection, flows)
    if request.flow is not None:
        found = [
            spec
            for spec in flows
            if request.flow in (*selector_names(spec.name, spec.id, spec.file), spec.file)
        ]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{spec.name} ({spec.file})" for spec in (found or flows)[:_MOST])
    if not flows:
        raise ReconcilerError(
            f"{request.specs} has no flow spec. Pull one first: reconciler pull RestStorageToAEP."
        )
    if request.flow is not None and not found:
        raise ReconcilerError(f"flow spec '{request.flow}' not found. There are: {known}.")
    raise ReconcilerError(f"several flow specs could be meant. Choose one with --to: {known}.")


def default_flow_spec(connection: _Connection, flows: Sequence[Spec]) -> list[Spec]:
    """Return the candidates for the flow spec: the only one, the provider's, RestStorageToAEP."""
    if len(flows) == 1:
        return list(flows)
    akin = [spec for spec in flows if spec.document.get("providerId") == connection.provider]
    if len(akin) == 1:
        return akin
    return [spec for spec in flows if spec.id == REST_STORAGE]
