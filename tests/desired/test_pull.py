"""Merging live values into the document of a file, in the form that the file uses."""

from __future__ import annotations

import re
from copy import deepcopy
from decimal import Decimal

import pytest
from builders import ID, flow_spec, planned, spec
from documents import documents, names, values
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.desired.parsed_file import parse_spec
from reconciler.desired.pull.merge_file import adopted
from reconciler.desired.pull.merge_live import merge_live
from reconciler.desired.pull.new_file import file_name, new_text
from reconciler.desired.pull.split_patch import Parts, UnpatchableError, split
from reconciler.desired.write_file import edited_content
from reconciler.model.json_text import same
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC
from reconciler.model.merge_patch import merged_object
from reconciler.model.pointers import parse_pointer
from reconciler.planning.plan import Action
from reconciler.yamledit.parse import parse_yaml
from reconciler.yamledit.scalars import UnwritableError

few = settings(max_examples=60)


def pull(held, live, *left, ids=None):
    return merge_live(FLOW_SPEC, held, live, tuple(map(parse_pointer, left)), ids or {})


@given(st.sampled_from([FLOW_SPEC, CONNECTION_SPEC]), documents(), documents())
def test_a_plan_after_a_pull_is_empty(kind, held, live):
    wanted = spec(merge_live(kind, held, live, (), {}), kind=kind)
    assert planned(wanted, live).action is Action.NONE


@given(documents(), documents())
@few
def test_a_plan_after_a_pull_is_empty_with_ignored_fields_too(held, live):
    ignored = ["/attributes/a", "/optionSpec/name", "/transformationSpecs/a", "/attributes/0/b"]
    after = pull(held, live, *ignored)
    assert planned(spec(after, ignore=ignored), live).action is Action.NONE


@given(documents(), documents())
@few
def test_a_pull_changes_neither_of_its_inputs_and_the_second_changes_nothing(held, live):
    before = deepcopy((held, live))
    once = pull(held, live)
    assert repr((held, live)) == repr(before)
    assert repr(pull(once, live)) == repr(once)


@given(documents())
@few
def test_equal_values_keep_the_form_of_the_file(held):
    live = {key: turned(value) for key, value in reversed(held.items())}
    assert repr(pull(held, live)) == repr(held)


