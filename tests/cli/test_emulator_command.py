"""`reconciler emulator`, as a user starts it and pastes the target that it prints."""

import subprocess

from repos import COMMAND, CREDENTIALS


def test_the_target_that_it_prints_can_be_pasted(repo):
    emulator = subprocess.Popen(
        [COMMAND, "emulator", "--port", "0", "--etags"],
        cwd=repo.path,
        env=repo.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with emulator:
        try:
            assert emulator.stdout.readline().startswith("http://127.0.0.1:")
            line = emulator.stderr.readline()
            target = line.partition("reconciler.yaml: ")[2].partition(";")[0]
            repo.write(
                "specs/reconciler.yaml", f"defaultTarget: there\ntargets:\n  there: {target}\n"
            )
            applied = repo.run("apply", "--yes", **CREDENTIALS)
            assert applied.code == 0, applied.err
            assert "No changes" in repo.run("plan", **CREDENTIALS).out
        finally:
            emulator.terminate()
        assert emulator.stderr.read() == ""
