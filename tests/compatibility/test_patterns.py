"""Generating strings that match a regular expression."""

import pytest

from reconciler.compatibility.search.patterns import palette_of, samples
from reconciler.model.patterns import pattern_matches


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "^[a-z0-9_]+$",
        r"^\d{4}-\d{2}-\d{2}$",
        "^(once|minute|hour)$",
        "^https?://",
        r"^\$\{.+\}$",
        "^[^@]+@[^@.]+[.][a-z]{2,}$",
        "^(?:[A-Z]{2})?x{0,3}y*?$",
        r"^\w+\s\S\D\W$",
        r"^[\w.-]+$",
        "^(?<name>ab){2}$",
        r"^(['\"])\w\1$",
        r"^[\w-.]+@\p{L}$",
        "^[^]$",
        "^a.c$",
        r"^\x41\u0042$",
        "^[一-龥]{2}$",
        r"^a\b$",
        "(?<=ab)c",
    ],
)
def test_each_generated_string_matches(pattern):
    made = samples(pattern, frozenset(), palette_of([pattern]))
    assert made
    assert all(pattern_matches(pattern, text) for text in made)


def test_every_kind_of_string_in_the_pattern_is_generated():
    pattern = "^[a-z0-9]{2,4}(-x)?$"
    made = samples(pattern, frozenset({3}), palette_of([pattern]))
    assert {"aa", "aaa", "aaaa", "0a", "a0", "aa-x"} <= set(made)


@pytest.mark.parametrize("pattern", ["(", "a{2000}", "(" * 200 + ")" * 200, "^(?=b)a"])
def test_sampling_an_unsupported_pattern_does_not_fail(pattern):
    assert all(isinstance(text, str) for text in samples(pattern, frozenset(), "a"))
