"""JSON Merge Patch, by the test cases of RFC 7396 (appendix A) and by its laws."""

from copy import deepcopy

import pytest
from documents import documents
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.merge_patch import PatchPart, merge_patch, part_of

CASES = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("value", "patch", "outcome"), CASES)
def test_a_patch_is_merged_as_in_rfc_7396(value, patch, outcome):
    assert merge_patch(value, patch) == outcome


@given(documents(), documents())
def test_merging_changes_neither_side_and_a_second_time_changes_nothing(value, patch):
    before = deepcopy((value, patch))
    once = merge_patch(value, patch)
    assert (value, patch) == before
    assert merge_patch(once, patch) == once
    assert merge_patch(value, {}) == value


@given(documents(), documents(), st.data())
def test_members_that_a_patch_does_not_name_are_unchanged(value, patch, data):
    merged = merge_patch(value, patch)
    field = data.draw(st.sampled_from(sorted({*value, *patch})))
    match part_of(patch, (field,)):
        case PatchPart.NOTHING:
            assert merged[field] == value[field]
        case PatchPart.ALL:
            assert merged.get(field) == patch[field]
        case PatchPart.SOME:
            assert isinstance(patch[field], dict)


def test_a_replaced_value_comes_from_the_patch_as_a_whole():
    patch = {"a": {"b": [1], "c": None}}
    assert part_of(patch, ("a", "b", "0")) is PatchPart.ALL
    assert part_of(patch, ("a", "c", "deep")) is PatchPart.ALL
    assert part_of(patch, ("a", "d")) is PatchPart.NOTHING
    assert part_of(patch, ("a",)) is PatchPart.SOME
