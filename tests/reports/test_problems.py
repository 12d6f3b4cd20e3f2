"""A problem is shown with its line and a caret under the column."""

import pytest

from reconciler.model.problems import Problem
from reconciler.reports.text.checks import checks_text
from reconciler.reports.text.problems import excerpt, problems_text
from reconciler.reports.text.wrap import columns

LONG = "x" * 200


@pytest.mark.parametrize(
    ("line", "column", "shown", "caret"),
    [
        ("version: 1.0", 10, "version: 1.0", 9),
        ("名前: [x]", 5, "名前: [x]", 6),
        ("e\u0301: x", 5, "e\\u0301: x", 9),
        ("a:\tx", 4, "a:\\tx", 4),
        ("a: \x1b[2Jx", 4, "a: \\x1b[2Jx", 3),
        ("a:", 3, "a:", 2),
        (f"a: {LONG}", 4, f"a: {'x' * 72}…", 3),
        (f"{LONG}: y", 203, f"…{'x' * 72}: y", 75),
        (f"{LONG}!{LONG}", 201, f"…{'x' * 37}!{'x' * 36}…", 38),
        ("日" * 100 + "!", 101, f"…{'日' * 37}!", 75),
    ],
)
def test_the_caret_is_under_the_column(line, column, shown, caret):
    assert excerpt(line, column) == (shown, caret)
    assert columns(shown) <= 76


def test_a_problem_without_a_line_is_shown_without_one():
    whole = Problem("a.yaml", 0, 0, "is not YAML.", "", "syntax")
    assert problems_text([whole], {}) == "a.yaml: error: is not YAML. [syntax]\n"


def test_the_list_of_checks_fits_the_width():
    assert all(columns(line) <= 60 for line in checks_text(60).splitlines())
