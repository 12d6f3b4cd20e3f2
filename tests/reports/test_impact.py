"""What breaks, where nobody overlooks it, and nothing of a flow's own text taken for ours."""

from dataclasses import replace

import pytest
from builders import flow_spec, one_line, plan_of, spec

from reconciler.model.kinds import CONNECTION_SPEC
from reconciler.model.verdicts import (
    AffectedFlow,
    CompatibilityLevel,
    Example,
    Impact,
    SchemaVerdict,
)
from reconciler.planning.multi_plan import Plans
from reconciler.planning.plan import Plan
from reconciler.reports.html import plan_html
from reconciler.reports.markdown import plan_markdown
from reconciler.reports.text.multi_plan import plans_text_report
from reconciler.reports.text.plan import plan_text_report

EXAMPLE = Example({"frequency": "minute", "interval": 20}, "interval must be at least 60")
BREAKING = SchemaVerdict(("scheduleSpec", "spec"), CompatibilityLevel.BREAKING, EXAMPLE, None, 3)
SENTENCE = (
    '/scheduleSpec/spec: {"frequency": "minute", "interval": 20} was accepted, is refused: '
    "interval must be at least 60"
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
        (Impact(7, flows(1)), "breaks 1 of 7 live dataflows"),
        (Impact(7, flows(2), "one missing"), "breaks 2 of 7 live dataflows; one missing"),
        (Impact(7), "refuses settings that it accepted; 7 live dataflows checked, none has such"),
        (Impact(0), "refuses settings that it accepted; no live dataflow runs on it"),
        (Impact(0, (), "forbidden"), "refuses settings that it accepted; forbidden"),
        (None, "refuses settings that it accepted; live dataflows were not checked"),
    ],
)  # fmt: skip
def test_the_top_says_what_breaks_and_whom(impact, headline):
    said = text(BREAKING, impact=impact)
    assert f"! breaking: RestStorageToAEP {headline}" in said
    assert said.index(SENTENCE) < said.index("~ RestStorageToAEP")


def test_a_connection_spec_s_connections_are_not_checked():
    said = text(BREAKING, kind=CONNECTION_SPEC)
    assert "refuses settings that it accepted; live connections are not checked" in said


def test_the_other_verdicts_stand_with_the_spec():
    widens = Example({"interval": 1}, "interval must be at least 15")
    place = ("optionSpec", "spec")
    said = text(
        SchemaVerdict(place, CompatibilityLevel.COMPATIBLE, None, widens),
        SchemaVerdict(place, CompatibilityLevel.SEARCHED, searched=12),
        SchemaVerdict(place, CompatibilityLevel.SEARCHED, note="the old schema cannot be judged"),
        SchemaVerdict(place, CompatibilityLevel.UNCHANGED),
        impact=Impact(3),
    )
    assert "breaking" not in said
    assert "/optionSpec/spec: compatible, it is proven that all that was accepted still is" in said
    assert '{"interval": 1} becomes possible; until now, interval must be at least 15' in said
    assert "compatible as far as searched (12 settings)" in said
    assert "no setting was tried: the old schema cannot be judged" in said
    assert "/optionSpec/spec: unchanged in meaning" in said
    assert "3 live dataflows checked, none is affected" in said


def test_of_many_flows_and_specs_the_first_are_shown_and_the_others_counted():
    found = plan(BREAKING, impact=Impact(40, flows(25)))
    assert "flow 9 f9" in one_line(plan_text_report(found))
    assert "and 15 more, in the plan file" in plan_text_report(found)
    many = replace(found, specs=found.specs * 12)
    assert plan_text_report(many).count("! breaking: RestStorageToAEP") == 10
    assert "! breaking: 2 more specs, see below" in plan_text_report(many)
    assert "and 2 more specs" in plan_markdown([many])
    assert "and 15 more, in the plan file" in plan_html([found])


def test_a_live_flow_that_breaks_stands_before_what_might():
    may = plan(BREAKING, impact=Impact(1)).specs[0]
    does = plan(BREAKING, impact=Impact(1, flows(1))).specs[0]
    both = replace(plan(), specs=(replace(may, name="may"), replace(does, name="does")))
    said = plan_text_report(both)
    assert said.index("! breaking: does") < said.index("! breaking: may")
    page = plan_markdown([both])
    assert page.index("`does`") < page.index("`may`")


def test_targets_that_break_alike_are_told_once():
    first = plan(BREAKING, impact=Impact(1, flows(1)))
    second = replace(first, target=replace(first.target, name="second"))
    said = plans_text_report(Plans((first, second)))
    assert said.count("! breaking: RestStorageToAEP") == 1
    assert "On local, second:\n  ! breaking" in said
    assert "local: " in plan_html([first, second])
    assert plan_markdown([first, second]).count("**Breaking for `") == 2


@pytest.mark.parametrize("hostile", ["\x1b[31m</li><script>@octocat", "> [!NOTE]\n# x"])
def test_what_a_flow_is_called_steers_nothing(hostile):
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
