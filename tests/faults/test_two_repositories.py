"""Two repositories on two machines add to one list of a service that gives no ETags."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from repos import CREDENTIALS, NEW_SOURCE, REST, Repo

FILE = "specs/flowSpecs/rest-storage-to-aep.yaml"
IDS = {name: f"{name * 8}-0000-0000-0000-000000000000" for name in "ab"}
SHARED = "x-reconciler: {shared: [/sourceConnectionSpecIds]}\n"


class Overwriting:
    """The emulator, with b's PUT held back until a has verified, and a's next look until then."""

    def __init__(self, app):
        self.app = app
        self.b_has_read, self.a_has_verified, self.b_has_written = (
            threading.Event() for _ in range(3)
        )
        self.a_looks = 0
        self.a_has_written = False

    async def __call__(self, scope, receive, send):
        who, method = dict(scope["headers"])[b"x-api-key"].decode(), scope["method"]
        if (who, method) == ("b", "PUT"):
            self.b_has_read.set()
            await asyncio.to_thread(self.a_has_verified.wait)
        elif (who, method) == ("a", "PUT"):
            await asyncio.to_thread(self.b_has_read.wait)
        elif who == "a" and self.a_has_written:
            self.a_looks += 1
            if self.a_looks == 2:
                await asyncio.to_thread(self.b_has_written.wait)
        await self.app(scope, receive, send)
        self.a_has_written |= (who, method) == ("a", "PUT")
        if self.a_looks:
            self.a_has_verified.set()
        if (who, method) == ("b", "PUT"):
            self.b_has_written.set()


def apply_both(tmp_path, url, directives):
    def apply(name):
        repo = Repo(tmp_path / name)
        repo.target(url)
        repo.edit(f"  - {NEW_SOURCE}\n", f"  - {NEW_SOURCE}\n  - {IDS[name]}\n{directives}", FILE)
        repo.commit()
        who = {**CREDENTIALS, "ADOBE_API_KEY": name, "XDG_STATE_HOME": str(tmp_path / f"{name}-s")}
        return repo.run("apply", "--yes", **who)

    with ThreadPoolExecutor(2) as threads:
        return dict(zip(IDS, threads.map(apply, IDS), strict=True))


@pytest.fixture
def url(app, serve):
    return serve(Overwriting(app))


def test_an_element_overwritten_in_a_shared_list_is_written_again(tmp_path, url, store):
    runs = apply_both(tmp_path, url, SHARED)
    assert {run.code for run in runs.values()} == {0}
    assert f"another client overwrote /sourceConnectionSpecIds/{IDS['a']}" in runs["a"].said
    assert "written again" in runs["a"].said
    assert {*IDS.values()} < {*store.get("flowSpecs", REST).document["sourceConnectionSpecIds"]}


def test_a_value_overwritten_elsewhere_is_reported(tmp_path, url, store):
    runs = apply_both(tmp_path, url, "")
    assert (runs["a"].code, runs["b"].code) == (1, 0)
    assert f"another client overwrote /sourceConnectionSpecIds/{IDS['a']}" in runs["a"].said
    assert IDS["a"] not in store.get("flowSpecs", REST).document["sourceConnectionSpecIds"]
