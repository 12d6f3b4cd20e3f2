"""Finding specs without a known id by name and provider."""

import pytest
from live.wire import Wire, items, refused, run_story

from reconciler.live.fetch import named
from reconciler.model.errors import ServiceError
from reconciler.model.kinds import CONNECTION_SPEC


def held(spec_id, **fields):
    return {"id": spec_id, "name": "Acme CRM", "providerId": "p", **fields}


def found(script, name="Acme CRM"):
    """Return the ids of what was found, and the requests that it took."""
    said = []

    async def story():
        async with Wire(script) as wire, wire.service() as service:
            document = {"name": name, "providerId": "p"}
            lives = await named(service, CONNECTION_SPEC, document)
            said.extend([[live.id for live in lives], wire.lines])

    run_story(story())
    return said


def service_with(*documents, listed=None):
    by_id = {document["id"]: document for document in documents}

    def answer(request):
        spec_id = request.path.strip("/").partition("/")[2]
        if spec_id:
            return items(by_id[spec_id]) if spec_id in by_id else refused(404, "1101-404")
        return items(*(listed or documents))

    return answer


def test_a_list_is_filtered_by_name_and_what_it_returns_is_read():
    ids, lines = found(service_with(held("a"), held("b", name="Other"), held("c", providerId="q")))
    assert ids == ["a"]
    assert lines[0] == "GET /connectionSpecs?property=name%3D%3DAcme%20CRM"
    assert "GET /connectionSpecs/b" not in lines


def test_entries_that_do_not_say_their_provider_are_read_before_they_are_left_out():
    shortened = [{"id": "a", "name": "Acme CRM"}, {"id": "gone", "name": "Acme CRM"}]
    ids, _ = found(service_with(held("a"), listed=shortened))
    assert ids == ["a"]


@pytest.mark.parametrize("name", ["Acme, CRM", '"Acme"', "a==b", ""])
def test_a_name_that_a_filter_would_take_apart_is_looked_for_in_the_whole_list(name):
    ids, lines = found(service_with(held("a", name=name), held("b")), name)
    assert ids == ["a"]
    assert lines[0] == "GET /connectionSpecs"


def test_without_a_list_it_is_an_error_and_not_none():
    with pytest.raises(ServiceError):
        found(lambda _: refused(403, "2118-403"))
