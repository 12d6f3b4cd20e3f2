"""Fetching with few requests, and checking lists before they are trusted."""

import pytest
from live.wire import Wire, items, raised, refused, reply, run_story

from reconciler.live.fetch import FEW, SAMPLE, fetch_live, reread
from reconciler.model.errors import ServiceError
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC
from reconciler.model.specs import SpecKey

MANY = FEW + 8


def documents(count=MANY):
    return {
        f"id{n}": {"id": f"id{n}", "name": f"N{n}", "providerId": "p", "attributes": {"n": n}}
        for n in range(count)
    }


def keys(ids, kind="flowSpec"):
    return [SpecKey(kind, spec_id) for spec_id in ids]


def holding(held, listed=None, listing=None):
    """Return a service that holds these documents, and lists these or answers with `listing`."""

    def answer(request):
        spec_id = request.path.strip("/").partition("/")[2]
        if not spec_id:
            return listing or items(*(held if listed is None else listed).values())
        document = held.get(spec_id)
        return items(document) if document else refused(404, "1101-404")

    return answer


def fetched(script, wanted, *, want_unmanaged=False, is_settled=None, want_listed=()):
    """Return what was fetched and the requests that it took."""
    found = []

    async def story():
        async with Wire(script) as wire, wire.service() as service:
            result = await fetch_live(
                service,
                wanted,
                want_unmanaged=want_unmanaged,
                is_settled=is_settled,
                want_listed=want_listed,
            )
            found.extend([result, wire.lines])

    run_story(story())
    return found


def documents_of(result):
    return {key.id: spec.document for key, spec in result.live.items()}


def test_few_specs_are_read_one_by_one():
    held = documents()
    result, lines = fetched(holding(held), keys(list(held)[:FEW]))
    assert documents_of(result) == {spec_id: held[spec_id] for spec_id in list(held)[:FEW]}
    assert len(lines) == FEW
    assert "GET /flowSpecs" not in lines


def test_many_specs_are_one_list_and_a_sample_to_compare_it_with():
    held = documents()
    result, lines = fetched(holding(held), keys(held))
    assert documents_of(result) == held
    assert len(lines) == 2 + SAMPLE
    assert lines[0] == "GET /flowSpecs"


def test_the_same_spec_asked_for_twice_is_fetched_once():
    _, lines = fetched(holding(documents()), keys(["id1", "id1"]))
    assert len(lines) == 1


def test_fetching_no_specs_sends_no_request():
    result, lines = fetched(holding(documents()), [], want_unmanaged=True)
    assert (dict(result.live), lines) == ({}, [])


def test_a_spec_missing_from_the_list_is_requested_by_id():
    held = documents()
    listed = {spec_id: held[spec_id] for spec_id in list(held)[2:]}
    result, lines = fetched(holding(held, listed), keys([*held, "gone"]))
    assert documents_of(result) == held
    assert {"GET /flowSpecs/id0", "GET /flowSpecs/id1", "GET /flowSpecs/gone"} < set(lines)
    assert len(lines) == 5 + SAMPLE


def test_a_list_of_shortened_documents_is_not_trusted():
    held = documents()
    listed = {spec_id: {"id": spec_id, "name": doc["name"]} for spec_id, doc in held.items()}
    result, lines = fetched(holding(held, listed), keys(held))
    assert documents_of(result) == held
    assert len(lines) == 2 + MANY


def test_the_largest_entry_is_the_one_compared():
    held = documents()
    held["id5"]["sourceConnectionSpecIds"] = [str(n) for n in range(50)]
    listed = {spec_id: dict(doc) for spec_id, doc in held.items()}
    listed["id5"]["sourceConnectionSpecIds"] = [str(n) for n in range(20)]
    result, lines = fetched(holding(held, listed), keys(held))
    assert lines[1] == "GET /flowSpecs/id5"
    assert documents_of(result) == held


def test_an_entry_that_is_listed_twice_is_read():
    held = documents()
    doubled = items(*held.values(), {**held["id3"], "name": "another"})
    result, lines = fetched(holding(held, listing=doubled), keys(held))
    assert documents_of(result) == held
    assert "GET /flowSpecs/id3" in lines


