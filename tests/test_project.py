"""The Python API: what the commands do, as values and exceptions."""

import asyncio
import gc
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest
from repos import OLD_SOURCE, REST_FILE

from reconciler import Guard, Plan, Project
from reconciler.model.errors import InputError, LiveError, RefusedError
from reconciler.planning.plan import Action
from reconciler.planning.pull_result import PullStatus
from reconciler.planning.results import Result

BOTH = {Guard.REMOVALS, Guard.BREAKING}


@pytest.fixture
def project(repo, monkeypatch):
    """The repository's project, called in its folder as a script would."""
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("RECONCILER_CACHE_DIR", repo.environ["RECONCILER_CACHE_DIR"])
    return Project("specs")


def remove_source(repo):
    """Remove the only source on the target."""
    repo.edit(f"  - {OLD_SOURCE}\n", "")


def guards(plan):
    return {refusal.guard for refusal in plan.all_refusals}


def test_a_plan_is_applied_and_the_next_one_is_empty(project):
    plan = project.plan()
    assert isinstance(plan, Plan)
    assert [spec.action for spec in plan.to_write] == [Action.UPDATE]
    assert [outcome.result for outcome in project.apply(plan)] == [Result.APPLIED]
    assert project.plan().to_write == ()
    assert project.apply(project.plan()) == ()


def test_a_plan_only_reads(project):
    assert project.plan() == project.plan()


def test_a_store_is_closed_if_its_target_cannot_be_used(repo, project):
    repo.write("specs/reconciler.yaml", "targets: {t: {emulator: .reconciler/t.db, sandbox: ü}}\n")
    with pytest.raises(LiveError, match="no HTTP header can"):
        project.plan()
    gc.collect()  # from Python 3.13 on an open store is a warning then, and so an error


def test_a_project_in_another_folder_has_its_embedded_target_there(
    repo, project, monkeypatch, tmp_path
):
    project.apply(project.plan())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert Project(repo.path / "specs").plan().to_write == ()
    assert Project("../repo/specs").plan().to_write == ()
    assert [*elsewhere.iterdir()] == []


def test_a_guard_is_raised_and_overridden(repo, project):
    remove_source(repo)
    plan = project.plan()
    with pytest.raises(RefusedError, match="removals"):
        project.apply(plan)
    assert project.plan() == plan
    assert [outcome.result for outcome in project.apply(plan, allow=BOTH)] == [Result.APPLIED]


def test_a_base_gives_changes_an_origin(repo, project):
    remove_source(repo)
    repo.commit()
    assert guards(project.plan(base="HEAD~1")) == {Guard.BREAKING}
    assert guards(project.plan()) == BOTH


def test_drift_is_returned_and_can_be_pulled(repo, project):
    remove_source(repo)
    project.apply(project.plan(), allow=BOTH)
    repo.git("checkout", "--", "specs")
    (drifted,) = project.drift().to_write
    assert drifted.file == REST_FILE
    dry = project.pull(drifted.name, dry_run=True)
    assert OLD_SOURCE in (repo.path / REST_FILE).read_text()
    assert project.pull(drifted.name).changes == dry.changes
    assert OLD_SOURCE not in (repo.path / REST_FILE).read_text()
    assert {spec.fate for spec in project.pull().pulled} == {PullStatus.SAME}


def test_problems_are_returned_by_validate_and_raised_by_plan(repo, project):
    assert project.validate() == ()
    repo.edit("name: RestStorageToAEP", "name: 7")
    (problem,) = project.validate()
    assert problem.file == REST_FILE
    with pytest.raises(InputError) as raised:
        project.plan()
    assert raised.value.problems == (problem,)


def test_warnings_about_files_are_logged(repo, project, caplog):
    repo.edit(f"  - {OLD_SOURCE}\n", f"  - {OLD_SOURCE}\n  - {OLD_SOURCE}\n")
    with caplog.at_level(logging.WARNING, "reconciler"):
        project.plan()
    assert f"{REST_FILE}:10:5" in caplog.text


def test_it_works_in_a_running_event_loop(project):
    async def notebook():
        return project.plan()

    assert asyncio.run(notebook()) == project.plan()


def test_the_package_loads_the_api_when_it_is_used():
    loaded = "print('httpx' in sys.modules)"
    script = f"import sys, reconciler; {loaded}; reconciler.Guard; {loaded}"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_an_unknown_name_is_an_attribute_error():
    import reconciler

    with pytest.raises(AttributeError, match="no attribute 'Projects'"):
        reconciler.Projects  # noqa: B018


def test_the_example_of_the_readme_runs(project, capsys):
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    exec(example, {})
    assert capsys.readouterr().out.splitlines() == [
        f"update RestStorageToAEP {REST_FILE}",
        "applied RestStorageToAEP",
    ]
    assert project.plan().to_write == ()
