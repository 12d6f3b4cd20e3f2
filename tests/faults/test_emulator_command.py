"""`reconciler emulator --faults FILE`, as a user starts it and pastes its target."""

import subprocess

from repos import COMMAND, CREDENTIALS

FAULTS = """
- {kind: reset, method: PUT, after: true}
- {kind: status, status: 503, method: GET, nth: 3, times: 2}
- {kind: timeout, method: GET, nth: 6}
"""


def test_an_apply_gets_through_the_faults_of_a_file(repo):
    repo.write("faults.yaml", FAULTS)
    emulator = subprocess.Popen(
        [COMMAND, "emulator", "--port", "0", "--faults", "faults.yaml", "--etags"],
        cwd=repo.path,
        env=repo.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with emulator:
        try:
            assert emulator.stdout.readline().startswith("Listening on http://127.0.0.1:")
            line = emulator.stderr.readline()
            target = line.partition("reconciler.yaml: ")[2].partition(";")[0]
            repo.write(
                "specs/reconciler.yaml", f"defaultTarget: there\ntargets:\n  there: {target}\n"
            )
            applied = repo.run("apply", "--yes", "--timeout", "0.5", "--debug", **CREDENTIALS)
            assert applied.code == 0, applied.err
            assert "No changes" in repo.run("plan", **CREDENTIALS).out
        finally:
            emulator.terminate()
        assert emulator.stderr.read() == ""
