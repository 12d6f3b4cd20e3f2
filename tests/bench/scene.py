"""A repository, the service that it targets in another process, and plans and applies of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import corpus
from bench.running import COMMAND, Command

from reconciler.model.json_text import JsonObject

_SERVICE = Path(__file__).with_name("service.py")
_CREDENTIALS = {"ADOBE_ACCESS_TOKEN": "token", "ADOBE_API_KEY": "key"}
NO_CHANGES = "No changes."


@dataclass(frozen=True)
class Scene:
    """A clone of N specs and a service that has them all as they are, at `url`."""

    folder: Path
    repository: Path
    url: str
    documents: Sequence[JsonObject]

    def plan(self, *, cold: bool = False, says: str = NO_CHANGES, cache: str = "cache") -> Command:
        """Return the plan; `cold` begins each run with a clone and a cache of its own."""
        environ = {**_CREDENTIALS, "RECONCILER_CACHE_DIR": str(self.folder / cache)}
        if not cold:
            return Command([COMMAND, "plan"], self.repository, environ, says)
        fresh = self.folder / "fresh"
        environ["RECONCILER_CACHE_DIR"] = str(self.folder / "fresh-cache")

        def begin() -> None:
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.rmtree(self.folder / "fresh-cache", ignore_errors=True)
            corpus.clone(self.repository, fresh)

        return Command([COMMAND, "plan"], fresh, environ, says, begin)

    def apply(self, *args: str, says: str) -> Command:
        """Return an apply without a prompt."""
        environ = {**_CREDENTIALS, "RECONCILER_CACHE_DIR": str(self.folder / "cache")}
        return Command([COMMAND, "apply", "--yes", *args], self.repository, environ, says)


@contextmanager
def scene(
    folder: Path,
    count: int,
    *args: str,
    copies: bool = False,
    change: Callable[[Path], None] | None = None,
) -> Iterator[Scene]:
    """Make a scene of `count` specs; `args` are the service's own, `change` edits the files."""
    documents = list(corpus.live_documents(count, copies=copies))
    folder.mkdir(parents=True)
    corpus.write_store(folder / "live.db", documents)
    with serving(folder / "live.db", *args) as url:
        corpus.write_repository(folder / "repository", documents, url)
        if change:
            change(folder / "repository")
            corpus.commit(folder / "repository")
        yield Scene(folder, folder / "repository", url, documents)
    shutil.rmtree(folder)


@contextmanager
def serving(data: Path, *args: str) -> Iterator[str]:
    """Serve a store from another process; yields the URL."""
    process = subprocess.Popen(
        [sys.executable, str(_SERVICE), str(data), *args], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
