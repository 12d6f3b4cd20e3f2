"""A command completes its work even if its output cannot be written."""

import fcntl
import os
import subprocess

import pytest
from repos import BATCH, COMMAND, REST, REST_FILE

LOST = {
    "2>&1 | head -1": {0, 1},
    ">/dev/full": {1},
    "2>/dev/full": {0},
    ">/dev/full 2>&1": {1},
    ">&-": {0},
    "2>&-": {0},
    "<&- >&- 2>&-": {0},
}
"""Ways in which a shell can lose a command's output, and the exit codes that are allowed then."""


def shell(repo, line, **environ):
    """Run a line of bash; its exit code is that of `reconciler`, in a pipe too."""
    return subprocess.run(
        ["bash", "-c", f"{COMMAND} {line}; exit ${{PIPESTATUS[0]}}"],
        cwd=repo.path,
        env={**repo.environ, **environ},
        capture_output=True,
        check=False,
    )


@pytest.fixture
def twelve(repo):
    """A repository with a saved plan that creates twelve specs."""
    for number in range(12):
        repo.write(
            f"specs/connectionSpecs/s{number}.yaml",
            f'name: 日本 {number}\nproviderId: {BATCH}\nversion: "1.0"\ntype: generic-rest\n'
            f"x-reconciler: {{key: s{number}}}\n",
        )
    repo.commit()
    assert repo.run("plan", "--out", "p.json").code == 0
    return repo


@pytest.mark.parametrize("output", LOST)
def test_an_apply_writes_and_records_everything_even_if_its_output_is_lost(twelve, output):
    done = shell(twelve, f"apply p.json --record {output}")
    assert done.returncode in LOST[output]
    assert b"Traceback" not in done.stderr
    assert b"fault of reconciler" not in done.stderr
    written = twelve.git("grep", "-cE", r"\bid: [0-9a-f-]{36}", "--", "specs/connectionSpecs")
    assert len(written.splitlines()) == 12
    assert twelve.git("rev-parse", "refs/reconciler/applied/local") == twelve.git(
        "rev-parse", "HEAD"
    )
    assert "No changes." in twelve.run("plan").out


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_a_closed_stdout_is_no_error_of_a_text_that_needs_no_command(repo, option):
    done = shell(repo, f"{option} >&-")
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_value_with_line_breaks_adds_no_line_to_an_error(repo):
    repo.edit(f"id: {REST}", r'id: "x\nspecs/a.yaml:1:1: error: made up"')
    done = repo.run("plan")
    assert done.code == 1
    assert len(done.err.splitlines()) == 1


def test_output_lost_to_a_full_disk_is_an_error_with_the_reason(repo):
    done = shell(repo, "plan --out p.json >/dev/full")
    assert done.returncode == 1
    assert done.stderr.decode().splitlines()[-1] == (
        "error: cannot write to stdout: No space left on device"
    )
    assert (repo.path / "p.json").exists()


def test_changes_and_refusals_keep_their_exit_code(repo):
    assert shell(repo, "plan --detailed-exitcode >/dev/full").returncode == 2


def test_every_file_is_formatted_if_the_reader_closes_the_pipe(repo):
    for number in range(12):
        repo.write(f"specs/flowSpecs/f{number}.yaml", f"version: '1.0'\nname:   F{number}\n")
    shell(repo, "fmt | head -1")
    assert repo.run("fmt", "--check").code == 0


def test_files_are_pulled_if_the_reader_closes_the_pipe(repo):
    repo.edit("category: sources", "category: other")
    repo.commit()
    done = shell(repo, "pull >/dev/full")
    assert (done.returncode, "category: sources" in (repo.path / REST_FILE).read_text()) == (
        1,
        True,
    )


def test_a_terminal_that_lacks_a_character_shows_its_number(twelve):
    done = subprocess.run(
        ["script", "-qec", f"{COMMAND} apply p.json", "/dev/null"],
        cwd=twelve.path,
        env={**twelve.environ, "PYTHONIOENCODING": "cp1252"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    assert rb"\u65e5\u672c 11" in done.stdout
    assert "No changes." in twelve.run("plan").out


def test_a_summary_that_cannot_be_written_is_a_warning_and_an_output_is_an_error(twelve):
    step = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "/none/s"}
    applied = twelve.run("apply", "p.json", "--record", **step)
    assert applied.code == 0
    assert "warning: GITHUB_STEP_SUMMARY: cannot write /none/s: No such file" in applied.err
    assert "Recorded" in applied.err
    planned = twelve.run("plan", "--out", "q.json", GITHUB_OUTPUT="/none/o", **step)
    assert planned.code == 1
    assert "error: GITHUB_OUTPUT: cannot write /none/o: No such file" in planned.err
    assert (twelve.path / "q.json").exists()


def test_a_slow_reader_of_a_non_blocking_pipe_gets_everything(repo):
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    command = [COMMAND, "help", "reference"]
    process = subprocess.Popen(command, cwd=repo.path, env=repo.environ, stdout=writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        text = pipe.read()
    assert process.wait() == 0
    assert text == repo.run("help", "reference").out
