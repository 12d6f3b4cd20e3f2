"""Supported schemas, and the reason why others are not supported."""

import pytest

from reconciler.model.schema_validation import UnsupportedSchemaError, instance_errors


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (3, "it is neither an object nor true or false"),
        ({"$schema": "http://example.org/mine"}, "the schema language"),
        ({"$schema": 3}, "the schema language 3 is not known"),
        ({"type": "objekt"}, "not a JSON Schema: 'objekt'"),
        ({"$ref": "#/definitions/none"}, "is not found within it"),
        ({"$ref": "http://example.org/s"}, "is not found within it"),
        ({"$ref": "#"}, "its references never end"),
        ({"pattern": "["}, r"'\[' is not a regular expression"),
    ],
)
def test_an_unsupported_schema_has_a_reason(schema, message):
    with pytest.raises(UnsupportedSchemaError, match=message):
        instance_errors(schema, "a")


@pytest.mark.parametrize(
    ("schema", "instance", "is_accepted"),
    [
        (True, 1, True),
        (False, 1, False),
        ({"$schema": "http: //json-schema.org/draft-07/schema#", "minimum": 2}, 1, False),
        ({"$schema": "http://json-schema.org/draft-04/schema#", "id": "a"}, 1, True),
        (
            {"$schema": "https://json-schema.org/draft/2020-12/schema", "prefixItems": [False]},
            [1],
            False,
        ),
        ({"format": "date"}, "2024-02-30", False),
        ({"format": "password"}, "x", True),
    ],
)
def test_a_schema_validates_by_its_own_draft_and_by_formats(schema, instance, is_accepted):
    assert (instance_errors(schema, instance) == []) is is_accepted
