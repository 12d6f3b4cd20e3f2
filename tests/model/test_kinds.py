import pytest

from reconciler.model.errors import InputError, ServiceError, Severity
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC, kind_named, kind_of_collection
from reconciler.model.pointers import parse_pointer
from reconciler.model.problems import Problem
from reconciler.model.shape import ListRule, element_token, rule_at


def test_a_kind_is_found_by_its_name_and_by_its_folder():
    assert kind_named("flowSpec") is FLOW_SPEC
    assert kind_of_collection("connectionSpecs") is CONNECTION_SPEC
    assert kind_of_collection("policies") is None
    assert FLOW_SPEC.path == "/flowSpecs"
    assert repr(FLOW_SPEC) == "Kind(flowSpec)"


@pytest.mark.parametrize(
    ("kind", "pointer", "rule"),
    [
        (FLOW_SPEC, "/sourceConnectionSpecIds", ListRule.SET),
        (FLOW_SPEC, "/targetConnectionSpecIds", ListRule.SET),
        (FLOW_SPEC, "/transformationSpecs", ListRule.KEYED),
        (FLOW_SPEC, "/permissionsInfo/view", ListRule.KEYED),
        (FLOW_SPEC, "/attributes/steps", ListRule.ORDERED),
        (FLOW_SPEC, "/optionSpec/spec/required", ListRule.SET),
        (FLOW_SPEC, "/transformationSpecs/Mapping/spec/properties/a/enum", ListRule.SET),
        (FLOW_SPEC, "/scheduleSpec/spec/properties/enum", ListRule.ORDERED),
        (FLOW_SPEC, "/scheduleSpec/spec/default/enum", ListRule.ORDERED),
        (FLOW_SPEC, "/scheduleSpec/spec/dependencies/a", ListRule.SET),
        (FLOW_SPEC, "/scheduleSpec/spec/dependencies/a/required", ListRule.SET),
        (FLOW_SPEC, "/scheduleSpec/spec/dependentRequired/a", ListRule.SET),
        (FLOW_SPEC, "/scheduleSpec/spec/if/then/items/type", ListRule.SET),
        (CONNECTION_SPEC, "/authSpec", ListRule.KEYED),
        (CONNECTION_SPEC, "/authSpec/OAuth/spec/required", ListRule.SET),
        (CONNECTION_SPEC, "/sourceSpec/spec/required", ListRule.SET),
        (CONNECTION_SPEC, "/sourceSpec/attributes/required", ListRule.ORDERED),
        (CONNECTION_SPEC, "/sourceSpec/attributes/spec/required", ListRule.SET),
        (CONNECTION_SPEC, "/sourceSpec/attributes/contentPath/skipAttributes", ListRule.ORDERED),
        (CONNECTION_SPEC, "/encryptionSpecs", ListRule.KEYED),
        (CONNECTION_SPEC, "/exploreSpec/requestSpec/required", ListRule.SET),
        (CONNECTION_SPEC, "/exploreSpec/responseSpec/items/required", ListRule.SET),
    ],
)
def test_the_rule_of_a_list_depends_on_its_pointer(kind, pointer, rule):
    assert rule_at(kind, parse_pointer(pointer)) is rule


@pytest.mark.parametrize(
    ("element", "token"),
    [
        ("plain-id", "plain-id"),
        ("6499120c-0b15-42dc", "6499120c-0b15-42dc"),
        (1, "1"),
        ("1", '"1"'),
        ("true", '"true"'),
        ("", '""'),
        ("[", "["),
        ("-x", "-x"),
        (None, "null"),
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
    ],
)
def test_an_element_of_a_set_is_named_by_its_value(element, token):
    assert element_token(element) == token


def test_problems_are_sorted_by_file_and_position():
    late = Problem("b.yaml", 3, 1, "is wrong.", "Fix it.", "schema")
    whole = Problem("a.yaml", 0, 0, "is empty.", "", "empty", Severity.WARNING)
    assert str(InputError([late, whole])) == (
        "a.yaml: warning: is empty.\nb.yaml:3:1: error: is wrong. Fix it."
    )


def test_a_service_error_names_the_call_the_code_the_request_and_advice():
    error = ServiceError(
        "no such spec",
        method="GET",
        path="/flowSpecs/x",
        status=404,
        code="1101-404",
        request_id="r1",
        advice="Check the id.",
    )
    assert str(error) == (
        "GET /flowSpecs/x: 404 1101-404: no such spec (request r1). Check the id."
    )
