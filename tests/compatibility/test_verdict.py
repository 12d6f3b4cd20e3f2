"""The verdict on a changed schema: an example, an explanation, or how far was searched."""

import json

import pytest
from schema_changes import documented

from reconciler.compatibility.compare import verdict_on
from reconciler.model.verdicts import CompatibilityLevel

SCHEDULE = documented()["schedule"]


def verdict(old, new, **how):
    return verdict_on(("scheduleSpec", "spec"), old, new, **how)


def example(old, new):
    found = verdict(old, new).breaks
    return json.dumps(found.instance), found.reason


def test_a_breaking_change_has_a_minimal_example():
    text = json.dumps(SCHEDULE).replace('"minimum": 15', '"minimum": 60')
    found = verdict(SCHEDULE, json.loads(text))
    assert found.verdict is CompatibilityLevel.BREAKING
    assert found.path == "/scheduleSpec/spec"
    assert found.breaks.instance == {"startTime": 0, "frequency": "minute", "interval": 15}
    assert found.breaks.reason == "interval must be at least 60"


OBJECT = {"type": "object"}


def nested(most):
    return {"properties": {"a": {"properties": {"b": {"items": {"maximum": most}}}}}}


@pytest.mark.parametrize(
    ("old", "new", "instance", "reason"),
    [
        ({}, {"required": ["a"]}, "{}", "a is missing"),
        (OBJECT, {"maxProperties": 0}, '{"other": 0}', "the value must have at most 0 members"),
        (OBJECT, {"additionalProperties": False}, '{"other": 0}', "other is not allowed"),
        (OBJECT, {"not": {"required": ["a"]}}, '{"a": 0}', "a is not allowed"),
        (
            OBJECT,
            {"not": {"required": ["a", "b"]}},
            '{"a": 0, "b": 0}',
            "a and b are not allowed together",
        ),
        (OBJECT, {"dependencies": {"a": ["b"]}}, '{"a": 0}', "b is missing, which a needs"),
        (
            OBJECT,
            {"propertyNames": {"maxLength": 3}},
            '{"other": 0}',
            'the name "other" must have at most 3 characters',
        ),
        (nested(9), nested(7), '{"a": {"b": [8]}}', "a.b[0] must be at most 7"),
        ({"type": "array"}, {"contains": {"const": 1}}, "[]",
         'the value must hold an element that fits {"const":1}'),
        ({"type": "array"}, {"uniqueItems": True}, "[0, 0]",
         "the value must not hold an element twice"),
        ({"type": "array"}, {"items": [{}], "additionalItems": False}, "[0, 0]",
         "the value has more elements than are allowed"),
        ({"type": "string"}, {"type": ["integer", "null"]}, '""',
         "the value must be an integer or null"),
        ({"type": "string"}, {"format": "ipv4"}, '""', "the value must be of the format ipv4"),
        ({"type": "string"}, {"minLength": 1}, '""', "the value must have at least 1 character"),
        ({"enum": ["a", "b"]}, {"not": {"const": "b"}}, '"b"', 'the value must not be "b"'),
        ({"enum": ["a", "b"]}, {"not": {"enum": ["b", "c"]}}, '"b"',
         "the value must not be one of b, c"),
        ({"enum": [2, 3]}, {"not": {"type": "integer", "maximum": 2}}, "2",
         'the value must not fit {"maximum":2,"type":"integer"}'),
        ({"enum": [1, "a"]}, {"oneOf": [{"type": "integer"}, {"minimum": 1}]}, "1",
         "the value fits more than one of 2 choices"),
        ({"enum": [1, True]}, {"anyOf": [{"type": "integer"}, {"type": "null"}]}, "true",
         "the value fits none of 2 choices"),
        ({"type": "integer"}, {"anyOf": [{"minimum": 5}, {"type": "null"}]}, "0",
         "the value must be at least 5"),
        ({"const": 1}, False, "1", "the value is not allowed"),
    ],
)  # fmt: skip
def test_the_verdict_explains_what_is_rejected(old, new, instance, reason):
    assert example(old, new) == (instance, reason)


def test_null_is_an_example_too():
    found = verdict({"type": ["null", "object"]}, OBJECT)
    assert found.breaks.instance is None
    assert found.breaks.reason == "the value must be an object"


def test_a_large_schema_is_searched_as_far_as_the_work_allows():
    old, new = (
        {"properties": {f"p{i}": {"enum": [1, {"format": end}, i]} for i in range(30)}}
        for end in ("a", "b")
    )
    new["properties"] |= {"p29": {"not": {"const": "x"}, "type": ["integer", "object"]}}
    short = verdict(old, new, effort=3)
    assert (short.verdict, short.searched) == (CompatibilityLevel.SEARCHED, 1)
    assert "the search ran out of work" in short.note
    assert verdict(old, new) == verdict(old, new)


