"""Verdicts and impact in a plan file."""

from builders import flow_spec, plan_of, spec
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from reconciler.model.verdicts import (
    AffectedFlow,
    CompatibilityLevel,
    Example,
    Impact,
    SchemaVerdict,
)
from reconciler.planning.plan_file import change_digest, plan_document, plan_text, read_plan
from reconciler.schemas import read_schema

SCHEDULE = ("scheduleSpec", "spec")
BREAKING = SchemaVerdict(
    SCHEDULE,
    CompatibilityLevel.BREAKING,
    breaks=Example({"frequency": "minute", "interval": 20}, "interval must be at least 60"),
    widens=Example(None, "null must be an object"),
    searched=83,
)
SEARCHED = SchemaVerdict(
    ("optionSpec", "spec"), CompatibilityLevel.SEARCHED, searched=12, note="a note"
)
IMPACT = Impact(
    7,
    (
        AffectedFlow("f1", "one", "/scheduleParams/interval", "must be at least 60"),
        AffectedFlow("f1", "one", "/options", "is refused"),
    ),
    "one page was not read",
)


def bare():
    return plan_of(spec(flow_spec(version="2.0")), flow_spec(), base=flow_spec())


def with_verdicts():
    plan = bare()
    (planned,) = plan.specs
    return replace(plan, specs=(replace(planned, verdicts=(BREAKING, SEARCHED), impact=IMPACT),))


def test_a_saved_plan_carries_verdicts_and_impact():
    assert read_plan(plan_text(with_verdicts()), "plan.json") == with_verdicts()


def test_the_published_schema_describes_them():
    validator = Draft202012Validator(read_schema("plan"))
    for plan in (bare(), with_verdicts()):
        assert list(validator.iter_errors(plan_document(plan))) == []


def test_the_approved_digest_does_not_depend_on_the_impact():
    assert change_digest(with_verdicts()) == change_digest(bare())


def test_a_flow_with_two_flaws_counts_once():
    assert IMPACT.flows == 1
    assert [verdict.path for verdict in with_verdicts().specs[0].breaking] == ["/scheduleSpec/spec"]
