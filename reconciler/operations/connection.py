"""From a target to an open service: the emulator in-process, or Adobe's over HTTP."""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.desired.git_command import top_folder
from reconciler.model.errors import ReconcilerError

if TYPE_CHECKING:
    from reconciler.live.events import OnEvent
    from reconciler.live.service import FlowService
    from reconciler.live.settings import ConnectionSettings
    from reconciler.model.targets import Target


def open_service(
    target: Target,
    settings: ConnectionSettings,
    *,
    read_only: bool,
    on_event: OnEvent | None = None,
) -> FlowService:
    """Return the service behind a target; entering it opens the connection.

    With `read_only` it runs on a transport that cannot write. `on_event` receives
    every request and retry. An embedded service gives ETags to a run that writes,
    so that each PUT replaces what was read and nothing else. Raises
    `CredentialsError` if the environment has none for the target, `LiveError` if
    the target cannot be used, and `ReconcilerError` if an embedded target's store
    cannot.
    """
    from reconciler.live.connect import connect

    with ExitStack() as opened:
        transport = None
        if target.emulator is not None:
            from reconciler.emulator.store import Store
            from reconciler.emulator.transport import EmbeddedTransport

            store = opened.enter_context(closing(Store(_store_of(target))))
            transport = EmbeddedTransport(store, etags=not read_only)
        service = connect(
            target,
            os.environ,
            settings=settings,
            read_only=read_only,
            transport=transport,
            on_event=on_event,
        )
        opened.pop_all()  # the service closes the store
        return service


def _store_of(target: Target) -> Path:
    """Return where an embedded target's store is.

    Raises `ReconcilerError` outside the repository: whoever opens a pull request
    chooses the path.
    """
    root = top_folder(target.folder) or target.folder.resolve()
    place = target.store.resolve()
    if not place.is_relative_to(root) or ".git" in place.relative_to(root).parts:
        raise ReconcilerError(
            f"target '{target.name}': {target.emulator} is not written, because it is not in "
            f"this repository. Name a file below {root} in reconciler.yaml, such as "
            ".reconciler/local.db."
        )
    return place
