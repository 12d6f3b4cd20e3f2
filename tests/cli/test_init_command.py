"""`reconciler init`, in an empty folder and in an existing repository."""

import json
import os
import subprocess

import pytest
from repos import COMMAND, Repo
from ruamel.yaml import YAML

COMMIT = "1234567890123456789012345678901234567890"


@pytest.fixture
def empty(tmp_path):
    """An empty repository on the branch `trunk`."""
    repo = Repo(tmp_path / "repo")
    repo.git("rm", "-r", "--quiet", ".")
    repo.commit()
    repo.git("branch", "--move", "trunk")
    return repo


def files(repo):
    found = (path for path in repo.path.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(repo.path).as_posix(): path.read_bytes() for path in found}


def workflow(repo, name):
    return YAML(typ="safe").load((repo.path / ".github/workflows" / name).read_text())


def test_validate_and_plan_work_at_once_and_a_second_run_changes_nothing(empty):
    run = empty.run("init")
    assert run.code == 0
    assert run.out.splitlines() == [
        "+ specs/reconciler.yaml",
        "+ specs/.schemas/config.json",
        "+ specs/.schemas/flowSpec.json",
        "+ specs/.schemas/connectionSpec.json",
        "+ specs/.schemas/policy.json",
        "+ specs/flowSpecs/rest-storage-to-aep.yaml",
        "+ .github/workflows/plan.yml",
        "+ .github/workflows/apply.yml",
        "+ .github/workflows/drift.yml",
        "+ .gitignore",
    ]
    assert "edit specs/reconciler.yaml: your organisation and sandbox" in run.err
    written = files(empty)
    assert b"$schema=.schemas/config.json\n" in written["specs/reconciler.yaml"]
    assert workflow(empty, "apply.yml")["on"]["push"]["branches"] == ["trunk"]
    assert empty.run("validate").err == "Checked 2 files: no problems.\n"
    assert "No changes. The spec matches the target." in empty.run("plan").out
    assert empty.run("fmt", "--check").code == 0
    assert "?? .reconciler/" not in empty.git("status", "--porcelain")

    again = empty.run("init")
    assert again.code == 0
    assert {line[:2] for line in again.out.splitlines()} == {"= "}
    assert {**files(empty), **written} == files(empty)


def test_options_set_the_target_and_the_source_of_the_action(empty):
    run = empty.run(
        *("init", "--target", "acme", "--ims-org", "A@AdobeOrg", "--sandbox", "stage"),
        *("--url", "https://example.org/fs", "--ims-url", "https://ims.example.org"),
        *("--action", f"octo/reconciler@{COMMIT}", "--branch", "a,b", "--specs", "aep/specs"),
    )
    assert run.code == 0
    config = YAML(typ="safe").load((empty.path / "aep/specs/reconciler.yaml").read_text())
    assert config["targets"]["acme"] == {
        "url": "https://example.org/fs",
        "imsUrl": "https://ims.example.org",
        "imsOrg": "A@AdobeOrg",
        "sandbox": "stage",
    }
    apply = workflow(empty, "apply.yml")
    assert apply["on"]["push"] == {"branches": ["a,b"], "paths": ["aep/specs/**"]}
    assert apply["env"]["RECONCILER_TARGET"] == "acme"
    assert apply["env"]["RECONCILER_SPECS"] == "aep/specs"
    uses = f"octo/reconciler/.github/actions/reconciler@{COMMIT}"
    assert uses in {step.get("uses") for step in apply["jobs"]["plan"]["steps"]}
    assert "edit" not in run.err
    assert "reconciler plan --specs aep/specs" in run.err
    assert "No changes" in empty.run("plan", "--specs", "aep/specs").out
    # An option that is not passed again is taken from the config.
    (empty.path / ".github/workflows/drift.yml").unlink()
    assert empty.run("init", "--specs", "aep/specs").code == 0
    assert workflow(empty, "drift.yml")["env"]["RECONCILER_TARGET"] == "acme"


def test_existing_content_is_never_replaced(empty):
    empty.write(".gitignore", "*.pyc")
    empty.write(".gitlab-ci.yml", "mine: 1\n")
    empty.write("specs/flowSpecs/mine.yaml", "id: 6499120c-0b15-42dc-936e-847ea3c24d72\n")
    before = files(empty)
    run = empty.run("init", "--ci", "gitlab", "--yes")
    assert run.code == 0
    assert "= .gitlab-ci.yml (exists, differs; kept)" in run.out
    assert "~ .gitignore: added .reconciler/" in run.out
    after = files(empty)
    assert after.pop(".gitignore") == b"*.pyc\n.reconciler/\n"
    assert {file: after[file] for file in before if file != ".gitignore"} == {
        file: content for file, content in before.items() if file != ".gitignore"
    }
    assert "specs/flowSpecs/rest-storage-to-aep.yaml" not in after
    assert not (empty.path / ".github").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--url", "http://example.org"), "would send credentials in the clear"),
        (("--target", "a b"), "error: "),
        (("--target", "local"), "the embedded target has that name"),
        (("--specs", "../specs"), "use a folder below this one"),
        (("--specs", "a;b"), "use a folder below this one"),
        (("--action", "octo/reconciler@v1"), "a full commit"),
    ],
)
def test_an_invalid_option_is_an_error_and_nothing_is_written(empty, options, said):
    run = empty.run("init", *options)
    assert run.code == 1
    assert said in run.err
    assert "reconciler.yaml:" not in run.err
    assert files(empty) == {}


