"""By which schemas settings can be judged, and what is said of the others."""

import pytest

from reconciler.model.schema_validation import UnsupportedSchemaError, setting_errors


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (3, "it is neither an object nor true or false"),
        ({"$schema": "http://example.org/mine"}, "nobody knows the schema language"),
        ({"$schema": 3}, "nobody knows the schema language 3"),
        ({"type": "objekt"}, "it is no JSON Schema: 'objekt'"),
        ({"$ref": "#/definitions/none"}, "leads nowhere within it"),
        ({"$ref": "http://example.org/s"}, "leads nowhere within it"),
        ({"$ref": "#"}, "its references never end"),
        ({"pattern": "["}, "is not a 'regex'"),
    ],
)
def test_a_schema_that_nobody_can_judge_by_is_told_by_a_clause(schema, message):
    with pytest.raises(UnsupportedSchemaError, match=message):
        setting_errors(schema, "a")


@pytest.mark.parametrize(
    ("schema", "setting", "is_accepted"),
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
def test_a_schema_judges_by_its_own_draft_and_by_formats(schema, setting, is_accepted):
    assert (setting_errors(schema, setting) == []) is is_accepted
