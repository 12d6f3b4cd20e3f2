"""A real Chromium whose pages must log nothing and request nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a module. Without one they fail; they are not skipped."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found, "There is no Chromium: sh .ci/setup --dev installs it on Debian."
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Watched:
    """What a page logged and requested while it was open."""

    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


Opener = Callable[..., Page]


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def open_page(browser: Browser, watched: Watched) -> Iterator[Opener]:
    """Open a file as a user would, from `file://`.

    When the test ends no page may have written to its console or asked for
    anything but its own file.
    """
    contexts = []
    own: set[str] = set()

    def opened(file: Path, width: int = 1280, **settings: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: watched.console.append(message.text))
        page.on("pageerror", lambda error: watched.console.append(str(error)))
        page.on("dialog", lambda dialog: watched.console.append(dialog.message))
        page.on("request", lambda request: watched.requests.append(request.url.split("#")[0]))
        own.add(file.as_uri())
        page.goto(file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert watched.console == []
    assert set(watched.requests) == own
