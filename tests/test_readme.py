"""Every snippet of the README is run as printed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from repos import COMMAND, Repo
from ruamel.yaml import YAML
from workflows.gitlab_rules import jobs_of

from reconciler.cli import COMMANDS
from reconciler.model.checks import CHECKS, can_be_silenced
from reconciler.schemas import read_schema

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
INSTALLERS = ("uv", "pipx", "pip")


def blocks(language):
    """Return the snippets of a language, in order."""
    found = (match for match in BLOCK.finditer(README) if match[2] == language)
    return [re.sub(f"(?m)^{match[1]}", "", match[3]) for match in found]


def test_the_first_plan_is_as_shown(tmp_path):
    (shown,) = blocks("text")
    assert Repo(tmp_path / "clone").run("plan", COLUMNS="80").out == shown


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_its_table(name):
    assert re.search(rf"^\| `{name}[ `]", README, re.MULTILINE)


def test_every_check_that_can_be_silenced_is_in_its_table():
    table = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", README, re.MULTILINE))
    silenced = {name: check.sentence for name, check in CHECKS.items() if can_be_silenced(name)}
    assert {name: table.get(name) for name in silenced} == silenced


def test_every_key_of_safety_is_explained():
    keys = read_schema("config")["$defs"]["safety"]["properties"]
    assert [key for key in keys if not re.search(rf"(?m)^  {key}: ", README)] == []


@pytest.fixture
def bash(tmp_path):
    """Run commands in a folder as a user would, with substitutes for installers and browsers."""
    commands, log = tmp_path / "bin", tmp_path / "log"
    commands.mkdir()
    log.touch()
    for name in INSTALLERS:
        (commands / name).write_text(f'#!/bin/sh\necho {name} "$@" >>{log}\n')
        (commands / name).chmod(0o755)
    (commands / "reconciler").symlink_to(COMMAND)
    environ = {
        **{key: value for key, value in os.environ.items() if not key.startswith("GIT")},
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "RECONCILER_CACHE_DIR": str(tmp_path / "cache"),
        **{
            f"GIT_{who}_{what}": "a@example.org"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }

    def run(script, folder):
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout, log.read_text()

    return run


def snippet(beginning):
    (found,) = [block for block in blocks("sh") if block.startswith(beginning)]
    return found


def test_every_snippet_is_run_by_a_test_of_this_file():
    here = Path(__file__).read_text()
    for block in blocks("sh"):
        assert f'snippet("{block.split(" ")[0]} {block.split(" ")[1]}' in here, block


def test_the_two_lines_for_a_clone_run(bash, tmp_path):
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "specs", clone / "specs")
    (clone / ".ci").mkdir()
    (clone / ".ci" / "setup").write_text(f'test "$*" = "$WANTED" && ln -s {sys.prefix} .venv\n')
    said, _ = bash("export WANTED=\n" + snippet("sh .ci/setup &&"), clone)
    assert "1 to update" in said
    (clone / ".venv").unlink()
    (clone / "test_a.py").write_text("def test_a(): pass\n")
    said, _ = bash("export WANTED=--dev\n" + snippet("sh .ci/setup --dev"), clone)
    assert "1 passed" in said


def test_it_is_installed_and_uninstalled_under_its_own_name(bash, tmp_path):
    _, log = bash(snippet("uv tool install") + snippet("pipx install"), tmp_path)
    assert log.count("git+https://github.com/OWNER/reconciler@COMMIT") == 3
    assert not re.search(r"install reconciler\b", log)
    _, log = bash(snippet("uv tool uninstall"), tmp_path)
    assert log.count("uninstall") == log.count("aep-reconciler") - 2 == 3


def test_the_first_pull_request_goes_from_init_to_an_apply(bash, tmp_path):
    origin, work = tmp_path / "origin.git", tmp_path / "work"
    bash(f"git init --quiet --bare --initial-branch=main {origin}", tmp_path)
    bash(f"git clone --quiet {origin} {work}", tmp_path)
    said, _ = bash(snippet("git init"), work)
    assert "No changes" in said
    bash(snippet("git add"), work)
    bash(snippet("git push --quiet origin HEAD"), work)
    said, _ = bash(snippet("git switch"), work)
    assert "1 to create, 1 to update" in said
    bash(snippet("git push --quiet origin acme"), work)
    assert "acme-crm" in bash("git ls-remote --heads origin", work)[0]
    said, _ = bash(snippet("reconciler apply"), work)
    assert "Apply: 2 of 2 applied and verified." in said
    assert " id: " in (work / "specs/connectionSpecs/acme-crm.yaml").read_text()
    said, _ = bash("reconciler plan", work)
    assert "No changes" in said


def yaml(beginning):
    (found,) = [block for block in blocks("yaml") if block.startswith(beginning)]
    return found


def test_the_directives_can_be_pasted_into_a_file(repo):
    repo.write("specs/flowSpecs/rest-storage-to-aep.yaml", "")
    text = (ROOT / "specs/flowSpecs/rest-storage-to-aep.yaml").read_text()
    assert "x-reconciler" not in text
    repo.write("specs/flowSpecs/rest-storage-to-aep.yaml", text + yaml("x-reconciler:"))
    run = repo.run("validate")
    assert run.code == 0, run.out


def test_the_new_source_the_policy_and_the_targets_are_valid(repo):
    repo.write("specs/connectionSpecs/acme-crm.yaml", yaml("name: Acme CRM"))
    repo.write("specs/policies/quarter-hours.yaml", yaml("name: quarter-hours"))
    repo.write("specs/reconciler.yaml", yaml("defaultTarget"))
    run = repo.run("validate")
    assert run.code == 0, run.out
    assert repo.run("plan", "--only", "Acme CRM").code == 0
    assert "prod" in repo.run("targets").out


def test_the_job_for_gitlab_is_one_for_a_schedule():
    (job,) = YAML(typ="safe").load(yaml("drift:")).values()
    assert jobs_of({"drift": job}, {"CI_PIPELINE_SOURCE": "schedule"}) == {"drift": "on_success"}
    assert jobs_of({"drift": job}, {"CI_PIPELINE_SOURCE": "push"}) == {}
    subprocess.run(["sh", "-n", "-c", "\n".join(job["script"])], check=True)
    assert job["script"][-1] == "reconciler drift --target prod"


def test_the_job_for_kubernetes_runs_drift_of_the_installed_command():
    job = YAML(typ="safe").load(yaml("apiVersion"))
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["image"].startswith("python:3.")
    (script,) = container["args"]
    subprocess.run(["sh", "-n", "-c", script], check=True)
    assert "aep-reconciler @ git+https://" in script
    assert script.rstrip().endswith("reconciler drift --target prod")


def test_every_yaml_is_used_by_a_test_of_this_file():
    assert len(blocks("yaml")) == 6


def test_the_pictures_are_of_this_version():
    subprocess.run([sys.executable, ROOT / ".github/pictures/make.py", "--check"], check=True)
    for picture in re.findall(r"!\[.+?\]\((.+?)\)", README):
        assert (ROOT / picture).exists()


def test_every_folder_of_the_package_is_described():
    contributing = (ROOT / ".github/CONTRIBUTING.md").read_text()
    for folder in (ROOT / "reconciler").iterdir():
        if folder.is_dir() and folder.name != "__pycache__":
            assert f"      {folder.name}/ " in contributing, folder.name
