"""A whole report: one file that is complete in itself and may fetch nothing.

The templates lay it out, and every value in them is escaped. The page's content security
policy allows exactly this script and this style sheet, by their digests: whatever a spec
contains, it is shown and never executed.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from reconciler.model.pointers import format_pointer
from reconciler.model.text import escape_control, plural
from reconciler.planning.multi_plan import Failure
from reconciler.planning.plan import Origin, Plan
from reconciler.planning.plan_file import change_digest
from reconciler.reports.html import blocks, connections, map_layout, word_diff
from reconciler.reports.view import blocked, changes, drift, wording
from reconciler.reports.view.facts import facts
from reconciler.reports.view.headline import verdict
from reconciler.reports.view.impact import flow_in_words
from reconciler.reports.view.repeats import repeats
from reconciler.reports.view.specs import shown_specs

LIMITS = {
    "SPECS_OPEN": 10,  # specs up to which all are unfolded from the start, or none is
    "IN_SIGHT": 3,  # notices of one sort that are not folded
    "MOST_REPEATS": 20,  # changes that many specs share, shown once above them
    "MOST_DRAWN": 24,  # flow specs on one map; a map with more is hard to read
    "MAP_OPEN": 8,  # flow specs up to which a map is unfolded from the start
    "LONGEST_KEPT": 400,  # characters of the unchanged part of a line
    "DEEPEST": 24,  # levels of indentation that the style sheet has
}
"""Numbers that the templates use."""
_INDENTATION = re.compile(r"(?<=[>}])\n\s*(?=[<{])")
"""A line break between two elements of a template, which is for its readers only."""


def plan_html(
    plans: Sequence[Plan], failures: Sequence[Failure] = (), *, with_ways_out: bool = True
) -> str:
    """Return one plan, or those of several targets side by side, as one self-contained page.

    The same plans give the same text. `failures` are the targets that could not
    be planned. Without `with_ways_out` no way out of drift is shown: it is taken already.
    Raises `ValueError` if there is neither a plan nor a failure.
    """
    if not plans and not failures:
        raise ValueError("a report needs at least one plan")
    plans = [drift.read_forward(plan) for plan in plans]
    several = len(plans) + len(failures) > 1
    script, style = _asset("page.js"), _asset("page.css")
    shown, names = shown_specs(plans), connections.connection_names(plans)
    found = [change for entry in shown for change in (*entry.spec.changes, *entry.spec.skipped)]
    origins = {change.origin for change in found} if any(map(wording.has_base, plans)) else set()
    page = _environment().get_template("page.html")
    text = page.render(
        policy=content_security_policy(script, style),
        script=Markup(script),  # noqa: S704 - a file of this package
        style=Markup(style),  # noqa: S704
        plans=plans,
        several=several,
        failures=failures,
        said=verdict(plans, failures),
        of_drift=bool(plans) and all(map(drift.is_of_drift, plans)),
        ways_out=drift.ways_out(plans) if with_ways_out else (),
        blocked=blocked.blocked_alike(plans),
        cautions=[*blocked.cautions(plans)],
        shown=shown,
        numbers={(entry.column, entry.spec.place): entry.number for entry in shown},
        names=names,
        words={one.spec.action: wording.action_in_words(one.spec, one.plan) for one in shown},
        repeated=repeats(shown),
        rows=[
            (place, next(entries).spec.name)
            for place, entries in groupby(shown, lambda entry: entry.spec.place)
        ],
        held=[{spec.place for spec in plan.specs} for plan in plans],
        maps=[connections.changed_flows(shown, column, names) for column in range(len(plans))],
        origins=[origin for origin in Origin if origin in origins],
        unconverged=any(change.unconverged for change in found),
    )
    return f"<!doctype html>\n{text}\n"


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


def _template(name: str) -> str:
    return _INDENTATION.sub("", _asset(f"templates/{name}"))


def _escaped(value: object) -> Markup:
    """Return a value as markup: escaped, unless it is markup, and safe to show."""
    if isinstance(value, Markup):
        return value
    return Markup(escape(escape_control(str(value))))  # noqa: S704


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_escaped,
    )
    found.tests["blocked"] = blocked.is_blocked
    found.filters.update(number="{:,}".format, pointer=format_pointer, abridged=word_diff.abridged)
    found.globals.update(
        LIMITS,
        LINE_BREAK=Markup("\n"),
        zip=zip,
        plural=plural,
        facts=facts,
        flow_in_words=flow_in_words,
        change_digest=change_digest,
        blocks=blocks,
        connections=connections,
        layout=map_layout,
        marked_words=word_diff.marked_words,
        guards=blocked,
        changes=changes,
        wording=wording,
    )
    return found
