"""The document of a plan file: its contents, and what its digests cover."""

import pytest
from builders import ID, TARGET, flow_spec, plan_of, spec
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from reconciler.model.fingerprints import digest_of
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC
from reconciler.model.specs import LiveFingerprint
from reconciler.planning.git_facts import GitFacts
from reconciler.planning.plan import LastWrite, Origin, Unmanaged
from reconciler.planning.plan_file import change_digest, plan_document, plan_text, read_plan
from reconciler.planning.refusal import Guard, Refusal
from reconciler.planning.unconverged import unconverged_text
from reconciler.schemas import read_schema

GIT = GitFacts("c" * 40, True, "b" * 40, "--base main")


def two_sided(**how):
    """A plan with a change made in Git, one of drift, and a removal."""
    desired = spec(flow_spec(version="2", sourceConnectionSpecIds=["s1"]))
    return plan_of(desired, flow_spec(type="theirs"), base=flow_spec(), git=GIT, **how)


def test_it_conforms_to_its_published_schema():
    problems = Draft202012Validator(read_schema("plan")).iter_errors(plan_document(two_sided()))
    assert [problem.message for problem in problems] == []


def test_it_has_every_documented_field():
    document = plan_document(two_sided())
    assert document["format"] == "reconciler.plan/v1"
    assert document["target"] == {
        "name": "local",
        "url": "emulator:local.db",
        "imsOrg": "1234@AdobeOrg",
        "sandbox": "prod",
    }
    assert document["git"] == {
        "commit": "c" * 40,
        "dirty": True,
        "base": "b" * 40,
        "baseName": "--base main",
    }
    counts = {"create": 0, "update": 1, "none": 0, "removals": 2, "drift": 1}
    assert {name: document["summary"][name] for name in counts} == counts
    (entry,) = document["changes"]
    assert {name: entry[name] for name in ("kind", "id", "name", "action", "removals")} == {
        "kind": "flowSpec",
        "id": ID,
        "name": "RestStorageToAEP",
        "action": "update",
        "removals": 2,
    }
    assert next(change for change in entry["diff"] if change["path"] == "/type") == {
        "op": "remove",
        "path": "/type",
        "before": "theirs",
        "after": None,
        "origin": "drift",
        "takesAway": ["/type"],
        "residual": False,
        "pending": False,
    }


def test_all_that_a_plan_holds_is_read_back():
    plan = two_sided(only=frozenset({Origin.REPO}))
    others = (Unmanaged("connectionSpec", "u1", "Another"), Unmanaged("flowSpec", "u2", "Second"))
    limit = Refusal(Guard.LIMIT, ("/a", "/b"), "too many at once", "")
    whole = replace(
        plan,
        unmanaged=others,
        unmanaged_since_base=others[::-1],
        refusals=(limit, replace(limit, message="far too many")),
        warnings=("first", "second"),
    )
    assert whole.specs[0].skipped
    assert read_plan(plan_text(whole), "plan.json") == whole
    bare = replace(whole, git=GitFacts(None, False, None, ""))
    assert read_plan(plan_text(bare), "plan.json") == bare


def test_a_requested_value_is_recognized_in_the_next_plan():
    first, second = two_sided().specs[0].changes[:2]
    marked = replace(first, before="x", unconverged=True)
    assert unconverged_text(FLOW_SPEC, first) == unconverged_text(FLOW_SPEC, marked)
    for other in (
        second,
        replace(first, after="x"),
        replace(first, pointer=("x",)),
        replace(first, operation=second.operation),
    ):
        assert unconverged_text(FLOW_SPEC, first) != unconverged_text(FLOW_SPEC, other)


def test_the_change_digest_is_over_the_target_the_specs_and_their_changes():
    plan = two_sided()
    (entry,) = plan_document(plan)["changes"]
    expected = {"op", "path", "before", "after", "origin", "takesAway"}
    approved = {
        "target": plan_document(plan)["target"],
        "changes": [
            {
                "kind": "flowSpec",
                "id": ID,
                "action": "update",
                "diff": [
                    {name: change[name] for name in expected}
                    for change in sorted(entry["diff"], key=lambda change: change["path"])
                ],
            }
        ],
    }
    assert change_digest(plan) == digest_of(approved)


def test_the_digest_is_the_same_on_another_commit_and_with_another_live_document():
    plan = two_sided()
    (entry,) = plan.specs
    marked = tuple(replace(change, unconverged=True, pending=True) for change in entry.changes)
    elsewhere = replace(entry, live=LiveFingerprint("other"), changes=marked, carried=None)
    assert change_digest(replace(plan, git=GitFacts(), specs=(elsewhere,))) == change_digest(plan)


@pytest.mark.parametrize("field", ["before", "after", "origin", "pointer", "operation"])
def test_the_digest_changes_with_a_change(field):
    plan = two_sided()
    (entry,) = plan.specs
    first, second = entry.changes[0], entry.changes[1]
    mixed = replace(first, **{field: getattr(second, field)})
    assert mixed != first or field == "origin"
    changed = replace(plan, specs=(replace(entry, changes=(mixed, second)),))
    assert (change_digest(changed) == change_digest(plan)) is (mixed == first)


def test_the_digest_changes_with_the_target():
    plan = two_sided()
    other = replace(plan, target=replace(TARGET, sandbox="dev"))
    assert change_digest(other) != change_digest(plan)


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        ({"updatedBy": "a@AdobeID", "updatedAt": 5}, LastWrite("a@AdobeID", 5)),
        ({"updatedBy": "a@AdobeID", "updatedAt": None}, LastWrite("a@AdobeID", None)),
        ({"updatedBy": 7, "updatedAt": 5}, LastWrite("", 5)),
        ({"updatedBy": None, "updatedAt": "x"}, None),
    ],
)
def test_the_last_write_is_recorded_as_far_as_the_service_reports_it(stamps, expected):
    from reconciler.model.specs import LiveSpec
    from reconciler.planning.builder import PlanInputs, build_plan

    desired = spec(flow_spec(version="2"))
    held = LiveSpec(desired.kind, desired.id, {**flow_spec(), **stamps})
    plan = build_plan([desired], PlanInputs(TARGET, {desired.key: held}))
    assert plan.specs[0].last_write == expected
    assert read_plan(plan_text(plan), "plan.json").specs == plan.specs


def test_a_skipped_creation_is_still_in_the_plan():
    plan = plan_of(spec(flow_spec()), None, base=flow_spec(), only=frozenset({Origin.DRIFT}))
    (entry,) = plan.specs
    assert (entry.kind.name, entry.id, entry.name) == ("flowSpec", ID, "RestStorageToAEP")
    assert entry.file.endswith(f"{ID}.yaml")
    assert entry.action == "none"
    assert {change.path: change.after for change in entry.skipped}["/version"] == "1.0"


def test_a_change_of_an_earlier_version_that_this_one_treats_as_equal_is_dropped():
    document = {"id": ID, "name": "S", "authSpec": [], "version": "1"}
    plan = plan_of(spec(document, kind=CONNECTION_SPEC), None)
    (entry,) = plan.specs
    (version,) = [change for change in entry.changes if change.path == "/version"]
    earlier = replace(version, pointer=("authSpec",), after=[])
    old = replace(plan, specs=(replace(entry, changes=(*entry.changes, earlier)),))
    assert read_plan(plan_text(old), "plan.json") == plan
