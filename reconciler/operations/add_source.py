"""Adding a source to a flow spec's file: which connection spec, which flow spec, one line more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.cli.progress import watching
from reconciler.desired.config import load_config
from reconciler.desired.load import load_specs
from reconciler.desired.parsed_file import Source
from reconciler.desired.pull.files import Place, changed_content
from reconciler.desired.pull.merge_file import Adoption, recast
from reconciler.desired.write_file import replace_file
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ReconcilerError
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC
from reconciler.model.references import referred
from reconciler.model.specs import Spec
from reconciler.model.targets import Target
from reconciler.model.text import escape_control
from reconciler.operations.connection import open_service
from reconciler.planning.connection_names import near_ids
from reconciler.planning.identify import known_ids

FIELD = "sourceConnectionSpecIds"
REST_STORAGE = "6499120c-0b15-42dc-936e-847ea3c24d72"
"""The flow spec of every batch self-serve source (Adobe: update flow specifications)."""
_MOST = 10


@dataclass(frozen=True)
class AddSourceRequest:
    """What a user asked for: a connection spec, and the flow spec that is to name it, or None."""

    specs: Path
    target: str | None
    wanted: str
    flow: str | None


@dataclass(frozen=True)
class AddSourceResult:
    """What was done in one sentence, and the patterns of the specs that the plan is to show."""

    sentence: str
    only: tuple[str, ...]


@dataclass(frozen=True)
class _Connection:
    """A connection spec: how a file names it, by its id or its key, and what it is called."""

    text: str
    name: str
    provider: Json


def add_source(wish: AddSourceRequest, settings: ConnectionSettings) -> AddSourceResult:
    """Add a source to the file of a flow spec, reading the target only.

    Raises `ReconcilerError` where the source or the flow spec is not known, or
    more than one may be meant, and `InputError` where a file is wrong.
    """
    config = load_config(wish.specs)
    target = config.target(wish.target)
    specs = load_specs(wish.specs, target=target.name, known=config.targets).every
    connection = _of_files(wish.wanted, specs)
    if connection is None:
        known = asyncio.run(_listed(target, settings))
        connection = _of_target(wish.wanted, known, target.name)
    flow = _flow_spec(wish, connection, [spec for spec in specs if spec.kind is FLOW_SPEC])
    only = (flow.id, *(spec.id for spec in specs if connection.text in (spec.id, spec.reference)))
    name = f"{connection.text} ({connection.name})"
    if _is_held(flow, connection, known_ids(specs)):
        return AddSourceResult(
            escape_control(f"{flow.file}: {name} is among its sources already."), only
        )
    path = Path(flow.file)
    after, _ = changed_content(
        path.read_bytes(),
        Place(flow.file, FLOW_SPEC, tuple(config.targets)),
        lambda source: _with_source(source, target.name, connection.text),
    )
    replace_file(path, after, wish.specs)
    return AddSourceResult(escape_control(f"{flow.file}: added {name} to its sources."), only)


async def _listed(target: Target, settings: ConnectionSettings) -> list[_Connection]:
    with watching(f"Reading {target.name}") as on_event:
        async with open_service(target, settings, read_only=True, on_event=on_event) as service:
            return [
                _Connection(live.id, live.name, live.document.get("providerId"))
                for live in await service.names(CONNECTION_SPEC)
            ]


def _is_held(flow: Spec, connection: _Connection, ids: Mapping[str, str]) -> bool:
    """Say whether a flow spec names a connection spec already, by its id or by its key."""
    named = {text for pointer, text in referred(FLOW_SPEC, flow.document) if pointer[0] == FIELD}
    meant = {ids.get(text, text) for text in named}
    return ids.get(connection.text, connection.text) in meant


def _with_source(source: Source, target: str, text: str) -> Adoption:
    def change(document: JsonObject) -> JsonObject:
        held = document.get(FIELD)
        return {**document, FIELD: [*(held if isinstance(held, list) else []), text]}

    return recast(source, target, change)


def _of_files(wanted: str, specs: Iterable[Spec]) -> _Connection | None:
    """Return the connection spec of a file by its id, name or key; one with a key by its key."""
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
            f"'{wanted}' is the name of {len(found)} connection specs at {target}: say which by "
            f"its id: {ids}."
        )
    near = near_ids(wanted, {one.text: one.name for one in known})
    raise ReconcilerError(
        f"there is no connection spec '{wanted}' at {target} or in a file.{near or _rest(known)}"
    )


def _rest(known: Sequence[_Connection]) -> str:
    names = sorted({one.name for one in known if one.name})
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f" There are: {', '.join(names[:_MOST])}{more}." if names else " It has none."


def _flow_spec(wish: AddSourceRequest, connection: _Connection, flows: Sequence[Spec]) -> Spec:
    found = default_flow_spec(connection, flows)
    if wish.flow is not None:
        found = [spec for spec in flows if wish.flow in (spec.id, spec.name, spec.file)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{spec.name} ({spec.file})" for spec in (found or flows)[:_MOST])
    if not flows:
        raise ReconcilerError(
            f"no file in {wish.specs} describes a flow spec. Pull the one that is meant first: "
            "reconciler pull RestStorageToAEP."
        )
    if wish.flow is not None and not found:
        raise ReconcilerError(f"no file describes a flow spec '{wish.flow}'. There are: {known}.")
    raise ReconcilerError(f"which flow spec is meant is not clear: say it with --to: {known}.")


def default_flow_spec(connection: _Connection, flows: Sequence[Spec]) -> list[Spec]:
    """Return the flow spec that is meant where nobody says it: the only one, its provider's."""
    if len(flows) == 1:
        return list(flows)
    akin = [spec for spec in flows if spec.document.get("providerId") == connection.provider]
    if len(akin) == 1:
        return akin
    return [spec for spec in flows if spec.id == REST_STORAGE]
