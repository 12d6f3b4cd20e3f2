"""The files beside the code: locks, metadata, licence, workflows, and the scripts of .ci."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest
import trove_classifiers
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN_TIME = ROOT / ".ci" / "requirements.txt"
DEVELOPMENT = ROOT / ".ci" / "requirements-dev.txt"
LOCKS = pytest.mark.parametrize("lock", [RUN_TIME, DEVELOPMENT], ids=lambda path: path.name)


def entries(lock):
    """Every pinned requirement of a lock file, with the rest of its lines."""
    text = lock.read_text().replace("\\\n", "")
    found = {}
    for line in text.splitlines():
        pinned, *hashes = re.split(r"\s+--hash=", line)
        requirement = Requirement(pinned)
        found[canonicalize_name(requirement.name)] = (requirement, hashes)
    return found


def group(name):
    """The requirements of a dependency group, with those of the groups it includes."""
    for entry in PROJECT["dependency-groups"][name]:
        if isinstance(entry, dict):
            yield from group(entry["include-group"])
        else:
            yield Requirement(entry)


def declared(lock):
    run_time = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
    return [*run_time, *group("build" if lock == RUN_TIME else "dev")]


@LOCKS
def test_every_entry_is_pinned_to_one_version_with_hashes(lock):
    pinned = entries(lock)
    assert pinned
    for requirement, hashes in pinned.values():
        assert [part.operator for part in requirement.specifier] == ["=="], requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", text) for text in hashes), requirement


@LOCKS
def test_a_lock_names_no_index_and_no_address(lock):
    text = lock.read_text()
    assert "://" not in text
    assert "@" not in text
    assert [line for line in text.splitlines() if line.startswith("-")] == []


def test_the_readme_names_a_dependency_without_a_wheel_that_is_one():
    [name] = re.findall(r"one dependency, (\S+), has no wheel", (ROOT / "README.md").read_text())
    assert canonicalize_name(name) in entries(RUN_TIME)


@LOCKS
def test_a_lock_holds_what_the_project_declares(lock):
    pinned = entries(lock)
    for wanted in declared(lock):
        requirement, _ = pinned[canonicalize_name(wanted.name)]
        (version,) = requirement.specifier
        assert version.version in wanted.specifier, wanted


def test_tests_run_on_the_versions_that_users_get():
    development = entries(DEVELOPMENT)
    for name, (requirement, hashes) in entries(RUN_TIME).items():
        in_tests, hashes_in_tests = development[name]
        assert in_tests.specifier == requirement.specifier, name
        assert hashes_in_tests == hashes, name


def test_continuous_integration_runs_the_readme_s_own_test_command():
    script = (ROOT / ".ci" / "run").read_text()
    (search,) = re.findall(r"^test_command=\$\((.+)\)$", script, re.MULTILINE)
    found = subprocess.run(
        ["sh", "-c", search], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout == "sh .ci/setup --dev && .venv/bin/pytest\n"


def test_the_setup_prints_its_usage():
    done = subprocess.run(
        ["sh", ".ci/setup", "--deb"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "usage: sh .ci/setup [--dev]\n"


@pytest.fixture
def bare_machine(tmp_path):
    """Run the setup in a copy, without a browser and with an apt-get that logs its calls."""
    commands, log = tmp_path / "bin", tmp_path / "apt.log"
    commands.mkdir()
    for command in (path for folder in ("/usr/bin", "/bin") for path in Path(folder).iterdir()):
        if not re.match(r"chrom|google-chrome|apt-get|sudo", command.name):
            (commands / command.name).unlink(missing_ok=True)
            (commands / command.name).symlink_to(command)
    for name, script in (("apt-get", f'echo "$@" >>{log}'), ("sudo", 'shift; "$@"')):
        (commands / name).write_text(f"#!/bin/sh\n{script}\n")
        (commands / name).chmod(0o755)
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "reconciler").mkdir()

    def setup(*options):
        done = subprocess.run(
            ["sh", ".ci/setup", *options],
            cwd=tmp_path,
            env={"PATH": str(commands), "PYTHON": "false"},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stderr, log.read_text() if log.exists() else ""

    return setup


def test_the_setup_installs_a_browser_only_for_the_tests(bare_machine):
    said, installed = bare_machine()
    assert "chromium" not in said + installed
    said, installed = bare_machine("--dev")
    assert said.startswith("Installing chromium: the tests of the HTML report open it in a")
    assert "install -qq --no-install-recommends chromium" in installed


@pytest.fixture
def clone(tmp_path):
    """Run the setup in a folder, with a uv that installs a command that prints its path."""
    uv = tmp_path / "uv"
    uv.write_text(
        f"""#!/bin/sh
