"""Parsing YAML 1.2, and reporting syntax errors."""

import pytest

from reconciler.yamledit.parse import MAX_DEPTH, parse_yaml
from reconciler.yamledit.source_map import SourceMap


def meaning(text):
    parsed = parse_yaml(text, "f")
    assert parsed.problems == []
    return parsed.value


def problem(text):
    (found,) = parse_yaml(text, "f").problems
    return str(found).replace(": error", "")


@pytest.mark.parametrize("mark", ["\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize(
    "text", ["a: x{}y\n", "a: 'x{}y'\n", 'a: "x{}y"\n', "- a: x{}y\n", "a: |-\n  x{}y\n"]
)
def test_only_line_feed_and_carriage_return_end_a_line(text, mark):
    found = meaning(text.format(mark))
    assert (found[0] if isinstance(found, list) else found) == {"a": f"x{mark}y"}


def test_a_character_that_looks_like_a_line_end_does_not_shift_line_numbers():
    text = "a: x\u2028y\x85z  # \u2029\nb: 1\nc: [\n"
    assert problem(text).startswith("f:3:4: ")
    assert SourceMap(text.replace("[", "2")).place(("c",)) == (3, 4)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{$schema: http://json-schema.org/#}", {"$schema": "http://json-schema.org/#"}),
        (
            "a: {l: {url: https://x.org:80/y?z=1}}\n",
            {"a": {"l": {"url": "https://x.org:80/y?z=1"}}},
        ),
        ("[a:b, ':', c: d]", ["a:b", ":", {"c": "d"}]),
        ("{a: x:z, b: :y}", {"a": "x:z", "b": ":y"}),
        ("a: [\n  http://x, # one\n  'http://y'\n]\n", {"a": ["http://x", "http://y"]}),
    ],
)
def test_a_colon_needs_no_quotes_within_brackets(text, value):
    assert meaning(text) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("op: =\n", 'f:1:5: = has a meaning of its own in YAML. Quote it: "=".'),
        (
            'a: "x\\ud83d\\ude00"\n',
            (
                "f:1:6: \\ud83d\\ude00 is JSON's escape for 😀, which YAML does not have. "
                "Write 😀 or \\U0001f600"
            ),
        ),
        ("a: &x 1\nb: &x 2\n", "f:2:4: duplicate anchor &x (first on line 1). Rename one of them."),
        ('a: 1\nb: "x\nc: 2\n', 'f:2:4: the " opened here is never closed. Close it.'),
        (
            "a: 'x\nb: 1\nc: 'y'\n",
            (
                "f:3:5: this continues neither the value before it nor the mapping around it. "
                "Check the ' on line 1: it closes only here."
            ),
        ),
        (
            "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> c\n",
            (
                "f:2:1: a merge conflict is not resolved here. "
                "Keep what is right, and delete the lines with <<<<<<<, ======= and >>>>>>>."
            ),
        ),
        ("a:\n\t- b\n", "f:2:1: a tab cannot be used for indentation. Use spaces."),
        ("a: 1\n\tb: 2\n", "f:2:1: a tab cannot be used for indentation. Use spaces."),
        ("{a: 1}\n`\n", "f:2:1: ` cannot begin a value. Delete it, or quote the value."),
        (
            "%YAML 1.1\n---\na: yes\n",
            "f:1:1: YAML 1.1 is not supported. Delete the line: 1.2 is read.",
        ),
        (
            'a: "\\d"\n',
            "f:1:5: \\d is not an escape in double quotes. Write \\\\d, or use single quotes.",
        ),
        (
            'a: "\\u12"\n',
            (
                "f:1:5: \\u is not followed by the code of a character. "
                "Write \\\\u, or use single quotes."
            ),
        ),
        (
            "a: b: c\n",
            (
                "f:1:5: a ':' is not allowed here. "
                "Quote the value if it holds ': ', or fix the indentation."
            ),
        ),
        ("a: [1, 2\n", "f:1:4: the [ opened here is never closed. Add the ]"),
        (
            "a: 1\na: 1\n",
            "f:2:1: duplicate key 'a' (first on line 1). Delete one: their values are equal.",
        ),
        (
            "a: *b\n",
            'f:1:4: anchor &b not found above. Define &b above, or quote the string: "*b".',
        ),
        (
            "<<: 1\n",
            "f:1:5: only mappings can be merged with <<. Name one mapping or a list of them.",
        ),
    ],
)
def test_a_syntax_error_is_reported_where_it_begins_with_what_to_write(text, said):
    assert problem(text) == said


@pytest.mark.parametrize("escape", [r"\ud83d", r"\ud83d\ude00", r"\UFFFFFFFF", r"\U00110000"])
def test_an_escape_for_no_character_is_an_error_beside_a_colon_within_braces(escape):
    said = "a ':' in an unquoted string within braces or brackets. Quote the string."
    assert problem(f'{{u: http://x, a: "{escape}"}}\n') == f"f:1:9: {said}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{\ufeff\n", "f:1:1: the { opened here is never closed. Add the }"),
        ("{u: http://x}\n%YAML 1.1\n", "f:1:9: a ':' in an unquoted string within braces"),
    ],
)
def test_what_either_parser_stumbles_over_is_an_error(text, said):
    assert problem(text).startswith(said)


def test_a_byte_order_mark_within_a_file_is_a_character_of_a_key():
    assert meaning("a: 1\n\ufeffb: 2\n") == {"a": 1, "\ufeffb": 2}


def test_a_merge_takes_the_first_of_several_and_a_member_wins():
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  z: 3\n  <<: [*a, *b]\n"
    assert meaning(text)["c"] == {"x": 1, "y": 1, "z": 3}


def merges(levels):
    yield "a0: &a0 {" + ", ".join(f"k{number}: 1" for number in range(20)) + "}\n"
    for level in range(1, levels):
        yield f"a{level}: &a{level}\n  <<: [{', '.join([f'*a{level - 1}'] * 10)}]\n"


DEEP = {
    "brackets": "a: " + "[" * 30_000,
    "braces": "a: " + "{a: " * 30_000,
    "lists": "- " * 30_000 + "a",
    "keys": "? " * 30_000 + "a",
    "mappings": "".join(" " * level + "a:\n" for level in range(2_000)),
    "pairs": "[a: " * 30_000,
    "with a colon": "{u: http://x, a: " + "[" * 30_000,
    "aliases": "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 600)),
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_too_deep_nesting_is_an_error_and_not_a_crash(text):
    assert f"nested more than {MAX_DEPTH} levels deep" in problem(text)


def test_merges_of_merges_are_an_error_and_not_a_crash():
    assert "more than 1,000,000 values, with its aliases expanded" in problem("".join(merges(30)))
