"""Patterns are ECMA-262, and matching takes bounded time."""

import pytest

from reconciler.model.patterns import PatternError, pattern_error, pattern_language, pattern_matches
from reconciler.model.schema_validation import instance_errors


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (r"^[\w-.]+@", "a.b@", True),
        (r"^(?<year>\d{4})$", "2024", True),
        (r"^\p{L}$", "é", True),
        (r"^[^]$", "\n", True),
        (r"^\d$", "٣", False),
        (r"^\w$", "é", False),
        ("a$", "a\n", False),
        ("^.$", "\r", False),
        ("^.$", "😀", True),
        ("^(?!admin).*$", "admins", False),
        (r"^(.)\1$", "aa", True),
        (r"^(['\"]).*\1$", "'a\"", False),
        (r"\u0041\x42\cJ", "AB\n", True),
    ],
)
def test_a_pattern_is_read_as_javascript_reads_it(pattern, text, matches):
    assert pattern_matches(pattern, text) is matches


@pytest.mark.parametrize("pattern", ["(", "(?P<a>b)", "a++", "(?i)a", "[b-a]"])
def test_an_invalid_pattern_is_an_error(pattern):
    assert pattern_error(pattern)
    with pytest.raises(PatternError):
        pattern_matches(pattern, "a")


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("^(a+)+$", "a" * 5000 + "b", False),
        (r"^(\w+\s?)*$", "a" * 5000 + "!", False),
        ("^(a|aa)+$", "a" * 5000, True),
        ("(x+x+)+y", "x" * 2000, False),
        ("a*b*c*$", "a" * 20000, True),
        ("((a*)*ab{0,2}?)*$", "aab", True),
        (r"^0{1,3}((a{1,3}){2}(?:a{1,3}[ab]a{1,3})){2}b$", "0aaaaaaaaaab", True),
    ],
)
def test_matching_terminates(pattern, text, matches):
    assert pattern_matches(pattern, text) is matches


def test_a_pattern_without_an_automaton_is_not_tried_on_a_long_string():
    with pytest.raises(PatternError, match="may never end"):
        pattern_matches(r"^[\w-.]*(a+)+\1$", "a" * 50 + "b")


@pytest.mark.parametrize("pattern", [r"^(.)\1$", "(?<=a)b", r"\ba", "(?i:a)"])
def test_a_pattern_that_is_not_regular_has_no_automaton(pattern):
    assert pattern_language(pattern) is None


def test_a_class_is_read_as_javascript_reads_it_and_not_as_rust_does():
    schema = {"properties": {"a": {"pattern": "^[a[b]$"}}}
    assert instance_errors(schema, {"a": "["}) == []
    assert instance_errors({"pattern": "^[[ab]-c]$"}, "b-c]") == []
    assert instance_errors({"pattern": "^[[ab]-c]$"}, "b") != []
