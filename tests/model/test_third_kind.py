"""One entry in `model/kinds.py` adds a kind: every command knows it, and nothing else changes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from repos import Repo

import reconciler

ENTRY = """
EXPORT_SPEC = Kind(
    name="exportSpec",
    collection="exportSpecs",
    fields=("id", "name", "providerId", "version", "regions", "steps"),
    sets=frozenset({"/regions"}),
    keyed={"/steps": "name"},
    schemas=frozenset({"/steps/*/spec"}),
)
"""
ID = "11111111-2222-4333-8444-555555555555"
FILE = "specs/exportSpecs/nightly.yaml"
DOCUMENT = f"""\
id: {ID}
name: Nightly
providerId: p
version: "1.0"
regions: [eu, us]
steps:
  - name: copy
    spec: {{type: object, properties: {{hour: {{type: integer, minimum: 1}}}}}}
"""


@pytest.fixture
def run(tmp_path, repo):
    """Runs a copy of the package in which the entry is the only difference."""
    package = tmp_path / "copy" / "reconciler"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(reconciler.__file__).parent, package, ignore=ignored)
    kinds = package / "model" / "kinds.py"
    text = kinds.read_text().replace(
        "(FLOW_SPEC, CONNECTION_SPEC)", "(FLOW_SPEC, CONNECTION_SPEC, EXPORT_SPEC)"
    )
    kinds.write_text(text.replace("\nKINDS:", f"{ENTRY}\nKINDS:"))

    def start(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
        code = "import sys; from reconciler.cli import main; sys.argv[0] = 'reconciler'; main()"
        return subprocess.run(
            [sys.executable, "-c", code, *args],
            cwd=repo.path,
            env={**repo.environ, "PYTHONPATH": str(package.parent), **environ},
            capture_output=True,
            text=True,
            check=False,
        )

    return start


def test_a_third_kind_is_validated_planned_applied_pulled_and_completed(run, repo: Repo):
    repo.write(FILE, DOCUMENT.replace("type: integer", "type: whole"))
    assert "'whole'" in run("validate").stdout
    repo.write(FILE, DOCUMENT)
    repo.commit()
    assert run("validate").returncode == 0
    applied = run("apply", "--yes")
    assert applied.returncode == 0, applied.stdout

    repo.edit("regions: [eu, us]", "regions: [us, ap]", path=FILE)
    repo.edit("minimum: 1", "minimum: 2", path=FILE)
    (spec,) = [
        entry
        for entry in json.loads(run("plan", "--base", "HEAD", "--format", "json").stdout)["changes"]
        if entry["action"] != "none"
    ]
    assert [f"{change['op']} {change['path']} {change['origin']}" for change in spec["diff"]] == [
        "add /regions/ap repo",
        "remove /regions/eu repo",
        "replace /steps/copy/spec/properties/hour/minimum repo",
    ]
    assert [verdict["path"] for verdict in spec["verdicts"]] == ["/steps/copy/spec"]

    repo.commit()
    assert run("pull", "Nightly").returncode == 0
    assert (repo.path / FILE).read_text() == DOCUMENT.replace("[eu, us]", "[us, eu]")
    completed = run(
        COMP_WORDS="reconciler pull Ni", COMP_CWORD="2", _RECONCILER_COMPLETE="bash_complete"
    )
    assert "Nightly" in completed.stdout
