"""Adding a connection spec to the sources in a flow spec's file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from reconciler.desired.config import Config, load_config
from reconciler.desired.folder import selector_names
from reconciler.desired.load import load_specs
from reconciler.desired.pull.files import changed_content
from reconciler.desired.pull.merge_file import recast
from reconciler.desired.write_file import replace_file
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ReconcilerError
from reconciler.model.json_access import list_at
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC
from reconciler.model.references import referred
from reconciler.model.specs import LiveSpec, Spec
from reconciler.model.text import join_limited
from reconciler.operations.connection import open_service
from reconciler.planning.commands import on
from reconciler.planning.connection_names import near_ids
from reconciler.planning.identify import known_ids

if TYPE_CHECKING:
    from reconciler.live.events import OnEvent

FIELD = "sourceConnectionSpecIds"
REST_STORAGE = "6499120c-0b15-42dc-936e-847ea3c24d72"
"""The flow spec of every batch self-serve source (Adobe: update flow specifications)."""
_MOST = 10


class AddSourceResult(Struct, frozen=True):
    """The result of adding a source."""

    file: str
    source: str
    """The connection spec as the file names it, and its name."""
    is_new: bool
    """False if the flow spec had it already; then the file is unchanged."""
    only: tuple[str, ...]
    """Patterns of the specs to plan."""


async def add_source(
    specs: Path,
    wanted: str,
    settings: ConnectionSettings,
    *,
    target: str | None = None,
    flow: str | None = None,
    on_event: OnEvent | None = None,
) -> AddSourceResult:
    """Add a source to the file of a flow spec. Only reads the target.

    `wanted` is the connection spec: an id, a name, or a file's key. `flow` is the flow
    spec: an id, a name or a file; None is `default_flow_spec`. Raises `ReconcilerError`
    if one of them is unknown or ambiguous, and `InputError` if a file is invalid.
    """
    config = load_config(specs)
    chosen = config.target(target)
    files = load_specs(specs, target=chosen.name, known=config.targets).every
    connection: Spec | LiveSpec | None = _of_files(wanted, files)
    if connection is None:
        async with open_service(chosen, settings, read_only=True, on_event=on_event) as service:
            connection = _of_target(wanted, await service.list(CONNECTION_SPEC), chosen.name)
    reference = connection.reference if isinstance(connection, Spec) else ""
    text = reference or connection.id
    flows = [spec for spec in files if spec.kind is FLOW_SPEC]
    found = _flow_spec(specs, chosen.name, flow, connection.document.get("providerId"), flows)
    ids = known_ids(files)
    named = [each for pointer, each in referred(FLOW_SPEC, found.document) if pointer[0] == FIELD]
    is_new = ids.get(text, text) not in (ids.get(each, each) for each in named)
    if is_new:
        _write_source(found, text, config, chosen.name, specs)
    # The flow spec cannot be planned without the new ones that it names already.
    new = [spec.id for spec in files if not spec.has_id and spec.reference in named]
    own = [spec.id for spec in files if text in (spec.id, spec.reference)]
    only = (found.id, *new, *own)
    return AddSourceResult(found.file, f"{text} ({connection.name})", is_new, only)


def _write_source(flow: Spec, text: str, config: Config, target: str, specs: Path) -> None:
    def change(document: JsonObject) -> JsonObject:
        return {**document, FIELD: [*list_at(document, FIELD), text]}

    path = Path(flow.file)
    after, _ = changed_content(
        path.read_bytes(),
        flow.file,
        FLOW_SPEC,
        config.targets,
        lambda source: recast(source, target, change),
    )
    replace_file(path, after, specs)


def _of_files(wanted: str, specs: Iterable[Spec]) -> Spec | None:
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
    return found[0] if found else None


def _of_target(wanted: str, known: Sequence[LiveSpec], target: str) -> LiveSpec:
    found = [live for live in known if wanted in (live.id, live.name)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(live.id for live in found[:_MOST])
        raise ReconcilerError(
            f"'{wanted}' is the name of {len(found)} connection specs on {target}. "
            f"Use an id: {ids}."
        )
    names = sorted({live.name for live in known if live.name})
    rest = f" There are: {join_limited(names, _MOST)}." if names else " It has none."
    near = near_ids(wanted, {live.id: live.name for live in known})
    raise ReconcilerError(
        f"connection spec '{wanted}' not found on {target} or in a file.{near or rest}"
    )


def _flow_spec(
    specs: Path, target: str, wanted: str | None, provider: Json, flows: Sequence[Spec]
) -> Spec:
    if wanted is None:
        found = default_flow_spec(provider, flows)
    else:
        found = [spec for spec in flows if wanted in selector_names(spec)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{spec.name} ({spec.file})" for spec in (found or flows)[:_MOST])
    if not flows:
        raise ReconcilerError(
            f"{specs} has no flow spec. Pull one first:\n"
            f"  reconciler pull {on(target, specs.as_posix())} RestStorageToAEP"
        )
    if found:
        fact = "several flow specs could be meant. Choose one with --to"
    elif wanted is not None:
        fact = f"flow spec '{wanted}' not found. There are"
    elif provider is None:
        fact = "the source has no provider. Choose a flow spec with --to"
    else:
        fact = (
            f"no flow spec has the source's provider, {provider}. Pull the one that has, or "
            "choose one with --to"
        )
    raise ReconcilerError(f"{fact}: {known}.")


def default_flow_spec(provider: Json, flows: Sequence[Spec]) -> list[Spec]:
    """Return the candidates for the flow spec: the provider's, of several RestStorageToAEP."""
    akin = [spec for spec in flows if spec.document.get("providerId") == provider]
    return [spec for spec in akin if spec.id == REST_STORAGE] or akin