@pytest.mark.parametrize(
    ("size", "change", "expected"),
    [
        (60, {"required": ["p7"]}, CompatibilityLevel.BREAKING),
        (60, {"properties": {}}, CompatibilityLevel.COMPATIBLE),
        (60, {"dependencies": {"p40": ["p41"]}}, CompatibilityLevel.BREAKING),
        (60, {"minProperties": 1}, CompatibilityLevel.BREAKING),
        (60, {"maxProperties": 59}, CompatibilityLevel.BREAKING),
    ],
)
def test_an_object_with_many_members_is_searched(size, change, expected):
    members = {f"p{i}": {"enum": ["a", "b", i]} for i in range(size)}
    branches = [
        {"if": {"properties": {f"p{i}": {"const": "a"}}, "required": [f"p{i}"]},
         "then": {"required": [f"p{i + 1}"]}}
        for i in range(0, 20, 2)
    ]  # fmt: skip
    old = {"type": "object", "properties": members, "allOf": branches}
    assert verdict(old, {**old, **change}).verdict is expected


@pytest.mark.parametrize(
    ("schema", "note"),
    [
        ({"type": "nonsense"}, "the old schema cannot be compared: not a JSON Schema"),
        ("text", "the old schema cannot be compared: it is neither an object nor true or false"),
        ({"$schema": "http://a.example/mine"}, "the schema language"),
        ({"$schema": 7}, "the schema language"),
        ({"$ref": "http://127.0.0.1:9/never-fetched"}, "is not found within it"),
        ({"$ref": "#/definitions/gone"}, "is not found within it"),
        ({"$ref": "#"}, "its references never end"),
        ({"items": True, "additionalItems": {}, "format": "date"}, "cannot be followed"),
    ],
)
def test_the_note_says_why_nothing_was_tried_with_an_unsupported_schema(schema, note):
    found = verdict(schema, {"type": "object"})
    assert (found.verdict, found.searched) == (CompatibilityLevel.SEARCHED, 0)
    assert note in found.note


def test_the_schema_language_decides_what_a_keyword_means():
    late = "https://json-schema.org/draft/2020-12/schema"
    old, new = ({"$schema": late, "dependentRequired": {"a": needs}} for needs in ([], ["b"]))
    assert verdict(old, new).breaks.reason == "b is missing, which a needs"
    assert verdict(
        {"dependentRequired": {"a": []}}, {"dependentRequired": {"a": ["b"]}}
    ).verdict is (CompatibilityLevel.SEARCHED)


@pytest.mark.parametrize("name", ["uuid", "date-time", "uri", "epoch"])
def test_a_format_that_may_be_enforced_has_a_verdict_of_its_own(name):
    for old, new in (({}, {"format": name}), ({"format": "other"}, {"format": name})):
        found = verdict(old, new)
        assert found.verdict is CompatibilityLevel.FORMAT
        assert found.note == f"format {name} added: whether it is enforced is not known"
    assert verdict({"format": name}, {}).verdict is CompatibilityLevel.COMPATIBLE
    assert verdict({}, {"format": name, "minLength": 1}).verdict is CompatibilityLevel.BREAKING


def test_a_schema_with_the_misprint_of_the_documentation_has_a_verdict():
    misprint = {**SCHEDULE, "$schema": "http: //json-schema.org/draft-07/schema#"}
    assert verdict(misprint, SCHEDULE).verdict is CompatibilityLevel.COMPATIBLE
    assert verdict(misprint, False).verdict is CompatibilityLevel.BREAKING


def test_rounding_of_a_float_is_no_example():
    fine, finer = {"multipleOf": 0.3}, {"multipleOf": 0.1}
    assert verdict(fine, finer).verdict is CompatibilityLevel.SEARCHED
    assert verdict(finer, fine).breaks.instance == 1
    assert verdict({"multipleOf": 0.1}, {"multipleOf": 0.5}).breaks.instance == 0.1


@pytest.mark.parametrize("pattern", [r"^(\w+\s?)+$", "^(a|aa)+$", "^(a*)*b", "(?=(x+)+$)"])
def test_a_pattern_with_catastrophic_backtracking_has_a_verdict(pattern):
    old = {"type": "string", "minLength": 40}
    assert len(verdict(old, {**old, "pattern": pattern}).breaks.instance) >= 40
    assert verdict({**old, "pattern": pattern}, old).verdict is CompatibilityLevel.COMPATIBLE


