"""How documents compare (DESIGN: "How documents compare")."""

import pytest
from builders import ID, flow_spec, lines, planned, spec

from reconciler.model.kinds import CONNECTION_SPEC
from reconciler.planning.plan import Action


def changes_between(desired, live_document):
    return lines(planned(spec(desired), live_document).changes)


def test_equal_documents_need_nothing():
    entry = planned(spec(flow_spec()), flow_spec())
    assert entry.action is Action.NONE
    assert entry.body is None


def test_server_managed_fields_never_count():
    held = {**flow_spec(), "createdClient": "c", "sandboxId": "x", "etag": "e", "updatedAt": 9}
    assert planned(spec(flow_spec()), held).action is Action.NONE


@pytest.mark.parametrize("spelling", ["transformationSpec", "transformationSpecDTOS"])
def test_a_live_document_in_another_spelling_is_equal(spelling):
    held = flow_spec()
    held[spelling] = held.pop("transformationSpecs")
    assert planned(spec(flow_spec()), held).action is Action.NONE


def streaming(**fields):
    return {"id": ID, "name": "generic-streaming", "version": "1", **fields}


@pytest.mark.parametrize(
    ("field", "value"),
    [("authSpec", []), ("sourceSpec", {"attributes": {"authRequired": False}})],
)
def test_fields_that_the_service_adds_or_drops_are_no_change_and_sent_unchanged(field, value):
    """As in the documented request and response of a streaming source."""
    absent = {"sourceSpec": {"attributes": {}}} if field == "sourceSpec" else {}
    full, bare = streaming(**{field: value}), streaming(**absent)
    for desired, held in ((full, bare), (bare, full)):
        entry = planned(spec(desired, kind=CONNECTION_SPEC), held)
        assert entry.action is Action.NONE
        edited = planned(spec({**desired, "version": "2"}, kind=CONNECTION_SPEC), held)
        assert lines(edited.changes) == ["replace /version unknown"]
        assert edited.body == {**held, "version": "2"}
    created = planned(spec(full, kind=CONNECTION_SPEC), None)
    assert created.body[field] == value


def test_a_value_other_than_the_default_is_compared():
    required = {"attributes": {"authRequired": True}}
    entry = planned(
        spec(streaming(sourceSpec={"attributes": {}}), kind=CONNECTION_SPEC),
        streaming(sourceSpec=required),
    )
    assert lines(entry.changes) == ["remove /sourceSpec/attributes/authRequired unknown"]
    other = {**streaming(sourceSpec={"attributes": {"authRequired": False}}), "name": "other"}
    entry = planned(spec({**other, "sourceSpec": {"attributes": {}}}, kind=CONNECTION_SPEC), other)
    assert lines(entry.changes) == ["remove /sourceSpec/attributes/authRequired unknown"]


def test_an_element_for_an_empty_list_that_reads_as_absent_is_added():
    auth = [{"name": "Basic", "spec": {}}]
    entry = planned(spec(streaming(authSpec=auth), kind=CONNECTION_SPEC), streaming(authSpec=[]))
    assert lines(entry.changes) == ["add /authSpec unknown"]
    assert entry.body["authSpec"] == auth
    back = planned(spec(streaming(authSpec=[]), kind=CONNECTION_SPEC), streaming(authSpec=auth))
    assert back.removals == 1
    assert "authSpec" not in back.body


def test_the_order_of_ids_and_of_schema_lists_is_no_change():
    held = flow_spec(sourceConnectionSpecIds=["s2", "s1"])
    schema = held["scheduleSpec"]["spec"]
    schema["required"].reverse()
    schema["properties"]["frequency"]["enum"].reverse()
    assert planned(spec(flow_spec()), held).action is Action.NONE


def test_one_and_one_point_zero_are_equal_and_the_string_is_not():
    desired = flow_spec(attributes={"limit": 1})
    assert changes_between(desired, flow_spec(attributes={"limit": 1.0})) == []
    assert changes_between(desired, flow_spec(attributes={"limit": "1"})) == [
        "replace /attributes/limit unknown"
    ]


def test_true_and_one_are_different():
    assert changes_between(flow_spec(attributes={"on": True}), flow_spec(attributes={"on": 1})) == [
        "replace /attributes/on unknown"
    ]


def test_a_number_and_its_string_are_two_elements_of_an_enum():
    wanted, held = flow_spec(), flow_spec()
    wanted["scheduleSpec"]["spec"]["properties"]["interval"] = {"enum": [1, "1"]}
    held["scheduleSpec"]["spec"]["properties"]["interval"] = {"enum": ["1"]}
    assert changes_between(wanted, held) == [
        "add /scheduleSpec/spec/properties/interval/enum/1 unknown"
    ]


