"""The line at which a violated policy is annotated."""

import pytest
from builders import flow_spec, plan_of, spec
from msgspec.structs import replace

from reconciler.desired.parsed_file import parse_spec
from reconciler.desired.spec_file import read_every_spec
from reconciler.model.errors import Severity
from reconciler.model.kinds import FLOW_SPEC
from reconciler.model.policies import Policy
from reconciler.operations.policies import check_file_policies, check_policies

RULE = Policy("p", "No.", Severity.ERROR, False, "p.yaml", pointer=("body", "version"))
TEXT = "id: 11111111-2222-3333-4444-555555555555\nname: R\nproviderId: p\nversion: '1'\n"


def refusal_in(folder, text):
    """The annotation of a plan if the spec file has this content, or does not exist."""
    file = folder / "spec.yaml"
    if text is not None:
        file.write_text(text)
    desired = spec(flow_spec(version="2"))
    plan = plan_of(replace(desired, file=str(file)), flow_spec())
    (refusal,) = check_policies(plan, [RULE]).all_refusals
    return refusal.message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (TEXT, "spec.yaml:4:1"),
        (TEXT.replace("version: '1'\n", ""), "spec.yaml:1:1"),
        (None, "spec.yaml"),
        ("- broken\n", "spec.yaml"),
    ],
)
def test_a_refusal_names_the_line_if_the_file_can_be_read(tmp_path, text, place):
    assert f"\nat {tmp_path / place}\n" in refusal_in(tmp_path, text)


def test_a_file_is_checked_once_for_all_targets_with_the_same_document():
    patch = "x-reconciler: {targets: {b: {version: null}}}\n"
    file = read_every_spec(
        parse_spec((TEXT + patch).encode(), "f.yaml", FLOW_SPEC), ["a", "b", "c"]
    )
    (problem,) = check_file_policies(file, [RULE])
    assert str(problem).startswith("f.yaml:4:1: error: for the targets a, c: violates policy p")
    everywhere = Policy("p", "No.", Severity.WARNING, False, "p.yaml", pointer=("body", "name"))
    (problem,) = check_file_policies(file, [everywhere])
    assert str(problem).startswith("f.yaml:2:1: warning: violates policy p")


def test_a_policy_about_plans_does_not_check_files():
    file = read_every_spec(parse_spec(TEXT.encode(), "f.yaml", FLOW_SPEC), None)
    rule = Policy("p", "No.", Severity.ERROR, False, "p.yaml", pointer=("action",))
    assert list(check_file_policies(file, [rule])) == []
