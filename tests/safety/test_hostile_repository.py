"""A branch that was checked out to be planned runs nothing and is trusted with nothing."""

import pytest


def commit_bare_repository(repo, folder):
    """Commit plain files that are a Git repository, with a command in its config."""
    mark = repo.path.parent / "ran"
    bare = repo.path / folder
    repo.git("init", "--quiet", "--bare", "--template=", str(bare))
    for name in ("refs/keep", "objects/keep"):
        (bare / name).touch()
    tree = repo.git("--git-dir", str(bare), "hash-object", "-w", "-t", "tree", "/dev/null")
    commit = repo.git("--git-dir", str(bare), "commit-tree", "-m", "a commit", tree)
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


def test_a_hook_that_a_branch_brings_is_not_run(repo):
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
