"""A whole report: one file that needs nothing else and may fetch nothing.

Its content security policy lets exactly this script and this style sheet run,
by their digests: whatever a spec holds, it is shown and never executed.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files

from reconciler.planning.multi_plan import Failure
from reconciler.planning.plan import Plan
from reconciler.reports.html.blocked import not_planned, notices
from reconciler.reports.html.changes import origin_badge
from reconciler.reports.html.connections import connection_names
from reconciler.reports.html.elements import Html, element, raw_element
from reconciler.reports.html.overview import grounds, maps, repeated, target_columns
from reconciler.reports.html.spec import card
from reconciler.reports.html.toolbar import theme_button, toolbar
from reconciler.reports.html.unmanaged import quiet_lists
from reconciler.reports.view.headline import Headline, verdict
from reconciler.reports.view.specs import Entry, entries
from reconciler.reports.view.wording import ORIGINS, RESIDUAL, RESIDUAL_MEANS

OPEN_AT_MOST = 10
"""Specs that stand open from the start; where there are more, all begin as one line."""


def plan_html(plans: Sequence[Plan], failures: Sequence[Failure] = ()) -> str:
    """Return one plan, or those of several targets side by side, as one self-contained page.

    The same plans give the same text. `failures` are the targets that could not
    be planned. Raises `ValueError` where there is neither a plan nor a failure.
    """
    if not plans and not failures:
        raise ValueError("a report needs at least one plan")
    script, style = _asset("page.js"), _asset("page.css")
    said = verdict(plans, failures)
    page = element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            element(
                "meta",
                http_equiv="Content-Security-Policy",
                content=content_security_policy(script, style),
            ),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("meta", name="referrer", content="no-referrer"),
            element("title", f"{said.headline} · reconciler"),
            raw_element("style", style),
        ),
        element("body", _body(plans, failures, said), raw_element("script", script)),
        lang="en",
    )
    return f"<!doctype html>\n{page}\n"


def content_security_policy(script: str, style: str) -> str:
    """Return the policy under which only this script and this style sheet work, and no request."""
    return (
        f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _source(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}'"


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _body(
    plans: Sequence[Plan], failures: Sequence[Failure], said: Headline
) -> tuple[Html, Html, Html]:
    shown, names = entries(plans), connection_names(plans)
    return (
        element("a", "Skip to the changes", href="#changes", class_="skip"),
        element(
            "header",
            element("p", "reconciler plan", theme_button(), class_="brand"),
            element("h1", said.headline),
            element("p", said.counts, class_="counts"),
            map(grounds, plans),
            class_=f"verdict {said.state}",
        ),
        element(
            "main",
            not_planned(failures),
            notices(plans, shown),
            target_columns(plans, shown),
            repeated(shown, names),
            maps(plans, shown, names),
            _changes(plans, shown, names),
            quiet_lists(plans),
            _key(),
        ),
    )


def _changes(plans: Sequence[Plan], shown: Sequence[Entry], names: Mapping[str, str]) -> Html:
    if not shown:
        return element("p", "Every spec is as its file says.", id="changes", tabindex=-1)
    is_open, with_target = len(shown) <= OPEN_AT_MOST, len(plans) > 1
    return element(
        "section",
        element("h2", f"Specs with changes ({len(shown):,})"),
        toolbar(plans, shown),
        (card(entry, names, is_open=is_open, with_target=with_target) for entry in shown),
        element("p", "No spec fits these filters.", id="nothing", hidden=True),
        id="changes",
        tabindex=-1,
    )


def _key() -> Html:
    meanings: list[tuple[str, str]] = [
        (origin_badge(origin), meaning) for origin, meaning in ORIGINS.items()
    ]
    meanings += [
        (element("span", RESIDUAL, class_="origin drift"), RESIDUAL_MEANS),
        (
            "on a map",
            "a thin line stays, a thick line marked + is added, a dashed line marked − is removed",  # noqa: RUF001
        ),
        ("keys", "/ goes to the search, Escape clears it, Tab and Enter do the rest"),
    ]
    return element(
        "details",
        element("summary", element("h2", "How to read this")),
        element(
            "dl",
            (
                element("div", element("dt", term), element("dd", meaning))
                for term, meaning in meanings
            ),
        ),
        class_="quiet key",
    )
