"""Checking that every file that was read is the blob in HEAD."""

import re

import pytest
from repos import REST_FILE

from reconciler.desired.committed import git_state
from reconciler.desired.folder import read_folder
from reconciler.desired.git_tree import read_files

NEW = "specs/flowSpecs/new.yaml"


def state(repo):
    return git_state(repo.path / "specs", read_folder(repo.path / "specs").contents)


def uncommitted(repo):
    return dict(state(repo).uncommitted)


def move_away(repo, path, to):
    """Move a file or folder and leave a link to it."""
    target = repo.path / to
    target.parent.mkdir(parents=True, exist_ok=True)
    (repo.path / path).rename(target)
    (repo.path / path).symlink_to(target)


def test_committed_files_are_clean(repo):
    assert state(repo).commit == repo.git("rev-parse", "HEAD")
    assert not state(repo).dirty


def test_a_changed_a_new_and_a_deleted_file_are_named(repo):
    text = (repo.path / REST_FILE).read_text()
    repo.write(NEW, text)
    repo.edit("name: ", "name:  ")
    (repo.path / "specs/reconciler.yaml").unlink()
    found = uncommitted(repo)
    assert found["flowSpecs/rest-storage-to-aep.yaml"] == "differs from HEAD"
    assert found["flowSpecs/new.yaml"] == "not in HEAD"
    assert found["reconciler.yaml"] == "deleted, but in HEAD"


def test_a_file_that_git_ignores_is_named(repo):
    repo.write(".gitignore", "new.yaml\n")
    repo.commit()
    repo.write(NEW, "id: x\n")
    assert uncommitted(repo) == {"flowSpecs/new.yaml": "not in HEAD"}


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_a_change_that_the_index_hides_is_named(repo, flag):
    repo.git("update-index", flag, REST_FILE)
    repo.edit("name: ", "name:  ")
    assert repo.git("status", "--porcelain") == ""
    assert uncommitted(repo) == {"flowSpecs/rest-storage-to-aep.yaml": "differs from HEAD"}


def test_a_change_that_is_only_in_the_index_is_named(repo):
    repo.edit("name: ", "name:  ")
    repo.git("add", REST_FILE)
    assert state(repo).dirty


@pytest.mark.parametrize("path", [REST_FILE, "specs/flowSpecs", "specs"])
def test_a_link_within_the_repository_is_resolved_in_the_commit(repo, path):
    before = read_files(repo.path / "specs", repo.git("rev-parse", "HEAD"))
    move_away(repo, path, "elsewhere/it.yaml")
    (repo.path / path).unlink()
    up = "../" * path.count("/")
    (repo.path / path).symlink_to(f"{up}elsewhere/it.yaml")
    repo.commit()
    assert not state(repo).dirty
    assert read_files(repo.path / "specs", repo.git("rev-parse", "HEAD")) == before


@pytest.mark.parametrize("path", [REST_FILE, "specs/flowSpecs"])
def test_a_link_out_of_the_repository_is_an_error_and_not_read(repo, path):
    move_away(repo, path, "../elsewhere/it.yaml")
    repo.commit()
    assert path.removeprefix("specs/") not in read_folder(repo.path / "specs").contents
    for command in (["validate"], ["plan"], ["validate", path], ["fmt", path]):
        run = repo.run(*command)
        assert run.code == 1
        assert re.search(f"{path}(:1:1: error: not a file, or a link|.* leads out)", run.said)
    assert f"{path}: not a file, or a link" in repo.run("drift").said


def test_a_folder_of_specs_that_is_a_link_out_of_the_repository_is_an_error(repo):
    move_away(repo, "specs", "../elsewhere/specs")
    repo.commit()
    for command in ("validate", "plan", "pull", "targets", "fmt"):
        run = repo.run(command)
        assert run.code == 1
        assert "specs is a link that leads out of the repository" in run.said
    assert repo.run("validate", "--specs", str(repo.path.parent / "elsewhere/specs")).code == 0


def test_a_config_that_is_a_link_out_of_the_repository_is_an_error(repo):
    move_away(repo, "specs/reconciler.yaml", "../elsewhere/it.yaml")
    for command in ("validate", "plan", "targets", "pull"):
        run = repo.run(command)
        assert run.code == 1
        assert "specs/reconciler.yaml:1:1: error: not a file, or a link" in run.said


