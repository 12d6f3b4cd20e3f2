"""The impact in every report, with the content of dataflows escaped."""

import re

import pytest
from builders import flow_spec, one_line, plan_of, spec
from msgspec.structs import replace

from reconciler.model.kinds import CONNECTION_SPEC
from reconciler.model.verdicts import (
    AffectedFlow,
    CompatibilityLevel,
    Example,
    Impact,
    SchemaVerdict,
)
from reconciler.planning.multi_plan import Plans
from reconciler.planning.plan import GitFacts, Plan
from reconciler.planning.refusal import Guard, Refusal
from reconciler.reports.html import plan_html
from reconciler.reports.markdown import plan_markdown
from reconciler.reports.text.multi_plan import plans_text_report
from reconciler.reports.text.plan import plan_text_report

EXAMPLE = Example({"frequency": "minute", "interval": 20}, "interval must be at least 60")
BREAKING = SchemaVerdict(("scheduleSpec", "spec"), CompatibilityLevel.BREAKING, EXAMPLE, None, 3)
SENTENCE = (
    '/scheduleSpec/spec: {"frequency": "minute", "interval": 20} is valid now, would be rejected'
)


def plan(*verdicts: SchemaVerdict, impact: Impact | None = None, **fields: object) -> Plan:
    found = plan_of(spec(flow_spec(version="2.0")), flow_spec(), base=flow_spec())
    (planned,) = found.specs
    return replace(found, specs=(replace(planned, verdicts=verdicts, impact=impact, **fields),))


def flows(number: int, message: str = "interval must be at least 60") -> tuple[AffectedFlow, ...]:
    return tuple(
        AffectedFlow(f"f{index}", f"flow {index}", "/scheduleParams/interval", message)
        for index in range(number)
    )


def text(*args, **how) -> str:
    return one_line(plan_text_report(plan(*args, **how)))


@pytest.mark.parametrize(
    ("impact", "headline"),
    [
        (Impact(7, flows(1)), "would break 1 of 7 dataflows"),
        (Impact(7, flows(2), "one missing"), "would break 2 of 7 dataflows; one missing"),
        (Impact(7), "rejects settings it used to accept; no dataflow uses them"),
        (Impact(0), "rejects settings it used to accept; it has no dataflows"),
        (Impact(0, (), "forbidden"), "rejects settings it used to accept; forbidden"),
        (None, "rejects settings it used to accept; dataflows were not checked"),
    ],
)  # fmt: skip
def test_the_impact_is_shown_below_the_specs(impact, headline):
    said = text(BREAKING, impact=impact)
    assert f"breaking: RestStorageToAEP {headline}" in said
    assert said.index("~ RestStorageToAEP") < said.index(SENTENCE)


def test_a_connection_spec_s_connections_are_not_checked():
    said = text(BREAKING, kind=CONNECTION_SPEC)
    assert "rejects settings it used to accept; connections were not checked" in said


def test_the_other_verdicts_are_shown_with_the_spec():
    widens = Example({"interval": 1}, "interval must be at least 15")
    place = ("optionSpec", "spec")
    said = text(
        SchemaVerdict(place, CompatibilityLevel.COMPATIBLE, None, widens),
        SchemaVerdict(place, CompatibilityLevel.SEARCHED, searched=12),
        SchemaVerdict(place, CompatibilityLevel.SEARCHED, note="the old schema cannot be compared"),
        SchemaVerdict(place, CompatibilityLevel.SEARCHED, searched=9, note="the search ran out"),
        SchemaVerdict(place, CompatibilityLevel.FORMAT, note="format uuid added: unknown"),
        SchemaVerdict(place, CompatibilityLevel.UNCHANGED),
        impact=Impact(3),
    )
    assert "breaking" not in said
    assert "/optionSpec/spec: compatible (proven)" in said
    assert '{"interval": 1} is newly allowed (was: interval must be at least 15)' in said
    assert "no break found (12 tried)" in said
    assert "no break found (9 tried); the search ran out" in said
    assert "/optionSpec/spec: format uuid added: unknown" in said
    assert "compatibility unknown: the old schema cannot be compared" in said
    assert "/optionSpec/spec: unchanged in meaning" in said
    assert "no impact on 3 dataflows" in said
    assert " it has no dataflows " in text(impact=Impact(0))


def test_the_verdicts_of_a_spec_are_listed_strongest_first():
    place = ("optionSpec", "spec")
    said = text(
        SchemaVerdict(place, CompatibilityLevel.UNCHANGED),
        SchemaVerdict(place, CompatibilityLevel.COMPATIBLE),
        SchemaVerdict(place, CompatibilityLevel.SEARCHED, searched=12),
        SchemaVerdict(place, CompatibilityLevel.SEARCHED, note="the old schema cannot be compared"),
        BREAKING,
    )
    shown = ("breaking", "unknown", "(12 tried)", "compatible (proven)", "unchanged in meaning")
    places = [said.index(words) for words in shown]
    assert places == sorted(places)


