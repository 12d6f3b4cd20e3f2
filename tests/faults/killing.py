"""Killing a command while one of its requests hangs."""

import subprocess
import threading

from faults.cutting import ConnectionCutError
from faults.injection import with_faults
from repos import COMMAND, CREDENTIALS

from reconciler.emulator.app import create_app


class Hanging:
    """An emulator that leaves one request hanging, and signals when it has arrived."""

    def __init__(self, store, *faults):
        self._app = with_faults(create_app(store), faults)
        self.seen = []
        self.hangs = threading.Event()

    async def __call__(self, scope, receive, send):
        self.seen.append(scope["method"])
        try:
            await self._app(scope, receive, send)
        except ConnectionCutError:
            self.hangs.set()
            raise


def killed_at_the_fault(repo, app, arguments):
    """Run a command until a request hangs, and end it with kill -9."""
    process = subprocess.Popen(
        [COMMAND, *arguments],
        cwd=repo.path,
        env={**repo.environ, **CREDENTIALS},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    app.hangs.wait()
    process.kill()
    process.wait()
