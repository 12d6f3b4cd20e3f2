"""Files are replaced atomically: a full disk leaves the old file, or none."""

import resource
import subprocess

import pytest
from repos import COMMAND, REST_FILE

from reconciler.desired.write_file import create_file, replace_file

LIMIT = 1024
"""Bytes that a file can have before the disk is full."""


def run_on_full_disk(repo, *args):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))

    return subprocess.run(
        [COMMAND, *args],
        cwd=repo.path,
        env=repo.environ,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )


def beside(folder):
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


@pytest.fixture
def served(repo, serve, app):
    """The repository with its target over HTTP, with the store on another disk."""
    repo.target(serve(app))
    repo.environ |= {"ADOBE_ACCESS_TOKEN": "t", "ADOBE_API_KEY": "k"}
    return repo


def test_a_new_file_is_complete_or_absent(served):
    (served.path / REST_FILE).unlink()
    before = sorted((served.path / "specs").rglob("*.yaml"))
    run = run_on_full_disk(served, "pull", "--all")
    assert run.returncode == 1
    assert "specs/flowSpecs/rest-storage-to-aep.yaml: File too large" in " ".join(
        run.stdout.split()
    )
    for path in {*(served.path / "specs").rglob("*.yaml")} - {*before}:
        assert path.stat().st_size < LIMIT
    assert beside(served.path / "specs/flowSpecs") == []


def test_a_plan_that_cannot_be_written_leaves_none_and_names_the_file(served):
    assert served.run("plan", "--out", "p.json").code == 0
    run = run_on_full_disk(served, "plan", "--out", "p.json")
    assert run.returncode == 1
    assert "p.json could not be written: File too large" in run.stderr
    assert not (served.path / "p.json").exists()
    assert not [path for path in served.path.iterdir() if path.name.startswith(".p.json")]


def test_a_file_that_cannot_be_replaced_is_unchanged(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"old")
    old_limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, old_limits[1]))
    try:
        with pytest.raises(OSError, match=r"a\.yaml"):
            replace_file(tmp_path / "a.yaml", b"x" * (LIMIT + 1), tmp_path)
        with pytest.raises(OSError, match=r"b\.yaml"):
            create_file(tmp_path / "b.yaml", b"x" * (LIMIT + 1), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old_limits)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.yaml": b"old"}


def test_a_new_file_has_the_default_mode_and_replaces_nothing(tmp_path):
    create_file(tmp_path / "deep/a.yaml", b"new", tmp_path)
    (tmp_path / "usual").touch()
    usual = (tmp_path / "usual").stat().st_mode
    assert (tmp_path / "deep/a.yaml").stat().st_mode == usual
    with pytest.raises(FileExistsError):
        create_file(tmp_path / "deep/a.yaml", b"newer", tmp_path)
