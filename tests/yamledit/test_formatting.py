"""`fmt`: it changes order and indentation, never values or comments."""

from __future__ import annotations

import re
from collections import Counter
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yaml_texts import mappings, yaml_texts

from reconciler.desired.key_order import DocumentOrder, order_of_config, order_of_kind
from reconciler.desired.pull.new_file import new_text
from reconciler.emulator.store import Store
from reconciler.model.errors import InputError
from reconciler.model.json_text import same
from reconciler.model.kinds import FLOW_SPEC, KINDS
from reconciler.yamledit.formatting import formatted
from reconciler.yamledit.parse import parse_yaml

ORDER = DocumentOrder(first=("name", "c", "a", "b"))
texts = mappings.flatmap(lambda document: st.tuples(st.just(document), yaml_texts(document)))


def fmt(text, order=None):
    return formatted(dedent(text), (order or order_of_kind(FLOW_SPEC)).ordered, "f")


@given(texts)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_formatting_keeps_values_and_comments_and_is_idempotent(both):
    document, text = both
    once = formatted(text, ORDER.ordered, "f")
    read = parse_yaml(once, "f")
    assert not read.problems
    assert same(read.value, document)
    comment = re.compile("# (?:own|left|in|beside|head|tail)$", re.MULTILINE)
    found = Counter(comment.findall(text.replace("\r\n", "\n")))
    assert Counter(comment.findall(once.replace("\r\n", "\n"))) == found
    assert formatted(once, ORDER.ordered, "f") == once


@given(mappings)
@settings(max_examples=30)
def test_known_keys_come_first_in_their_order(document):
    order = DocumentOrder(first=("name", "c", "a", "b"))
    text = "".join(f"{key!r}: 1\n" for key in document)
    keys = list(parse_yaml(formatted(text, order.ordered, "f"), "f").value)
    known = [key for key in ("name", "c", "a", "b") if key in document]
    assert keys == [*known, *(key for key in document if key not in known)]


def test_new_files_are_in_canonical_form(tmp_path):
    store = Store(tmp_path / "e.db")
    for kind in KINDS:
        for held in store.all(kind.collection):
            text = new_text(kind, held.document, "../.schemas/x.json")
            assert formatted(text, order_of_kind(kind).ordered, "f") == text
    store.close()


