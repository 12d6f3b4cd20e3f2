"""`reconciler fmt` and the hooks for pre-commit, as a user runs them."""

import re
from pathlib import Path

from repos import REST_FILE
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]


def test_files_that_are_not_in_canonical_form_are_named_and_formatted(repo):
    before = (repo.path / REST_FILE).read_text()
    repo.edit("name: RestStorageToAEP\n", "")
    repo.edit("attributes:\n", "name: RestStorageToAEP\nattributes:\n")
    (repo.path / REST_FILE).chmod(0o640)
    wrong = repo.run("fmt", "--check")
    assert (wrong.code, wrong.out) == (1, f"{REST_FILE}\n")
    assert wrong.err == "1 of 3 files would change. Run reconciler fmt.\n"
    assert "name: RestStorageToAEP\nattributes:" in (repo.path / REST_FILE).read_text()

    done = repo.run("fmt")
    assert (done.code, done.out, done.err) == (0, f"{REST_FILE}\n", "1 of 3 files formatted.\n")
    assert (repo.path / REST_FILE).read_text() == before
    assert (repo.path / REST_FILE).stat().st_mode & 0o777 == 0o640
    assert repo.run("fmt", "--check").code == 0


def test_an_unreadable_file_is_reported_and_the_others_are_formatted(repo):
    repo.write("specs/flowSpecs/a.yaml", "a: [\n")
    repo.write("specs/flowSpecs/b.yaml", "\ufeffid:   i\n")
    repo.write("specs/flowSpecs/c.yaml", "a: caf\udce9\n")
    repo.write("specs/policies/mine.yaml", "b:   1\n")
    repo.write("specs/else.yaml", "b:   1\n")
    run = repo.run("fmt")
    assert (run.code, run.out) == (1, "specs/flowSpecs/b.yaml\n")
    assert "specs/flowSpecs/a.yaml:1:4: error: the [ opened here is never closed" in run.err
    assert "specs/flowSpecs/c.yaml:1:7: error: the file is not UTF-8" in run.err
    assert "specs/else.yaml:1:1: error: not in flowSpecs/ or connectionSpecs/" in run.err
    assert "1 of 7 files formatted, 3 cannot be read." in run.err
    assert (repo.path / "specs/flowSpecs/b.yaml").read_text() == "\ufeffid: i\n"
    assert (repo.path / "specs/policies/mine.yaml").read_text() == "b:   1\n"


def test_only_the_files_that_are_named_are_formatted(repo):
    repo.write("specs/flowSpecs/b.yaml", "id:   i\n")
    repo.write("specs/connectionSpecs/c.yaml", "id:   i\n")
    run = repo.run("fmt", "specs/flowSpecs", "specs/reconciler.yaml", cwd=".")
    assert run.out == "specs/flowSpecs/b.yaml\n"
    assert repo.run("fmt", "specs/connectionSpecs/c.yaml").out == "specs/connectionSpecs/c.yaml\n"


def test_the_pre_commit_hooks_run_on_the_spec_files(repo):
    hooks = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text())
    files = [*repo.git("ls-files").splitlines(), "specs/policies/p.yaml", "docs/specs.yaml"]
    for hook in hooks:
        chosen = [file for file in files if re.search(hook.get("files", "specs/"), file)]
        assert {REST_FILE, "specs/reconciler.yaml"} <= {*chosen}
        assert "docs/specs.yaml" not in chosen or "files" not in hook
        given = [file for file in chosen if hook.get("pass_filenames", True)]
        assert repo.run(*hook["entry"].split()[1:], *given).code == 0
