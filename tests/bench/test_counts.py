"""What a plan and an apply cost, as counts that no busy machine can disturb: N = 1 and N = 100."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from bench import corpus, pieces
from repos import COMMAND

from reconciler.desired.base import load_base
from reconciler.desired.cache import Cache
from reconciler.desired.cache_store import FOLDER_VARIABLE, open_store
from reconciler.desired.load import load_specs
from reconciler.emulator.app import create_app
from reconciler.emulator.store import Store
from reconciler.live.fetch import FEW, SAMPLE

SIZES = pytest.mark.parametrize("size", [1, 100])
LISTS = 2
"""The flow specs, and the connection specs that they name."""
MODULES = 620
"""How many modules a plan may import, the standard library's included."""
HEAVY = {"httpcore", "jinja2", "jsonschema", "rich", "starlette", "uvicorn"}


class Scene:
    """A repository of N specs, and a service that counts the requests it is sent."""

    def __init__(self, folder, size, serve):
        documents = list(corpus.live_documents(size))
        corpus.write_store(folder / "live.db", documents)
        self.store = Store(folder / "live.db")
        self.requests = []
        self.folder = folder / "repository"
        self.cache = folder / "cache"
        app = create_app(self.store)

        async def counting(scope, receive, send):
            self.requests.append(scope["method"])
            await app(scope, receive, send)

        corpus.write_repository(self.folder, documents, serve(counting))

    def run(self, *args):
        """Run a command; return the modules that it imported, those of a package as one."""
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "reconciler", *args],
            cwd=self.folder,
            env={
                "PATH": "/usr/bin:/bin",
                FOLDER_VARIABLE: str(self.cache),
                "ADOBE_ACCESS_TOKEN": "token",
                "ADOBE_API_KEY": "key",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, re.sub(r"(?m)^import time:.*\n", "", done.stderr)
        return re.findall(r"^import time: .*\| +([\w.]+)$", done.stderr, re.MULTILINE)


@pytest.fixture
def scene(tmp_path, serve, size):
    made = Scene(tmp_path, size, serve)
    yield made
    made.store.close()


@SIZES
def test_a_plan_s_requests_and_imports_do_not_grow_with_the_number_of_specs(scene, size):
    requests = LISTS + 1 + (SAMPLE if size > FEW else 0)
    cold = scene.run("plan")
    assert scene.requests == ["GET"] * requests
    warm = scene.run("plan")
    assert scene.requests == ["GET"] * requests * 2
    for imported in (cold, warm):
        assert {name.split(".")[0] for name in imported} & HEAVY == {"httpcore"}
    assert len(set(warm)) < len(set(cold)) <= MODULES
    assert not any(name.startswith("ruamel") for name in warm)


@SIZES
def test_an_apply_is_four_requests_a_change_and_a_few(scene, size):
    corpus.add_source(scene.folder, size)
    scene.run("apply", "--yes", "--settle", "0")
    assert scene.requests.count("PUT") == size
    reads = scene.requests.count("GET") - 3 * size
    assert reads <= LISTS + 1 + 2 * SAMPLE + 2
    scene.requests.clear()
    assert "jsonschema" not in {name.split(".")[0] for name in scene.run("plan")}


@SIZES
def test_a_file_is_parsed_once_in_a_run_and_not_again_in_the_next(tmp_path, monkeypatch, size):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    corpus.write_repository(tmp_path / "r", corpus.live_documents(size), "http://localhost")
    specs = tmp_path / "r" / "specs"
    assert parsed(specs) == size
    assert parsed(specs) == 0
    corpus.add_source(tmp_path / "r", 1)
    assert parsed(specs) == 1


def parsed(specs: Path) -> int:
    """How many files are parsed by a run that loads them from the work tree and from HEAD."""
    cache = Cache(open_store())
    load_specs(specs, cache=cache)
    load_base(specs, "HEAD", cache=cache)
    cache.close()
    return cache.parsed


@pytest.mark.parametrize(
    "words",
    [
        "reconciler pl",
        "reconciler plan --o",
        "reconciler apply --o",
        "reconciler drift --a",
        "reconciler validate --f",
    ],
)
def test_completion_imports_what_it_completes_and_no_more(words):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", COMMAND],
        env={
            "_RECONCILER_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert "plain," in done.stdout
    imported = set(re.findall(r"^import time: .*\| +([\w.]+)$", done.stderr, re.MULTILINE))
    assert imported & {*HEAVY, "asyncio", "httpx", "msgspec", "ruamel"} == set()


def test_every_part_that_the_bench_times_can_be_run():
    for work in pieces.pieces().values():
        work()
    for timed in pieces.new_pieces().values():
        timed(1)
