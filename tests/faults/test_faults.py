"""Each fault has its documented effect on a request, in-process and over a real socket."""

import asyncio

import httpx
import pytest
from faults.cutting import CuttingTransport
from faults.injection import Edit, Fault, FaultKind, with_faults

from reconciler.emulator.app import create_app
from reconciler.model.canonical import normal_spelling
from reconciler.model.kinds import FLOW_SPEC

REST = "6499120c-0b15-42dc-936e-847ea3c24d72"
PATH = f"/flowSpecs/{REST}"
LIST = ("sourceConnectionSpecIds",)
HEADERS = {
    "Authorization": "Bearer token",
    "x-api-key": "key",
    "x-gw-ims-org-id": "1234@AdobeOrg",
    "x-sandbox-name": "prod",
}


@pytest.fixture
def serve_faults(store, over_http):
    """Serve an emulator with these faults over HTTP; returns its URL."""
    return lambda *faults: over_http(with_faults(create_app(store), faults))


@pytest.fixture
def ask(store):
    """Send requests in turn to an emulator with these faults; return answers and errors."""

    def ask_all(faults, *requests, etags=False):
        async def story():
            transport = CuttingTransport(with_faults(create_app(store, etags=etags), faults))
            answers = []
            async with httpx.AsyncClient(
                transport=transport, base_url="http://embedded.invalid", headers=HEADERS
            ) as client:
                for method, path, *body in requests:
                    try:
                        answers.append(await client.request(method, path, json=(body or [None])[0]))
                    except httpx.TransportError as error:
                        answers.append(error)
            return answers

        return asyncio.run(story())

    return ask_all


def document(store):
    return store.get("flowSpecs", REST).document


def changed(store, **fields):
    return {**document(store), **fields}


def test_the_nth_matching_request_is_struck_and_only_so_many_times(ask):
    fault = Fault(FaultKind.STATUS, method="GET", path="*/flowSpecs/*", nth=2, times=2)
    asked = [("GET", "/flowSpecs"), *[("GET", PATH)] * 4, ("GET", "/connectionSpecs")]
    answers = ask([fault], *asked)
    assert [answer.status_code for answer in answers] == [200, 200, 503, 503, 200, 200]


def test_without_a_number_of_times_every_later_request_is_struck(ask):
    answers = ask([Fault(FaultKind.STATUS, nth=2, times=None)], *[("GET", PATH)] * 4)
    assert [answer.status_code for answer in answers] == [200, 503, 503, 503]


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.REFUSE, httpx.ConnectError),
        (FaultKind.RESET, httpx.ReadError),
        (FaultKind.TIMEOUT, httpx.ReadTimeout),
    ],
)
@pytest.mark.parametrize("after", [False, True])
def test_a_cut_in_process_is_the_error_that_a_socket_gives(ask, store, kind, error, after):
    body = changed(store, version="9")
    (answer,) = ask([Fault(kind, after=after)], ("PUT", PATH, body))
    assert type(answer) is error
    assert (document(store)["version"] == "9") is after


@pytest.mark.parametrize("kind", [FaultKind.REFUSE, FaultKind.RESET])
def test_a_cut_over_http_closes_the_socket_without_a_byte(serve_faults, store, kind):
    url = serve_faults(Fault(kind, method="PUT", after=True))
    with httpx.Client(headers=HEADERS) as client:
        body = changed(store, version="9")
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            client.put(url + PATH, json=body)
        assert document(store)["version"] == "9"
        assert client.put(url + PATH, json=body).status_code == 200


def test_a_timeout_over_http_lasts_until_the_client_gives_up(serve_faults):
    url = serve_faults(Fault(FaultKind.TIMEOUT))
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(url + PATH, headers=HEADERS, timeout=0.1)
    assert httpx.get(url + PATH, headers=HEADERS).status_code == 200


def test_a_slow_body_is_the_same_answer_in_drops(serve_faults, ask):
    fault = Fault(FaultKind.SLOW_BODY, pause=0.0001)
    with (
        httpx.Client(headers=HEADERS) as client,
        client.stream("GET", serve_faults(fault) + PATH) as answer,
    ):
        parts = list(answer.iter_raw())
    (whole,) = ask([], ("GET", PATH))
    assert b"".join(parts) == whole.content
    (slow,) = ask([fault], ("GET", PATH))
    assert slow.content == whole.content


def test_an_empty_body_is_sent_as_it_is(ask):
    slow = Fault(FaultKind.SLOW_BODY)
    empty = Fault(FaultKind.REDIRECT, location="https://elsewhere.example/")
    (answer,) = ask([slow, empty], ("GET", PATH))
    assert (answer.status_code, answer.content) == (307, b"")
    assert answer.headers["location"] == "https://elsewhere.example/"


def test_a_status_may_have_a_pause_and_a_body(ask, store):
    body = {"errors": [{"code": "1404-412"}]}
    fault = Fault(FaultKind.STATUS, status=429, retry_after="7", body=body)
    (answer,) = ask([fault], ("PUT", PATH, changed(store, version="9")))
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "7"
    assert answer.json() == body
    assert document(store)["version"] != "9"