def test_a_length_beyond_what_a_report_shows_is_described():
    old = {"type": "object", "properties": {"a": {"maxLength": 5010}}}
    new = {"type": "object", "properties": {"a": {"maxLength": 5000}}}
    found = verdict(old, new).breaks
    assert found.instance is None
    assert found.description == '{"a": a string of 5,001 characters}'
    assert found.reason == "a must have at most 5000 characters"


@pytest.mark.parametrize(
    ("keyword", "words"),
    [
        ("maxLength", "a string of 1,000,000 characters"),
        ("maxItems", "a list of 1,000,000 elements"),
        ("maxProperties", "an object of 1,000,000 members"),
    ],
)
def test_limits_are_compared_however_large_they_are(keyword, words):
    found = verdict({keyword: 10**6}, {keyword: 10**6 - 1})
    assert found.breaks.description == words
    assert verdict({keyword: 10**6 - 1}, {keyword: 10**6}).verdict is CompatibilityLevel.COMPATIBLE


@pytest.mark.parametrize("keyword", ["minLength", "minItems", "minProperties"])
def test_lower_limits_are_compared_too(keyword):
    assert verdict({keyword: 7000}, {keyword: 7001}).breaks is not None


def test_a_change_in_one_of_many_alternatives_is_found():
    def choices(least):
        steps = {f"q{j}": {"type": "integer", "minimum": j} for j in range(6)}
        return {
            "oneOf": [
                {
                    "properties": {
                        "kind": {"const": number},
                        "steps": {"items": {"properties": {**steps, "q3": {"minimum": n}}}},
                    },
                    "required": ["kind"],
                }
                for number in range(40)
                for n in [least if number == 33 else 3]
            ],
            "type": "object",
        }

    found = verdict(choices(3), choices(9))
    assert found.breaks.instance == {"kind": 33, "steps": [{"q3": 3}]}
    assert found.breaks.reason == "steps[0].q3 must be at least 9"


def test_a_long_enum_that_loses_a_member_breaks():
    found = verdict({"enum": list(range(2000))}, {"enum": list(range(1999))})
    assert found.breaks.instance == 1999
    assert found.breaks.reason.endswith("and 1,987 more")


def test_a_deeply_nested_schema_does_not_crash():
    old, new = {"minimum": 1}, {"minimum": 2}
    for _ in range(400):
        old, new = {"properties": {"a": old}}, {"properties": {"a": new}}
    found = verdict(old, new)
    assert (found.verdict, found.note) == (CompatibilityLevel.SEARCHED, "it nests too deeply")


@pytest.mark.parametrize("limit", [1e308, 10**400, -1e308, 1e-308])
def test_the_largest_numbers_do_not_crash(limit):
    for keyword in ("minimum", "maxLength", "minItems", "maxProperties", "multipleOf"):
        if limit > 0:
            verdict({keyword: limit}, {keyword: 2})
            verdict({}, {keyword: limit})
    assert verdict({}, {"exclusiveMaximum": limit}).breaks is not None


def test_values_outside_of_a_new_enum_are_tried_too():
    assert verdict(OBJECT, {"enum": [{}]}).breaks.instance == {"other": 0}
    assert verdict({"type": "array"}, {"const": []}).breaks.instance == [0]


@pytest.mark.parametrize("draft", ["draft-04", "draft-07"])
def test_what_a_draft_does_not_check_to_be_a_schema_is_no_crash(draft):
    dialect = f"http://json-schema.org/{draft}/schema#"
    for part in (1, "a", [], None):
        odd = {"$schema": dialect, "type": "object", "if": part, "then": part, "contains": part}
        odd |= {"x": part, "properties": {"a": {"$ref": "#/x"}}, "propertyNames": part}
        plain = {"$schema": dialect, "type": "object"}
        assert verdict(odd, {**plain, "required": ["a"]}).path == "/scheduleSpec/spec"
        assert verdict(plain, odd).path == "/scheduleSpec/spec"


@pytest.mark.parametrize("least", [99, 999, 5000])
def test_one_element_of_a_long_list_breaks(least):
    old, new = (
        {"type": "array", "items": {"type": "integer", **limit}, "minItems": least}
        for limit in ({}, {"minimum": 0})
    )
    assert verdict(old, new).verdict is CompatibilityLevel.BREAKING
    assert verdict(new, old).verdict is CompatibilityLevel.COMPATIBLE


@pytest.mark.parametrize("members", [range(3000), [{"a": index} for index in range(3000)]])
def test_a_long_enum_is_proven_by_each_of_its_members(members):
    old = {"enum": [*members]}
    new = {"enum": [*members, None], "type": ["integer", "object", "null"]}
    assert verdict(old, new).verdict is CompatibilityLevel.COMPATIBLE
    assert verdict(new, old).verdict is CompatibilityLevel.BREAKING
