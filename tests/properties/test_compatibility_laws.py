"""For any two schemas: proofs and examples are correct, and order does not matter."""

import copy
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError
from jsonschema.validators import validator_for

from reconciler.compatibility.compare import verdict_on
from reconciler.compatibility.validator import SchemaValidator
from reconciler.model.schema_reasons import explain_error
from reconciler.model.schema_refs import local_part
from reconciler.model.schema_validation import acceptor, make_validator
from reconciler.model.verdicts import CompatibilityLevel

MEMBERS = ("a", "b", "c")
numbers = st.sampled_from([-1, 0, 1, 2, 2.5, 3, 5])
sizes = st.integers(0, 3)
scalars = st.sampled_from([None, True, False, 0, 1, 2, 2.5, 5, "", "a", "b", "ab", "1.1.1.1"])
settings_of_any_kind = st.recursive(
    scalars | numbers,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*MEMBERS, "ax", "x", "other"]), inner, max_size=4)
    ),
    max_leaves=6,
)
types = st.sampled_from(["object", "array", "string", "integer", "number", "boolean", "null"])
names = st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=2, unique=True)
patterns = st.sampled_from(["^a", "^[ab]+$", "b$", "^.{2}$"])
plain = {
    "type": types | st.lists(types, min_size=1, max_size=2, unique=True),
    "enum": st.lists(scalars, min_size=1, max_size=3),
    "const": scalars,
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), numbers),
    "multipleOf": st.sampled_from([1, 2, 3]),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), sizes),
    **dict.fromkeys(("minProperties", "maxProperties"), sizes),
    "pattern": patterns,
    "format": st.sampled_from(["ipv4", "date"]),
    "uniqueItems": st.booleans(),
    "required": names,
    "title": st.just("a title"),
}


def _nested(inner):
    each = inner | st.booleans()
    many = st.lists(each, min_size=1, max_size=2)
    by_name = st.dictionaries(st.sampled_from(MEMBERS), each, min_size=1, max_size=2)
    return plain | {
        "properties": by_name,
        "patternProperties": st.dictionaries(patterns, each, min_size=1, max_size=2),
        **dict.fromkeys(("additionalProperties", "propertyNames", "contains", "not"), each),
        **dict.fromkeys(("if", "then", "else"), each),
        **dict.fromkeys(("allOf", "anyOf", "oneOf"), many),
        "items": inner | many,
        "dependencies": st.dictionaries(st.sampled_from(MEMBERS), names | each, min_size=1),
    }


def _schemas(keywords):
    return st.lists(st.sampled_from(sorted(keywords)), min_size=1, max_size=3, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({keyword: keywords[keyword] for keyword in chosen})
    )


schemas = st.recursive(_schemas(plain), lambda inner: _schemas(_nested(inner)), max_leaves=6)


@st.composite
def changes(draw):
    """A schema and a changed one: one part is replaced, or the whole schema."""
    old = draw(schemas)
    new = copy.deepcopy(old)
    part = new
    while isinstance(part, dict | list) and part:
        key = draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
        below = part[key]
        if not isinstance(below, dict | list) or not below or draw(st.booleans()):
            if isinstance(part, dict) and draw(st.booleans()):
                del part[key]
            elif isinstance(below, bool):
                part[key] = not below
            elif isinstance(below, int | float):
                part[key] = draw(numbers)
            elif isinstance(below, dict):
                part[key] = draw(schemas)
            break
        part = below
    return old, new


def validator(schema):
    draft = validator_for(schema, default=Draft7Validator)
    try:
        draft.check_schema(schema)
    except SchemaError:
        assume(False)
    return draft(schema, format_checker=draft.FORMAT_CHECKER)


@settings(max_examples=120)
@given(changes(), st.lists(settings_of_any_kind, max_size=30))
def test_every_verdict_is_true(change, tried):
    old, new = change
    before, after = validator(old), validator(new)
    found = verdict_on((), old, new, effort=20_000)
    for instance in tried:
        if before.is_valid(instance) and not after.is_valid(instance):
            assert found.verdict not in (
                CompatibilityLevel.COMPATIBLE,
                CompatibilityLevel.UNCHANGED,
            )
    if found.breaks is not None:
        assert before.is_valid(found.breaks.instance)
        assert not after.is_valid(found.breaks.instance)
    if found.widens is not None:
        assert after.is_valid(found.widens.instance)
        assert not before.is_valid(found.widens.instance)
    assert (found.verdict is CompatibilityLevel.BREAKING) == (found.breaks is not None)


parts = st.booleans() | st.builds(dict, type=types)
newer = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems", "contains"), parts),
        **dict.fromkeys(("minContains", "maxContains"), sizes),
        "prefixItems": st.lists(parts, min_size=1, max_size=2),
        "dependentRequired": st.dictionaries(st.sampled_from(MEMBERS), names, min_size=1),
        "dependentSchemas": st.dictionaries(st.sampled_from(MEMBERS), schemas, min_size=1),
    },
)
DRAFT_2019 = "https://json-schema.org/draft/2019-09/schema"
drafts = st.sampled_from(
    [
        *(f"http://json-schema.org/draft-0{number}/schema#" for number in (4, 6)),
        *(DRAFT_2019, "https://json-schema.org/draft/2020-12/schema"),
    ]
)


