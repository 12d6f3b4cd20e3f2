"""Following page links, without leaving the service."""

from __future__ import annotations

import httpx

from reconciler.model.json_text import JsonObject

MAX_PAGES = 1_000
"""A list with more pages than this is treated as endless."""

MAX_EMPTY_PAGES = 20
"""A list with this many pages in a row without a new entry is treated as endless."""


class PageLinkError(ValueError):
    """A page link that must not, or cannot, be followed. `str()` says why."""


def page_link(body: JsonObject) -> str | None:
    """Return `_links.next.href`, or None on the last page.

    Raises `PageLinkError` where there is a link that is not a string.
    """
    links = body.get("_links")
    following = links.get("next") if isinstance(links, dict) else None
    href = following.get("href") if isinstance(following, dict) else following
    if href is None or href == "":
        return None
    if not isinstance(href, str):
        raise PageLinkError("the next page's link is not a string")
    return href


def resolve(href: str, page: httpx.URL, base: httpx.URL) -> httpx.URL:
    """Return the address of the next page.

    `page` is the address of the page that held `href`, `base` the service's,
    ending in `/`. A path that does not begin with the service's own is taken
    to be relative to the service: Adobe's documents show
    `/connections?continuationToken=…`.

    Raises `PageLinkError` where the link leads to another origin, to which
    credentials must not be sent, or is not a URL.
    """
    try:
        url = page.join(href)
    except (httpx.InvalidURL, ValueError):
        raise PageLinkError("the next page's link is not a URL") from None
    if _origin(url) != _origin(page):
        raise PageLinkError(
            f"the next page's link leads to {url.scheme}://{url.host}, another host,"
            " to which credentials are not sent"
        )
    target = url.raw_path
    if not url.path.startswith(base.path):
        target = base.raw_path.rstrip(b"/") + target
    return page.copy_with(raw_path=target, fragment=None)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    default = {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.host, url.port or default
