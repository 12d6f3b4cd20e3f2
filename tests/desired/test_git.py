"""Bases, revisions and recorded commits in Git."""

import shutil
import subprocess

import pytest
from repos import NEW_SOURCE, OLD_SOURCE, REST, REST_FILE, Repo

from reconciler.desired.git import head_commit, read_applied, record_applied, resolve
from reconciler.desired.git_tree import read_files
from reconciler.model.errors import GitError

LINE = f"  - {NEW_SOURCE}\n"


def origins(run):
    return {
        change["path"]: change["origin"] for spec in run.plan["changes"] for change in spec["diff"]
    }


def test_a_change_made_by_a_commit_has_the_origin_repo(repo):
    repo.run("apply", "--yes")
    repo.edit(LINE, "")
    plan = repo.run("plan", "--base", "HEAD", "--format", "json")
    assert origins(plan) == {f"/sourceConnectionSpecIds/{NEW_SOURCE}": "repo"}
    assert plan.plan["git"]["base"] == repo.git("rev-parse", "HEAD")
    assert plan.plan["git"]["dirty"] is True


def test_the_work_tree_is_not_touched_by_reading_a_base(repo):
    repo.edit(LINE, "")
    before = (repo.path / REST_FILE).read_text()
    repo.run("plan", "--base", "HEAD")
    assert (repo.path / REST_FILE).read_text() == before
    assert repo.git("stash", "list") == ""


def test_a_renamed_file_is_the_same_spec(repo):
    repo.run("apply", "--yes")
    (repo.path / REST_FILE).rename(repo.path / "specs/flowSpecs/renamed.yaml")
    plan = repo.run("plan", "--base", "HEAD", "--format", "json").plan
    assert plan["summary"]["update"] == 0
    assert plan["noLongerManaged"] == []


def test_the_spec_of_a_deleted_file_is_unmanaged_and_stays_live(repo):
    (repo.path / REST_FILE).unlink()
    run = repo.run("plan", "--base", "HEAD")
    assert "RestStorageToAEP" in run.out
    assert "no longer managed; left on the target" in run.out


def test_a_spec_without_a_file_at_the_base_has_no_base(repo):
    (repo.path / REST_FILE).rename(repo.path.parent / "kept.yaml")
    repo.commit()
    shutil.move(repo.path.parent / "kept.yaml", repo.path / REST_FILE)
    plan = repo.run("plan", "--base", "HEAD", "--format", "json")
    assert set(origins(plan).values()) == {"unknown"}


def test_a_base_without_the_folder_is_an_empty_base(tmp_path):
    repo = Repo(tmp_path)
    first = repo.git(
        "commit-tree", "-m", "empty", repo.git("write-tree", "--prefix=specs/flowSpecs/")
    )
    plan = repo.run("plan", "--base", first, "--format", "json")
    assert plan.code == 0
    assert set(origins(plan).values()) == {"unknown"}


def test_a_file_that_is_invalid_at_the_base_is_a_warning_and_has_no_base(repo):
    text = (repo.path / REST_FILE).read_text()
    repo.write(REST_FILE, "- broken\n")
    repo.commit()
    repo.write(REST_FILE, text)
    run = repo.run("plan", "--base", "HEAD", "--format", "json")
    assert run.code == 0
    assert "warning: at " in run.err
    assert set(origins(run).values()) == {"unknown"}


def test_specs_in_a_subdirectory_of_the_repository_have_a_base(tmp_path):
    repo = Repo(tmp_path, specs="teams/a/specs")
    repo.run("apply", "--yes", cwd="teams/a")
    repo.edit(LINE, "", path=f"teams/a/{REST_FILE}")
    plan = repo.run("plan", "--base", "HEAD", "--format", "json", cwd="teams/a")
    assert set(origins(plan).values()) == {"repo"}


def test_a_worktree_has_the_same_base(repo):
    repo.git("worktree", "add", "--quiet", "../tree")
    run = repo.run("plan", "--base", "main", "--format", "json", cwd="../tree")
    assert run.plan["git"]["base"] == repo.git("rev-parse", "main")


def test_variables_that_a_git_hook_sets_are_ignored(repo, tmp_path):
    other = tmp_path / "other"
    subprocess.run(["git", "init", "--quiet", other], check=True)
    run = repo.run(
        "plan", "--base", "HEAD", "--format", "json", GIT_DIR=str(other / ".git"), GIT_WORK_TREE="/"
    )
    assert run.plan["git"]["commit"] == repo.git("rev-parse", "HEAD")


def test_a_shallow_clone_says_how_to_get_the_revision(repo, tmp_path):
    old = repo.git("rev-parse", "HEAD")
    repo.commit()
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    run = repo.run("plan", "--base", old, cwd="../shallow")
    assert run.code == 1
    assert "fetch-depth: 0" in run.err


@pytest.mark.parametrize("rev", ["nowhere", "--all", "-x", ""])
def test_an_unknown_revision_is_an_error(repo, rev):
    run = repo.run("plan", f"--base={rev}", "--only-origin", "repo")
    assert run.code == 1
    assert "Traceback" not in run.err
    assert "error:" in run.err