def test_a_cyclic_link_is_resolved(repo):
    (repo.path / "specs/flowSpecs/again").symlink_to("..")
    repo.commit()
    assert not state(repo).dirty
    assert repo.run("plan").code == 0


def test_a_link_to_a_folder_outside_is_not_followed(repo, tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk/a.yaml").touch()
    for place in ("specs/flowSpecs/disk", "specs/policies/disk", "specs/disk"):
        (repo.path / place).parent.mkdir(exist_ok=True)
        (repo.path / place).symlink_to(tmp_path / "disk")
    assert not [path for path in read_folder(repo.path / "specs").contents if "disk" in path]
    named = [line.partition(":")[0] for line in repo.run("validate").out.splitlines()]
    assert {"specs/flowSpecs/disk", "specs/policies/disk"} <= {*named}


def test_a_submodule_is_named(repo, tmp_path):
    other = tmp_path / "other"
    repo.git("init", "--quiet", str(other))
    (other / "theirs.yaml").write_text((repo.path / REST_FILE).read_text())
    (repo.path / REST_FILE).unlink()
    repo.git("-C", str(other), "add", ".")
    repo.git("-C", str(other), "-c", "user.name=a", "-c", "user.email=b", "commit", "-qm", "a")
    allow = ("-c", "protocol.file.allow=always")
    repo.git(*allow, "submodule", "--quiet", "add", str(other), "specs/flowSpecs/theirs")
    repo.commit()
    assert uncommitted(repo) == {"flowSpecs/theirs/theirs.yaml": "in a repository of its own"}


def test_a_file_in_git_lfs_is_named(repo):
    text = (repo.path / REST_FILE).read_text()
    repo.write(REST_FILE, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n")
    repo.commit()
    repo.write(REST_FILE, text)
    assert uncommitted(repo) == {
        "flowSpecs/rest-storage-to-aep.yaml": "Git LFS keeps it, Git holds a pointer"
    }


@pytest.mark.parametrize("report", ["text", "markdown", "html"])
def test_drift_names_a_file_that_it_does_not_compare_because_git_ignores_it(repo, report):
    repo.run("apply", "--yes")
    repo.write("specs/flowSpecs/mine.yaml", "name: Mine\n")
    repo.write(".git/info/exclude", "mine.yaml\n.reconciler/\n")
    done = repo.run("drift", "--format", report)
    assert done.code == 0
    assert re.search(r"flowSpecs/mine\.yaml\W* not in HEAD", done.said)


def test_line_endings_that_git_converts_are_no_change(repo):
    text = (repo.path / REST_FILE).read_bytes()
    (repo.path / REST_FILE).write_bytes(text.replace(b"\n", b"\r\n"))
    assert not state(repo).dirty


@pytest.mark.parametrize("name", ["a.json", "a.YAML", "a.Yml"])
@pytest.mark.parametrize("folder", ["flowSpecs", "connectionSpecs/deep"])
def test_a_file_that_is_not_read_is_named(repo, folder, name):
    repo.write(f"specs/{folder}/{name}", "{}")
    for command in ("validate", "plan"):
        run = repo.run(command)
        assert run.code == 0
        assert f"specs/{folder}/{name}:1:1: warning: not read" in run.said
    assert not state(repo).dirty


def test_a_policy_that_is_not_read_is_an_error(repo):
    repo.write("specs/policies/a.YAML", "{}")
    for command in ("validate", "plan"):
        run = repo.run(command)
        assert run.code == 1
        assert "specs/policies/a.YAML:1:1: error: not read" in run.said


def test_a_dangling_link_is_an_error(repo):
    (repo.path / NEW).symlink_to("nowhere")
    for command in ("validate", "plan"):
        run = repo.run(command)
        assert run.code == 1
        assert f"{NEW}:1:1: error: not a file, or a link" in run.said


@pytest.mark.parametrize("command", ["plan", "validate", "drift", "pull", "fmt", "targets"])
def test_a_folder_of_specs_that_links_to_itself_is_an_error(repo, command):
    move_away(repo, "specs", "../elsewhere/specs")
    (repo.path / "specs").unlink()
    (repo.path / "specs").symlink_to("specs")
    repo.commit()
    run = repo.run(command)
    assert run.code == 1
    assert "specs" in run.err
    assert "fault of reconciler" not in run.err


def test_json_files_elsewhere_are_ignored(repo):
    repo.write("specs/.schemas/flowSpec.json", "{}")
    repo.write("specs/notes.json", "{}")
    assert repo.run("plan").code == 0
