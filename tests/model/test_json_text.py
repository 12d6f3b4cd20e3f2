"""JSON in and out without changing a value."""

import math

import pytest

from reconciler.model.json_text import (
    InexactNumberError,
    compact_json,
    parse_json,
    pretty_json,
    wire_json,
)


@pytest.mark.parametrize(
    "text",
    ["1e400", "-1e400", "0.10000000000000000000001", "NaN", "Infinity", "1e-9999999999999999999"],
)
def test_a_number_that_would_change_is_an_error_that_names_it(text):
    with pytest.raises(InexactNumberError, match=text):
        parse_json(f'{{"a": {text}}}')


@pytest.mark.parametrize("text", ["9007199254740993", "1.5", "1E2", "1234567890123456789012345"])
def test_other_numbers_are_unchanged(text):
    assert wire_json(parse_json(text)) in (text.encode(), b"100.0")


def test_a_lone_surrogate_is_unchanged():
    assert wire_json(parse_json(r'["\ud800x"]')) == rb'["\ud800x"]'


def test_equal_values_have_the_same_compact_form():
    assert compact_json({"b": 1, "a": "é"}) == r'{"a":"\u00e9","b":1}'


def test_readable_json_is_indented_and_ends_with_a_newline():
    assert pretty_json({"a": [1]}) == '{\n  "a": [\n    1\n  ]\n}\n'


def test_values_that_are_not_json_are_never_written():
    with pytest.raises(ValueError, match="not JSON compliant"):
        compact_json(math.nan)