def test_comments_move_with_their_keys():
    assert fmt("""\
        # yaml-language-server: $schema=x
        # about the name
        name:   X  # beside it

        # about the id
        id: i
        x-reconciler:
           protect: true
           # what is shared
           shared: [/a]
        attributes:
            a:
            - x: 1
              # deep
            # a tail
        unheardOf: 1
        # the end
        """) == dedent("""\
        # yaml-language-server: $schema=x
        # about the id
        id: i
        # about the name
        name: X  # beside it
        attributes:
          a:
            - x: 1
              # deep
          # a tail
        unheardOf: 1
        x-reconciler:
          # what is shared
          shared: [/a]
          protect: true
        # the end
        """)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n- x\n-   y\n", "a:\n  - x\n  - y\n"),
        ("a:\n- - x\n  - y\n-\n    b: 1\n    c: 2\n", "a:\n  - - x\n    - y\n  - b: 1\n    c: 2\n"),
        ("a:\n     'x\n     y'\n", "a: 'x\n  y'\n"),
        ("a: |\n      x\n       y\n\n\n\nb: 1   \n\n\n", "a: |\n  x\n   y\n\nb: 1\n"),
        ("a:\n    - |4-\n            x\n", "a:\n  - |2-\n        x\n"),
        ("a: {b: 1,   c: [ x ]}\n", "a: {b: 1,   c: [ x ]}\n"),
        ("a: [\n  x, # one\n  y\n]\n", "a: [\n  x, # one\n  y\n]\n"),
        ("a: [\n]\n", "a: []\n"),
        ("a: &x # c\n    b: 1\nd: &y\n      1\ne:  *y\n", "a: &x # c\n  b: 1\nd: &y 1\ne: *y\n"),
        ("? a\n: b\n? - c\n", None),
        ("a:\n    ? b\n    : - x\n      - y\n    ? c\n", "a:\n  ? b\n  : - x\n    - y\n  ? c\n"),
        ("a: !!map\n    &x\n    # own\n    b: 1\n", "a: !!map &x\n  # own\n  b: 1\n"),
        ("a: # c\n   # d\n   x\nb: [\n  1] # e\n", "a: # c\n  # d\n  x\nb: # e\n  - 1\n"),
        ("a: {\n  b: [1, # c\n  ]}\n", "a: {\n  b: [1, # c\n  ]}\n"),
        ("- a\n", "- a\n"),
        ('{"b": 1, "a": {"c": [], "d": "x"}}\n', "b: 1\na:\n  c: []\n  d: x\n"),
        ("{a: 1, # c\n b: 2} # d\n", "{a: 1, # c\n b: 2}\n# d\n"),
        ("--- # start\n\n\na: 1\n...\n", "--- # start\n\na: 1\n...\n"),
        ("a: 1", "a: 1\n"),
        ("a: |\n    x", "a: |\n  x"),
        ("a: x\u2028y\nb: 1\n", "a: x\u2028y\nb: 1\n"),
        ("a: x\x85y\nb: 'z\u2029'\n", "a: x\x85y\nb: 'z\u2029'\n"),
        ("# \u2028\na:\n- x\n", "# \u2028\na:\n  - x\n"),
        ("a: 1\nb: 2\r\nc: 3\r\n", "a: 1\r\nb: 2\r\nc: 3\r\n"),
        ("a: {u: http://x}\nb:   1\n", "a: {u: http://x}\nb: 1\n"),
        ("a:\n    # of x\n  - x\n    # of y\n  - y\n", "a:\n  # of x\n  - x\n  # of y\n  - y\n"),
        ("a:\n- x    # c\n       # more\n- y\n", "a:\n  - x    # c\n         # more\n  - y\n"),
        ("a:\n- x\n   # of x\n\n- y\n", "a:\n  - x\n    # of x\n\n  - y\n"),
        ("name: n\n  # of n\n\nid: i\nb: 1\n", "id: i\nname: n\n  # of n\n\nb: 1\n"),
        ("a: 1\r\nb:\r\n- c\r\n", "a: 1\r\nb:\r\n  - c\r\n"),
        ("{}", "{}"),
        ("# nothing\n", "# nothing\n"),
    ],
)
def test_indentation(before, after):
    if after is None:
        with pytest.raises(InputError):
            fmt(before)
        return
    assert fmt(before) == after
    assert fmt(after) == after


def test_keys_are_not_sorted_if_an_alias_would_come_before_its_anchor():
    text = "scheduleSpec: &s\n  name: X\noptionSpec: *s\nname: N\nid: i\n"
    assert fmt(text) == text
    free = "optionSpec: &s\n  type: T\n  name: X\nscheduleSpec:\n  <<: *s\n  name: Y\nid: i\n"
    assert fmt(free) == (
        "id: i\noptionSpec: &s\n  name: X\n  type: T\nscheduleSpec:\n  <<: *s\n  name: Y\n"
    )


def test_the_order_within_an_embedded_schema_is_kept():
    text = "optionSpec:\n  spec:\n    type: object\n    $schema: x\n  name: X\n"
    assert fmt(text) == "optionSpec:\n  name: X\n  spec:\n    type: object\n    $schema: x\n"


def test_the_config_has_an_order_too():
    text = "targets:\n  a:\n    sandbox: s\n    url: u\ndefaultTarget: a\n"
    assert fmt(text, order_of_config()) == (
        "defaultTarget: a\ntargets:\n  a:\n    url: u\n    sandbox: s\n"
    )
