"""From a target to an open service: the emulator in-process, or Adobe's over HTTP."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

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
    every request and retry. Raises `CredentialsError` if the environment has none
    for the target.
    """
    from reconciler.live.connect import connect

    transport = None
    if target.emulator is not None:
        import httpx

        from reconciler.emulator.app import create_app
        from reconciler.emulator.store import Store

        transport = httpx.ASGITransport(create_app(Store(Path(target.emulator))))
    return connect(
        target,
        os.environ,
        settings=settings,
        read_only=read_only,
        transport=transport,
        on_event=on_event,
    )