@settings(max_examples=200)
@given(drafts, changes(), newer, newer, st.lists(settings_of_any_kind, max_size=30))
def test_verdicts_are_true_in_other_drafts(draft, change, before, after, tried):
    old, new = (
        {"$schema": draft, "allOf": [schema], **more}
        for schema, more in zip(change, (before, {**before, **after}), strict=True)
    )
    assert_true_of(old, new, [*tried, 1.0, 2.0, {"type": 1}, {"type": "a"}])


@settings(max_examples=300)
@given(drafts, schemas, newer, st.lists(settings_of_any_kind, min_size=5, max_size=30))
@example(DRAFT_2019, {"additionalProperties": {}}, {"unevaluatedProperties": False}, [{"a": 1}])
def test_the_quick_validator_says_what_jsonschema_says(draft, schema, more, tried):
    whole = {"$schema": draft, "allOf": [schema], **more}
    validator(whole)  # it is a schema
    quick = SchemaValidator(whole)
    exact = make_validator(whole)
    for instance in tried:
        errors = list(exact.iter_errors(instance))
        assert quick.is_valid(quick.schema, instance) is not bool(errors)
        if errors:
            assert explain_error(quick.errors(instance)) == explain_error(errors)


@pytest.mark.parametrize(
    ("keyword", "draft"),
    [
        ({"contentMediaType": "application/json"}, "http://json-schema.org/draft-07/schema#"),
        ({"contentEncoding": "base64"}, "http://json-schema.org/draft-06/schema#"),
        ({"dependencies": {"a": ["b"]}}, "https://json-schema.org/draft/2020-12/schema"),
    ],
)
def test_what_jsonschema_does_not_enforce_rejects_nothing(keyword, draft):
    schema = {"$schema": draft, **keyword}
    assert acceptor(schema)("é")
    assert acceptor({"items": schema, "$schema": draft})([{"a": 1}])
    validator = SchemaValidator(schema)
    assert validator.part_accepts(validator.schema, "é")
    assert validator.part_accepts(validator.schema, {"a": 1})
    assert verdict_on((), {"$schema": draft}, schema).breaks is None


def _pointers(value, pointer=""):
    yield pointer
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _pointers(inner, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _pointers(inner, f"{pointer}/{index}")


def _equal_members(value):
    """Each list of schemas with its first one twice, as one object and as an equal one."""
    if isinstance(value, dict):
        found = {key: _equal_members(inner) for key, inner in value.items()}
        for key in {"allOf", "anyOf", "oneOf"} & found.keys():
            found[key] += [found[key][0], copy.deepcopy(found[key][0])]
        return found
    return [_equal_members(inner) for inner in value] if isinstance(value, list) else value


@settings(max_examples=80)
@given(changes(), st.lists(settings_of_any_kind, max_size=20))
def test_verdicts_are_true_for_lists_with_equal_members(change, tried):
    assert_true_of(*map(_equal_members, change), tried)


@settings(max_examples=120)
@given(changes(), st.data(), st.lists(settings_of_any_kind, max_size=20))
def test_verdicts_are_true_for_arbitrary_references(change, data, tried):
    old, new = (
        {"type": ["object", "integer", "string"], "properties": {"b": each}, "default": other}
        for each, other in (change, change[::-1])
    )
    places = [
        reference
        for reference in (f"#{quote(place)}" for place in _pointers(old) if place)
        if all(isinstance(local_part(each, reference), dict | bool) for each in (old, new))
    ]
    reference = data.draw(st.sampled_from(places))
    for schema in (old, new):
        schema["properties"]["a"] = {"$ref": reference}
    assert_true_of(old, new, [{"a": each} for each in tried] + tried)


def assert_true_of(old, new, tried):
    before, after = validator(old), validator(new)
    found = verdict_on((), old, new, effort=20_000)
    if found.note:  # references that never end, or to what is no schema
        return
    for instance in tried:
        if before.is_valid(instance) and not after.is_valid(instance):
            assert found.verdict in (CompatibilityLevel.BREAKING, CompatibilityLevel.SEARCHED)
    if found.breaks is not None:
        assert before.is_valid(found.breaks.instance)
        assert not after.is_valid(found.breaks.instance)


def _rearranged(value):
    if isinstance(value, dict):
        return {key: _rearranged(value[key]) for key in sorted(value, reverse=True)}
    return [_rearranged(item) for item in value] if isinstance(value, list) else value


@settings(max_examples=60)
@given(schemas)
def test_order_and_titles_do_not_matter(schema):
    other = {"title": "another", "description": "in words", **_rearranged(schema)}
    assert verdict_on((), schema, other).verdict is CompatibilityLevel.UNCHANGED