def turned(value):
    """The same in another form: other numbers, other orders of keys."""
    if isinstance(value, dict):
        return {key: turned(member) for key, member in reversed(value.items())}
    if isinstance(value, list):
        return [turned(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value) if abs(value) < 1e22 else int(Decimal(repr(value)))
    return value


def test_only_differences_are_merged_and_the_rest_keeps_its_order():
    held = flow_spec(
        sourceConnectionSpecIds=["s2", "gone", "s1"],
        attributes={"b": 1.0, "a": [1, 2, 3]},
        transformationSpecs=[{"name": "B", "x": 1}, {"name": "A"}],
    )
    live = flow_spec(
        sourceConnectionSpecIds=["new", "s1", "s2"],
        attributes={"a": [1, 5, 3], "b": 1, "c": None},
        transformationSpecs=[{"name": "C"}, {"name": "A"}, {"name": "B", "x": 2}],
        updatedBy="somebody",
        unheardOf=True,
    )
    after = pull(held, live)
    assert after["sourceConnectionSpecIds"] == ["s2", "s1", "new"]
    assert repr(after["attributes"]) == "{'b': 1.0, 'a': [1, 5, 3], 'c': None}"
    assert [item["name"] for item in after["transformationSpecs"]] == ["B", "A", "C"]
    assert list(after) == list(held)


def test_shared_ignored_and_referenced_values_are_skipped():
    held = flow_spec(
        sourceConnectionSpecIds=["connectionSpec.mine", "s1", "connectionSpec.to-come", "s2"],
        targetConnectionSpecIds=["t1", "t2"],
        attributes={"ui": 1, "x": 1},
    )
    live = flow_spec(
        sourceConnectionSpecIds=["s1", "i-of-mine", "s3"],
        targetConnectionSpecIds=["t3"],
        attributes={"x": 2},
    )
    after = pull(
        held,
        live,
        "/targetConnectionSpecIds",
        "/attributes/ui",
        ids={"connectionSpec.mine": "i-of-mine"},
    )
    named = ["connectionSpec.mine", "s1", "connectionSpec.to-come", "s3"]
    assert after["sourceConnectionSpecIds"] == named
    assert after["targetConnectionSpecIds"] == ["t1", "t2"]
    assert after["attributes"] == {"ui": 1, "x": 2}


def test_a_new_field_is_inserted_in_the_documented_order():
    held = {"id": ID, "name": "R", "providerId": "p", "attributes": {}}
    live = {**held, "version": "1.0", "policy": {}, "id": "another"}
    assert list(pull(held, live)) == ["id", "name", "providerId", "version", "attributes", "policy"]
    assert pull(held, live)["id"] == ID


patches = st.dictionaries(names, values, max_size=3)


@given(patches, patches, patches)
def test_a_file_and_its_patch_result_in_the_live_document(own, patch, wanted):
    try:
        parts = split(Parts(own, patch), wanted)
    except UnpatchableError:
        assert None in every_value(wanted)
        return
    assert same(merged_object(parts.own, parts.patch), wanted)
    assert parts.patch.keys() <= patch.keys()


def every_value(value):
    below = value.values() if isinstance(value, dict) else ()
    return [value, *(inner for member in below for inner in every_value(member))]


def test_values_in_the_patch_are_changed_there_and_others_in_the_document():
    own = {"a": {"x": 1, "y": 2}, "b": 1, "c": 1}
    patch = {"a": {"x": 10}, "c": None, "d": 4}
    parts = split(Parts(own, patch), {"a": {"x": 11, "y": 3}, "b": 2, "e": 5})
    assert parts == Parts(
        {"a": {"x": 1, "y": 3}, "b": 2, "c": 1, "e": 5}, {"a": {"x": 11}, "c": None}
    )


def test_a_patch_that_replaces_an_object_still_replaces_it():
    own, patch = {"a": {"x": 1, "y": {"z": 1, "u": 1}}, "b": 1}, {"a": [1], "b": 2}
    parts = split(Parts(own, patch), {"a": {"y": {"z": 2, "u": 1}, "v": 1}})
    assert parts.own == own
    assert parts.patch == {"a": {"x": None, "y": {"z": 2}, "v": 1}, "b": None}


def test_a_change_that_would_need_null_in_the_patch_is_refused():
    with pytest.raises(UnpatchableError, match="cannot set a field to null"):
        split(Parts({}, {"a": 1}), {"a": {"b": None}})


def held_by(text):
    """Return the document of a file with this content; None if no file can hold it."""
    parsed = parse_yaml(text, "f")
    assert not parsed.problems
    return parsed.value


@given(st.sampled_from([FLOW_SPEC, CONNECTION_SPEC]), documents(), documents())
@few
def test_new_and_edited_files_hold_the_live_document(kind, first, second):
    try:
        text = new_text(kind, first, "../x.json")
        content = text.encode()
    except UnwritableError:
        return
    assert planned(spec(held_by(text), kind=kind), first).action is Action.NONE
    source = parse_spec(content, "f", kind)
    wanted = adopted(source, "local", second, (), {}).content
    try:
        edited = edited_content(content, wanted, "f")
    except UnwritableError:
        return
    assert planned(spec(held_by(edited.decode()), kind=kind), second).action is Action.NONE


@given(st.text(st.characters(exclude_categories=()), max_size=400), st.integers(0, 3))
def test_a_file_name_is_valid_on_every_file_system(name, taken):
    used = set()
    for _ in range(taken + 1):
        made = file_name(name, ID, used.__contains__)
        assert re.fullmatch("[a-z0-9][a-z0-9-]*[.]yaml", made)
        assert len(made) <= 110
        assert not re.fullmatch("(con|prn|aux|nul|(com|lpt)[0-9])[.]yaml", made)
        assert made not in used
        used.add(made)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("RestStorageToAEP", "rest-storage-to-aep.yaml"),
        ("MailChimp Members", "mail-chimp-members.yaml"),
        ("../../etc/passwd", "etc-passwd.yaml"),
        ("HTTPServer2Go", "http-server2-go.yaml"),
        ("Ünïcode Straße", "unicode-strasse.yaml"),
        ("NUL", "nul-spec.yaml"),
        ("名前", f"{ID}.yaml"),
    ],
)
def test_a_file_is_named_after_its_spec(name, file):
    assert file_name(name, ID, set().__contains__) == file
