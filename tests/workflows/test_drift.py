"""`drift.yml`, with its steps run: one issue that is opened, updated and closed."""

from repos import NEW_SOURCE
from workflows.scene import APPLIED

MINE = "11111111-2222-3333-4444-555555555555"


def test_drift_opens_an_issue_updates_it_and_closes_it(scene):
    scene.recorded()
    assert scene.drift()["drift"].result == "success"
    assert scene.github.issues == {}

    scene.change_live(version="8", updatedBy="b@AdobeID")
    jobs = scene.drift()
    assert jobs["drift"].result == "success", jobs["drift"].log
    (issue,) = scene.github.opened()
    assert issue["title"] == "Drift on prod"
    assert "8" in issue["body"]
    assert "b@AdobeID" in issue["body"]

    scene.change_live(version="9")
    scene.drift()
    (again,) = scene.github.opened()
    assert again["number"] == issue["number"]
    assert '"9"' in again["body"] or "9" in again["body"]

    scene.change_live(version="1.0")
    scene.drift()
    assert scene.github.opened() == []
    assert scene.github.issues[issue["number"]]["state_reason"] == "completed"


def test_a_merged_and_unapplied_change_is_no_drift(scene):
    scene.recorded()
    scene.work.edit(f"  - {NEW_SOURCE}\n", f"  - {NEW_SOURCE}\n  - {MINE}\n")
    scene.push()
    assert scene.on_origin(APPLIED) != scene.main()
    assert scene.drift()["drift"].result == "success"
    assert scene.github.issues == {}


def test_a_value_that_a_commit_held_since_the_record_is_no_drift(scene):
    scene.recorded()
    for old, new in (("1.0", "8"), ("8", "9")):
        scene.work.edit(f'version: "{old}"', f'version: "{new}"')
        scene.work.commit()
    scene.push()
    scene.change_live(version="8")
    assert scene.drift()["drift"].result == "success"
    assert scene.github.issues == {}


def test_without_a_recorded_commit_drift_compares_with_the_branch(scene):
    scene.drift()
    (issue,) = scene.github.opened()
    assert NEW_SOURCE in issue["body"]


def test_a_target_that_cannot_be_read_fails_the_job_and_keeps_the_issue(scene):
    scene.drift()
    (before,) = scene.github.opened()
    scene.runner.secrets = {}
    jobs = scene.drift()
    assert jobs["drift"].step("Look for drift").code == 1
    assert jobs["drift"].result == "failure"
    assert scene.github.opened() == [before]
