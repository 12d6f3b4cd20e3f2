"""Proofs of compatibility: alternatives, references, patterns and limits."""

import pytest

from reconciler.compatibility.compare import verdict_on
from reconciler.model.verdicts import CompatibilityLevel

WHOLE = {"type": "integer"}


def level(old, new):
    return verdict_on((), old, new).verdict


@pytest.mark.parametrize("ways", [[WHOLE, WHOLE], [WHOLE, {**WHOLE}], [True, True], [{}, {}]])
def test_one_of_with_two_equal_alternatives_accepts_nothing(ways):
    assert level(WHOLE, {"oneOf": ways}) is CompatibilityLevel.BREAKING


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf", "allOf"])
def test_a_reference_by_index_names_another_part_after_a_change_of_order(keyword):
    def schema(*ways):
        a = {"$ref": f"#/properties/b/{keyword}/0"}
        return {"type": "object", "properties": {"a": a, "b": {keyword: list(ways)}}}

    text, least = {"type": "string"}, {"type": ["string", "integer"], "minimum": 3}
    assert level(schema(least, text), schema(text, least)) is CompatibilityLevel.BREAKING


@pytest.mark.parametrize(
    ("keyword", "token", "held"),
    [
        ("default", "", {}),
        ("examples", "/0", []),
        ("title", "", {}),
        ("x-note", "", {}),
        ("enum", "/0", []),
    ],
)
def test_a_reference_into_an_uncompared_part_is_followed(keyword, token, held):
    def schema(part):
        inside = [part] if isinstance(held, list) else part
        return {
            "properties": {
                "a": {"$ref": f"#/properties/b/{keyword}{token}"},
                "b": {keyword: inside},
            }
        }

    found = level(schema({"minimum": 1}), schema({"minimum": 2}))
    assert found in (CompatibilityLevel.BREAKING, CompatibilityLevel.SEARCHED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"^\d{5}$", r"^\d{5}(-\d{4})?$"),
        ("^[a-z]+$", "^[a-z0-9_]+$"),
        (r"^(?=.*[A-Z])(?=.*\d).{8,}$", "^.{8,}$"),
        ("^(?!admin).*$", "^.*$"),
        (r"^[\w-.]+@[\w-]+$", r"^[^@]+@[^@]+$"),
        (r"^\p{Lu}$", r"^\p{L}$"),
    ],
)
def test_a_widened_pattern_is_proven_and_a_narrowed_one_has_an_example(old, new):
    old, new = ({"type": "string", "pattern": pattern} for pattern in (old, new))
    assert level(old, new) is CompatibilityLevel.COMPATIBLE
    assert level(new, old) is CompatibilityLevel.BREAKING


def test_several_patterns_are_proven_together():
    rules = [{"pattern": "[A-Z]"}, {"pattern": "[0-9]"}, {"minLength": 8}]
    whole = {"type": "string", "pattern": r"^(?=.*[A-Z])(?=.*\d).{8,}$"}
    assert level(whole, {"type": "string", "allOf": rules}) is CompatibilityLevel.COMPATIBLE
    stricter = {"type": "string", "allOf": [*rules, {"pattern": "[^A-Za-z0-9]"}]}
    assert level({"type": "string", "allOf": rules}, stricter) is CompatibilityLevel.BREAKING


def test_patterns_and_values_imply_each_other():
    named, listed = {"type": "string", "pattern": "^(a|b)$"}, {"enum": ["a", "b"]}
    assert level(named, listed) is CompatibilityLevel.COMPATIBLE
    assert level(listed, named) is CompatibilityLevel.COMPATIBLE
    assert level(named, {"maxLength": 1}) is CompatibilityLevel.COMPATIBLE
    assert level(named, {"enum": ["a"]}) is CompatibilityLevel.BREAKING


def test_names_of_members_are_compared_by_their_patterns():
    old, new = (
        {"patternProperties": {pattern: WHOLE}, "additionalProperties": False}
        for pattern in ("^x-", "^x")
    )
    assert level(old, new) is CompatibilityLevel.COMPATIBLE
    assert level(new, old) is CompatibilityLevel.BREAKING


@pytest.mark.parametrize("levels", [12, 20, 40])
def test_references_that_double_at_each_level_have_a_verdict(levels):
    def schema(least):
        parts = {"a0": {"type": "integer", "minimum": least}}
        for index in range(levels):
            twice = [{"$ref": f"#/definitions/a{index}"}] * 2
            parts[f"a{index + 1}"] = {"allOf": twice}
        return {"definitions": parts, "allOf": [{"$ref": f"#/definitions/a{levels}"}]}

    assert verdict_on((), schema(1), schema(2)).breaks.instance == 1
    assert level(schema(2), schema(1)) is CompatibilityLevel.COMPATIBLE


@pytest.mark.parametrize("size", [420, 5000])
def test_a_removed_member_of_an_enum_is_found_whatever_the_size(size):
    members = [f"v{index}" for index in range(size)]
    old, new = (
        {"type": "object", "properties": {"a": {"enum": each}}, "required": ["a"]}
        for each in (members, members[: size // 2] + members[size // 2 + 1 :])
    )
    assert verdict_on((), old, new).breaks.instance == {"a": f"v{size // 2}"}


def test_nesting_is_searched_to_any_depth():
    old, new = {"minimum": 1, "type": "integer"}, {"minimum": 2, "type": "integer"}
    for _ in range(30):
        old, new = ({"properties": {"a": each}, "required": ["a"]} for each in (old, new))
    assert level(old, new) is CompatibilityLevel.BREAKING


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"exclusiveMinimum": 3}, {"exclusiveMinimum": 5}),
        ({"maximum": -1}, {"maximum": -3}),
        ({"minimum": 1, "maximum": 2}, {"type": "string"}),
    ],
)
def test_a_limit_reaches_as_far_as_the_next_multiple(old, new):
    old, new = {"multipleOf": 3, "type": "number", **old}, {**new}
    assert level(old, new) is CompatibilityLevel.COMPATIBLE


@pytest.mark.parametrize("new", [{"type": "integer"}, {"multipleOf": 0.5}])
def test_a_number_between_steps_is_tried(new):
    assert level({"type": "number", "maximum": 0}, new) is CompatibilityLevel.BREAKING
