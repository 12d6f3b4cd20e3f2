"""References within a schema: resolving them and detecting endless ones."""

import pytest

from reconciler.model.schema_refs import local_part, never_ends
from reconciler.model.schema_validation import UnsupportedSchemaError, instance_errors

TREE = {"definitions": {"n": {"properties": {"c": {"items": {"$ref": "#/definitions/n"}}}}}}


@pytest.mark.parametrize(
    ("reference", "named"),
    [
        ("#", {"a/b": [1, {"c%": 2}]}),
        ("#/a~1b/1", {"c%": 2}),
        ("#/a~1b/1/c%25", 2),
        ("#/a~1b/1/c%25/d", None),
        ("#/a~1b/x", None),
        ("#/none", None),
        ("#name", None),
        ("http://a.example/#/a~1b", None),
        (7, None),
    ],
)
def test_a_reference_names_a_part_by_its_pointer(reference, named):
    assert local_part({"a/b": [1, {"c%": 2}]}, reference) == named


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"not": {"$ref": "#"}},
        {"properties": {"a": {"anyOf": [{}, {"$ref": "#/properties/a"}]}}},
        {
            "definitions": {
                "x": {"$ref": "#/definitions/y"},
                "y": {"if": {"$ref": "#/definitions/x"}},
            }
        },
        {"dependencies": {"a": {"$ref": "#"}}},
    ],
)
def test_a_part_that_refers_to_itself_for_the_same_value_never_ends(schema):
    assert never_ends(schema)
    with pytest.raises(UnsupportedSchemaError, match="its references never end"):
        instance_errors(schema, {"a": 1})


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {**TREE, "$ref": "#/definitions/n"},
        {"allOf": [{"$ref": "#/definitions/n"}, {"$ref": "#/definitions/n"}], **TREE},
        {"const": {"$ref": "#"}, "enum": [{"not": {"$ref": "#"}}]},
        {"properties": {"$ref": {"type": "string"}, "a": {"$ref": "#"}}},
        {"dependencies": {"a": ["b"]}},
    ],
)
def test_a_part_that_refers_to_itself_for_what_is_inside_does_end(schema):
    assert not never_ends(schema)


def test_a_deeply_nested_instance_does_not_crash():
    instance = {}
    for _ in range(3000):
        instance = {"c": [instance]}
    assert instance_errors({**TREE, "$ref": "#/definitions/n"}, instance) == []
    with pytest.raises(UnsupportedSchemaError, match="nests too deeply"):
        instance_errors({**TREE, "$ref": "#/definitions/n", "format": "date"}, instance)
