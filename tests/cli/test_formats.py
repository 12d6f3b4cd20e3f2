"""A plan, a saved plan and drift in every format."""

import pytest
from builders import one_line
from repos import NEW_SOURCE, REST_FILE

from reconciler.cli.ci import links
from reconciler.reports.markdown import NO_LINKS


def test_a_saved_plan_is_shown_in_the_same_bytes_as_the_plan(repo):
    for report in ("json", "markdown", "html"):
        planned = repo.run("plan", "--format", report, "--out", "plan.json")
        shown = repo.run("show", "plan.json", "--format", report)
        assert planned.code == shown.code == 0
        assert planned.out == shown.out
        assert NEW_SOURCE in shown.out


def test_drift_is_shown_as_drift(repo):
    assert repo.run("apply", "--yes", "--no-record").code == 0
    repo.edit(f"  - {NEW_SOURCE}\n", "")
    repo.commit()
    run = repo.run("drift", "--format", "markdown")
    assert run.code == 2
    assert "#### Drift (1 spec)" in run.out
    assert run.out.count(f"+ {NEW_SOURCE}") == 1
    assert "<title>" in repo.run("drift", "--format", "html").out


@pytest.mark.parametrize("workspace", ["repo", ".", "link/repo", "elsewhere"])
def test_files_are_linked_wherever_the_workspace_is(repo, tmp_path, workspace):
    """In the workspace, with `checkout path:`, behind a link, and mapped into a container."""
    (tmp_path / "link").symlink_to(tmp_path)
    (repo.path / "below").mkdir()
    run = repo.run(
        *("plan", "--format", "markdown", "--specs", "../specs"),
        cwd="below",
        GITHUB_ACTIONS="true",
        GITHUB_SERVER_URL="https://git.example",
        GITHUB_REPOSITORY="o/r",
        GITHUB_RUN_ID="7",
        GITHUB_WORKSPACE=str(tmp_path / workspace),
    )
    commit = repo.git("rev-parse", "HEAD")
    assert f"(https://git.example/o/r/blob/{commit}/{REST_FILE})" in run.out


def test_the_full_report_is_in_the_ci_log(monkeypatch, tmp_path):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    assert links() == NO_LINKS
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("CI_PROJECT_URL", "https://git.example/o/r")
    monkeypatch.setenv("CI_PIPELINE_URL", "https://git.example/o/r/-/pipelines/7")
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path))
    found = links()
    assert found.files == "https://git.example/o/r/-/blob/"
    assert found.folder == ""
    assert "(https://git.example/o/r/-/pipelines/7)" in found.whole


def test_a_pipe_wraps_nothing_and_stderr_wraps_as_stdout(repo):
    wide, narrow = (repo.run("plan", "--target", "x", **env).err for env in ({}, {"COLUMNS": "40"}))
    assert wide.count("\n") == 1
    assert one_line(wide) == one_line(narrow)
    assert max(map(len, narrow.splitlines())) <= 40
    head = repo.run("plan").out.splitlines()[0]
    assert "sandbox prod) · no base: cannot tell who made a change" in head
    assert all(len(line) <= 60 for line in repo.run("plan", COLUMNS="60").out.splitlines())


@pytest.mark.parametrize(
    ("environ", "has_color"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "0"}, False),
    ],
)
def test_color_follows_the_environment_on_both_streams(repo, environ, has_color):
    repo.write(
        "specs/reconciler.yaml", "defaultTarget: local\ntargets: {local: {emulator: a.db}}\n"
    )
    assert ("\x1b[" in repo.run("plan", **environ).out) is has_color
    assert ("\x1b[" in repo.run("apply", "--yes", **environ).err) is has_color
