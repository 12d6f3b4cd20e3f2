"""All formats are rendered from one view and contain the same facts."""

import json
import re
from functools import partial

import pytest
from builders import TARGET, flow_spec, live, spec
from msgspec.structs import replace

from reconciler.model.specs import SpecKey
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.git_facts import GitFacts
from reconciler.planning.guards import Overrides, with_overrides
from reconciler.planning.plan_file import plan_text
from reconciler.planning.refusal import Guard, Override
from reconciler.reports.html import plan_html
from reconciler.reports.markdown import plan_markdown
from reconciler.reports.text.plan import plan_text_report
from reconciler.reports.text.wrap import UNWRAPPED

WAS = ("Git", "Drift", "Conflict")
"""The specs of the base; the one named Unknown is on the target only."""


def named(name, **fields):
    return flow_spec(id=f"id-{name}", name=name, **fields)


def plan_of_all_origins():
    """A plan with a spec of each origin, a new one, one without changes, and two guards."""
    files = [
        named("Git", version="2"),
        named("Drift", sourceConnectionSpecIds=["s1", "s2"]),
        named("Conflict", version="2"),
        named("Unknown", version="2"),
        named("Created"),
        named("Same"),
    ]
    held = [
        named("Git"),
        named("Drift", sourceConnectionSpecIds=["s1", "s2", "t1", "t2"]),
        named("Conflict", version="3"),
        named("Unknown"),
        named("Same"),
    ]
    inputs = PlanInputs(
        TARGET,
        {SpecKey("flowSpec", one["id"]): live(one) for one in held},
        base={SpecKey("flowSpec", f"id-{name}"): spec(named(name)) for name in (*WAS, "Same")},
        git=GitFacts("c" * 40, False, "b" * 40, "--base main"),
    )
    return build_plan([*map(spec, files)], inputs)


PLAN = plan_of_all_origins()
CREATED = {"Created": "repo"}
ORIGINS = {"Git": "repo", "Drift": "drift", "Conflict": "conflict", "Unknown": "unknown"} | CREATED


def text_origins(said):
    blocks = (block for block in said.split("\n\n") if block[:2] in ("~ ", "+ "))
    for block in blocks:
        name = block.split()[1]
        found = re.search(r"\((repo|drift|conflict|unknown)", block)
        yield name, found[1] if found else "repo"


def markdown_origins(said):
    titles = {"Changes from Git": "repo", "Changes of unknown origin": "unknown", "Drift": "drift"}
    for part in said.split("\n#### ")[1:]:
        origin = titles[part[: part.index(" (")]]
        for block in part.split("<details>")[1:]:
            name = re.search(r"<b><code>(\w+)</code>", block)[1]
            yield name, "conflict" if "(conflict" in block else origin


def html_origins(said):
    for origin, name in re.findall(r'data-origins="(\w+)".*?<bdi>(\w+)</bdi>', said):
        yield name, origin


def test_the_json_format_names_the_origins():
    changes = json.loads(plan_text(PLAN))["changes"]
    found = {one["name"]: {entry["origin"] for entry in one["diff"]} for one in changes}
    assert found == {name: {origin} for name, origin in ORIGINS.items()} | {"Same": set()}


TEXT = partial(plan_text_report, width=UNWRAPPED)
FORMATS = {
    "text": (TEXT, text_origins),
    "markdown": (lambda plan: plan_markdown([plan]), markdown_origins),
    "html": (lambda plan: plan_html([plan]), html_origins),
}
each_format = pytest.mark.parametrize("name", FORMATS)


@each_format
def test_every_format_names_the_same_origins(name):
    report, origins = FORMATS[name]
    assert dict(origins(report(PLAN))) == ORIGINS


@each_format
def test_every_format_counts_the_same(name):
    said = FORMATS[name][0](PLAN)
    assert "1 to create, 4 to update, 1 unchanged" in said
    assert "2 removals" in said


@each_format
def test_every_format_names_the_same_guards_once(name):
    said = FORMATS[name][0](PLAN)
    assert "Blocked by 2 guards" in said
    for guard in ("removals", "conflicts"):
        assert re.search(rf"(>|  |- \*\*){guard}\b.*(Drift|Conflict)", said)
    assert said.count("would delete 2 values") == 1
    assert "Reconciler-Allow: removals specs/flowSpecs/id-Drift.yaml (REASON)" in said
    assert "reconciler apply --target local --allow-removals --allow-conflicts" in said


@each_format
def test_every_format_shows_what_is_allowed_as_allowed(name):
    report = FORMATS[name][0]
    said = report(with_overrides(PLAN, Overrides(frozenset({Guard.REMOVALS, Guard.CONFLICTS}))))
    assert "Blocked" not in said
    for guard in ("removals", "conflicts"):
        assert re.search(rf"{guard}\b.*allowed by .*--allow-{guard}", said)
    one = report(with_overrides(PLAN, Overrides(frozenset({Guard.REMOVALS}))))
    assert "Blocked by 1 guard" in one
    assert "reconciler apply --target local --allow-removals --allow-conflicts" in one


@each_format
def test_an_override_by_a_commit_is_shown_with_its_author_and_its_reason(name):
    override = Override(commit="d" * 40, author="Jane Doe", reason="agreed")
    specs = tuple(
        replace(one, refusals=tuple(replace(no, override=override) for no in one.refusals))
        for one in PLAN.specs
    )
    said = FORMATS[name][0](replace(PLAN, specs=specs)).replace("`", "")
    assert f"allowed by Jane Doe in commit {'d' * 12} (agreed)" in said
    assert "Blocked" not in said
