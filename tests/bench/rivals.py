"""Other tools for the same task: Terraform, octoDNS and a shell loop, where they are installed.

Each keeps the same specs in the way that one would: Terraform as a resource for
each file of a folder. What is measured is a plan that finds no change.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

from bench import corpus
from bench.running import Command

from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import SERVER_MANAGED

TERRAFORM = "Terraform"
OCTODNS = "octoDNS"
SHELL = "curl, jq and diff"
_QUIET = {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull, "TF_IN_AUTOMATION": "1"}
_STATE = "terraform.tfstate"
_RECORDS = 10


def find(octodns: str | None) -> dict[str, str]:
    """Return where each rival is that is installed, by its name."""
    found = {
        TERRAFORM: shutil.which("terraform"),
        OCTODNS: octodns or shutil.which("octodns-sync"),
        SHELL: all(map(shutil.which, ("curl", "jq", "diff"))) and shutil.which("bash"),
    }
    return {name: path for name, path in found.items() if path}


def version(name: str, path: str) -> str:
    """Return the version that a rival prints."""
    if name == SHELL:
        return "of this machine"
    said = subprocess.run(
        [path, "version" if name == TERRAFORM else "--version"],
        capture_output=True,
        text=True,
        env={**os.environ, **_QUIET},
        check=True,
    )
    return said.stdout.split()[1]


def prepare(
    name: str, path: str, folder: Path, documents: Sequence[JsonObject], url: str
) -> Command:
    """Make a rival's files for these documents below `folder` and return its plan."""
    folder.mkdir(parents=True)
    match name:
        case "Terraform":
            return _terraform(path, folder, documents)
        case "octoDNS":
            return _octodns(path, folder, len(documents))
        case _:
            return _shell(path, folder, documents, url)


def _terraform(path: str, folder: Path, documents: Sequence[JsonObject]) -> Command:
    """`terraform_data` over the same files with local state: no provider to start, no network.

    One file is applied, and the state of the others is written as it is: an
    apply of a thousand takes minutes. A plan that found them to differ would fail.
    """
    (folder / "specs").mkdir()
    (folder / "main.tf").write_text(_MAIN)
    _write_specs(folder, documents[:1])
    for step in (["init"], ["apply", "-auto-approve"]):
        subprocess.run(
            [path, *step, "-input=false"],
            cwd=folder,
            env={**os.environ, **_QUIET},
            capture_output=True,
            check=True,
        )
    _write_specs(folder, documents)
    state = json.loads((folder / _STATE).read_text())
    [resource] = state["resources"]
    [applied] = resource["instances"]
    resource["instances"] = [_instance(applied, document) for document in documents]
    (folder / _STATE).write_text(json.dumps(state))
    argv = [path, "plan", "-input=false", "-no-color"]
    return Command(argv, folder, _QUIET, "found no differences")


_MAIN = """\
resource "terraform_data" "spec" {
  for_each = fileset("${path.module}/specs", "*.yaml")
  input    = yamldecode(file("${path.module}/specs/${each.value}"))
}
"""


def _write_specs(folder: Path, documents: Sequence[JsonObject]) -> None:
    for document in documents:
        (folder / "specs" / f"{document['id']}.yaml").write_text(corpus.spec_text(document))


def _instance(applied: JsonObject, document: JsonObject) -> JsonObject:
    """Return the state of one file's resource, made from that of the one that was applied."""
    instance = deepcopy(applied)
    instance["index_key"] = f"{document['id']}.yaml"
    attributes = instance["attributes"]
    attributes["id"] = str(uuid.uuid4())
    for name in ("input", "output"):
        attributes[name]["value"] = _desired(document)
    return instance


def _octodns(path: str, folder: Path, count: int) -> Command:
    """As many zones of ten records, YAML to YAML."""
    zone = "".join(
        f"host{number}:\n  type: A\n  value: 192.0.2.{number + 1}\n" for number in range(_RECORDS)
    )
    names = [f"zone{number:05}.example." for number in range(count)]
    for side in ("source", "target"):
        (folder / side).mkdir()
        for name in names:
            (folder / side / f"{name}yaml").write_text(zone)
    providers = "".join(
        f"  {side}:\n    class: octodns.provider.yaml.YamlProvider\n    directory: ./{side}\n"
        "    default_ttl: 300\n    enforce_order: false\n"
        for side in ("source", "target")
    )
    zones = "".join(f"  {name}:\n    sources: [source]\n    targets: [target]\n" for name in names)
    (folder / "config.yaml").write_text(f"providers:\n{providers}zones:\n{zones}")
    argv = [path, "--config-file", "config.yaml"]
    return Command(argv, folder, {}, "No changes were planned")


def _shell(path: str, folder: Path, documents: Sequence[JsonObject], url: str) -> Command:
    """GET, strip and sort, compare: the shell script that one writes without a tool."""
    for document in documents:
        text = json.dumps(_desired(document), indent=2, sort_keys=True) + "\n"
        (folder / f"{document['id']}.json").write_text(text)
    managed = ", ".join(f".{field}" for field in sorted(SERVER_MANAGED))
    (folder / "plan.sh").write_text(
        f"""\
for file in *.json; do
  curl --silent --fail --header "Authorization: Bearer t" --header "x-api-key: k" \\
    --header "x-gw-ims-org-id: o" --header "x-sandbox-name: prod" \\
    "{url}/data/foundation/flowservice/flowSpecs/${{file%.json}}" |
    jq --sort-keys '.items[0] | del({managed})' | diff - "$file" || exit 1
done
echo No changes
"""
    )
    return Command([path, "plan.sh"], folder, {}, "No changes")


def _desired(document: JsonObject) -> JsonObject:
    return {key: value for key, value in document.items() if key not in SERVER_MANAGED}
