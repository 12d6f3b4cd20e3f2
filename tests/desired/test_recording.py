"""Recording the applied commit, and separating drift from pending changes."""

import json

import pytest
from repos import NEW_SOURCE, OLD_SOURCE, REST, REST_FILE

from reconciler.emulator.store import Store
from reconciler.operations.record import Record

REF = "refs/reconciler/applied/local"
LINE = f"  - {NEW_SOURCE}\n"
NAME = "name: RestStorageToAEP"


@pytest.fixture
def applied(repo):
    """The repository, applied and recorded."""
    assert "Recorded" in repo.run("apply", "--yes").err
    return repo


def recorded(repo):
    return repo.git("for-each-ref", "--format=%(objectname)", REF)


def live(repo):
    store = Store(repo.path / ".reconciler" / "local.db")
    document = store.get("flowSpecs", REST).document
    store.close()
    return document


def change_live(repo, **fields):
    store = Store(repo.path / ".reconciler" / "local.db")
    store.put("flowSpecs", REST, {**store.get("flowSpecs", REST).document, **fields})
    store.close()


def origins(run):
    return {
        change["path"]: change["origin"] for spec in run.plan["changes"] for change in spec["diff"]
    }


def plan(repo, *args):
    return origins(repo.run("plan", "--format", "json", *args))


def drift(repo, *args):
    return origins(repo.run("drift", "--format", "json", *args))


class TestRecording:
    def test_an_apply_records_its_commit(self, repo):
        run = repo.run("apply", "--yes")
        assert f"Recorded {repo.git('rev-parse', 'HEAD')[:12]}" in run.err
        assert recorded(repo) == repo.git("rev-parse", "HEAD")

    def test_a_saved_plan_records_the_commit_that_was_planned(self, repo):
        planned = repo.git("rev-parse", "HEAD")
        repo.run("plan", "--out", "p.json")
        repo.commit()
        assert repo.run("apply", "p.json").code == 0
        assert recorded(repo) == planned

    def test_without_record_nothing_is_printed_about_it(self, repo):
        run = repo.run("apply", "--yes", "--no-record")
        assert "ecorded" not in run.said
        assert recorded(repo) == ""

    @pytest.mark.parametrize("option", [["--only", "Rest*"], ["--only-origin", "repo"]])
    @pytest.mark.parametrize("saved", [True, False])
    def test_a_partial_plan_is_not_recorded(self, applied, option, saved):
        before = recorded(applied)
        applied.edit(NAME, f"{NAME}2")
        applied.commit()
        if saved:
            applied.run("plan", *option, "--out", "p.json")
            assert json.loads((applied.path / "p.json").read_text())["partial"] is True
            assert "the plan is partial" in applied.run("apply", "p.json", "--record").err
            run = applied.run("apply", "p.json")
        else:
            run = applied.run("apply", "--yes", *option)
        assert run.code == 0
        assert "Not recorded: the plan is partial. The next plan compares with" in run.said
        assert recorded(applied) == before

    def test_a_file_that_git_does_not_hold_is_named_and_nothing_recorded(self, repo):
        repo.write(".gitignore", "specs/flowSpecs/rest-storage-to-aep.yaml\n")
        repo.git("rm", "--quiet", "--cached", REST_FILE)
        repo.commit()
        refused = repo.run("apply", "--yes", "--record")
        assert refused.code == 1
        assert "clean work tree" in refused.err
        run = repo.run("apply", "--yes")
        assert run.code == 0
        assert "not committed (flowSpecs/rest-storage-to-aep.yaml: not in HEAD)" in run.said
        assert "The next plan has no base." in run.said
        assert recorded(repo) == ""

    def test_a_failed_apply_is_not_recorded(self, repo):
        repo.run("plan", "--out", "p.json")
        change_live(repo, version="theirs")
        run = repo.run("apply", "p.json")
        assert run.code == 3
        assert recorded(repo) == ""

    @pytest.mark.parametrize("base", [[], ["--base", "HEAD"], ["--base", "applied"]])
    def test_a_plan_from_before_another_run_recorded_is_not_recorded(self, applied, base):
        applied.run("plan", "--out", "p.json", *base)
        applied.commit()
        applied.run("apply", "--yes")
        now = recorded(applied)
        run = applied.run("apply", "p.json")
        assert "another run recorded" in run.said
        assert recorded(applied) == now

    def test_the_base_of_the_next_plan_is_named_when_another_run_was_first(self, applied):
        theirs, mine = applied.commit(), applied.commit()
        record = Record(applied.path / "specs", "local", mine, recorded(applied), required=False)
        applied.git("update-ref", REF, theirs)
        assert record.finish(succeeded=True).endswith(
            f"The next plan compares with {theirs[:12]} as before."
        )


