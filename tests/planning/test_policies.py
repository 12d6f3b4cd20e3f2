"""Policies: the specs they select, the violations, and the refusal of the plan."""

import pytest
from builders import flow_spec, plan_of, spec
from msgspec.structs import replace

from reconciler.model.errors import Severity
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC
from reconciler.model.pointers import parse_pointer
from reconciler.model.policies import Policy
from reconciler.model.verdicts import CompatibilityLevel, SchemaVerdict
from reconciler.planning.plan_file import plan_text, read_plan
from reconciler.planning.policies import violations, with_violations
from reconciler.planning.refusal import Guard


def policy(schema: object, pointer: str = "", **others: object) -> Policy:
    given = {"severity": Severity.ERROR, "name": "p", "message": "Do not.", **others}
    return Policy(
        schema=schema, file="specs/policies/p.yaml", pointer=parse_pointer(pointer), **given
    )


def broken(rule: Policy, document: dict, kind=FLOW_SPEC) -> list[tuple[str, str]]:
    """Where a document breaks a policy, and why."""
    found = violations(rule, kind, {"action": "create", "body": document})
    return [("/".join(one.pointer), one.why) for one in found]


SCHEDULE = {
    "properties": {"frequency": {"enum": ["minute", "hour"]}, "interval": {"minimum": 15}},
    "required": ["frequency", "interval"],
}
QUARTER_HOURS = {
    "if": {"properties": {"frequency": {"const": "minute"}}},
    "then": {"properties": {"interval": {"minimum": 15}}},
}


DOCUMENT = {
    "name": "R",
    "sourceConnectionSpecIds": ["a", "b"],
    "transformationSpecs": [{"name": "Mapping", "spec": {"type": "object"}}, {"name": "x/y"}],
    "attributes": {"list": [1, 2]},
}


class TestSelecting:
    @pytest.mark.parametrize(
        ("pointer", "places"),
        [
            ("", [""]),
            ("/action", ["action"]),
            ("/body", ["body"]),
            ("/body/name", ["body/name"]),
            ("/body/nothing", []),
            ("/body/name/deeper", []),
            ("/diff", []),
            ("/body/transformationSpecs/Mapping/spec", ["body/transformationSpecs/Mapping/spec"]),
            ("/body/transformationSpecs/x~1y", ["body/transformationSpecs/x/y"]),
            ("/body/transformationSpecs/0", []),
            (
                "/body/transformationSpecs/*/name",
                ["body/transformationSpecs/Mapping/name", "body/transformationSpecs/x/y/name"],
            ),
            ("/body/sourceConnectionSpecIds/a", ["body/sourceConnectionSpecIds/a"]),
            ("/body/attributes/list/1", ["body/attributes/list/1"]),
        ],
    )
    def test_a_pointer_leads_into_the_entry_of_a_spec(self, pointer, places):
        rule = policy(False, pointer)
        assert [place for place, _ in broken(rule, DOCUMENT)] == places

    def test_a_violation_below_the_pointer_is_named_by_the_names_of_elements(self):
        rule = policy({"items": {"pattern": "^a"}}, "/body/sourceConnectionSpecIds")
        assert broken(rule, DOCUMENT) == [
            (
                "body/sourceConnectionSpecIds/b",
                "in /body/sourceConnectionSpecIds, [1] must match ^a",
            )
        ]
        rule = policy({"items": {"required": ["spec"]}}, "/body/transformationSpecs")
        assert broken(rule, DOCUMENT) == [
            ("body/transformationSpecs/x/y", "in /body/transformationSpecs, [1].spec is missing")
        ]
        (found,) = violations(rule, FLOW_SPEC, {"body": DOCUMENT})
        assert found.indexed == ("body", "transformationSpecs", "1")

    @pytest.mark.parametrize(
        ("selector", "is_selected"),
        [
            ({}, True),
            ({"kinds": ("flowSpec",)}, True),
            ({"kinds": ("connectionSpec",)}, False),
            ({"names": ("Rest*",)}, True),
            ({"names": ("rest*", "6499*")}, True),
            ({"names": ("*/flowSpecs/*",)}, True),
            ({"names": ("Rest",)}, False),
            ({"targets": ("prod",)}, True),
            ({"targets": ("staging", "prod")}, True),
            ({"targets": ("staging",)}, False),
            ({"kinds": ("flowSpec",), "names": ("Rest*",), "targets": ("staging",)}, False),
        ],
    )
    def test_a_policy_selects_by_kind_name_and_target(self, selector, is_selected):
        names = ("RestStorageToAEP", "6499120c", "specs/flowSpecs/rest.yaml")
        assert policy(True, **selector).selects(FLOW_SPEC, names, "prod") is is_selected

    def test_without_a_target_policies_that_name_one_are_skipped(self):
        assert not policy(True, targets=("prod",)).selects(FLOW_SPEC, ("R",), None)