def test_an_entry_that_vanishes_between_list_and_read_makes_the_list_worthless():
    held = documents()
    listed = dict(held)
    heaviest = {**held["id0"], "version": "1", "id": "gone"}
    listed["gone"] = heaviest
    result, lines = fetched(holding(held, listed), keys([*held, "gone"]))
    assert documents_of(result) == held
    assert len(lines) == 2 + MANY + 1


def test_an_entry_in_two_spellings_is_read_and_refused_by_the_plan():
    held = documents()
    held["id0"] |= {"transformationSpec": [], "transformationSpecs": []}
    result, _ = fetched(holding(held), keys(held))
    assert documents_of(result) == held


def test_an_entry_that_would_be_changed_is_read_before_planning():
    held = documents()
    listed = {spec_id: dict(doc) for spec_id, doc in held.items()}
    del listed["id7"]["attributes"]
    result, lines = fetched(
        holding(held, listed), keys(held), is_settled=lambda live: "attributes" in live.document
    )
    assert documents_of(result) == held
    assert len(lines) == 3 + SAMPLE
    assert "GET /flowSpecs/id7" in lines


def test_an_entry_that_is_out_of_date_hides_no_drift_among_few():
    held = documents(FEW)
    listed = {spec_id: dict(doc) for spec_id, doc in held.items()}
    listed["id7"]["name"] = "As the file has it"
    result, _ = fetched(
        holding(held, listed), keys(held), want_unmanaged=True, is_settled=lambda _: True
    )
    assert documents_of(result) == held


def test_a_list_that_is_out_of_date_is_found_among_many():
    held = documents(4 * SAMPLE)
    listed = {spec_id: {**doc, "version": "old"} for spec_id, doc in held.items()}
    listed["id0"] = held["id0"]
    held["id0"]["sourceConnectionSpecIds"] = [str(n) for n in range(50)]
    result, lines = fetched(holding(held, listed), keys(held), is_settled=lambda _: True)
    assert documents_of(result) == held
    assert len(lines) == 1 + len(held)


def nothing_is_settled(_):
    return False


def test_of_very_many_that_would_be_changed_a_sample_is_read():
    held = documents(4 * SAMPLE)
    result, lines = fetched(holding(held), keys(held), is_settled=nothing_is_settled)
    assert documents_of(result) == held
    assert len(lines) == 2 + SAMPLE


def test_one_of_the_sample_that_is_not_as_listed_has_every_one_read():
    held = documents(4 * SAMPLE)
    listed = {spec_id: dict(document) for spec_id, document in held.items()}
    del listed["id7"]["attributes"]
    result, lines = fetched(holding(held, listed), keys(held), is_settled=nothing_is_settled)
    assert documents_of(result) == held
    assert len(lines) == 1 + len(held)


def test_other_specs_on_the_target_are_unmanaged():
    held = documents()
    result, lines = fetched(holding(held), keys(["id0", "id1"]), want_unmanaged=True)
    assert [spec.id for spec in result.unmanaged] == [f"id{n}" for n in range(2, MANY)]
    assert set(documents_of(result)) == {"id0", "id1"}
    assert sorted(lines) == ["GET /flowSpecs", "GET /flowSpecs/id0", "GET /flowSpecs/id1"]


def test_each_kind_is_listed_where_something_of_it_is_wanted():
    held = documents(2)
    wanted = [*keys(["id0"]), *keys(["id1"], "connectionSpec")]
    result, lines = fetched(holding(held), wanted, want_unmanaged=True)
    assert {"GET /flowSpecs", "GET /connectionSpecs"} < set(lines)
    assert [(spec.kind.name, spec.id) for spec in result.unmanaged] == [
        ("flowSpec", "id1"),
        ("connectionSpec", "id0"),
    ]


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_a_target_that_does_not_list_is_read_by_id_with_a_warning(status):
    held = documents()
    script = holding(held, listing=refused(status, ""))
    result, _ = fetched(script, keys(held), want_unmanaged=True)
    assert documents_of(result) == held
    assert result.unmanaged == ()
    (warning,) = result.warnings
    assert "does not list flowSpecs" in warning
    assert "what else is there is not known" in warning


