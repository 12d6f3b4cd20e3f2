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
