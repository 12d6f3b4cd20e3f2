"""Planning an untrusted branch runs none of its code and sends it no credentials."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest


def commit_bare_repository(repo, folder):
    """Commit plain files that are a Git repository, with a command in its config."""
    mark = repo.path.parent / "ran"
    bare = repo.path / folder
    repo.git("init", "--quiet", "--bare", "--template=", str(bare))
    for name in ("refs/keep", "objects/keep"):
        (bare / name).touch()
    tree = repo.git("--git-dir", str(bare), "hash-object", "-w", "-t", "tree", "/dev/null")
    who = ("-c", "user.name=A Tester", "-c", "user.email=tester@example.org")
    commit = repo.git(*who, "--git-dir", str(bare), "commit-tree", "-m", "a commit", tree)
    repo.git("--git-dir", str(bare), "update-ref", "HEAD", commit)
    repo.write(
        f"{folder}/config",
        "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n"
        f'\tfsmonitor = "touch {mark}; false"\n',
    )
    repo.commit()
    return mark


@pytest.mark.parametrize("command", [["plan"], ["drift"], ["apply", "--yes"]])
@pytest.mark.parametrize("folder", ["specs", "specs/flowSpecs"])
def test_a_bare_repository_among_the_specs_runs_no_command(repo, folder, command):
    mark = commit_bare_repository(repo, folder)
    cwd, specs = (".", "specs") if folder == "specs" else ("specs/flowSpecs", "..")
    run = repo.run(*command, "--specs", specs, cwd=cwd)
    assert run.code in (0, 2), run.said
    assert not mark.exists()


def test_a_hook_in_a_branch_is_not_run(repo):
    mark = repo.path.parent / "ran"
    repo.git("config", "core.hooksPath", ".hooks")
    for hook in ("reference-transaction", "post-index-change", "post-checkout"):
        repo.write(f".hooks/{hook}", f"#!/bin/sh\ntouch {mark}\n")
        (repo.path / ".hooks" / hook).chmod(0o755)
    repo.commit()
    mark.unlink()
    assert repo.run("apply", "--yes", "--record").code == 0
    assert repo.git("rev-parse", "refs/reconciler/applied/local")
    assert not mark.exists()


def test_a_filter_that_a_branch_chooses_is_not_run(repo):
    mark = repo.path.parent / "ran"
    repo.git("config", "filter.theirs.clean", f"touch {mark}; cat")
    repo.git("config", "diff.theirs.textconv", f"touch {mark}; cat")
    repo.commit()
    repo.write(".gitattributes", "* filter=theirs diff=theirs\n")
    repo.edit("name: ", "name:  ")
    assert repo.run("plan").code == 0
    assert repo.run("drift").code in (0, 2)
    assert not mark.exists()


@pytest.mark.parametrize("folder", [".", "tools", "{repo}/tools"])
def test_a_program_in_a_branch_is_not_run(repo, folder):
    mark = repo.path.parent / "ran"
    for name in ("git", "tools/git"):
        repo.write(name, f"#!/bin/sh\ntouch {mark}\nexec git-of-the-user $@\n")
        (repo.path / name).chmod(0o755)
    repo.commit()
    path = f"{folder.format(repo=repo.path)}:{os.environ['PATH']}"
    assert repo.run("plan", PATH=path).code == 0
    assert not mark.exists()


TARGET = """\
targets:
  there:
    url: {url}/data/foundation/flowservice
    imsUrl: {ims}
    imsOrg: 1234@AdobeOrg
    sandbox: prod
    credentials: {{clientSecret: {{env: {secret}}}}}
