"""Strings that match a regular expression, made up."""

import re

import pytest

from reconciler.compatibility.search.patterns import samples


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
        "^[]a]+$",
        "^(?P<name>ab){2}$",
        "^a.c$",
        r"^\x41\u0042$",
        "^[一-龥]{2}$",
        "^a(?#comment)b$",
        "^(?i:ab)$",
        r"^a\b$",
    ],
)
def test_each_of_them_matches(pattern):
    made = samples(pattern)
    assert made
    assert all(re.search(pattern, text) for text in made)


def test_they_are_of_every_kind_that_the_pattern_names():
    made = samples("^[a-z0-9]{2,4}(-x)?$", [3])
    assert {"aa", "aaa", "aaaa", "0a", "a0", "aa-x"} <= set(made)


@pytest.mark.parametrize("pattern", ["(", "a{2000}", "(" * 200 + ")" * 200, "^(?=b)a"])
def test_what_cannot_be_sampled_does_no_harm(pattern):
    assert all(isinstance(text, str) for text in samples(pattern))
