"""Signals to an `apply`: it finishes, verifies and reports the writes that it has started."""

import asyncio
import json
import os
import signal
import subprocess
import threading

import pytest
from repos import BATCH, COMMAND, CREDENTIALS

from reconciler.operations.signals import ONE_PRESS, on_first_signal


class Gate:
    """The emulator, which delays the first write until the test releases it."""

    def __init__(self, app):
        self.app = app
        self.entered = threading.Event()
        self.opened = threading.Event()

    async def __call__(self, scope, receive, send):
        if scope["method"] == "POST" and "/connectionSpecs" in scope["path"]:
            self.entered.set()
            await asyncio.to_thread(self.opened.wait)
        await self.app(scope, receive, send)


@pytest.fixture(autouse=True)
def signals_of_a_terminal():
    """Let no signal be ignored, as those of a job in the background are (`nohup`, `&`)."""
    usual = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGHUP: signal.SIG_DFL,
        signal.SIGTERM: signal.SIG_DFL,
    }
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def gate(app):
    gate = Gate(app)
    yield gate
    gate.opened.set()


@pytest.fixture
def under_way(repo, gate, serve):
    """An apply of three new specs, one at a time, with the first write in progress."""
    repo.target(serve(gate))
    for name in "abc":
        repo.write(
            f"specs/connectionSpecs/{name}.yaml",
            f'name: {name}\nproviderId: {BATCH}\nversion: "1.0"\ntype: generic-rest\n'
            f"x-reconciler: {{key: {name}}}\n",
        )
    repo.commit()
    options = ("--yes", "--parallelism", "1", "--report", "r.jsonl", "--record")
    process = subprocess.Popen(
        [COMMAND, "apply", *options],
        cwd=repo.path,
        env={**repo.environ, **CREDENTIALS},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    gate.entered.wait()
    yield process
    process.kill()
    process.communicate()


def stopping(process):
    """Read until the command prints that it stops."""
    for line in process.stderr:
        if "Stopping" in line:
            return


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_lets_the_write_in_progress_finish_and_starts_no_other(
    repo, under_way, gate, number
):
    under_way.send_signal(number)
    stopping(under_way)
    gate.opened.set()
    out, err = under_way.communicate()
    assert under_way.returncode == 1
    assert "Apply: 1 of " in " ".join(out.split())
    assert "Traceback" not in err
    entries = [json.loads(line) for line in (repo.path / "r.jsonl").read_text().splitlines()]
    results = {each["name"]: each["result"] for each in entries if each["entry"] == "outcome"}
    assert {name: results[name] for name in "abc"} == {
        "a": "applied",
        "b": "not done",
        "c": "not done",
    }
    assert "Wrote the id" in err
    assert repo.git("for-each-ref", "refs/reconciler/applied") == ""


def test_two_signals_at_once_count_as_one(under_way, gate):
    under_way.send_signal(signal.SIGSTOP)  # so that all reach it at once, however busy it is here
    os.waitpid(under_way.pid, os.WUNTRACED)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGCONT):
        under_way.send_signal(number)
    stopping(under_way)
    gate.opened.set()
    out, _ = under_way.communicate()
    assert under_way.returncode == 1
    assert "Apply: 1 of " in " ".join(out.split())


def test_a_later_signal_aborts():
    now = [0.0]
    stops = []

    async def run():
        with on_first_signal(lambda: stops.append(now[0]), clock=lambda: now[0]):
            signal.raise_signal(signal.SIGINT)
            now[0] = ONE_PRESS
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(0)
            now[0] = ONE_PRESS + 0.1
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(run())
    assert stops == [ONE_PRESS]
    assert signal.getsignal(signal.SIGTERM) == before


def test_signals_that_the_caller_ignores_stay_ignored():
    async def run():
        with on_first_signal(lambda: pytest.fail("stopped")):
            signal.raise_signal(signal.SIGHUP)
            await asyncio.sleep(0)

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        asyncio.run(run())
    finally:
        signal.signal(signal.SIGHUP, before)
