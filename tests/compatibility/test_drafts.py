"""Proofs of schemas in other drafts than draft-07."""

import pytest

from reconciler.compatibility.compare import verdict_on
from reconciler.model.verdicts import CompatibilityLevel

D4 = "http://json-schema.org/draft-04/schema#"
D6 = "http://json-schema.org/draft-06/schema#"
D2019 = "https://json-schema.org/draft/2019-09/schema"
D2020 = "https://json-schema.org/draft/2020-12/schema"


def level(draft, old, new, new_draft=None):
    old, new = {"$schema": draft, **old}, {"$schema": new_draft or draft, **new}
    return verdict_on((), old, new).verdict


@pytest.mark.parametrize(
    ("draft", "wide", "narrow"),
    [
        (D4, {"minimum": 1}, {"minimum": 1, "exclusiveMinimum": True}),
        (D4, {"properties": {"a": {}}}, {"properties": {"a": {"type": "string"}}}),
        (D6, {"if": {}, "then": False}, {"const": 1}),
        (D2019, {"dependentRequired": {"a": ["b"]}}, {"dependentRequired": {"a": ["b", "c"]}}),
        (D2019, {"dependentSchemas": {"a": {}}}, {"dependentSchemas": {"a": {"required": ["b"]}}}),
        (D2020, {"prefixItems": [{}]}, {"prefixItems": [{"type": "string"}], "items": False}),
        (
            D2020,
            {"$defs": {"n": {"type": "number"}}, "$ref": "#/$defs/n"},
            {"$defs": {"n": {"type": "number"}}, "$ref": "#/$defs/n", "minimum": 1},
        ),
    ],
)
def test_each_draft_is_proven_by_its_own_keywords(draft, wide, narrow):
    assert level(draft, narrow, wide) is CompatibilityLevel.COMPATIBLE
    assert level(draft, wide, narrow) is CompatibilityLevel.BREAKING


@pytest.mark.parametrize(
    ("draft", "ignored"),
    [
        (D4, {"const": 1}),
        (D6, {"if": {}, "then": False}),
        (D2019, {"dependencies": {"a": ["b"]}}),
        (D2020, {"additionalItems": False, "prefixItems": [{}]}),
    ],
)
def test_a_keyword_that_a_draft_does_not_know_breaks_nothing(draft, ignored):
    assert level(
        draft, {"type": ["object", "array"]}, {"type": ["object", "array"], **ignored}
    ) is (CompatibilityLevel.COMPATIBLE)


@pytest.mark.parametrize("draft", [D4, D6, "http://json-schema.org/draft-07/schema#", D2019])
def test_prefix_items_limit_nothing_before_2020(draft):
    assert level(draft, {"prefixItems": [False]}, {"maxItems": 0}) is CompatibilityLevel.BREAKING


def test_one_and_a_fraction_of_zero_is_no_integer_in_draft_04():
    draft_07 = "http://json-schema.org/draft-07/schema#"
    found = level(draft_07, {"type": "integer"}, {"type": "integer"}, D4)
    assert found is not CompatibilityLevel.COMPATIBLE
    wide, narrow = {"enum": [1]}, {"enum": [1], "type": "integer"}
    assert level(D4, wide, narrow) is not CompatibilityLevel.COMPATIBLE
    assert level(D4, narrow, wide) is CompatibilityLevel.COMPATIBLE
    # Each says that 1 is listed and no integer: 1.0 is left, which the third does not take.
    neither = {"allOf": [wide, {"not": {"type": "integer"}}]}
    assert level(D4, neither, {"not": wide}) is not CompatibilityLevel.COMPATIBLE


