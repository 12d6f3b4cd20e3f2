"""Following page links, without leaving the service."""

from __future__ import annotations

import httpx

from reconciler.live.errors import response_error
from reconciler.live.response import Response
from reconciler.model.json_text import JsonObject

MAX_PAGES = 1_000
"""A list with more pages than this is treated as endless."""

MAX_EMPTY_PAGES = 20
"""A list with this many pages in a row without a new entry is treated as endless."""


def next_page(
    response: Response, body: JsonObject, page: httpx.URL, base: httpx.URL
) -> httpx.URL | None:
    """Return the address of the page after `page`, None if that is the last one.

    It is `_links.next.href` of the body. `base` is the service's address, ending in
    `/`. A path that does not begin with the service's own is taken to be relative to
    the service: Adobe's documents show `/connections?continuationToken=…`.

    Raises `ServiceError` where the link leads to another origin, to which
    credentials must not be sent, or is not a URL.
    """
    links = body.get("_links")
    following = links.get("next") if isinstance(links, dict) else None
    href = following.get("href") if isinstance(following, dict) else following
    if href is None or href == "":
        return None
    if not isinstance(href, str):
        raise response_error(response, "the next page's link is not a string")
    try:
        url = page.join(href)
    except (httpx.InvalidURL, ValueError):
        raise response_error(response, "the next page's link is not a URL") from None
    if (url.scheme, url.netloc) != (page.scheme, page.netloc):
        raise response_error(
            response,
            f"the next page's link leads to {url.scheme}://{url.host}, another host,"
            " to which credentials are not sent",
        )
    target = url.raw_path
    if not url.path.startswith(base.path):
        target = base.raw_path.rstrip(b"/") + target
    return page.copy_with(raw_path=target, fragment=None)
