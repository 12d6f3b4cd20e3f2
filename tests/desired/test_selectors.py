"""Paths in selectors are relative to the folder of the specs, whatever its name."""

import pytest
from repos import REST, Repo

from reconciler.desired.folder import selector_paths

PATTERNS = ["flowSpecs/rest-*", "specs/flowSpecs/rest-*", "flowSpecs/rest-storage-to-aep.yaml"]
SPELLINGS = [
    ("specs", "."),
    ("./specs", "."),
    ("{repo}/specs", "."),
    (".", "specs"),
    ("..", "specs/flowSpecs"),
    ("../specs", "specs"),
]


def forbid(repo, pattern):
    repo.write(
        "specs/policies/frozen.yaml",
        f"name: frozen\nmessage: This one stays.\nselect: {{name: '{pattern}'}}\n"
        "schema: {not: {}}\n",
    )


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize(("specs", "cwd"), SPELLINGS)
def test_a_policy_selects_the_same_files(repo, pattern, specs, cwd):
    forbid(repo, pattern)
    repo.write("specs/reconciler.yaml", f"targets: {{local: {{emulator: {repo.path}/local.db}}}}\n")
    specs = specs.format(repo=repo.path)
    for args, environ in ((["--specs", specs], {}), ([], {"RECONCILER_SPECS": specs})):
        run = repo.run("apply", "--yes", *args, cwd=cwd, **environ)
        assert run.code == 3
        assert "policy" in run.said


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize(("specs", "cwd"), SPELLINGS)
def test_only_selects_the_same_files(repo, pattern, specs, cwd):
    repo.write("specs/reconciler.yaml", f"targets: {{local: {{emulator: {repo.path}/local.db}}}}\n")
    options = ["--only", pattern, "--format", "json", "--specs", specs.format(repo=repo.path)]
    plan = repo.run("plan", *options, cwd=cwd).plan
    assert [spec["id"] for spec in plan["changes"]] == [REST]


def test_a_folder_named_like_a_kind_above_the_specs_changes_nothing(tmp_path):
    repo = Repo(tmp_path / "flowSpecs" / "repo")
    forbid(repo, "flowSpecs/rest-*")
    assert repo.run("apply", "--yes").code == 3


def test_the_paths_of_a_file_begin_at_the_folder_of_its_kind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths = selector_paths("../x/specs/flowSpecs/deep/a.yaml")
    assert paths[:2] == ("flowSpecs/deep/a.yaml", "specs/flowSpecs/deep/a.yaml")
    assert paths[-1] == f"{tmp_path.parent}/x/specs/flowSpecs/deep/a.yaml"