def test_without_a_repository_there_is_no_base_and_no_failure(repo, tmp_path):
    shutil.copytree(repo.path / "specs", tmp_path / "plain" / "specs")
    assert repo.run("plan", cwd="../plain").code == 0
    refused = repo.run("plan", "--base", "HEAD", cwd="../plain")
    assert refused.code == 1
    assert "specs is not in a Git repository" in refused.err
    assert "nothing is committed" in repo.run("drift", cwd="../plain").err


def test_a_repository_without_git_to_read_it_is_an_error(repo, tmp_path):
    run = repo.run("plan", PATH="/nowhere")
    assert run.code == 1
    assert "git is not installed" in run.err
    shutil.copytree(repo.path / "specs", tmp_path / "plain" / "specs")
    assert repo.run("plan", cwd="../plain", PATH="/nowhere").code == 0


def test_a_repository_without_a_commit_has_no_state(tmp_path):
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    assert head_commit(tmp_path) is None


def test_a_repository_that_git_refuses_to_read_is_an_error(tmp_path):
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / ".git" / "config").write_text("[core\n")
    with pytest.raises(GitError, match="config"):
        head_commit(tmp_path)


class TestRecord:
    def test_a_run_in_which_everything_succeeded_is_recorded(self, repo):
        run = repo.run("apply", "--yes", "--record")
        assert run.code == 0
        head = repo.git("rev-parse", "HEAD")
        assert repo.git("rev-parse", "refs/reconciler/applied/local") == head
        plan = repo.run("plan")
        assert f"base: {head[:12]} (refs/reconciler/applied/local)" in plan.out

    def test_a_run_without_changes_is_recorded_too(self, repo):
        repo.run("apply", "--yes")
        assert "Recorded" in repo.run("apply", "--yes", "--record").err

    def test_a_work_tree_with_changes_is_refused_before_anything_is_written(self, repo):
        repo.edit("name: RestStorageToAEP", "name: RestStorageToAEP # x")
        run = repo.run("apply", "--yes", "--record")
        assert run.code == 1
        assert "clean work tree" in run.err
        assert "1 to update" in repo.run("plan").out

    def test_base_applied_reads_what_was_recorded(self, repo):
        missing = repo.run("plan", "--base", "applied")
        assert missing.code == 1
        assert "refs/reconciler/applied/local" in missing.err
        repo.run("apply", "--yes", "--record")
        repo.edit(LINE, "")
        plan = repo.run("plan", "--base", "applied", "--format", "json")
        assert set(origins(plan).values()) == {"repo"}

    def test_only_one_of_two_runs_moves_the_ref(self, repo):
        specs = repo.path / "specs"
        first = repo.git("rev-parse", "HEAD")
        second = repo.commit()
        record_applied(specs, "local", first, None)
        with pytest.raises(GitError, match=f"another run recorded {first[:12]} in the meantime"):
            record_applied(specs, "local", second, None)
        record_applied(specs, "local", first, None)  # that it did is as good
        record_applied(specs, "local", second, first)
        assert read_applied(specs, "local") == second

    @pytest.mark.parametrize("option", [["--only", "Rest*"], ["--only-origin", "drift"]])
    def test_a_partial_plan_is_never_recorded(self, repo, option):
        repo.run("apply", "--yes")
        run = repo.run("apply", "--yes", "--record", *option)
        assert run.code == 1
        assert "--record says that the target holds the whole commit" in run.err

    def test_outside_a_repository_nothing_can_be_recorded(self, repo, tmp_path):
        shutil.copytree(repo.path / "specs", tmp_path / "plain" / "specs")
        run = repo.run("apply", "--yes", "--record", cwd="../plain")
        assert run.code == 1
        assert "--record needs a Git repository" in run.err


def test_only_origin_needs_a_base(repo):
    run = repo.run("plan", "--only-origin", "repo")
    assert run.code == 1
    assert "needs a base" in run.err


def test_only_origin_repo_skips_drift(repo):
    from reconciler.emulator.store import Store

    repo.run("apply", "--yes", "--record")
    store = Store(repo.path / ".reconciler" / "local.db")
    held = store.get("flowSpecs", REST).document
    held["sourceConnectionSpecIds"].append("theirs")
    store.put("flowSpecs", REST, held)
    repo.edit(LINE, LINE + "  - mine\n")
    repo.commit()
    run = repo.run("apply", "--yes", "--only-origin", "repo")
    assert run.code == 0
    assert "skipped" in run.out
    ids = store.get("flowSpecs", REST).document["sourceConnectionSpecIds"]
    store.close()
    assert ids == [OLD_SOURCE, NEW_SOURCE, "theirs", "mine"]


def test_files_with_unusual_names_are_read_from_a_revision(repo):
    name = "specs/flowSpecs/ü \t name.yaml"
    repo.write(name, "id: x\n")
    (repo.path / "specs/link.yaml").symlink_to("x")
    commit = repo.commit()
    files = read_files(repo.path / "specs", resolve(repo.path / "specs", commit))
    assert files["flowSpecs/ü \t name.yaml"] == b"id: x\n"
    assert "link.yaml" not in files
