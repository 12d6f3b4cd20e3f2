"""From a target to an open service: the emulator in-process, or Adobe's over HTTP."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import Function, option
from reconciler.live.settings import ConnectionSettings

if TYPE_CHECKING:
    from reconciler.live.events import OnEvent
    from reconciler.live.service import FlowService
    from reconciler.model.targets import Target

DEFAULTS = ConnectionSettings()


def connection_options(function: Function) -> Function:
    """Add the options that bound how a target is talked to; they arrive as `settings`."""

    @functools.wraps(function)
    def with_settings(
        *args: Any,
        parallelism: int,
        timeout: float,
        attempts: int,
        retry_wait: float,
        **kwargs: Any,
    ) -> Any:
        settings = ConnectionSettings(
            parallelism=parallelism, timeout=timeout, attempts=attempts, retry_wait=retry_wait
        )
        return function(*args, settings=settings, **kwargs)

    for declare in (
        option(
            "--parallelism",
            type=click.IntRange(1, 64),
            default=DEFAULTS.parallelism,
            show_default=True,
            help="Requests to one target under way at once.",
        ),
        option(
            "--timeout",
            type=click.FloatRange(min=0.1),
            default=DEFAULTS.timeout,
            show_default=True,
            help="Seconds of silence before a request is given up.",
        ),
        option(
            "--attempts",
            type=click.IntRange(1, 20),
            default=DEFAULTS.attempts,
            show_default=True,
            help="How often a request is tried in all.",
        ),
        option(
            "--retry-wait",
            type=click.FloatRange(min=0),
            default=DEFAULTS.retry_wait,
            show_default=True,
            help="Seconds before the first repetition; the pauses grow.",
        ),
    ):
        with_settings = declare(with_settings)
    return with_settings  # type: ignore[return-value]


def open_service(
    target: Target,
    settings: ConnectionSettings,
    *,
    read_only: bool,
    on_event: OnEvent | None = None,
) -> FlowService:
    """Return the service behind a target; entering it opens the connection.

    With `read_only` it runs on a transport that cannot write. Raises
    `CredentialsError` where the environment holds none for the target.
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