def test_the_list_of_a_kind_is_had_beside_the_specs_of_another_or_its_own():
    held = documents(2)
    script = holding(held)
    result, lines = fetched(script, keys(["id0"]), want_listed=[CONNECTION_SPEC])
    assert [spec.id for spec in result.listed["connectionSpec"]] == ["id0", "id1"]
    assert (result.unmanaged, len(result.live)) == ((), 1)
    assert sorted(lines) == ["GET /connectionSpecs", "GET /flowSpecs/id0"]
    own, lines = fetched(script, keys(["id0"]), want_listed=[FLOW_SPEC])
    assert [spec.id for spec in own.listed["flowSpec"]] == ["id0", "id1"]
    assert lines == ["GET /flowSpecs", "GET /flowSpecs/id0"]


@pytest.mark.parametrize("status", [403, 404, 400])
def test_a_list_that_only_informs_and_cannot_be_had_is_a_warning(status):
    held = documents(1)

    def answer(request):
        if request.path == "/connectionSpecs":
            return refused(status, "2118-403")
        return holding(held)(request)

    result, _ = fetched(answer, keys(["id0"]), want_listed=[CONNECTION_SPEC])
    (warning,) = result.warnings
    assert warning.startswith("The ids of connectionSpecs could not be checked. GET /conn")
    assert (result.listed, len(result.live)) == ({}, 1)


def test_a_kind_that_is_managed_and_not_listed_is_missing_from_the_lists():
    result, _ = fetched(
        holding(documents(1), listing=refused(403, "2118-403")),
        keys(["id0"]),
        want_listed=[FLOW_SPEC],
    )
    assert result.listed == {}
    assert "what else is there is not known" in result.warnings[0]


def test_where_nothing_is_found_the_place_is_checked_once():
    result, lines = fetched(holding({}, {}), keys(["new"]))
    assert documents_of(result) == {}
    assert lines == ["GET /flowSpecs/new", "GET /flowSpecs"]


def test_a_place_that_knows_neither_list_nor_spec_is_not_taken_for_an_empty_target():
    async def story():
        unknown = reply({"detail": "Not Found"}, 404)
        async with Wire(lambda _: unknown) as wire, wire.service(path="/wrong") as service:
            for wanted in (keys(["a"]), keys(documents())):
                error = await raised(
                    ServiceError, fetch_live(service, wanted, want_unmanaged=False)
                )
                assert "Check the target's url" in str(error)

    run_story(story())


def test_a_list_that_is_broken_is_an_error():
    async def story():
        script = holding({}, listing=reply(b"<html>"))
        async with Wire(script) as wire, wire.service() as service:
            await raised(ServiceError, fetch_live(service, keys(["a"]), want_unmanaged=True))

    run_story(story())


def test_a_failed_read_fails_the_fetch_with_its_error():
    async def story():
        def answer(request):
            return refused(400, "1413-400") if request.path.endswith("id3") else items()

        async with Wire(answer) as wire, wire.service() as service:
            error = await raised(ServiceError, reread(service, keys(documents(5))))
            assert error.path == "/flowSpecs/id3"

    run_story(story())


def test_rereading_omits_specs_that_do_not_exist():
    async def story():
        held = documents(3)
        async with Wire(holding(held)) as wire, wire.service() as service:
            live = await reread(service, keys(["id2", "nowhere", "id0"]))
            assert set(live) == set(keys(["id0", "id2"]))

    run_story(story())


@pytest.mark.parametrize(("count", "reads"), [(1, 1), (100, 1 + SAMPLE), (400, 1 + SAMPLE)])
def test_requests_do_not_grow_with_the_number_of_specs(count, reads):
    held = documents(count)
    _, lines = fetched(holding(held), keys(held), want_unmanaged=True)
    assert len(lines) == 1 + reads
