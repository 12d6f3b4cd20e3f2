"""A new spec file from a template: complete and valid, with a comment at each place to fill."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from reconciler.desired.folder import require_folder
from reconciler.desired.pull.new_file import file_name, new_text
from reconciler.model.errors import ReconcilerError
from reconciler.model.json_access import expect_list, expect_object
from reconciler.model.json_text import JsonObject, parse_json
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC, SERVER_MANAGED, Kind
from reconciler.operations.file_changes import FileChanges
from reconciler.scaffold.specs import Auth, connection_spec_text
from reconciler.yamledit.scalars import scalar_text


@dataclass(frozen=True)
class NewSpec:
    """The file that was written."""

    file: Path
    key: str
    """How flow specs refer to it (`connectionSpec.KEY`); empty for a flow spec."""


def new_spec(
    specs: Path, kind: Kind, name: str, *, auth: Auth = Auth.BASIC, streaming: bool = False
) -> NewSpec:
    """Write the file of a new spec and return it.

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
    return NewSpec(path, stem if kind is CONNECTION_SPEC else "")


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
    seed = files("reconciler.emulator").joinpath("seed.json").read_text(encoding="utf-8")
    listed = expect_list(expect_object(parse_json(seed))[FLOW_SPEC.collection])
    documents = [expect_object(document) for document in listed]
    (example,) = [each for each in documents if ("scheduleSpec" in each) is not streaming]
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
