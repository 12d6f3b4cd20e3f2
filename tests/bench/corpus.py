"""N copies of the documented flow spec, with ids of their own: as files in Git, and as a store."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Iterable, Iterator
from copy import deepcopy
from importlib.resources import files
from io import StringIO
from pathlib import Path

from reconciler.emulator.store import Store
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import SERVER_MANAGED

COLLECTION = "flowSpecs"
_NAMED = ("2d46966e-4fcc-4015-9f9e-a67594e395a3", "c604ff05-7f1a-43c0-8e18-33bf874cb11c")
"""The source and the target that the documented flow spec names."""
NEW_SOURCE = "f6c0de0c-0a42-4cd9-9139-8768bf2f1b55"
_CONFIG = """\
defaultTarget: there
targets:
  there:
    url: {url}/data/foundation/flowservice
    imsUrl: {url}
    imsOrg: 1234@AdobeOrg
    sandbox: prod
"""


def live_documents(count: int, *, distinct: bool = False) -> Iterator[JsonObject]:
    """Yield documents as the service holds them.

    `distinct`: none shares a field's value with another, so that nothing which
    is remembered of one of them helps with the next.
    """
    seed = json.loads(files("reconciler.emulator").joinpath("seed.json").read_text("utf-8"))
    for number in range(count):
        document = deepcopy(seed[COLLECTION][0])
        document["id"] = str(uuid.UUID(int=number, version=4))
        document["name"] = f"RestStorageToAEP{number}"
        if distinct:
            _make_distinct(document, f"number {number}")
        yield document


def _make_distinct(value: object, mark: str) -> None:
    """Give every schema and every object of attributes a description of its own."""
    if isinstance(value, dict):
        for member in value.values():
            _make_distinct(member, mark)
        if "type" in value or "category" in value:
            value["description"] = mark


def write_repository(folder: Path, documents: Iterable[JsonObject], url: str) -> None:
    """Write the documents as spec files into a new Git repository whose target is at `url`."""
    (folder / "specs" / COLLECTION).mkdir(parents=True)
    (folder / "specs/reconciler.yaml").write_text(_CONFIG.format(url=url))
    for number, document in enumerate(documents):
        (folder / "specs" / COLLECTION / f"spec-{number:05}.yaml").write_text(spec_text(document))
    git(folder, "init", "--quiet")
    commit(folder)


def commit(folder: Path) -> None:
    """Commit the specs as they are."""
    git(folder, "add", "specs")
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
    git(folder, *who, "commit", "--quiet", "--message", "the specs")


def clone(repository: Path, folder: Path) -> None:
    """Clone a repository afresh, as a CI runner does."""
    subprocess.run(
        ["git", "clone", "--quiet", "--no-hardlinks", repository, folder],
        check=True,
        capture_output=True,
    )


def git(folder: Path, *args: str) -> None:
    """Run git in a folder."""
    subprocess.run(["git", "-C", folder, *args], check=True, capture_output=True)


def spec_text(document: JsonObject) -> str:
    """Return the spec file of a live document."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=False)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    text = StringIO()
    yaml.dump({key: value for key, value in document.items() if key not in SERVER_MANAGED}, text)
    return text.getvalue()


def add_source(folder: Path, count: int) -> None:
    """Change the first `count` specs: each gets one source more, which the store does not have."""
    for path in sorted((folder / "specs" / COLLECTION).iterdir())[:count]:
        text = path.read_text()
        mark = "sourceConnectionSpecIds:\n"
        assert mark in text
        path.write_text(text.replace(mark, f"{mark}- {NEW_SOURCE}\n"))


def write_store(path: Path, documents: Iterable[JsonObject]) -> None:
    """Write the emulator's store with these flow specs and the connection specs they name."""
    store = Store(path, empty=True)
    with store.transaction():
        for spec_id in (*_NAMED, NEW_SOURCE):
            named = {"id": spec_id, "name": spec_id, "providerId": spec_id, "version": "1.0"}
            store.put("connectionSpecs", spec_id, named)
        for document in documents:
            store.put(COLLECTION, str(document["id"]), document)
    store.close()
