"""A live document that cannot be written back without loss fails its own spec only."""

import json

import httpx
import pytest
from applying.between import executed, status, written
from builders import ID, flow_spec, spec
from faults.course import NEW_ID, held, plan_now, seeded

from reconciler.planning.results import Result

BOTH = [flow_spec(), flow_spec(id=NEW_ID, name="Another")]
WANTED = [spec({**document, "version": "1.1"}) for document in BOTH]


@pytest.fixture
def store():
    with seeded(*BOTH) as store:
        yield store


def reading(change, *, after_writes=False):
    """Reads of the first spec return its text changed; `after_writes`: from its PUT on."""
    is_on = not after_writes

    async def act(request, forward):
        nonlocal is_on
        answer = await forward()
        if request.url.path != f"/flowSpecs/{ID}":
            return answer
        if request.method == "GET" and is_on:
            return httpx.Response(200, content=change((await answer.aread()).decode()).encode())
        is_on = is_on or request.method == "PUT"
        return answer

    return act


def a_key_twice(text):
    return text.replace('"name":', '"name":"Other","name":', 1)


def a_key_twice_as_a_number_and_a_boolean(text):
    return text.replace('"name":', '"x":true,"x":1,"name":', 1)


def an_equal_key_twice(text):
    return text.replace('"name":', '"name":"RestStorageToAEP","name":', 1)


def two_spellings(text):
    return text.replace('"name":', '"transformationSpec":[{"name":"Other"}],"name":', 1)


@pytest.mark.parametrize(
    "change", [a_key_twice, a_key_twice_as_a_number_and_a_boolean, two_spellings]
)
def test_the_spec_is_not_updated_and_the_others_are(store, change):
    outcomes, methods = executed(store, plan_now(store, WANTED), reading(change))
    assert [outcome.result for outcome in outcomes] == [Result.FAILED, Result.APPLIED]
    assert outcomes[0].message.endswith("Nothing was written.")
    assert "twice" in outcomes[0].message or "two spellings" in outcomes[0].message
    assert methods.count("PUT") == 1
    assert held(store, ID)["version"] == "1.0"


@pytest.mark.parametrize("change", [a_key_twice, two_spellings])
def test_a_write_that_makes_the_document_unreadable_is_reported(store, change):
    act = reading(change, after_writes=True)
    outcomes, _ = executed(store, plan_now(store, WANTED), act, settle=0)
    assert [outcome.result for outcome in outcomes] == [Result.FAILED, Result.APPLIED]
    assert "It was written" in outcomes[0].message


def test_a_key_twice_with_one_value_is_harmless(store):
    (outcome, _) = written(store, WANTED[0], reading(an_equal_key_twice))
    assert outcome.result is Result.APPLIED
    json.dumps(held(store, ID))


@pytest.mark.parametrize("number", [408, 409])
@pytest.mark.parametrize("done", [False, True])
def test_a_408_or_409_on_a_put_is_resolved_by_reading(store, number, done):
    met = []

    async def act(request, forward):
        if request.method == "PUT" and not met:
            met.append(request)
            if done:
                await forward()
            return status(number)
        return await forward()

    outcome, methods = written(store, WANTED[0], act)
    assert outcome.result is Result.APPLIED
    assert methods.count("PUT") == (1 if done else 2)
    assert held(store, ID)["version"] == "1.1"


def test_a_409_on_every_put_is_given_up(store):
    async def act(request, forward):
        return status(409, "x") if request.method == "PUT" else await forward()

    outcome, methods = written(store, WANTED[0], act)
    assert outcome.result is Result.FAILED
    assert "sent 5 times" in outcome.message
    assert "409" in outcome.message
    assert methods.count("PUT") == 5
