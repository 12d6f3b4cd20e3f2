"""Shell completion, requested as click's scripts do."""

import os
import shutil
import subprocess

import pytest
from repos import COMMAND


def completed(repo, line, shell="bash", cwd="."):
    """Return the completions of a command line."""
    words = line.split(" ")
    run = repo.run(
        cwd=cwd,
        _RECONCILER_COMPLETE=f"{shell}_complete",
        COMP_WORDS=line,
        COMP_CWORD=str(len(words) - 1),
    )
    return [offer.partition(",")[2] for offer in run.out.splitlines() if offer]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("reconciler p", ["plan", "pull"]),
        ("reconciler pull --dr", ["--dry-run"]),
        ("reconciler plan --format ht", ["html"]),
        ("reconciler pull --target ", ["local", "prod"]),
        ("reconciler plan --target p", ["prod"]),
        ("reconciler pull --target local Rest", ["RestStorageToAEP"]),
        ("reconciler plan --only ", ["GenericStreamingAEP", "RestStorageToAEP", "mine"]),
        ("reconciler pull --specs other --target ", ["there"]),
        ("reconciler pull --specs nowhere --target ", []),
        ("reconciler plan --out plan.txt --last-report report --only m", ["mine"]),
        ("reconciler add-source m", ["mine"]),
        ("reconciler add-source mine --to G", ["GenericStreamingAEP"]),
    ],
)
def test_commands_options_targets_and_specs_are_completed(repo, line, offered):
    repo.write("specs/connectionSpecs/mine.yaml", "id: i\nname: 'mine' # ours\n")
    repo.write("specs/connectionSpecs/two.yaml", "name: two words\n")
    repo.write("other/reconciler.yaml", "targets: {there: {emulator: x}}\n")
    assert completed(repo, line) == offered


def test_names_are_completed_below_the_folder_with_specs_and_for_another_one(repo):
    assert completed(repo, "reconciler pull Rest", cwd="specs/flowSpecs") == ["RestStorageToAEP"]
    (repo.path / "sub").mkdir()
    repo.git("init", "--quiet", "sub")
    assert completed(repo, "reconciler -C .. pull Rest", cwd="sub") == ["RestStorageToAEP"]
    assert completed(repo, "reconciler pull Rest", cwd="sub") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(repo, shell):
    run = repo.run(_RECONCILER_COMPLETE=f"{shell}_source")
    assert run.code == 0
    assert f"_RECONCILER_COMPLETE={shell}_complete" in run.out


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_with_it(repo):
    script = (
        f'PATH="{COMMAND.rpartition("/")[0]}:$PATH"; '
        'eval "$(_RECONCILER_COMPLETE=bash_source reconciler)"; '
        "COMP_WORDS=(reconciler pul); COMP_CWORD=1; _reconciler_completion reconciler; "
        'echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", script], cwd=repo.path, capture_output=True, check=True, text=True
    )
    assert done.stdout == "pull\n"


@pytest.mark.parametrize("wanted", ["bash_complete", "bash_source"])
@pytest.mark.parametrize("output", ["a full disk", "a closed pipe"])
def test_a_completion_that_nobody_reads_says_nothing(repo, wanted, output):
    reading, writing = os.pipe()
    os.close(reading)
    if output == "a full disk":
        os.close(writing)
        writing = os.open("/dev/full", os.O_WRONLY)
    asked = {"_RECONCILER_COMPLETE": wanted, "COMP_WORDS": "reconciler pl", "COMP_CWORD": "1"}
    done = subprocess.run(
        [COMMAND],
        env={**repo.environ, **asked},
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
