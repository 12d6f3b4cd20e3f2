"""The entry that a comment belongs to when an entry is removed, added or changed."""

from textwrap import dedent

import pytest
from yaml_edits import edit, put, replaced, without

DEEP = """\
    ids:
        # the first
      - a
        # the second
      - b  # beside
           # goes on
        # the third
      - c
    """


@pytest.mark.parametrize(
    ("gone", "lines"),
    [
        ("a", "    # the first\n  - a\n"),
        ("b", "    # the second\n  - b  # beside\n       # goes on\n"),
        ("c", "    # the third\n  - c\n"),
    ],
)
def test_comments_indented_past_the_dashes_belong_to_the_next_element(gone, lines):
    assert edit(DEEP, without("ids", gone)) == dedent(DEEP).replace(lines, "")


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ("a: 1\n  # of a\n\nb: 2\n", lambda wanted: wanted.pop("a"), "b: 2\n"),
        ("a: 1\n  # of b\nb: 2\n", lambda wanted: wanted.pop("a"), "  # of b\nb: 2\n"),
        ("a:\n  # of a\nb: 2\n", lambda wanted: wanted.pop("b"), "a:\n  # of a\n"),
        (
            "# of b\nb: 2\n",
            lambda wanted: replaced(wanted, {"a": 1, "b": 2}),
            "a: 1\n# of b\nb: 2\n",
        ),
        (
            "# of the file\n\nb: 2\n",
            lambda wanted: replaced(wanted, {"a": 1, "b": 2}),
            "# of the file\n\na: 1\nb: 2\n",
        ),
        (
            "# yaml-language-server: x\n# of b\nb: 2\n",
            lambda wanted: replaced(wanted, {"a": 1, "b": 2}),
            "# yaml-language-server: x\na: 1\n# of b\nb: 2\n",
        ),
        (
            "l:\n  # of it\n  - name: A  # x\n    # s\n    spec: {a: 1}\n",
            lambda wanted: wanted["l"][0].update(name="B"),
            "l:\n  # of it\n  - name: B  # x\n    # s\n    spec: {a: 1}\n",
        ),
        (
            "x:\n  ? flag\n  # of b\n  b: 1  # beside\n",
            lambda wanted: wanted["x"].update(b=2),
            "x:\n  ? flag\n  # of b\n  b: 2  # beside\n",
        ),
        (
            "x:\n  ? flag  # f\n  b: 1\n",
            lambda wanted: wanted["x"].update(flag=2),
            "x:\n  ? flag  # f\n  : 2\n  b: 1\n",
        ),
    ],
)
def test_comments_stay_with_their_entry(before, change, after):
    assert edit(before, change) == after


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ("a: x\n  # deep\nb: 1\n", put("a", "1\n2\n"), 'a: "1\\n2\\n"\n  # deep\nb: 1\n'),
        ("a: x\n # high\nb: 1\n", put("a", "1\n2\n"), 'a: "1\\n2\\n"\n # high\nb: 1\n'),
        (
            "b: 1\n\n    # deep\nc: 1\n",
            lambda wanted: replaced(wanted, {"b": 1, "d": {"e": "1\n2"}, "c": 1}),
            'b: 1\nd:\n  e: "1\\n2"\n\n    # deep\nc: 1\n',
        ),
        (
            "a: |\n  x\nb: 1\n    # deep\nc: 2\n",
            lambda wanted: wanted.pop("b"),
            "a: |\n  x\n# deep\nc: 2\n",
        ),
    ],
)
def test_no_comment_becomes_part_of_a_block_scalar(before, change, after):
    assert edit(before, change) == after