class TestSettings:
    """Policies on every instance that an embedded schema accepts."""

    RULE = policy(QUARTER_HOURS, "/body/scheduleSpec/spec", of_settings=True)

    def test_a_schema_that_accepts_nothing_forbidden_satisfies_the_policy(self):
        assert broken(self.RULE, {"scheduleSpec": {"spec": SCHEDULE}}) == []
        assert broken(self.RULE, {}) == []

    @pytest.mark.parametrize("minimum", [{"minimum": 5}, {"exclusiveMinimum": 13}, {}])
    def test_a_schema_that_accepts_something_forbidden_violates_the_policy_by_an_example(
        self, minimum
    ):
        schema = {**SCHEDULE, "properties": {**SCHEDULE["properties"], "interval": minimum}}
        ((place, why),) = broken(self.RULE, {"scheduleSpec": {"spec": schema}})
        assert place == "body/scheduleSpec/spec"
        assert '"frequency":"minute"' in why
        assert "interval must be at least 15" in why

    def test_every_schema_at_the_pointer_is_checked(self):
        rule = policy({"required": ["password"]}, "/body/authSpec/*/spec", of_settings=True)
        auth = [{"name": "a", "spec": {"required": ["password"]}}, {"name": "b", "spec": {}}]
        assert [place for place, _ in broken(rule, {"authSpec": auth}, CONNECTION_SPEC)] == [
            "body/authSpec/b/spec"
        ]

    def test_a_schema_that_cannot_be_checked_violates_the_policy(self):
        document = {"scheduleSpec": {"spec": {"$ref": "#/definitions/none"}}}
        ((_, why),) = broken(self.RULE, document)
        assert why.startswith("/body/scheduleSpec/spec cannot be checked: ")
        ((_, why),) = broken(policy({"$ref": "http://example.org/s"}), document)
        assert why.startswith("the change cannot be checked: ")

    def test_a_long_example_is_cut(self):
        schema = {"const": {"note": "x" * 500}}
        rule = policy(False, "/body/scheduleSpec/spec", of_settings=True)
        ((_, why),) = broken(rule, {"scheduleSpec": {"spec": schema}})
        assert "…" in why
        assert len(why) < 300


class TestJudging:
    RULE = policy({"pattern": "^1"}, "/body/version")

    def plan(self, **changed):
        document = flow_spec(version="2", **changed)
        return plan_of(spec(document), flow_spec())

    def check(self, plan, *rules, refuses=True):
        return with_violations(
            plan,
            rules,
            lambda planned, pointer: f"{planned.file}:7:1{'/'.join(pointer)}",
            refuses=refuses,
        )

    def test_an_error_refuses_the_plan_and_no_option_allows_it(self):
        plan = self.check(self.plan(), self.RULE)
        (refusal,) = plan.all_refusals
        assert (refusal.guard, refusal.flag) == (Guard.POLICY, "")
        assert refusal.pointers == ("/version",)
        for part in (
            "violates policy p: /body/version must match ^1. Do not.",
            "yaml:7:1version",
            "the policy is in specs/policies/p.yaml",
        ):
            assert part in refusal.message

    def test_a_warning_only_warns(self):
        plan = self.check(self.plan(), policy(False, "/body/version", severity=Severity.WARNING))
        assert plan.all_refusals == ()
        (warning,) = plan.warnings
        assert "yaml:7:1version: violates policy p" in warning

    def test_nothing_is_refused_if_only_warnings_are_requested(self):
        plan = self.check(self.plan(), self.RULE, refuses=False)
        assert (plan.all_refusals, len(plan.warnings)) == ((), 1)

    def test_an_unchanged_spec_is_not_checked(self):
        document = flow_spec(version="2")
        plan = plan_of(spec(document), document)
        assert self.check(plan, self.RULE) == plan

    def test_a_spec_that_is_not_selected_is_not_checked(self):
        plan = self.plan()
        assert self.check(plan, policy(False, targets=("elsewhere",))) == plan

    def test_a_policy_can_check_the_whole_entry(self):
        rule = policy({"properties": {"action": {"const": "create"}}})
        (refusal,) = self.check(self.plan(), rule).all_refusals
        assert refusal.pointers == ()
        assert "action must be" in refusal.message
        rule = policy({"not": {"const": "/scheduleSpec"}}, "/diff/*/path")
        assert self.check(self.plan(), rule).all_refusals == ()

    def test_a_policy_can_check_the_impact(self):
        plan = self.plan()
        verdicts = [SchemaVerdict(("scheduleSpec", "spec"), each) for each in CompatibilityLevel]
        (changed,) = (replace(one, verdicts=tuple(verdicts)) for one in plan.specs)
        rule = policy({"not": {"const": "breaking"}}, "/verdicts/*/verdict")
        (refusal,) = self.check(replace(plan, specs=(changed,)), rule).all_refusals
        assert "/verdicts/0/verdict must not be" in refusal.message

    def test_a_saved_plan_holds_its_refusals(self):
        plan = self.check(self.plan(), self.RULE)
        assert read_plan(plan_text(plan), "p.json") == plan


def test_a_live_document_is_checked_as_it_will_be_after_the_apply():
    document = flow_spec(sourceConnectionSpecIds=["s1"])
    held = flow_spec(sourceConnectionSpecIds=["s1", "bad"])
    rule = policy({"items": {"not": {"const": "bad"}}}, "/body/sourceConnectionSpecIds")
    shared = spec({**document, "version": "3"}, shared=["/sourceConnectionSpecIds"])
    plan = with_violations(plan_of(shared, held), [rule], lambda planned, _: planned.file)
    assert [refusal.pointers for refusal in plan.all_refusals if refusal.guard is Guard.POLICY] == [
        ("/sourceConnectionSpecIds/bad",)
    ]
