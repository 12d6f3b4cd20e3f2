"""Handwritten YAML files: every part of each is removed, replaced and added to."""

from copy import deepcopy
from textwrap import dedent

import pytest
from ruamel.yaml import YAML

from reconciler.desired.key_order import DocumentOrder
from reconciler.model.json_text import same
from reconciler.yamledit.edit import edited
from reconciler.yamledit.formatting import formatted
from reconciler.yamledit.parse import parse_yaml

TEXTS = {
    "comments everywhere": """\
        # Licence header

        id: 6499120c   # the id
        ids:
            # SAP
            - 26d738e0   # prod
            # Zendesk,
            # second line
            - d771e9c1

            # --- old ---
            - 3c9b37f8
        spec: {$schema: http://json-schema.org/draft-07/schema#, type: object,
            properties: {a: {title: "Error: x", default: false},
                         b: {type: number}}}
        attributes:
          empty: {}
          # trailing comment in attributes

        x: {shared: [/ids], protect: true}
        # end
        """,
    "anchors and merges": """\
        x-common: &common
          restart: always   # keep
          logging: &log
            driver: json-file
            options: {max-size: "10m", max-file: '3'}
        web:
          <<: *common
          ports:
          - "80:80"
          - 443:443   # tls
          command: >-
            run --a
            --b

            --c
          test: ["CMD", "curl",
            "-f"]
        db:
          <<: [*common]
          log: *log
        """,
    "rare forms": """\
        a:
          - [1, 2,  # one two
             3]
          - {x: 1,
             y: 2,  # why
            }
          - - nested
            - - deeper   # d
              - e
          - ? complex key
            : complex value
            ? flag
          - !!str 12
        ? multi
        : - p
          - q
        c: |2
            two more
           indented
        d: >+
          folded
          text

        f:
        g: ~
        j: "a\\
          b"
        k: plain
          continued
          again   # beside
        """,
    "pasted JSON": """\
        {
          "items": [
            {"id": "a", "tags": ["x", "y"], "n": 1.50},
            {
              "id": "b",
              "tags": [],
              "url": "https://x.org/\\u00e9"
            }
          ],
          "count": 2,
        }
        """,
    "steps": """\
        on:
          push: {branches: [main, 'release/**']}
        steps:
        - uses: checkout@v4 # pin
          with:
            depth: 0
        # run it
        - run: |
            echo "a: b"
            # not a comment
            if true; then
              x
            fi
        -
          name: last
          if: ${{ a && b }}
        """,
}


def paths(value, above=()):
    """The path of every part of a document."""
    for key in value if isinstance(value, dict) else range(len(value)):
        yield (*above, key)
        if isinstance(value[key], dict | list):
            yield from paths(value[key], (*above, key))


def changes(document):
    """Yield documents that differ from this one in one part."""
    for path in paths(document):
        for value in ("new", "two\nlines\n", {"k": [1, {"z": "y"}]}, None):
            yield put(document, path, value)
        yield put(document, path)
        yield put(
            document, (*path[:-1], "added") if isinstance(path[-1], str) else path, ["p", "q"]
        )


def put(document, path, *value):
    changed = deepcopy(document)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    if value:
        inner[path[-1]] = value[0]
    else:
        del inner[path[-1]]
    return changed


@pytest.mark.parametrize("text", [*map(dedent, TEXTS.values())], ids=TEXTS)
def test_every_part_can_be_changed_and_other_parsers_agree(text):
    document = parse_yaml(text, "f").value
    for wanted in changes(document):
        result = edited(text, wanted, "f")
        assert same(parse_yaml(result, "f").value, wanted)
        assert YAML(typ="safe", pure=True).load(result) == wanted


@pytest.mark.parametrize("text", [*map(dedent, TEXTS.values())], ids=TEXTS)
def test_a_formatted_file_has_the_same_values_and_is_not_changed_again(text):
    once = formatted(text, DocumentOrder().ordered, "f")
    assert YAML(typ="safe", pure=True).load(once) == parse_yaml(text, "f").value
    assert formatted(once, DocumentOrder().ordered, "f") == once