"""
CLIENT = {
    "ADOBE_CLIENT_ID": "id",
    "ADOBE_CLIENT_SECRET": "s3cret",
    "ADOBE_SCOPES": "openid",
    "AWS_SECRET_ACCESS_KEY": "aws-s3cret",
}
ADOBE, IMS = "https://platform.adobe.io", "https://ims-na1.adobelogin.com"


@pytest.mark.parametrize(
    ("target", "trust"),
    [
        ({"url": "https://example.invalid"}, "RECONCILER_TRUSTED_HOSTS=example.invalid"),
        ({"ims": "https://example.invalid"}, "RECONCILER_TRUSTED_HOSTS=example.invalid"),
        ({"secret": "AWS_SECRET_ACCESS_KEY"}, "RECONCILER_TRUSTED_ENV=AWS_SECRET_ACCESS_KEY"),
    ],
)
@pytest.mark.parametrize("command", [["plan"], ["drift"], ["pull"], ["apply", "--yes"]])
def test_a_file_does_not_choose_the_host_that_gets_credentials(repo, command, target, trust):
    usual = {"url": ADOBE, "ims": IMS, "secret": "ADOBE_CLIENT_SECRET"}
    repo.write("specs/reconciler.yaml", TARGET.format(**{**usual, **target}))
    repo.write("specs/.env", f"{trust}\n")
    repo.commit()
    run = repo.run(*command, **CLIENT, HTTPS_PROXY="http://127.0.0.1:9")
    assert run.code == 1
    assert f"set {trust} in the environment" in run.said
    assert "s3cret" not in run.said


def test_a_change_of_the_target_since_the_base_is_shown_first(repo, serve, app):
    url = serve(app)
    target = {"url": url, "ims": url, "secret": "ADOBE_CLIENT_SECRET"}
    repo.write("specs/reconciler.yaml", TARGET.format(**target))
    repo.commit()
    target |= {"ims": url.replace("127.0.0.1", "localhost"), "secret": "ADOBE_OTHER"}
    repo.write("specs/reconciler.yaml", TARGET.format(**target))
    against = ["--base", "HEAD", "--no-impact"]
    environ = {**CLIENT, "ADOBE_OTHER": "x", "ADOBE_ACCESS_TOKEN": "token"}
    changes = [f"changes {fact} of there since the base" for fact in ("imsUrl", "credentials")]
    for form in ("text", "markdown", "html"):
        run = repo.run("plan", *against, "--format", form, **environ)
        said = run.said.replace("`", "")
        assert run.code == 0
        assert all(change in said for change in changes)
        assert said.index(changes[0]) < said.index("RestStorageToAEP")
        assert "credentials ADOBE_ACCESS_TOKEN, ADOBE_CLIENT_ID, ADOBE_OTHER" in said
    plan = repo.run("plan", *against, "--format", "json", **environ).plan
    assert len(plan["targetChanges"]) == 2
    assert plan["target"]["imsUrl"] == target["ims"]
    assert "ADOBE_OTHER" in plan["target"]["credentials"]


def test_a_plan_is_for_the_credentials_that_it_was_made_with(repo, serve, app):
    url = serve(app)
    target = {"url": url, "ims": url, "secret": "ADOBE_CLIENT_SECRET"}
    repo.write("specs/reconciler.yaml", TARGET.format(**target))
    assert repo.run("plan", "--out", "p.json", ADOBE_ACCESS_TOKEN="t", ADOBE_API_KEY="k").code == 0
    for change in ({"ims": "http://localhost:1"}, {"secret": "ADOBE_OTHER"}):
        repo.write("specs/reconciler.yaml", TARGET.format(**{**target, **change}))
        run = repo.run("apply", "p.json", ADOBE_ACCESS_TOKEN="t", ADOBE_API_KEY="k")
        assert run.code == 3
        assert "Run plan again" in run.said
    repo.write("specs/reconciler.yaml", TARGET.format(**target))
    assert repo.run("apply", "p.json", ADOBE_ACCESS_TOKEN="t", ADOBE_API_KEY="k").code == 0


def stored_in(repo, path):
    repo.write("specs/reconciler.yaml", f"targets: {{local: {{emulator: '{path}'}}}}\n")


@pytest.mark.parametrize("path", ["../x.db", "{tmp}/x.db", ".git/x.db", "out/x.db", "out.db"])
def test_an_embedded_target_is_stored_in_the_repository_only(repo, tmp_path, path):
    (repo.path / "out").symlink_to(tmp_path)
    (repo.path / "out.db").symlink_to(tmp_path / "x.db")
    stored_in(repo, path.format(tmp=tmp_path))
    run = repo.run("plan")
    assert run.code == 1
    assert "is not in this repository" in run.said
    assert not [*tmp_path.glob("*.db*"), *(repo.path / ".git").glob("*.db*")]


def test_nothing_is_kept_outside_of_a_repository_whose_top_holds_the_specs(repo):
    for path in [*(repo.path / "specs").iterdir()]:
        path.rename(repo.path / path.name)
    around = {*repo.path.parent.iterdir()}
    applied = repo.run("apply", "--yes", "--specs", repo.path.name, cwd="..")
    assert applied.code == 0, applied.said
    assert {*repo.path.parent.iterdir()} <= {*around, Path(f"{repo.path}-cache")}
    assert (repo.path / ".reconciler" / "local.db").exists()


@pytest.mark.parametrize("application", [0, 7])
def test_the_database_of_another_program_is_unchanged(repo, application):
    with closing(sqlite3.connect(repo.path / "theirs.db")) as theirs:
        theirs.execute(f"PRAGMA application_id = {application}")
        theirs.execute("CREATE TABLE documents (id)")
        theirs.execute("CREATE TABLE others (id)")
        theirs.commit()
    before = (repo.path / "theirs.db").read_bytes()
    stored_in(repo, "theirs.db")
    run = repo.run("plan")
    assert run.code == 1
    assert "the database of another program" in run.said
    assert (repo.path / "theirs.db").read_bytes() == before


def test_a_store_from_before_stores_were_marked_is_used(repo):
    assert repo.run("plan").code == 0
    with closing(sqlite3.connect(repo.path / ".reconciler/local.db")) as ours:
        ours.execute("PRAGMA application_id = 0")
    assert repo.run("plan").code == 0


def test_an_empty_file_becomes_a_store(repo):
    (repo.path / "empty.db").touch()
    stored_in(repo, "empty.db")
    assert repo.run("plan").code == 0


def test_plans_reports_and_stores_are_readable_by_their_owner_only(repo):
    repo.run("plan", "--out", "p.json")
    repo.run("apply", "p.json", "--report", "r.jsonl")
    modes = [(repo.path / name).stat().st_mode & 0o777 for name in ("p.json", "r.jsonl")]
    stores = [path.stat().st_mode & 0o777 for path in (repo.path / ".reconciler").glob("*.db*")]
    assert {*modes, *stores} == {0o600}


@pytest.mark.parametrize("link", ["out.json", "out/out.json"])
def test_plans_and_reports_do_not_follow_a_link_of_the_repository(repo, tmp_path, link):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "out.json").write_text("theirs")
    (repo.path / link.split("/")[0]).symlink_to(theirs if "/" in link else theirs / "out.json")
    repo.commit()
    repo.run("plan", "--out", link)
    repo.run("apply", "--yes", "--report", link)
    assert (theirs / "out.json").read_text() == "theirs"
    assert [path.name for path in theirs.iterdir()] == ["out.json"]


def test_a_plan_can_be_written_to_stdout(repo):
    assert '"reconciler.plan/v1"' in repo.run("plan", "--out", "/dev/stdout").out


def test_a_failed_plan_removes_the_older_plan_file(repo):
    assert repo.run("plan", "--out", "p.json").code == 0
    assert repo.run("plan", "--out", "plans/{target}.json").code == 0
    repo.write("specs/flowSpecs/broken.yaml", "- broken\n")
    assert repo.run("plan", "--out", "p.json").code == 1
    assert repo.run("plan", "--out", "plans/{target}.json").code == 1
    assert not (repo.path / "p.json").exists()
    assert not (repo.path / "plans/local.json").exists()


def test_a_failed_plan_keeps_a_file_that_is_not_a_plan(repo):
    repo.write("notes.json", '{"mine": true}')
    repo.write("specs/flowSpecs/broken.yaml", "- broken\n")
    assert repo.run("plan", "--out", "notes.json").code == 1
    assert (repo.path / "notes.json").read_text() == '{"mine": true}'


@pytest.mark.parametrize("link", [".reconciler", ".reconciler/reports"])
def test_kept_reports_do_not_follow_a_link_of_the_repository(repo, tmp_path, link):
    stored_in(repo, "local.db")
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (repo.path / link).parent.mkdir(exist_ok=True)
    (repo.path / link).symlink_to(theirs)
    run = repo.run("apply", "--yes", "--specs", str(repo.path / "specs"))
    assert run.code == 1
    assert "is a link that leads out of the repository" in run.said
    assert [*theirs.iterdir()] == []


LINKS = (
    "specs/flowSpecs/a.yaml",
    "specs/flowSpecs/folder",
    "specs/connectionSpecs",
    "specs/policies",
    "specs/policies/a.yaml",
    "specs/reconciler.yaml",
    "specs",
)


@pytest.mark.parametrize("command", ["validate", "plan", "fmt", "targets", "pull", "doctor"])
@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("secret", ["id: s3cret\ns3cret: 1\n", "[default]\nkey = s3cret\n"])
def test_no_word_of_a_file_is_shown_that_a_link_of_the_repository_leads_to(
    repo, tmp_path, link, command, secret
):
    home = tmp_path / "home"
    home.mkdir()
    for name in ("a.yaml", "reconciler.yaml"):
        (home / name).write_text(secret)
    if (repo.path / link).exists():
        (repo.path / link).rename(tmp_path / "moved")
    (repo.path / link).parent.mkdir(exist_ok=True)
    (repo.path / link).symlink_to(home / Path(link).name if link.endswith(".yaml") else home)
    assert "s3cret" not in repo.run(command).said


@pytest.mark.parametrize("to", [".git/config", ".env"])
def test_no_word_of_a_file_is_shown_that_only_the_job_has_in_the_repository(repo, to):
    """GitHub's checkout keeps its token in .git/config."""
    (repo.path / to).write_text("id: s3cret\ns3cret: 1\n")
    (repo.path / "specs/flowSpecs/a.yaml").symlink_to(repo.path / to)
    run = repo.run("validate")
    assert "specs/flowSpecs/a.yaml:1:1: error: not a file, or a link" in run.out
    assert "s3cret" not in run.said


@pytest.mark.parametrize("link", ["specs/flowSpecs/a.yaml", "specs/flowSpecs/folder"])
def test_a_link_to_a_yaml_file_is_followed_only_if_git_tracks_the_file(repo, link):
    """A job may write a kubeconfig or a token into its work tree."""
    repo.write("job/a.yaml", "id: s3cret\ns3cret: 1\n")
    up = "../../job/a.yaml" if link.endswith(".yaml") else "../../job"
    (repo.path / link).symlink_to(up)
    file = link if link.endswith(".yaml") else f"{link}/a.yaml"
    problem = f"{file}:1:1: error: reached by a link, and Git does not track it."
    for command in (["validate"], ["validate", file], ["plan"], ["fmt"], ["fmt", file]):
        said = repo.run(*command).said
        assert "s3cret" not in said
        assert problem in said or command == ["fmt"]
    repo.git("add", "job")
    assert problem not in repo.run("validate").said
    assert "s3cret" in repo.run("validate").said
