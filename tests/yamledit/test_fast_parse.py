"""The fast parser returns the result of the full parser, or nothing."""

import json
from contextlib import suppress
from io import StringIO

import pytest
from documents import documents
from hypothesis import example, given, settings
from hypothesis import strategies as st
from repos import SPECS
from ruamel.yaml import YAML

from reconciler.yamledit.fast_parse import LONGEST, NotPlainError, plain_json
from reconciler.yamledit.parse import parse_yaml, read_with_care

JUDGED = [
    *(
        "a: &x 1",
        "a: *x",
        "a: &x [1]",
        "a: !!str 1",
        "a: !x {}",
        "a: !x [1]",
        "<<: {a: 1}",
        "a: <<",
    ),
    *("a: 2024-01-01", "a: .inf", "a: 1e400", "a: 0.30000000000000000001", "a: 1e5", "a: +1"),
    *("a: 0x1F", "a: 0o17", "a: 1_000", "a: 007", "a: +_", "a: =", f"a: {'7' * 5000}", "a: ~"),
    *("a: 1\na: 2", "a: 1\n'a': 2", "1: a", "? [a]\n: b", "? {a: b}\n: c", "null: a", "true: a"),
    *("", "# nothing", "a: 1\n---\nb: 1", "%YAML 1.1\n---\na: yes", "a: [1", "a: b: c", "\ta: 1"),
    *("%TAG !e! tag:e,2000:\n---\na: 1", "a: \x07", "a: " + "[" * 450 + "]" * 450),
]
scraps = st.sampled_from(
    [*" \n\n:-?[]{},'\"#&*!|>%@~=<_.+0179eExXabntyNTY", ": ", "- ", "  ", "<<"]
)


@pytest.mark.parametrize("text", JUDGED)
def test_content_that_needs_checks_is_left_to_the_full_parser(text):
    with pytest.raises(NotPlainError):
        plain_json(text)


def test_a_duplicate_top_level_key_is_found_whatever_was_parsed_before():
    assert plain_json("a: 1\n") == {"a": 1}
    assert plain_json("a: 2\n") == {"a": 2}
    with pytest.raises(NotPlainError):
        plain_json("a: 1\na: 2\n")
    assert parse_yaml("a: 1\na: 2\n", "f").problems[0].check == "duplicate-key"


def test_content_that_may_hold_too_many_values_is_left_to_the_full_parser():
    with pytest.raises(NotPlainError):
        plain_json("a: " + "x" * LONGEST)


def test_the_specs_of_this_project_are_parsed_by_the_fast_parser():
    for file in SPECS.rglob("*.yaml"):
        assert plain_json(file.read_text()) == read_with_care(file.read_text(), "f").value


@example("a: 'x\nb: y'\nc: 'z'")
@example("a: [1,\nb: 2]")
@example("a:\n- 1\nb: |+\n  x\n\nc: |\n  y")
@example("# c\n- a\nb: c")
@example("a: {\n#\n}\nb: c\n...\n")
@example("a: b\rc: d\ne: f")
@example("a: b\u2028c: d\ne: f\nc: g")
@example("a: 1.0\nb: -0.5\nc: -0\nd: 12")
@example("a: true\nb: null\nc:\nd: ''\ne: 'true'")
@example("--- # one\n- {a: [], b: {}}\n- |\n  x\n  y\n- >-\n  x\n  y\n")
@settings(max_examples=500)
@given(st.lists(scraps, max_size=24).map("".join))
def test_both_parsers_agree(text):
    careful = read_with_care(text, "f")
    with suppress(NotPlainError):
        quick = plain_json(text)
        assert careful.problems == []
        assert json.dumps(quick) == json.dumps(careful.value)


@settings(max_examples=50)
@given(documents(), st.booleans())
def test_a_written_document_is_read_back(document, flow):
    yaml = YAML(typ="safe", pure=False)
    yaml.default_flow_style = flow
    text = StringIO()
    yaml.dump(document, text)
    parsed = parse_yaml(text.getvalue(), "f")
    if not parsed.problems:
        assert parsed.value == document
