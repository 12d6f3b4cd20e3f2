"""The difference between an approved plan and the current plan."""

import pytest
from builders import flow_spec, plan_of, spec
from msgspec.structs import replace

from reconciler.planning.plan import Action
from reconciler.planning.plan_file import change_digest
from reconciler.reports.text.plan_comparison import approval_text

APPROVED = plan_of(spec(flow_spec(version="2.0")), flow_spec())


def differing(**fields):
    """Return the current plan if the file, or live, changed since the approval."""
    wanted = flow_spec(version="2.0", **fields.get("file", {}))
    return plan_of(spec(wanted), flow_spec(**fields.get("live", {})))


def test_the_same_changes_on_another_live_document_are_no_difference():
    found = differing(live={"unknownToUs": 1})
    assert approval_text(APPROVED, found) == ""
    assert change_digest(APPROVED) == change_digest(found)


def test_added_and_removed_changes_are_shown_separately():
    found = differing(live={"version": "3.0"}, file={"name": "Another"})
    assert approval_text(APPROVED, found).splitlines() == [
        "Since the approval:",
        "Another  flowSpec 6499120c-0b15-42dc-936e-847ea3c24d72",
        "  approved, but no longer planned:",
        '    ~ /version  "1.0" → "2.0"',
        "  planned now, but not approved:",
        '    ~ /name  "RestStorageToAEP" → "Another"',
        '    ~ /version  "3.0" → "2.0"',
    ]


def test_a_spec_that_is_created_now_is_not_the_update_that_was_approved():
    created = plan_of(spec(flow_spec(version="2.0")), None)
    assert "approved: update, now: create" in approval_text(APPROVED, created)


def test_another_target_is_a_difference():
    elsewhere = replace(APPROVED, target=replace(APPROVED.target, sandbox="stage\x1b[2J"))
    text = approval_text(APPROVED, elsewhere, width=500)
    assert "sandbox stage\\x1b[2J)" in text
    assert "was for the target local" in text


@pytest.mark.parametrize("plans", [(APPROVED, None), (None, APPROVED)])
def test_a_spec_that_only_one_plan_changes_is_named(plans):
    quiet = replace(APPROVED, specs=(replace(APPROVED.specs[0], action=Action.NONE),))
    approved, found = (plan or quiet for plan in plans)
    assert "RestStorageToAEP" in approval_text(approved, found)