echo "$@" >>{tmp_path}/uv.log
mkdir -p .venv/bin
ln -sf {sys.executable} .venv/bin/python
printf '#!/bin/sh\\necho %s\\n' "$PWD" >.venv/bin/reconciler
chmod +x .venv/bin/reconciler
"""
    )
    uv.chmod(0o755)
    shutil.copytree(ROOT / ".ci", tmp_path / "clone" / ".ci")
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "clone")
    (tmp_path / "clone" / "reconciler").mkdir()

    def setup(folder):
        environ = {"PATH": "/usr/bin:/bin", "UV": str(uv)}
        subprocess.run(["sh", ".ci/setup"], cwd=folder, env=environ, check=True)
        said = subprocess.run([folder / ".venv/bin/reconciler"], capture_output=True, check=True)
        return said.stdout.decode().strip(), (tmp_path / "uv.log").read_text().count("venv --quiet")

    return setup


def test_a_moved_or_copied_clone_is_installed_again(clone, tmp_path):
    first, copied, moved = (tmp_path / name for name in ("clone", "copied", "moved"))
    assert clone(first) == (str(first), 1)
    assert clone(first) == (str(first), 1)
    shutil.copytree(first, copied, symlinks=True)
    assert clone(copied) == (str(copied), 2)
    first.rename(moved)
    assert clone(moved) == (str(moved), 3)


def test_uv_installs_what_the_lock_pins_and_nothing_else(clone, tmp_path):
    clone(tmp_path / "clone")
    locked, project = re.findall("(?m)^pip .*", (tmp_path / "uv.log").read_text())
    assert "--require-hashes --only-binary :all: --requirement .ci/requirements.txt" in locked
    assert project.endswith("--no-deps --no-build-isolation --force-reinstall .")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (path,) = folder.iterdir()
    with ZipFile(path) as opened:
        yield opened


def test_the_package_holds_its_data_files(wheel):
    package = ROOT / "reconciler"
    data = {
        str(path.relative_to(ROOT))
        for path in package.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    assert {"reconciler/emulator/seed.json", "reconciler/schemas/flowSpec.json"} <= data
    assert data <= set(wheel.namelist())


def test_the_package_holds_no_tests_and_no_specs(wheel):
    tops = {Path(name).parts[0] for name in wheel.namelist()}
    assert tops == {"reconciler", f"aep_reconciler-{metadata(wheel)['Version']}.dist-info"}


def test_the_package_is_under_the_apache_licence(wheel):
    text = (ROOT / "LICENSE").read_text()
    assert text.split()[:5] == ["Apache", "License", "Version", "2.0,", "January"]
    assert metadata(wheel)["License-Expression"] == "Apache-2.0"
    assert metadata(wheel).get_all("License-File") == ["LICENSE"]


def test_the_metadata_names_every_python_that_ci_runs_and_no_address(wheel):
    ci = YAML(typ="safe").load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    classifiers = metadata(wheel).get_all("Classifier")
    minor = r"Programming Language :: Python :: (3\.\d+)"
    named = [found[1] for text in classifiers if (found := re.fullmatch(minor, text))]
    assert named == ci["checks"]["strategy"]["matrix"]["python"]
    assert f">={named[0]}" == metadata(wheel)["Requires-Python"]
    assert set(classifiers) <= trove_classifiers.classifiers
    assert metadata(wheel)["Name"] == "aep-reconciler"
    assert metadata(wheel)["Keywords"]
    assert metadata(wheel).get_all("Project-URL") is None


def metadata(wheel):
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return Parser().parsestr(wheel.read(name).decode())


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_the_module_prints_the_same_as_the_console_script(argument):
    script = Path(sys.executable).with_name("reconciler")
    said = {
        subprocess.run([*command, argument], capture_output=True, text=True, check=True).stdout
        for command in ([script], [sys.executable, "-m", "reconciler"])
    }
    assert len(said) == 1
    assert said.pop().startswith(("reconciler 0.", "Usage: reconciler "))


@pytest.fixture
def release(tmp_path):
    """Run the release script on a copy of what it reads, in the environment of a workflow."""
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", ".ci", "reconciler/__init__.py"):
        source, copy = ROOT / name, tmp_path / name
        copy.parent.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy)

    def run(*arguments):
        return subprocess.run(
            [sys.executable, tmp_path / ".ci/release.py", *arguments],
            env={"GITHUB_REPOSITORY": "octo/aep", "GITHUB_SERVER_URL": "https://git.example"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_release_has_the_version_of_its_tag_and_the_addresses_of_its_repository(
    release, tmp_path
):
    assert release("version", "v9.8.7").stdout == "9.8.7\n"
    assert '__version__ = "9.8.7"' in (tmp_path / "reconciler/__init__.py").read_text()
    urls = tomllib.loads((tmp_path / "pyproject.toml").read_text())["project"]["urls"]
    assert urls["Changelog"] == "https://git.example/octo/aep/blob/v9.8.7/CHANGELOG.md"
    picture = "](https://git.example/octo/aep/raw/v9.8.7/.github/pictures/plan.svg)"
    assert picture in (tmp_path / "README.md").read_text()
    refused = release("version", "v9.8")
    assert (refused.returncode, "not a version's tag" in refused.stderr) == (1, True)


def test_release_notes_are_the_changelog_s_section(release, tmp_path):
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("# C\n\n## [Unreleased]\n\n- new\n\n## [1.2.3] - 2026-01-01\n\n- old\n")
    assert release("notes", "v1.2.3").stdout == "- old\n"
    assert release("notes", "v1.3.0rc1").stdout == "- new\n"
    assert "has no section [1.3.0]" in release("notes", "v1.3.0").stderr


def test_the_list_of_components_is_the_lock(release):
    document = json.loads(release("sbom", "v1.2.3").stdout)
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert document["metadata"]["component"]["purl"] == "pkg:pypi/aep-reconciler@1.2.3"
    found = {canonicalize_name(part["name"]): part for part in document["components"]}
    pinned = entries(RUN_TIME)
    assert set(found) == set(pinned)
    for name, (requirement, hashes) in pinned.items():
        assert f"=={found[name]['version']}" == str(requirement.specifier)
        assert [f"sha256:{part['content']}" for part in found[name]["hashes"]] == [
            value.strip() for value in hashes
        ]


def test_only_two_jobs_of_our_own_workflows_may_write_and_no_other():
    writes = {}
    for file in (ROOT / ".github" / "workflows").glob("*.yml"):
        workflow = YAML(typ="safe").load(file.read_text())
        assert workflow["permissions"] == {}, file
        for name, job in workflow["jobs"].items():
            allowed = {what for what, how in job["permissions"].items() if how != "read"}
            if allowed:
                writes[f"{file.name} {name}"] = allowed
    assert writes == {"release.yml publish": {"id-token"}, "release.yml release": {"contents"}}


def test_the_hooks_run_for_a_commit_that_only_deletes_files():
    hooks = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text())
    validate, _ = hooks
    assert validate["always_run"]
    assert validate["pass_filenames"] is False
    assert "files" not in validate


def test_a_test_that_hangs_ends_the_run_and_is_named(tmp_path):
    (tmp_path / "test_hang.py").write_text("import time\ndef test_that_hangs(): time.sleep(9999)\n")
    options = PROJECT["tool"]["pytest"]["ini_options"]
    assert options["faulthandler_exit_on_timeout"]
    assert options["faulthandler_timeout"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", tmp_path),
            *("-p", "no:cacheprovider", "-o", "faulthandler_timeout=0.5"),
            tmp_path / "test_hang.py",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "in test_that_hangs" in done.stderr
