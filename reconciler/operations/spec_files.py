"""Spec files on their own: a new one from a template, and the JSON for Adobe's review."""

from __future__ import annotations

import uuid
from pathlib import Path

from reconciler.desired.config import load_config
from reconciler.desired.folder import require_folder, selector_names
from reconciler.desired.key_order import order_of_kind
from reconciler.desired.load import load_specs
from reconciler.desired.pull.new_file import file_name, new_text
from reconciler.emulator.store import documented_specs
from reconciler.model.errors import ReconcilerError
from reconciler.model.json_text import JsonObject, pretty_json
from reconciler.model.kinds import FLOW_SPEC, SERVER_MANAGED, Kind
from reconciler.model.specs import Spec
from reconciler.model.suggestions import closest
from reconciler.operations.file_changes import FileChanges
from reconciler.operations.output_files import write_output
from reconciler.scaffold.specs import Auth, connection_spec_text
from reconciler.yamledit.scalars import scalar_text


def new_spec(
    specs: Path, kind: Kind, name: str, *, auth: Auth = Auth.BASIC, streaming: bool = False
) -> Path:
    """Write the file of a new spec and return its path.

    Raises `ReconcilerError` if the name cannot be one, or its file exists.
    """
    require_folder(specs)
    if not name.strip() or not name.isprintable():
        raise ReconcilerError(f"{name!r} cannot be a name: it needs printable characters.")
    stem = file_name(name, "", lambda _: False).removesuffix(".yaml")
    text = _flow_spec(name, streaming) if kind is FLOW_SPEC else ""
    text = text or _connection_spec(name, stem, auth, streaming)
    changes = FileChanges(specs)
    path = changes.add(kind, stem, text)
    for change in (*changes.changes, *changes.editor_schemas):
        change.write(specs)
    return path


def _connection_spec(name: str, stem: str, auth: Auth, streaming: bool) -> str:
    first, *words = stem.split("-")
    values = {
        "NAME": scalar_text(name),
        "PLAIN": name,
        "KEY": scalar_text(stem),
        "CAMEL": first + "".join(map(str.capitalize, words)),
        "READS": scalar_text(f"Reads records from {name}."),
        "RECEIVES": scalar_text(f"Receives records from {name}."),
    }
    return connection_spec_text(auth, values, streaming=streaming)


def _flow_spec(name: str, streaming: bool) -> str:
    """Return a flow spec as documented for batch or streaming sources, without sources."""
    documented = documented_specs()[FLOW_SPEC.collection]
    (example,) = [each for each in documented if ("scheduleSpec" in each) is not streaming]
    document: JsonObject = {
        **{field: value for field, value in example.items() if field not in SERVER_MANAGED},
        "id": str(uuid.uuid4()),
        "name": name,
        "sourceConnectionSpecIds": [],
    }
    _, rest = new_text(FLOW_SPEC, document, "").split("\n", 1)
    comments = {
        "id:": "# Chosen by you: a new id for a new flow spec.",
        "sourceConnectionSpecIds:": "# The sources: reconciler add-source NAME --to FILE adds one.",
        "optionSpec:": "# The options, transformations and schedules that a dataflow can have.",
    }
    for key, comment in comments.items():
        rest = f"\n{rest}".replace(f"\n{key}", f"\n{comment}\n{key}", 1)[1:]
    return rest


def export_spec(specs: Path, target: str | None, wanted: str) -> Path:
    """Write `{source}-connectionSpec.json` into the working directory and return its path.

    `wanted` is a spec's id, name, key or file. The document is that of the target, without
    `x-reconciler`. Raises `ReconcilerError` if no spec or several match.
    """
    config = load_config(specs)
    chosen = config.target(target).name
    loaded = load_specs(specs, target=chosen, known=config.targets).every
    spec = _find_spec(loaded, wanted)
    source = spec.directives.key or Path(spec.file).stem
    path = Path(f"{source}-{spec.kind.name}.json")
    write_output(path, pretty_json(order_of_kind(spec.kind).ordered(spec.document)))
    return path


def _find_spec(specs: tuple[Spec, ...], wanted: str) -> Spec:
    found = [
        spec
        for spec in specs
        if wanted in (spec.directives.key, spec.reference, *selector_names(spec))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(spec.file for spec in found)
        raise ReconcilerError(f"'{wanted}' is the name of {len(found)} specs. Use a file: {names}.")
    near = closest(wanted, {spec.name for spec in specs})
    hint = f" Did you mean '{near}'?" if near else ""
    raise ReconcilerError(f"no file has a spec '{wanted}'.{hint}")
