"""The lock of a target: applies on one machine take turns, and a killed process releases it."""

import asyncio
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from shutil import copytree

import pytest
from repos import CREDENTIALS, NEW_SOURCE, REST

from reconciler.emulator.app import create_app
from reconciler.emulator.store import Store
from reconciler.model.errors import ReconcilerError
from reconciler.model.targets import Target
from reconciler.operations.target_lock import target_lock

HERE = Target("here", "https://platform.adobe.io/x", "o", "s")
HOLDER = """
import asyncio, sys
from reconciler.model.targets import Target
from reconciler.operations.target_lock import target_lock

async def hold():
    target = Target("other", "https://PLATFORM.adobe.io/x/", "another", "sandbox")
    async with target_lock(target):
        print("held", flush=True)
        sys.stdin.read()

asyncio.run(hold())
"""


@pytest.fixture
def state(tmp_path, monkeypatch):
    """A home of the test's own, for this process and those that it starts."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def holder(state):
    """Another process that holds the lock of the same service under another name."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        env={**os.environ, "XDG_STATE_HOME": str(state)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.communicate()


def taken(stop=None, waiting=lambda: None, *, alone=True):
    async def story():
        async with target_lock(HERE, stop=stop, on_wait=waiting, alone=alone):
            return True

    return asyncio.run(story())


@pytest.mark.parametrize("alone", [True, False], ids=["to write", "to read"])
def test_a_lock_is_waited_for_until_its_process_dies(holder, alone):
    waited = []

    def kill():
        waited.append(holder.poll())
        holder.kill()

    assert taken(waiting=kill, alone=alone)
    assert waited == [None]


@pytest.mark.usefixtures("holder")
def test_a_run_that_is_stopped_while_waiting_writes_nothing():
    stop = asyncio.Event()
    with pytest.raises(ReconcilerError, match="Nothing was written"):
        taken(stop, stop.set)


def test_a_released_lock_leaves_no_file(state):
    assert taken()
    assert taken()
    assert list((state / "reconciler" / "locks").iterdir()) == []


def test_readers_do_not_wait_for_each_other(state):
    async def story():
        async with target_lock(HERE, alone=False), target_lock(HERE, alone=False):
            return True

    assert asyncio.run(story())
    assert list((state / "reconciler" / "locks").iterdir()) == []


@pytest.mark.usefixtures("state")
def test_two_targets_do_not_wait_for_each_other():
    async def story():
        other = Target("other", "https://platform.adobe.io/y", "o", "s")
        async with target_lock(HERE), target_lock(other):
            return True

    assert asyncio.run(story())


def test_the_lock_is_elsewhere_if_the_home_cannot_be_written(state, monkeypatch, tmp_path):
    state.write_text("no folder")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert taken()


def three_sources(repo):
    """Three folders of specs that each add their own id to one shared list."""
    repo.edit(
        f"  - {NEW_SOURCE}\n",
        f"  - {NEW_SOURCE}\nx-reconciler: {{shared: [/sourceConnectionSpecIds]}}\n",
    )
    ids = [f"{number}0000000-0000-0000-0000-000000000000" for number in range(3)]
    for spec_id in ids:
        copytree(repo.path / "specs", repo.path / f"specs-{spec_id[0]}")
        repo.edit(
            f"  - {NEW_SOURCE}\n",
            f"  - {NEW_SOURCE}\n  - {spec_id}\n",
            f"specs-{spec_id[0]}/flowSpecs/rest-storage-to-aep.yaml",
        )
    repo.commit()
    return ids


def apply_at_once(repo, ids):
    def apply(spec_id):
        return repo.run("apply", "--yes", "--specs", f"specs-{spec_id[0]}", **CREDENTIALS)

    with ThreadPoolExecutor(len(ids)) as threads:
        return list(threads.map(apply, ids))


@pytest.mark.parametrize("over", ["embedded", "http"])
def test_three_applies_at_once_lose_nothing(repo, serve, store, over):
    if over == "http":
        repo.target(serve(create_app(store)))
    ids = three_sources(repo)
    if over == "embedded":
        assert repo.run("plan").code == 0
        store = Store(repo.path / ".reconciler" / "local.db")
    for run in apply_at_once(repo, ids):
        assert run.code == 0, run.err
    assert {*ids} <= {*store.get("flowSpecs", REST).document["sourceConnectionSpecIds"]}
    store.close()


class Gate:
    """The emulator, which delays the first PUT and records the reads meanwhile."""

    def __init__(self, app):
        self.app = app
        self.entered, self.opened = threading.Event(), threading.Event()
        self.intruders = []

    async def __call__(self, scope, receive, send):
        if self.entered.is_set() and not self.opened.is_set():
            self.intruders.append(scope["path"])
            self.opened.set()
        if scope["method"] == "PUT" and not self.entered.is_set():
            self.entered.set()
            await asyncio.to_thread(self.opened.wait)
        await self.app(scope, receive, send)


def test_an_apply_in_progress_is_not_drift(repo, serve, app):
    gate = Gate(app)
    repo.target(serve(gate))
    repo.commit()
    with ThreadPoolExecutor(2) as threads:
        apply = threads.submit(repo.run, "apply", "--yes", **CREDENTIALS)
        gate.entered.wait()
        drift = threads.submit(repo.run, "drift", **CREDENTIALS)
        gate.opened.wait(1)
        gate.opened.set()
        assert apply.result().code == 0
        assert drift.result().code == 0, drift.result().out
    assert gate.intruders == []
