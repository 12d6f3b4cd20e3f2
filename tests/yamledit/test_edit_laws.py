"""The laws of editing YAML, once each, for arbitrary files and documents."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from yaml_texts import changed, keys, mappings, values, yaml_texts

from reconciler.model.json_text import same
from reconciler.yamledit.edit import edited
from reconciler.yamledit.layout import layout_of
from reconciler.yamledit.parse import parse_yaml
from reconciler.yamledit.source_lines import Lines

texts = mappings.flatmap(lambda document: st.tuples(st.just(document), yaml_texts(document)))
slow = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def meaning(text):
    """Return the value of a YAML string; a conforming parser must agree."""
    read = parse_yaml(text, "f")
    assert not read.problems
    assert YAML(typ="safe", pure=True).load(text) == read.value
    return read.value


@given(texts, st.data())
@slow
def test_an_edited_file_has_the_requested_value_and_can_be_edited_back(both, data):
    document, text = both
    assert same(meaning(text), document)
    wanted = data.draw(changed(document).filter(lambda value: isinstance(value, dict)))
    there = edited(text, wanted, "f")
    assert same(meaning(there), wanted)
    assert same(meaning(edited(there, document, "f")), document)


@given(texts)
@slow
def test_a_file_with_the_requested_value_is_unchanged(both):
    document, text = both
    assert edited(text, dict(reversed(document.items())), "f") == text


def lone_entries(text):
    """The entries of the root, if none of them depends on another."""
    root = layout_of(Lines(text))
    assume(not any(node.name for node in root.below()))
    assume(not any(entry.is_merge for node in root.below() for entry in node.entries))
    return root.entries


@given(texts, st.data())
@slow
def test_changing_a_field_changes_no_other_line(both, data):
    document, text = both
    entries = lone_entries(text)
    index = data.draw(st.integers(0, len(entries) - 1))
    wanted = {**document, entries[index].key: data.draw(values)}
    result = edited(text, wanted, "f")
    assert result.startswith(text[: entries[index].after])
    if index + 1 < len(entries):
        assert result.endswith(text[entries[index + 1].start :])


@given(texts, st.data())
@slow
def test_removing_a_field_changes_no_other_line(both, data):
    document, text = both
    entries = lone_entries(text)
    assume(len(entries) > 1)
    index = data.draw(st.integers(0, len(entries) - 1))
    wanted = {key: value for key, value in document.items() if key != entries[index].key}
    result = edited(text, wanted, "f")
    for position, entry in enumerate(entries):
        if position != index:
            assert text[entry.start : entry.value.end].rstrip() in result


@given(texts, keys, values)
@slow
def test_adding_a_field_changes_no_other_line(both, key, value):
    document, text = both
    entries = lone_entries(text)
    assume(key not in document)
    result = edited(text, {**document, key: value}, "f")
    root = layout_of(Lines(text))
    last = entries[-1]
    assert result.startswith(text[: max(last.value.end, last.after)].rstrip())
    if root.is_flow:
        assert result.endswith(text[root.end - 1 :])
    else:
        assert [line for line in text.splitlines() if line not in result.splitlines()] == []
