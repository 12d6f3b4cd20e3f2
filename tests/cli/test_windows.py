"""Commands run with the modules and functions that Windows lacks removed from Python.

`fcntl` and `os.getuid` stay: they are used only where `sys.platform` is not Windows.
"""

import json
import shutil
import subprocess

import pytest
from repos import COMMAND, NEW_SOURCE, REST_FILE

WITHOUT = """
import asyncio, os, signal, sys
for name in ("geteuid", "fork", "O_NOFOLLOW", "O_CLOEXEC", "fchmod", "killpg"):
    vars(os).pop(name, None)
for name in ("pwd", "grp", "resource", "termios"):
    sys.modules[name] = None
def add_signal_handler(*_):
    raise NotImplementedError
asyncio.SelectorEventLoop.add_signal_handler = add_signal_handler
asyncio.SelectorEventLoop.remove_signal_handler = add_signal_handler
for name in ("SIGKILL", "SIGHUP", "SIGPIPE"):
    vars(signal).pop(name, None)
"""


@pytest.fixture
def windows(repo, tmp_path):
    """Run the command as Windows would: these names are missing, and pipes are in cp1252."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "sitecustomize.py").write_text(WITHOUT)
    environ = {**repo.environ, "PYTHONPATH": str(tmp_path / "lib"), "PYTHONIOENCODING": "cp1252"}

    def run(*arguments):
        return subprocess.run(
            [COMMAND, *arguments], cwd=repo.path, env=environ, capture_output=True, check=False
        )

    return run


def test_a_change_is_planned_and_applied(windows):
    planned = windows("plan", "--out", "plan.json")
    assert planned.returncode == 0, planned.stderr
    applied = windows("apply", "plan.json", "--report", "report.jsonl")
    assert applied.returncode == 0, applied.stderr
    assert b"No changes" in windows("plan").stdout
    assert windows("drift").returncode == 0
    assert windows("rollback", "report.jsonl", "--yes").returncode == 0


@pytest.mark.parametrize("report", ["text", "json", "markdown", "html"])
def test_a_report_in_a_file_is_utf8_on_every_code_page(repo, windows, report):
    repo.edit(f"  - {NEW_SOURCE}\n", f'  - {NEW_SOURCE}\n  - "→ Überall ✓"\n')
    done = windows("plan", "--format", report)
    assert done.returncode == 0, done.stderr
    expected = "\\u2192 \\u00dcberall" if report == "json" else "→ Überall"
    assert expected in done.stdout.decode("utf-8")


def test_line_endings_of_autocrlf_change_nothing_and_are_kept(repo, windows):
    windows("apply", "--yes")
    repo.git("config", "core.autocrlf", "true")
    shutil.rmtree(repo.path / "specs")
    repo.git("checkout", "--", "specs")
    assert b"\r\n" in (repo.path / REST_FILE).read_bytes()
    plan = json.loads(windows("plan", "--base", "HEAD", "--format", "json").stdout)
    assert plan["summary"]["none"] == 2
    assert not plan["git"]["dirty"]
    assert windows("drift").returncode == 0
    before = (repo.path / REST_FILE).read_bytes()
    (repo.path / REST_FILE).write_bytes(before.replace(b'"1.0"', b'"1.1"'))
    assert windows("pull", "--force", "RestStorageToAEP").returncode == 0
    assert (repo.path / REST_FILE).read_bytes() == before
