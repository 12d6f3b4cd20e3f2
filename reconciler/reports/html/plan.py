"""A whole report: one file that is complete in itself and may fetch nothing.

Its content security policy allows exactly this script and this style sheet, by
their digests: whatever a spec contains, it is shown and never executed.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files

from reconciler.planning.multi_plan import Failure
from reconciler.planning.plan import Origin, Plan
from reconciler.reports.html.blocked import blocks, not_planned, warnings
from reconciler.reports.html.changes import origin_badge
from reconciler.reports.html.connections import connection_names
from reconciler.reports.html.elements import Html, element, raw_element
from reconciler.reports.html.headline import page_head
from reconciler.reports.html.maps import maps
from reconciler.reports.html.repeats import repeated
from reconciler.reports.html.spec import card
from reconciler.reports.html.target_matrix import target_matrix
from reconciler.reports.html.toolbar import toolbar
from reconciler.reports.html.unmanaged import unmanaged_lists
from reconciler.reports.view.drift import read_forward
from reconciler.reports.view.headline import Headline, verdict
from reconciler.reports.view.specs import ShownSpec, shown_specs
from reconciler.reports.view.wording import ORIGINS, UNCONVERGED, UNCONVERGED_MEANS, has_base

OPEN_AT_MOST = 10
"""Specs up to which all are unfolded from the start; if there are more, none is."""


def plan_html(plans: Sequence[Plan], failures: Sequence[Failure] = ()) -> str:
    """Return one plan, or those of several targets side by side, as one self-contained page.

    The same plans give the same text. `failures` are the targets that could not
    be planned. Raises `ValueError` if there is neither a plan nor a failure.
    """
    if not plans and not failures:
        raise ValueError("a report needs at least one plan")
    plans = [read_forward(plan) for plan in plans]
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
    """Return the policy that allows only this script and this style sheet, and no request."""
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
    shown, names = shown_specs(plans), connection_names(plans)
    below = [
        ("warnings", "Warnings", [*filter(None, [warnings(plans)])]),
        ("targets", "Targets", [*filter(None, [target_matrix(plans, shown)])]),
        ("maps", "Map", [*maps(plans, shown, names)]),
        ("others", "Other specs", [*unmanaged_lists(plans)]),
        ("key", "How to read this", [_key(plans, shown)]),
    ]
    found = [(place, title, parts) for place, title, parts in below if parts]
    changes = ("changes", f"Changes ({len(shown):,})")
    return (
        element("a", "Skip to the changes", href="#changes", class_="skip"),
        page_head(said, plans, [changes, *((place, title) for place, title, _ in found)]),
        element(
            "main",
            not_planned(failures),
            blocks(plans, shown),
            repeated(shown, names),
            _changes(plans, shown, names),
            (element("div", parts, id=place) for place, _, parts in found),
        ),
    )


def _changes(plans: Sequence[Plan], shown: Sequence[ShownSpec], names: Mapping[str, str]) -> Html:
    if not shown:
        return element("p", "All specs match.", id="changes", tabindex=-1)
    is_open, with_target = len(shown) <= OPEN_AT_MOST, len(plans) > 1
    return element(
        "section",
        element("h2", f"Specs with changes ({len(shown):,})"),
        toolbar(plans, shown),
        (card(entry, names, is_open=is_open, with_target=with_target) for entry in shown),
        element("p", "No spec matches these filters.", id="nothing", hidden=True),
        id="changes",
        tabindex=-1,
    )


def _key(plans: Sequence[Plan], shown: Sequence[ShownSpec]) -> Html:
    """Return what the marks on this page mean."""
    changes = [change for entry in shown for change in (*entry.spec.changes, *entry.spec.skipped)]
    origins = {change.origin for change in changes} if any(map(has_base, plans)) else set()
    meanings: list[tuple[str, str]] = [
        (origin_badge(origin), ORIGINS[origin]) for origin in Origin if origin in origins
    ]
    if any(change.unconverged for change in changes):
        badge = element("span", UNCONVERGED, class_="origin drift")
        meanings.append((badge, UNCONVERGED_MEANS))
    meanings += [
        (
            "map",
            "a thin line stays, a thick line marked + is added, a dashed line marked − is removed",  # noqa: RUF001
        ),
        ("keys", "/ starts a search, Escape clears it"),
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
