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


def test_one_and_a_fraction_of_zero_is_no_integer_in_draft_04():
    draft_07 = "http://json-schema.org/draft-07/schema#"
    found = level(draft_07, {"type": "integer"}, {"type": "integer"}, D4)
    assert found is not CompatibilityLevel.COMPATIBLE
    assert level(D4, {"enum": [1]}, {"enum": [1], "type": "integer"}) is not (
        CompatibilityLevel.COMPATIBLE
    )