def test_a_target_that_the_config_lacks_is_an_error_and_not_ignored(empty):
    config = "targets: {a: {emulator: .reconciler/a.db}, b: {emulator: .reconciler/b.db}}\n"
    empty.write("specs/reconciler.yaml", config)
    run = empty.run("init", "--target", "c")
    assert (run.code, "has no target c: add it there." in run.said) == (1, True)
    assert not (empty.path / ".github").exists()
    assert empty.run("init", "--target", "b").code == 0
    assert "RECONCILER_TARGET: b\n" in (empty.path / ".github/workflows/plan.yml").read_text()


def test_an_older_schema_for_editors_is_replaced(empty):
    empty.run("init", "--ci", "none", "--yes")
    new = files(empty)
    empty.write("specs/.schemas/policy.json", "{}")
    empty.write("specs/reconciler.yaml", "targets: {a: {emulator: .reconciler/a.db}}\n")
    run = empty.run("init", "--ci", "none", "--yes")
    assert "~ specs/.schemas/policy.json\n" in run.out
    assert "= specs/reconciler.yaml (exists, differs; kept)\n" in run.out
    assert files(empty)["specs/.schemas/policy.json"] == new["specs/.schemas/policy.json"]


def test_workflows_are_refused_below_the_repository_root(empty):
    (empty.path / "below").mkdir()
    refused = empty.run("init", cwd="below")
    assert refused.code == 1
    assert "not the repository's top folder" in refused.err
    assert empty.run("init", "--ci", "none", cwd="below").code == 0
    assert not (empty.path / ".github").exists()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("A@AdobeOrg\nstage\n\n", ("stage", "A@AdobeOrg", "stage")),
        ("\n", ("prod", "1234@AdobeOrg", "prod")),
    ],
)
def test_on_a_terminal_it_prompts_for_few_values(empty, typed, expected):
    leader, follower = os.openpty()
    os.write(leader, typed.encode())
    done = subprocess.run(
        [COMMAND, "init", "--ci", "none"],
        cwd=empty.path,
        stdin=follower,
        capture_output=True,
        env=empty.environ,
        check=True,
    )
    os.close(follower)
    os.close(leader)
    assert b"IMS organisation" in done.stderr
    config = YAML(typ="safe").load((empty.path / "specs/reconciler.yaml").read_text())
    name, org, sandbox = expected
    assert [*config["targets"]] == ["local", name]
    assert (config["targets"][name]["imsOrg"], config["targets"][name]["sandbox"]) == (org, sandbox)


def test_on_a_feature_branch_the_default_branch_is_applied(empty):
    empty.git("branch", "main", "--force")
    empty.git("checkout", "--quiet", "-b", "add-specs")
    run = empty.run("init")
    assert workflow(empty, "apply.yml")["on"]["push"]["branches"] == ["main"]
    assert workflow(empty, "apply.yml")["env"]["RECONCILER_BRANCH"] == "main"
    assert "what is merged to main is applied there" in run.said


def test_the_branch_that_origin_names_is_applied(empty):
    empty.git("update-ref", "refs/remotes/origin/release/1", "HEAD")
    empty.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/release/1")
    empty.run("init")
    assert workflow(empty, "apply.yml")["on"]["push"]["branches"] == ["release/1"]


def test_the_repository_s_own_folder_can_hold_the_specs(empty):
    assert empty.run("init", "--specs", ".").code == 0
    assert workflow(empty, "apply.yml")["on"]["push"]["paths"] == ["**"]
    assert "No changes" in empty.run("plan", "--specs", ".").out
    empty.git("add", "--all")
    empty.git("commit", "--quiet", "--message", "specs")
    assert empty.run("plan", "--specs", ".", "--base", "HEAD").code == 0
    assert empty.run("validate", ".").code == 0
    assert empty.run("fmt", "--check", "--specs", ".").code == 0


@pytest.mark.parametrize(
    ("url", "uses", "repository"),
    [
        ("https://github.com/octo/aep.git", "octo/aep/", "https://github.com/octo/aep.git"),
        ("ssh://git@github.com/octo/aep", "octo/aep/", "https://github.com/octo/aep"),
        ("https://token@git.example/octo/aep", "OWNER/", "https://git.example/octo/aep"),
    ],
)
def test_ci_installs_the_revision_that_was_installed_from_git(
    empty, tmp_path, url, uses, repository
):
    info = tmp_path / "lib" / "aep_reconciler-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: aep-reconciler\nVersion: 1\n")
    origin = {"url": url, "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
    (info / "direct_url.json").write_text(json.dumps(origin))
    path = {"PYTHONPATH": str(tmp_path / "lib")}
    run = empty.run("init", **path)
    steps = workflow(empty, "plan.yml")["jobs"]["plan"]["steps"]
    assert any(step.get("uses", "").startswith(uses) for step in steps)
    assert ("the lines with OWNER" in run.err) == (uses == "OWNER/")
    (hooks,) = YAML(typ="safe").load((empty.path / ".pre-commit-config.yaml").read_text())["repos"]
    assert (hooks["repo"], hooks["rev"]) == (repository, COMMIT)
    empty.run("init", "--ci", "gitlab", **path)
    pipeline = YAML(typ="safe").load((empty.path / ".gitlab-ci.yml").read_text())
    assert pipeline["variables"]["RECONCILER_REPOSITORY"] == repository
    assert pipeline["variables"]["RECONCILER_COMMIT"] == COMMIT
