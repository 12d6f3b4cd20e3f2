"""Apply reports: kept by default, appended to, never overwritten, and rolled back."""

import json

import pytest
from repos import REST, REST_FILE

from reconciler.emulator.store import Store

KEPT = ".reconciler/reports"


@pytest.fixture
def held(repo):
    """The embedded store, opened beside the command."""
    store = Store(repo.path / ".reconciler" / "local.db")
    yield store
    store.close()


def version(store):
    return store.get("flowSpecs", REST).document["version"]


def set_version(repo, old, new):
    repo.edit(f'version: "{old}"', f'version: "{new}"')
    repo.commit()


def entries(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def reports(repo):
    return sorted((repo.path / KEPT).iterdir())


@pytest.mark.parametrize(("cwd", "specs"), [("specs", "."), ("specs/flowSpecs", "..")])
def test_the_report_and_the_store_are_beside_the_specs_however_these_are_named(repo, cwd, specs):
    applied = repo.run("apply", "--yes", "--specs", specs, cwd=cwd)
    assert "1 of 1 applied" in applied.said
    assert len(reports(repo)) == 1
    assert "No changes" in repo.run("plan").out


def test_a_report_is_kept_and_named_and_can_be_rolled_back(repo, held):
    before = version(held)
    set_version(repo, before, "7")
    run = repo.run("apply", "--yes")
    (kept,) = reports(repo)
    name = f"{KEPT}/{kept.name}"
    assert f"Report: {name}. To undo: reconciler rollback {name}" in run.said
    assert kept.stat().st_mode & 0o777 == 0o600
    assert version(held) == "7"
    assert repo.run("rollback", name, "--yes", "--allow-removals").code == 0
    assert version(held) == before
    assert len(reports(repo)) == 2


def test_an_apply_without_changes_keeps_none(repo):
    assert repo.run("apply", "--yes").code == 0
    count = len(reports(repo))
    assert repo.run("apply", "--yes").code == 0
    assert len(reports(repo)) == count


def test_the_newest_reports_are_kept_up_to_a_limit(repo):
    folder = repo.path / KEPT
    folder.mkdir(parents=True)
    for number in range(60):
        (folder / f"2020-01-01T00-00-{number:02}.000Z-local.jsonl").write_text("old")
    (folder / "0-of-my-own.jsonl").write_text("mine")
    repo.run("apply", "--yes")
    names = [path.name for path in reports(repo)]
    assert len(names) == 51
    assert names[0] == "0-of-my-own.jsonl"
    assert names[1] == "2020-01-01T00-00-11.000Z-local.jsonl"


def test_a_second_run_is_appended_and_rollback_undoes_both(repo, held):
    before = version(held)
    for old, new in ((before, "7"), ("7", "8")):
        set_version(repo, old, new)
        assert repo.run("apply", "--yes", "--report", "r.jsonl").code == 0
    found = entries(repo.path / "r.jsonl")
    assert [entry["entry"] for entry in found].count("run") == 2
    assert len({entry["run"] for entry in found}) == 2
    assert repo.run("rollback", "r.jsonl", "--yes", "--allow-removals").code == 0
    assert version(held) == before


def test_rollback_does_not_start_from_a_failed_run(repo, held):
    before = version(held)
    for old, new in ((before, "7"), ("7", "8")):
        set_version(repo, old, new)
        assert repo.run("apply", "--yes", "--report", "r.jsonl").code == 0
    held.put("flowSpecs", REST, {**held.get("flowSpecs", REST).document, "version": "7"})
    found = entries(repo.path / "r.jsonl")
    found[-1]["result"] = "failed"
    repo.write("r.jsonl", "".join(f"{json.dumps(entry)}\n" for entry in found))
    assert repo.run("rollback", "r.jsonl", "--yes", "--allow-removals").code == 0
    assert version(held) == before


def test_an_unfinished_line_of_a_killed_run_does_not_affect_later_runs(repo, held):
    before = version(held)
    set_version(repo, before, "7")
    repo.run("apply", "--yes", "--report", "r.jsonl")
    with (repo.path / "r.jsonl").open("a") as file:
        file.write('{"entry": "befo')
    set_version(repo, "7", "8")
    assert repo.run("apply", "--yes", "--report", "r.jsonl").code == 0
    assert repo.run("rollback", "r.jsonl", "--yes", "--allow-removals").code == 0
    assert version(held) == before


def test_a_run_killed_in_its_first_line_does_not_affect_later_runs(repo, held):
    repo.write("r.jsonl", '{"changeDigest":"sha256:00')
    set_version(repo, version(held), "7")
    assert repo.run("apply", "--yes", "--report", "r.jsonl").code == 0
    assert repo.run("rollback", "r.jsonl", "--yes", "--allow-removals").code == 0


def test_a_file_that_is_not_a_report_is_not_touched(repo, held):
    before = version(held)
    set_version(repo, before, "7")
    held_text = (repo.path / REST_FILE).read_text()
    run = repo.run("apply", "--yes", "--report", REST_FILE)
    assert run.code == 1
    assert "not an apply report" in run.err
    assert (repo.path / REST_FILE).read_text() == held_text
    assert version(held) == before


def test_a_report_of_another_target_is_not_appended_to(repo, held):
    before = version(held)
    set_version(repo, before, "7")
    repo.run("apply", "--yes", "--report", "r.jsonl")
    text = (repo.path / "specs/reconciler.yaml").read_text()
    repo.write("specs/reconciler.yaml", text.replace("local.db", "other.db"))
    repo.commit()
    count = len(entries(repo.path / "r.jsonl"))
    run = repo.run("apply", "--yes", "--report", "r.jsonl")
    assert run.code == 1
    assert "another target" in run.err
    assert len(entries(repo.path / "r.jsonl")) == count


def test_nothing_is_written_if_no_report_can_be_kept(repo, held):
    before = version(held)
    repo.write(KEPT, "a file where the folder of reports should be")
    set_version(repo, before, "7")
    run = repo.run("apply", "--yes")
    assert run.code == 1
    assert "--report" in run.err
    assert version(held) == before


def test_a_full_disk_under_the_report_ends_the_run_with_a_summary(repo, held):
    before = version(held)
    set_version(repo, before, "7")
    run = repo.run("apply", "--yes", "--report", "/dev/full")
    assert run.code == 1
    assert "/dev/full: the apply report cannot be written (No space left on device)" in run.err
    assert version(held) == before


def test_a_report_can_be_written_to_a_pipe(repo, held):
    set_version(repo, version(held), "7")
    run = repo.run("apply", "--yes", "--report", "/dev/stdout")
    assert run.code == 0, run.err
    assert '"entry":"outcome"' in run.out
