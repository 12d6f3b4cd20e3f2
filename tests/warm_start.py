"""Start the installed command from a process that has imported it already.

Importing takes most of a short command's time, and the tests start it a thousand times. One
process imports everything once, and forks for each run: a run is still a process of its own,
with its own arguments, working directory, environment, pipes and exit code. What depends on
the start itself (packaging, signals, what is imported) starts the installed command instead.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import io
import json
import os
import pkgutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_TOLD_AT_START = ("PYTHON", "LC_", "LANG")
"""Variables that Python reads before any of our code runs."""
_OF_STREAMS = "PYTHONUNBUFFERED"
"""The one of them that does not matter: a fork opens its own streams."""
_ENVIRON = dict(os.environ)
"""The environment before any test changes it: coverage reads there that it measures."""


def can_run(environ: Mapping[str, str]) -> bool:
    """Return True if a forked process would treat the environment as a fresh one would."""
    return hasattr(os, "fork") and all(
        environ.get(name) == os.environ.get(name)
        for name in {*environ, *os.environ}
        if name.startswith(_TOLD_AT_START) and name != _OF_STREAMS
    )


def run(
    arguments: Sequence[str], cwd: Path, environ: Mapping[str, str], stdin: bytes
) -> tuple[int, bytes, bytes]:
    """Run `reconciler ARGUMENTS` and return its exit code, stdout and stderr."""
    request = json.dumps([[str(argument) for argument in arguments], str(cwd), dict(environ)])
    body = request.encode()
    with socket.socket(socket.AF_UNIX) as connection, ThreadPoolExecutor(3) as threads:
        connection.connect(_server())
        given, to_stdin = os.pipe()
        from_stdout, out = os.pipe()
        from_stderr, err = os.pipe()
        socket.send_fds(connection, [len(body).to_bytes(8)], [given, out, err])
        for file in (given, out, err):
            os.close(file)
        connection.sendall(body)
        threads.submit(_write, to_stdin, stdin)
        outputs = [threads.submit(_read, file) for file in (from_stdout, from_stderr)]
        code = connection.recv(4)
        if not code:
            raise RuntimeError("the process that runs commands for the tests has ended")
        return int.from_bytes(code, signed=True), outputs[0].result(), outputs[1].result()


def _write(file: int, content: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), open(file, "wb") as pipe:
        pipe.write(content)


def _read(file: int) -> bytes:
    with open(file, "rb") as pipe:
        return pipe.read()


@functools.cache
def _server() -> str:
    """Start the process that forks, and return the address of its socket."""
    address = str(Path(tempfile.mkdtemp(prefix="reconciler-tests-")) / "socket")
    server = subprocess.Popen(
        [sys.executable, __file__, address],
        cwd=Path(__file__).parent.parent,
        env=_ENVIRON,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    atexit.register(_stop, server, address)
    server.stdout.readline()
    return address


def _stop(server: subprocess.Popen, address: str) -> None:
    server.terminate()
    server.wait()
    Path(address).unlink(missing_ok=True)
    Path(address).parent.rmdir()


def _import_everything() -> None:
    """Import what commands import: all of the package, and the libraries it imports lazily."""
    import reconciler

    for module in pkgutil.walk_packages(reconciler.__path__, "reconciler."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in ("httpx", "jsonschema", "rich.console", "ruamel.yaml", "stamina"):
        importlib.import_module(name)


def _serve(address: str) -> None:
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen(64)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        connection, _ = listening.accept()
        _reap()
        if os.fork() == 0:
            listening.close()
            _answer(connection)
            os._exit(0)
        connection.close()


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _answer(connection: socket.socket) -> None:
    header, files, _, _ = socket.recv_fds(connection, 8, 3)
    with connection.makefile("rb") as reader:
        arguments, cwd, environ = json.loads(reader.read(int.from_bytes(header)))
    child = os.fork()
    if child == 0:
        connection.close()
        _become(arguments, cwd, environ, files)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    connection.sendall(code.to_bytes(4, signed=True))


def _become(arguments: list[str], cwd: str, environ: dict[str, str], files: Sequence[int]) -> None:
    """Turn this process into the command. It ends early: freeing all that was imported is slow."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["reconciler", *arguments]
    sys.stdin = io.TextIOWrapper(os.fdopen(0, "rb", closefd=False), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(
        os.fdopen(2, "wb", closefd=False), encoding="utf-8", errors="backslashreplace"
    )
    from reconciler.cli import main

    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    gc.collect()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _import_everything()
    gc.freeze()
    _serve(sys.argv[1])
