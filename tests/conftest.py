"""Fixtures for all tests: a store, an emulator over it, a server on a free port."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from hypothesis import settings

from reconciler.emulator.app import create_app
from reconciler.emulator.store import Store

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(scope="session", autouse=True)
def _pytest_options() -> None:
    """A pytest that a test starts must not get `--cov`: it begins by erasing this run's data."""
    os.environ.pop("PYTEST_ADDOPTS", None)


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    """A fresh store on disk, with the documented specs."""
    store = Store(tmp_path / "store" / "emulator.db")
    yield store
    store.close()


@pytest.fixture
def app(store):
    return create_app(store)


@pytest.fixture
def serve() -> Iterator[Callable[[object], str]]:
    """Serve ASGI applications over HTTP on loopback; returns each one's URL."""
    running: list[tuple[uvicorn.Server, threading.Thread, socket.socket]] = []

    def start(application: object) -> str:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(application, log_level="critical", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        running.append((server, thread, listening))
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for server, thread, listening in running:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture
def repo(tmp_path):
    """A scratch repository with this project's specs; its target is embedded."""
    from repos import Repo

    return Repo(tmp_path / "repo")


@pytest.fixture
def source(repo):
    """The repository with a new source in it, committed: its spec, and the list that names it."""
    from repos import ACME, ACME_FILE, NEW_SOURCE

    repo.write(ACME_FILE, ACME)
    repo.edit(f"  - {NEW_SOURCE}\n", f"  - {NEW_SOURCE}\n  - connectionSpec.acme\n")
    repo.commit()
    return repo