def test_an_error_may_come_after_the_work_was_done(ask, store):
    fault = Fault(FaultKind.STATUS, status=500, after=True)
    (answer,) = ask([fault], ("PUT", PATH, changed(store, version="9")))
    assert answer.status_code == 500
    assert "retry-after" not in answer.headers
    assert document(store)["version"] == "9"


def test_html_is_a_200_that_is_no_answer(ask):
    (answer,) = ask([Fault(FaultKind.HTML)], ("GET", PATH))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_truncated_json_is_half_of_the_answer_of_work_that_was_done(ask, store):
    body = changed(store, version="9")
    (answer,) = ask([Fault(FaultKind.TRUNCATED)], ("PUT", PATH, body))
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"."):
        answer.json()
    assert document(store)["version"] == "9"


def test_normalise_stores_another_value_than_was_sent(ask, store):
    fault = Fault(FaultKind.NORMALISE, pointer=("scheduleSpec", "name"), value="Other")
    (answer,) = ask([fault], ("PUT", PATH, document(store)))
    assert answer.json()["scheduleSpec"]["name"] == "Other"
    assert document(store)["scheduleSpec"]["name"] == "Other"


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        (("transformationSpecs", "0", "name"), "Other"),
        (("transformationSpecs", "0"), {"name": "O"}),
    ],
)
def test_normalise_goes_into_lists(ask, store, pointer, value):
    ask(
        [Fault(FaultKind.NORMALISE, pointer=pointer, value=value)],
        ("PUT", PATH, changed(store, transformationSpecs=[{"name": "Mapping"}])),
    )
    (kept,) = document(store)["transformationSpecs"]
    assert kept["name"] in ("Other", "O")


@pytest.mark.parametrize("pointer", [("no", "such"), ("transformationSpecs", "9"), ("name", "x")])
@pytest.mark.parametrize("kind", [FaultKind.NORMALISE, FaultKind.DROP_FIELD])
def test_a_pointer_that_does_not_exist_is_skipped(ask, store, kind, pointer):
    before = document(store)
    ask([Fault(kind, pointer=pointer, value="x")], ("PUT", PATH, before))
    assert normal_spelling(FLOW_SPEC, document(store)) == normal_spelling(FLOW_SPEC, before)


def test_drop_field_stores_the_document_without_it(ask, store):
    ask([Fault(FaultKind.DROP_FIELD, pointer=("attributes",))], ("PUT", PATH, document(store)))
    assert "attributes" not in document(store)


def test_a_lie_answers_well_and_stores_nothing(ask, store):
    body = changed(store, version="9")
    new = {**body, "id": "new"}
    put, post = ask(
        [Fault(FaultKind.LIE, times=2)], ("PUT", PATH, body), ("POST", "/flowSpecs", new)
    )
    assert (put.status_code, post.status_code) == (200, 201)
    assert put.json()["version"] == "9"
    assert document(store)["version"] != "9"
    assert store.get("flowSpecs", "new") is None


@pytest.mark.parametrize("kind", [FaultKind.LIE, FaultKind.NORMALISE, FaultKind.DROP_FIELD])
def test_faults_of_writes_do_not_affect_reads(ask, kind):
    (answer,) = ask([Fault(kind, pointer=("items",))], ("GET", PATH))
    assert answer.json()["items"][0]["id"] == REST


@pytest.mark.parametrize("etags", [False, True])
@pytest.mark.parametrize("after", [False, True])
def test_a_third_party_writes_before_or_after_a_read(ask, store, after, etags):
    fault = Fault(FaultKind.THIRD_PARTY, after=after, edit=Edit.ADD, pointer=LIST, value="theirs")
    (answer,) = ask([fault], ("GET", PATH), etags=etags)
    assert ("theirs" in answer.json()["items"][0][LIST[0]]) is not after
    assert "theirs" in document(store)[LIST[0]]


def test_a_third_party_removes_and_sets_in_another_document(ask, store):
    first = document(store)[LIST[0]][0]
    how = {"kind": FaultKind.THIRD_PARTY, "document": PATH}
    ask(
        [
            Fault(**how, edit=Edit.REMOVE, pointer=LIST, value=first),
            Fault(**how, edit=Edit.SET, pointer=("version",), value="3"),
            Fault(**how, edit=Edit.ADD, pointer=("version", "1"), value="no list"),
        ],
        ("GET", "/flowSpecs"),
    )
    assert document(store)[LIST[0]] == []
    assert document(store)["version"] == "3"


def test_a_third_party_may_put_a_whole_document(ask, store):
    body = changed(store, version="4")
    ask([Fault(FaultKind.THIRD_PARTY, value=body)], ("GET", PATH))
    assert document(store)["version"] == "4"


def test_a_third_party_finds_nothing_to_change(ask):
    fault = Fault(FaultKind.THIRD_PARTY, document="/flowSpecs/none", value={})
    (answer,) = ask([fault], ("GET", PATH))
    assert answer.status_code == 200


def test_several_faults_meet_at_one_request(ask, store):
    theirs = Fault(FaultKind.THIRD_PARTY, edit=Edit.ADD, pointer=LIST, value="theirs")
    (answer,) = ask([Fault(FaultKind.RESET, after=True), theirs], ("GET", PATH))
    assert isinstance(answer, httpx.ReadError)
    assert "theirs" in document(store)[LIST[0]]