class TestOrigins:
    def test_the_next_edit_after_an_apply_has_the_origin_repo(self, applied):
        applied.edit(NAME, f"{NAME}2")
        assert plan(applied) == {"/name": "repo"}

    def test_a_value_that_the_file_held_since_the_base_has_the_origin_repo(self, applied):
        for number in (2, 3):
            applied.edit(NAME, f"{NAME}{number}")
            applied.commit()
            applied.run("apply", "--yes", "--no-record")
            applied.edit(f"{NAME}{number}", NAME)
        applied.edit(NAME, f"{NAME}4")
        assert plan(applied) == {"/name": "repo"}
        assert applied.run("apply", "--yes").code == 0

    def test_a_value_that_only_the_discarded_side_of_a_merge_held_has_the_origin_repo(
        self, applied
    ):
        applied.git("switch", "--quiet", "--create", "side")
        applied.edit(NAME, f"{NAME}2")
        applied.commit()
        applied.git("switch", "--quiet", "main")
        applied.edit(NAME, f"{NAME}3")
        applied.commit()
        applied.git("merge", "--quiet", "--strategy", "ours", "side")
        change_live(applied, name="RestStorageToAEP2")
        assert plan(applied) == {"/name": "repo"}

    def test_a_value_that_no_commit_held_is_a_conflict(self, applied):
        change_live(applied, name="theirs")
        applied.edit(NAME, f"{NAME}2")
        applied.commit()
        assert plan(applied) == {"/name": "conflict"}

    def test_a_file_renamed_since_the_base_keeps_its_history(self, applied):
        applied.edit(NAME, f"{NAME}2")
        applied.commit()
        applied.run("apply", "--yes", "--no-record")
        applied.git("mv", REST_FILE, "specs/flowSpecs/renamed.yaml")
        applied.edit(f"{NAME}2", f"{NAME}3", path="specs/flowSpecs/renamed.yaml")
        applied.commit()
        assert plan(applied) == {"/name": "repo"}


class TestBase:
    def test_a_recorded_commit_that_does_not_exist_is_an_error_with_advice(self, applied):
        (applied.path / ".git" / REF).write_text("1" * 40 + "\n")
        for command in (["plan"], ["apply", "--yes"], ["drift"], ["plan", "--base", "applied"]):
            run = applied.run(*command)
            assert run.code == 1
            assert f"git update-ref -d {REF}" in run.said
            assert "--base REV" in run.said
        assert applied.run("plan", "--base", "HEAD").code == 0
        run = applied.run("apply", "--yes", "--base", "HEAD")
        assert run.code == 0
        assert "Not recorded: commit 111111111111" in run.said
        assert applied.run("apply", "--yes", "--base", "HEAD", "--record").code == 1

    @pytest.mark.parametrize("content", ["", "garbage\n"])
    def test_a_broken_ref_is_an_error(self, applied, content):
        (applied.path / ".git" / REF).write_text(content)
        run = applied.run("plan")
        assert run.code == 1
        assert f"{REF} is broken" in run.err

    def test_an_empty_base_is_an_error(self, applied):
        run = applied.run("plan", "--base", "")
        assert run.code == 1
        assert "revision '' not found" in run.err

    def test_after_a_force_push_the_recorded_commit_is_still_compared_with(self, applied):
        applied.git("commit", "--quiet", "--amend", "--message", "rewritten")
        applied.edit(NAME, f"{NAME}2")
        assert plan(applied) == {"/name": "repo"}