def breaks(number: int, **fields: object) -> Plan:
    """A plan of one spec that breaks this many dataflows, as the guard marks it."""
    refusal = Refusal(Guard.BREAKING, (), "message", Guard.BREAKING.flag)
    impact = Impact(number, flows(number))
    return plan(BREAKING, impact=impact, refusals=(refusal,), **fields)


def with_specs(number: int, found: Plan) -> Plan:
    """The plan with this many specs, each like its only one."""
    (one,) = found.specs
    specs = (replace(one, id=f"{n}", name=f"Spec{n}", file=f"{n}.yaml") for n in range(number))
    return replace(found, specs=tuple(specs))


FORMATS = [plan_text_report, lambda found: plan_markdown([found]), lambda found: plan_html([found])]


@pytest.mark.parametrize("report", FORMATS)
def test_the_first_ten_of_many_dataflows_are_named_with_their_state(report):
    found = breaks(25)
    (one,) = found.specs
    draft = replace(one.impact.affected[9], state="draft")
    affected = (*one.impact.affected[:9], draft, *one.impact.affected[10:])
    impact = replace(one.impact, affected=affected)
    said = one_line(report(replace(found, specs=(replace(one, impact=impact),))))
    assert re.search(r"flow 9\W.*\bf9\W.*draft", said)
    assert "flow 10" not in said
    assert "and 15 more, in the plan file" in said


@pytest.mark.parametrize("report", FORMATS)
def test_every_format_words_a_verdict_alike_and_names_unchecked_dataflows(report):
    long = Example(None, "it must have at most 5000 characters", "a string of 5,001 characters")
    place = ("optionSpec", "spec")
    said = report(
        plan(
            SchemaVerdict(place, CompatibilityLevel.COMPATIBLE),
            SchemaVerdict(place, CompatibilityLevel.SEARCHED, searched=12),
            SchemaVerdict(place, CompatibilityLevel.FORMAT, note="format uuid added: not known"),
            replace(BREAKING, breaks=long),
            impact=Impact(3, (), "", flows(1, "rejected before")),
        )
    )
    said = one_line(re.sub("<[^>]*>", "", said.replace("`", "")))
    for words in (
        "compatible (proven)",
        "no break found (12 tried)",
        "format uuid added: not known",
        "a string of 5,001 characters is valid now, would be rejected",
        "no impact on 2 dataflows; not known for 1 dataflow: flow 0 (rejected before)",
    ):
        assert words in said


@pytest.mark.parametrize("report", FORMATS)
def test_the_same_reason_in_many_specs_is_one_line(report):
    said = one_line(report(with_specs(50, breaks(1))))
    assert said.count("interval must be at least 60: 50 specs, would break") == 1
    assert said.count("would be rejected") == 1


def test_one_trailer_is_shown_for_many_specs():
    found = replace(with_specs(50, breaks(1)), git=GitFacts(base="b" * 40))
    said = plan_text_report(found)
    assert said.count("Reconciler-Allow:") == 1
    assert "Reconciler-Allow: breaking FILE (REASON)" in said


def test_each_reason_has_its_own_line_and_a_flow_with_two_reasons_counts_once():
    found = with_specs(2, breaks(1))
    first, second = found.specs
    flow = second.impact.affected[0]
    impact = Impact(2, (replace(flow, message="frequency is missing"), flow))
    said = plan_text_report(replace(found, specs=(first, replace(second, impact=impact))))
    assert "breaking: Spec0: interval must be at least 60: would break 1 of 1 dataflow\n" in said
    assert "breaking: Spec1: frequency is missing, interval must be at least 60" in said
    assert said.count("flow 0") == 2


@pytest.mark.parametrize("report", FORMATS)
def test_a_breaking_change_with_unreadable_dataflows_is_shown_with_an_example(report):
    refusal = Refusal(
        Guard.BREAKING, (), "dataflows are unknown: 403.\nAsk for it", "--allow-breaking"
    )
    found = plan(BREAKING, impact=Impact(0, (), "403"), refusals=(refusal,))
    said = one_line(report(found))
    assert "dataflows are unknown: " in said
    assert "interval must be at least 60: dataflows are unknown" in said
    assert "would be rejected" in said
    assert "would break 0" not in said


def test_targets_with_the_same_impact_are_shown_once():
    first = breaks(1)
    second = replace(first, target=replace(first.target, name="second"))
    said = plans_text_report(Plans((first, second)))
    assert said.count("breaking: RestStorageToAEP") == 1
    assert "Blocked on local, second by 1 guard:\n  breaking: " in said
    assert "Blocked on local, second" in plan_html([first, second])
    assert plan_markdown([first, second]).count("**breaking**") == 1


@pytest.mark.parametrize("hostile", ["\x1b[31m</li><script>@octocat", "> [!NOTE]\n# x"])
def test_the_name_of_a_flow_is_escaped(hostile):
    flow = AffectedFlow(hostile, hostile, hostile, hostile)
    found = plan(
        replace(BREAKING, breaks=Example({hostile: hostile}, hostile)),
        impact=Impact(1, (flow,), hostile),
    )
    assert "\x1b" not in plan_text_report(found)
    assert "<script>@" not in plan_html([found])
    page = plan_markdown([found])
    assert "\n# x" not in page
    assert "\n> [!NOTE]" not in page