def test_an_added_id_is_one_change_named_by_the_id():
    entry = planned(spec(flow_spec(sourceConnectionSpecIds=["s1", "s2", "s3"])), flow_spec())
    assert lines(entry.changes) == ["add /sourceConnectionSpecIds/s3 unknown"]
    assert (entry.changes[0].before, entry.changes[0].after) == (None, "s3")


def test_elements_of_keyed_lists_are_named_by_their_names():
    wanted = flow_spec(
        transformationSpecs=[
            {"name": "New", "spec": {}},
            {"name": "Mapping", "spec": {"type": "null"}},
        ]
    )
    assert changes_between(wanted, flow_spec()) == [
        "replace /transformationSpecs/Mapping/spec/type unknown",
        "add /transformationSpecs/New unknown",
    ]


def test_a_list_with_two_elements_of_one_name_is_ordered():
    twice = [{"name": "Mapping", "spec": {}}, {"name": "Mapping", "spec": {"type": "object"}}]
    assert changes_between(flow_spec(transformationSpecs=twice), flow_spec()) == [
        "replace /transformationSpecs unknown"
    ]


def test_permissions_are_keyed_by_name_and_an_object_in_their_place_is_a_replacement():
    entries = [{"name": "A", "permissions": ["read"]}, {"name": "B", "permissions": ["read"]}]
    held = flow_spec(permissionsInfo={"view": entries})
    assert changes_between(flow_spec(permissionsInfo={"view": entries[::-1]}), held) == []
    assert changes_between(flow_spec(permissionsInfo={"view": entries[0]}), held) == [
        "replace /permissionsInfo/view unknown"
    ]


def test_auth_specs_of_a_connection_spec_are_keyed_by_name():
    def document(*names):
        return {"id": ID, "name": "M", "authSpec": [{"name": n, "spec": {}} for n in names]}

    entry = planned(spec(document("OAuth", "Basic"), kind=CONNECTION_SPEC), document("Basic"))
    assert lines(entry.changes) == ["add /authSpec/OAuth unknown"]


def test_any_other_list_is_ordered():
    wanted = flow_spec(attributes={"steps": ["a", "b"]})
    assert changes_between(wanted, flow_spec(attributes={"steps": ["b", "a"]})) == [
        "replace /attributes/steps unknown"
    ]


def test_a_change_inside_an_ordered_list_of_as_many_objects_is_named_where_it_is():
    wanted, held = flow_spec(), flow_spec()
    wanted["scheduleSpec"]["spec"]["allOf"] = [{"not": {"required": ["a", "b"]}}, {}]
    held["scheduleSpec"]["spec"]["allOf"] = [{"not": {"required": ["a"]}}, {}]
    assert changes_between(wanted, held) == [
        "add /scheduleSpec/spec/allOf/0/not/required/b unknown"
    ]


def test_properties_that_are_called_like_keywords_are_properties():
    wanted, held = flow_spec(), flow_spec()
    wanted["scheduleSpec"]["spec"]["properties"]["required"] = {"enum": [2, 1]}
    held["scheduleSpec"]["spec"]["properties"]["required"] = {"enum": [1, 2]}
    assert changes_between(wanted, held) == []
    wanted["scheduleSpec"]["spec"]["default"] = {"enum": [2, 1]}
    held["scheduleSpec"]["spec"]["default"] = {"enum": [1, 2]}
    assert changes_between(wanted, held) == ["replace /scheduleSpec/spec/default/enum unknown"]


def test_keys_that_look_private_are_data_like_any_other():
    assert changes_between(
        flow_spec(attributes={"__proto__": {"a": 1}}), flow_spec(attributes={"__proto__": {}})
    ) == ["add /attributes/__proto__/a unknown"]


def test_pointers_escape_slashes_and_tildes():
    assert changes_between(
        flow_spec(attributes={"a/b~c": 1}), flow_spec(attributes={"a/b~c": 2})
    ) == ["replace /attributes/a~1b~0c unknown"]


def test_an_absent_field_and_null_are_different():
    wanted, held = flow_spec(attributes={"x": None}), flow_spec(attributes={})
    assert changes_between(wanted, held) == ["add /attributes/x unknown"]


def test_a_string_of_many_lines_is_compared_as_a_whole():
    long = "\n".join(str(number) for number in range(200_000))
    entry = planned(spec(flow_spec(description=long)), flow_spec(description=long + "\nend"))
    assert lines(entry.changes) == ["replace /description unknown"]
