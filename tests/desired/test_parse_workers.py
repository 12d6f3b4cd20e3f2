"""Very many files are parsed by several processes, and come to the same."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from reconciler.desired import parse_workers
from reconciler.desired.parse_workers import parsed_by_workers

PLAIN = [f"id: {number}\ntext: [a, {number}.5]\n".encode() for number in range(60)]
ODD = [b"a: &x 1", b"\xff", b"", b"a: 1\na: 2", b"- a", b"a: 2024-01-01"]
TOGETHER = """
import os
from reconciler.desired import parse_workers
from reconciler.desired.cache import Cache
from reconciler.desired.parsed_file import parse_spec
from reconciler.model.kinds import FLOW_SPEC
from desired.test_parse_workers import ODD, PLAIN

parse_workers.MANY, parse_workers._CHUNK = 20, 7
os.sched_getaffinity = lambda _: {0, 1}
contents = [*PLAIN, *ODD]
cache = Cache()
cache.prepare(contents)
print(cache.parsed)
together = [cache.source(content, "f.yaml", FLOW_SPEC) for content in contents]
alone = [parse_spec(content, "f.yaml", FLOW_SPEC) for content in contents]
assert [(s.content, s.problems) for s in together] == [(s.content, s.problems) for s in alone]
"""
"""In a process of its own: one that runs threads, as a test's may, is never forked."""


@pytest.fixture
def contents(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(parse_workers, "MANY", 20)
    return {b"%d" % number: content for number, content in enumerate(PLAIN)}


def test_workers_parse_what_is_plain_and_leave_the_rest():
    done = subprocess.run(
        [sys.executable, "-c", TOGETHER],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == (f"{len(PLAIN)}\n", "")


def test_a_worker_says_of_what_is_not_plain_that_it_is_not():
    values = parse_workers._values([*PLAIN[:1], *ODD])
    assert values == [({"id": 0, "text": ["a", 0.5]},), *[None] * 4, (["a"],), None]


def test_few_files_and_one_processor_need_no_workers(contents, monkeypatch):
    assert parsed_by_workers(dict([*contents.items()][:20])) == {}
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert parsed_by_workers(contents) == {}


def test_beside_another_thread_nothing_is_forked(contents):
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        assert parsed_by_workers(contents) == {}
    finally:
        end.set()
        thread.join()


@pytest.mark.parametrize("error", [OSError, ImportError, RuntimeError])
def test_where_there_can_be_no_processes_there_are_none(contents, monkeypatch, error):
    def none(*_):
        raise error

    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(parse_workers, "_shared_out", none)
    assert parsed_by_workers(contents) == {}