class TestDrift:
    def test_drift_reads_from_the_base_to_the_target(self, applied):
        change_live(applied, sourceConnectionSpecIds=[OLD_SOURCE, NEW_SOURCE, "theirs"])
        run = applied.run("drift")
        assert run.code == 2
        assert f"({REF})" in run.out
        assert "+ /sourceConnectionSpecIds/theirs" in run.out or "+ theirs" in run.out

    def test_an_unapplied_change_is_pending_and_no_drift(self, applied):
        applied.edit(NAME, f"{NAME}2")
        applied.commit()
        run = applied.run("drift")
        assert run.code == 0
        assert "Pending (committed, not applied): RestStorageToAEP2 (1 change)" in run.said
        assert "No changes. 2 specs without drift, of which 1 pending." in run.said
        shown = applied.run("drift", "--format", "json").plan
        assert [spec["id"] for spec in shown["pending"]] == [REST]
        for form in ("markdown", "html"):
            assert "ending" in applied.run("drift", "--format", form).out

    @pytest.mark.parametrize("record", ["--record", "--no-record"])
    def test_an_unapplied_new_spec_is_pending(self, repo, record):
        repo.run("apply", "--yes", record)
        text = (repo.path / REST_FILE).read_text()
        repo.write("specs/flowSpecs/other.yaml", text.replace(REST, REST[:-1] + "3"))
        repo.commit()
        run = repo.run("drift")
        assert run.code == 0
        assert "RestStorageToAEP (new)" in run.said

    def test_plan_and_drift_agree(self, applied):
        change_live(applied, name="theirs", version="7")
        applied.edit(NAME, f"{NAME}2")
        applied.commit()
        planned = plan(applied)
        expected = {path: origin for path, origin in planned.items() if origin != "repo"}
        assert drift(applied) == expected
        assert expected["/name"] == "conflict"

    def test_drift_of_a_value_that_both_sides_changed_starts_at_the_base(self, applied):
        change_live(applied, name="theirs")
        applied.edit(NAME, f"{NAME}2")
        applied.commit()
        (change,) = applied.run("drift", "--format", "json").plan["changes"][-1]["diff"]
        assert (change["before"], change["after"]) == ("theirs", "RestStorageToAEP")

    def test_adopting_drift_keeps_pending_changes(self, applied):
        change_live(applied, version="theirs")
        applied.edit(NAME, f"{NAME}2")
        applied.commit()
        run = applied.run("drift", "--adopt")
        assert run.code == 0
        text = (applied.path / REST_FILE).read_text()
        assert f"{NAME}2" in text
        assert "theirs" in text
        applied.commit()
        assert plan(applied) == {"/name": "repo"}
        assert applied.run("apply", "--yes").code == 0
        assert live(applied)["version"] == "theirs"

    def test_without_a_recorded_commit_drift_compares_with_head_and_says_so(self, repo):
        repo.run("apply", "--yes", "--no-record")
        change_live(repo, name="theirs")
        run = repo.run("drift")
        assert run.code == 2
        assert "(HEAD)" in run.out

    def test_an_applied_drift_file_is_not_recorded(self, applied):
        change_live(applied, version="theirs")
        applied.write("drift.json", applied.run("drift", "--format", "json").out)
        before = recorded(applied)
        applied.edit(NAME, f"{NAME}2")
        applied.commit()
        applied.run("apply", "drift.json", "--allow-removals")
        assert recorded(applied) == before

    def test_targets_are_read_from_the_commit(self, applied):
        text = (applied.path / "specs/reconciler.yaml").read_text()
        applied.write("specs/reconciler.yaml", text.replace("local:", "renamed:"))
        assert applied.run("drift", "--target", "local").code == 0
        applied.write("specs/reconciler.yaml", "targets: [\n")
        assert applied.run("drift").code == 0


class TestPull:
    def test_uncommitted_changes_are_not_overwritten(self, applied):
        change_live(applied, version="theirs")
        applied.edit(NAME, f"{NAME}2")
        mine = (applied.path / REST_FILE).read_text()
        run = applied.run("pull")
        assert run.code == 1
        assert "changes that no commit holds" in run.said
        assert (applied.path / REST_FILE).read_text() == mine
        assert applied.run("drift", "--adopt").code == 1
        assert (applied.path / REST_FILE).read_text() == mine
        assert applied.run("pull", "--force").code == 0
        assert "theirs" in (applied.path / REST_FILE).read_text()

    def test_a_link_out_of_the_specs_skips_that_spec_only(self, applied):
        outside = applied.path / "outside.yaml"
        (applied.path / REST_FILE).rename(outside)
        (applied.path / REST_FILE).symlink_to(outside)
        before = outside.read_text()
        applied.commit()
        change_live(applied, version="theirs")
        run = applied.run("pull", "--all", "--force")
        assert run.code == 1
        assert "which is not below" in run.said
        assert outside.read_text() == before
        assert [*(applied.path / "specs/connectionSpecs").glob("*.yaml")]