@pytest.mark.parametrize(
    ("draft", "wide", "narrow"),
    [
        (D2019, {"unevaluatedProperties": True}, {"unevaluatedProperties": False}),
        (
            D2020,
            {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False},
            {"properties": {"a": {"type": "string"}}, "additionalProperties": False},
        ),
        (
            D2020,
            {
                "anyOf": [{"properties": {"a": {"const": 1}}, "required": ["a"]}, True],
                "unevaluatedProperties": {"type": "string"},
            },
            {
                "properties": {"a": {"const": 1}, "b": {"type": "string"}},
                "required": ["a"],
                "unevaluatedProperties": False,
            },
        ),
        (
            D2019,
            {"if": {"required": ["a"]}, "then": {"properties": {"a": {}, "b": {}}}},
            {
                "if": {"required": ["a"]},
                "then": {"properties": {"a": {}, "b": {}}},
                "unevaluatedProperties": False,
            },
        ),
        (
            D2020,
            {"prefixItems": [{}], "contains": {"type": "null"}, "unevaluatedItems": False},
            {"prefixItems": [{}], "items": {"type": "null"}, "minItems": 2},
        ),
        (
            D2019,
            {"items": [{}], "unevaluatedItems": {"type": ["string", "null"]}},
            {"items": [{}], "unevaluatedItems": {"type": "string"}},
        ),
        (D2020, {"contains": {"type": "string"}}, {"contains": {"const": "a"}, "minContains": 2}),
        (D2019, {"contains": {}, "maxContains": 3}, {"maxItems": 2, "minItems": 1}),
        (D2020, {"minItems": 2}, {"contains": {"type": "string"}, "minContains": 2}),
        (
            D2020,
            {"contains": {"const": 1}, "minContains": 0, "maxContains": 2},
            {"contains": {"type": "integer"}, "minContains": 0, "maxContains": 1},
        ),
    ],
)
def test_newer_keywords_are_proven(draft, wide, narrow):
    wide, narrow = ({"type": ["object", "array"], **each} for each in (wide, narrow))
    assert level(draft, narrow, wide) is CompatibilityLevel.COMPATIBLE
    assert level(draft, wide, narrow) is CompatibilityLevel.BREAKING


@pytest.mark.parametrize(
    ("draft", "reference", "definition"),
    [
        (D2020, {"$ref": "#whole"}, {"$anchor": "whole"}),
        (D2020, {"$dynamicRef": "#whole"}, {"$dynamicAnchor": "whole"}),
        (D2019, {"$ref": "#/$defs/n"}, {}),
        (D4, {"$ref": "#/$defs/n"}, {}),
    ],
)
def test_a_reference_to_any_place_is_proven(draft, reference, definition):
    def schema(least):
        number = {"type": "integer", "minimum": least, **definition}
        return {"properties": {"a": reference}, "$defs": {"n": number}}

    assert level(draft, schema(2), schema(1)) is CompatibilityLevel.COMPATIBLE
    assert level(draft, schema(1), schema(2)) is CompatibilityLevel.BREAKING


def test_a_tree_in_the_words_of_2019_is_proven():
    def tree(least):
        below = {"type": "array", "items": {"$recursiveRef": "#"}}
        value = {"type": "integer", "minimum": least}
        return {"type": "object", "properties": {"value": value, "below": below}}

    assert level(D2019, tree(2), tree(1)) is CompatibilityLevel.COMPATIBLE


def test_what_a_list_or_object_needs_and_cannot_have_makes_it_impossible():
    never = {"type": "integer", "minimum": 3, "maximum": 2}
    lists = {"type": "array", "items": {"type": "string"}, "contains": {"type": "null"}}
    closed = {"properties": {"a": {}}, "additionalProperties": False}
    choice = {"oneOf": [{"required": ["b"]}, {"required": ["c"]}], **closed}
    for empty in (never, lists, {"type": "object", **choice}):
        inside = {"type": "object", "required": ["x"], "properties": {"x": empty}}
        assert level(D2020, inside, {"type": "null"}) is CompatibilityLevel.COMPATIBLE


def test_a_format_that_a_draft_does_not_enforce_excludes_no_value():
    old = {"enum": ["x"], "format": "time"}
    assert level(D4, old, {"enum": ["y"]}) is CompatibilityLevel.BREAKING
