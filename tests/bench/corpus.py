"""N flow specs made from the documented one: as files in Git, and as a store.

Real repositories hold documents that differ, so each has strings and limits of
its own, from a seed. Copies, which differ in id and name alone, are made for
comparison: there a value that was parsed or checked once serves all.
"""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Iterable, Iterator
from copy import deepcopy
from importlib.resources import files
from io import StringIO
from pathlib import Path
from random import Random

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


def live_documents(count: int, *, copies: bool = False) -> Iterator[JsonObject]:
    """Yield documents as the service holds them; with `copies` they differ in id and name only."""
    seed = json.loads(files("reconciler.emulator").joinpath("seed.json").read_text("utf-8"))
    for number in range(count):
        document = deepcopy(seed[COLLECTION][0])
        document["id"] = str(uuid.UUID(int=number, version=4))
        document["name"] = f"RestStorageToAEP{number}"
        if not copies:
            _vary(document, Random(number))
        yield document


def _vary(value: object, random: Random) -> None:
    """Give every schema and every object of attributes strings and limits of its own."""
    if isinstance(value, list):
        for item in value:
            _vary(item, random)
    if isinstance(value, dict):
        for member in value.values():
            _vary(member, random)
        if value.get("type") in ("integer", "number"):
            value["maximum"] = random.randrange(10_000, 1_000_000)
        if value.get("type") == "string" and "enum" not in value:
            value["maxLength"] = random.randrange(100, 10_000)
        if "type" in value or "category" in value:
            value["description"] = f"number {random.randrange(10**9)}"


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
    _replace(
        folder, count, "sourceConnectionSpecIds:\n", f"sourceConnectionSpecIds:\n- {NEW_SOURCE}\n"
    )


def raise_limit(folder: Path, count: int) -> None:
    """Change a schema of the first `count` specs, with a verdict and dataflows to look at."""
    _replace(folder, count, "minimum: 15\n", "minimum: 30\n")


def _replace(folder: Path, count: int, old: str, new: str) -> None:
    for path in sorted((folder / "specs" / COLLECTION).iterdir())[:count]:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


def write_store(path: Path, documents: Iterable[JsonObject]) -> None:
    """Write the emulator's store with these flow specs and the connection specs they name."""
    store = Store(path, empty=True)
    with store.transaction():
        for spec_id in (*_NAMED, NEW_SOURCE):
            named = {"id": spec_id, "name": spec_id, "providerId": spec_id, "version": "1.0"}
            store.put("connectionSpecs", spec_id, named)
        for document in documents:
            store.put(COLLECTION, str(document["id"]), document)
            flow = _flow(str(document["id"]))
            store.put("flows", str(flow["id"]), flow)
    store.close()


def _flow(flow_spec: str) -> JsonObject:
    """Return a dataflow that runs under a flow spec every hour, its numbers as strings."""
    return {
        "id": f"flow-{flow_spec}",
        "name": f"A flow of {flow_spec}",
        "flowSpec": {"id": flow_spec, "version": "1.0"},
        "state": "enabled",
        "scheduleParams": {"startTime": "1633080822", "frequency": "hour", "interval": "1"},
    }
