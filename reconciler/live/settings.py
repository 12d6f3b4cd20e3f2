"""How hard the client tries: concurrency, time limits and retries, with their units."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ConnectionSettings:
    """Bounds of one connection to a target. All times are seconds, sizes are bytes.

    `parallelism`: requests under way at once, over all callers.
    `timeout`: the longest silence, while connecting, sending or receiving.
    `slowness`: how many times `timeout` one whole answer may take, so that a body
    which arrives in drops ends too.
    `attempts`: how often a request is tried in all; see `live.retries` for 429.
    `retry_wait`, `retry_wait_max`: the first and the longest pause between attempts,
    doubling in between; 0 means no pauses.
    `retry_total`: no pause is begun that would end later than this after the first attempt.
    `max_body`: the largest answer that is read, after decompression.
    """

    parallelism: int = 4
    timeout: float = 30.0
    slowness: float = 4.0
    attempts: int = 5
    retry_wait: float = 0.5
    retry_wait_max: float = 30.0
    retry_total: float = 120.0
    max_body: int = 256 * 1024 * 1024


DEFAULT_SETTINGS = ConnectionSettings()
