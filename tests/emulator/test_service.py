"""The emulated service answers as Adobe's documents say (flow-service facts)."""

import base64
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import httpx
import pytest
from repos import OLD_SOURCE

from reconciler.emulator.app import BASE_PATH, create_app
from reconciler.emulator.ims import Tokens
from reconciler.emulator.store import Store
from reconciler.model.errors import ReconcilerError

REST = "6499120c-0b15-42dc-936e-847ea3c24d72"
HEADERS = {
    "Authorization": "Bearer token",
    "x-api-key": "key",
    "x-gw-ims-org-id": "1234@AdobeOrg",
    "x-sandbox-name": "prod",
}


@pytest.fixture
def client(app, serve):
    with httpx.Client(base_url=serve(app) + BASE_PATH, headers=HEADERS) as client:
        yield client


def code_of(response):
    body = response.json()
    return body.get("error_code") or body["errors"][0]["code"]


def test_a_fresh_store_holds_what_the_documentation_shows(client):
    specs = client.get("/flowSpecs").json()["items"]
    assert [spec["name"] for spec in specs] == ["RestStorageToAEP", "GenericStreamingAEP"]
    assert specs[0]["sourceConnectionSpecIds"] == ["2d46966e-4fcc-4015-9f9e-a67594e395a3"]
    names = [spec["name"] for spec in client.get("/connectionSpecs").json()["items"]]
    assert "Data Lake" in names
    assert "generic-rest-extension" in names


def test_a_read_by_id_answers_a_list_of_one(client):
    response = client.get(f"/flowSpecs/{REST}")
    assert [item["id"] for item in response.json()["items"]] == [REST]
    assert response.headers["x-request-id"]


def test_the_same_paths_answer_without_the_base_path(app, serve):
    assert httpx.get(f"{serve(app)}/flowSpecs/{REST}", headers=HEADERS).status_code == 200


@pytest.mark.parametrize(
    ("missing", "status", "code"),
    [
        ("Authorization", 403, "403010"),
        ("x-api-key", 403, "403000"),
        ("x-gw-ims-org-id", 400, "400003"),
        ("x-sandbox-name", 400, "2105-400"),
    ],
)
def test_a_missing_header_is_answered_with_the_documented_code(app, serve, missing, status, code):
    headers = {name: value for name, value in HEADERS.items() if name != missing}
    response = httpx.get(f"{serve(app)}/flowSpecs", headers=headers)
    assert (response.status_code, code_of(response)) == (status, code)


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code"),
    [
        ("GET", "/flowSpecs/00000000-0000-0000-0000-000000000000", None, 404, "1101-404"),
        ("GET", "/flowSpecs/a%20b", None, 400, "1413-400"),
        ("PUT", f"/flowSpecs/{REST}", b"", 400, "1405-400"),
        ("PUT", "/flowSpecs/nowhere", b'{"name":"n","providerId":"p"}', 404, "1101-404"),
        ("PUT", f"/flowSpecs/{REST}", b'{"id":"x","name":"n","providerId":"p"}', 400, "1413-400"),
        ("POST", "/flowSpecs", b'{"id":"a b","name":"n","providerId":"p"}', 400, "1413-400"),
        ("GET", "/flowSpecs?property=name", None, 400, "1450-400"),
        ("GET", "/flowSpecs?orderby=nothing", None, 400, "1433-400"),
        ("GET", "/flowSpecs?limit=many", None, 400, "1452-400"),
        ("GET", "/flowSpecs?limit=0", None, 400, "1452-400"),
        ("POST", "/flowSpecs/search", b'{"limit":1001}', 400, "1452-400"),
    ],
)
def test_an_invalid_request_is_answered_with_the_documented_code(
    client, method, path, content, status, code
):
    response = client.request(method, path, content=content)
    assert (response.status_code, code_of(response)) == (status, code)


@pytest.mark.parametrize(
    "content", [b"{", b"[1]", b'{"name": "n"}', b'{"name":"n","providerId":"p","x":1e999}']
)
def test_a_body_that_is_no_spec_is_rejected_in_the_form_of_the_platform(client, content):
    response = client.post("/flowSpecs", content=content)
    assert response.status_code == 400
    assert response.json()["status"] == 400


def test_a_post_returns_201_the_bare_document_and_its_location(client):
    response = client.post("/flowSpecs", json={"name": "n", "providerId": "p"})
    made = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"{BASE_PATH}/flowSpecs/{made['id']}"
    assert client.get(f"/flowSpecs/{made['id']}").json()["items"] == [made]
    assert made["createdBy"] == made["updatedBy"]
    assert made["sandboxName"] == "prod"


def test_a_post_with_an_id_keeps_it_and_a_second_one_is_refused(client):
    body = {"id": "my-own", "name": "n", "providerId": "p"}
    assert client.post("/flowSpecs", json=body).json()["id"] == "my-own"
    assert client.post("/flowSpecs", json=body).status_code == 409


def test_a_put_replaces_the_document_and_sets_what_the_service_manages(client):
    before = client.get(f"/flowSpecs/{REST}").json()["items"][0]
    sent = {"name": "R", "providerId": "p", "updatedAt": 1, "transformationSpec": [{"name": "M"}]}
    after = client.put(f"/flowSpecs/{REST}", json=sent).json()
    assert after["transformationSpecs"] == [{"name": "M"}]
    assert "scheduleSpec" not in after
    assert after["createdAt"] == before["createdAt"]
    assert after["updatedAt"] > before["updatedAt"]


@pytest.mark.parametrize("sent", ["transformationSpec", "transformationSpecDTOS"])
def test_a_put_keeps_the_name_under_which_a_field_is_held(client, store, sent):
    document = {**store.get("flowSpecs", REST).document, "transformationSpec": []}
    document.pop("transformationSpecs")
    store.put("flowSpecs", REST, document)
    body = {"name": "R", "providerId": "p", sent: [{"name": "Mapping"}]}
    after = client.put(f"/flowSpecs/{REST}", json=body).json()
    assert after["transformationSpec"] == [{"name": "Mapping"}]
    assert not {"transformationSpecs", "transformationSpecDTOS"} & after.keys()


def test_filters_and_order_work_as_documented(client):
    def names(query):
        return [item["name"] for item in client.get(f"/flowSpecs?{query}").json()["items"]]

    assert names("property=name==RestStorageToAEP") == ["RestStorageToAEP"]
    assert names(f"property=id=={REST}") == ["RestStorageToAEP"]
    assert names("property=name!=RestStorageToAEP") == ["GenericStreamingAEP"]
    assert names("property=attributes.notification.flowRun.enabled==true&limit=1") == [
        "RestStorageToAEP"
    ]
    assert names("property=createdAt>=1633080822911,name==nobody") == []
    assert names("property=createdAt>x") == []
    assert names("property=createdAt!=x&property=nothing!=x&orderby=name") == [
        "GenericStreamingAEP",
        "RestStorageToAEP",
    ]
    assert names(
        "property=targetConnectionSpecIds==c604ff05-7f1a-43c0-8e18-33bf874cb11c&orderby=-createdAt"
    )
    assert names("property=nothing==x") == []


def test_a_search_takes_the_same_filters_and_counts_and_projects(client):
    found = client.post(
        "/flowSpecs/search",
        json={"queryString": "name==RestStorageToAEP", "count": True, "projectionFields": "id,x"},
    ).json()
    assert found == {"items": [{"id": REST}], "count": 1}
    ordered = client.post("/flowSpecs/search", json={"orderby": "-name", "limit": 1}).json()
    assert ordered["items"][0]["name"] == "RestStorageToAEP"


def test_pages_are_linked_until_the_last(store, serve):
    url = serve(create_app(store, page_size=3)) + BASE_PATH
    names, href = [], "/connectionSpecs?orderby=name&count=true"
    while href:
        page = httpx.get(url + href, headers=HEADERS).json()
        assert len(page["items"]) <= 3
        assert page["count"] == 4
        names += [item["name"] for item in page["items"]]
        href = page.get("_links", {}).get("next", {}).get("href")
    assert len(names) == 4
    assert names == sorted(names)


def test_page_tokens_continue_past_the_thirty_sixth_item(store, serve):
    for number in range(80):
        store.put("flows", f"f{number}", {"id": f"f{number}", "name": str(number)})
    url, href, seen = serve(create_app(store, page_size=30)) + BASE_PATH, "/flows", 0
    while href:
        page = httpx.get(url + href, headers=HEADERS).json()
        seen += len(page["items"])
        href = page.get("_links", {}).get("next", {}).get("href")
    assert seen == 82  # with the two that are seeded


def test_a_token_alone_continues_a_list_with_its_filters_order_and_limit(client):
    query = "property=flowSpec.id==" + REST + "&orderby=-name&limit=1&count=true"
    first = client.get(f"/flows?{query}").json()
    href = first["_links"]["next"]["href"]
    assert href.startswith("/flows?continuationToken=")
    assert href.count("=") == 1
    second = client.get(href).json()
    names = [page["items"][0]["name"] for page in (first, second)]
    assert names == ["Orders every 20 minutes", "Members every hour"]
    assert (second["count"], second["_links"]) == (2, {})


DEEP = base64.urlsafe_b64encode(b'{"x":' + b"[" * 9_000 + b"]" * 9_000 + b"}").decode()


@pytest.mark.parametrize("token", ["x", "e30", "eyJzdGFydCI6IngifQ", "\u00e9", DEEP])
def test_an_unknown_page_token_is_rejected(client, token):
    response = client.get("/flows", params={"continuationToken": token})
    assert (response.status_code, code_of(response)) == (400, "1452-400")


def test_lists_of_specs_have_no_links_and_the_others_always_do(client):
    for collection in ("flowSpecs", "connectionSpecs"):
        assert set(client.get(f"/{collection}").json()) == {"items"}
    for collection in ("flows", "connections", "sourceConnections", "targetConnections", "runs"):
        body = client.get(f"/{collection}").json()
        assert body["items"]
        assert body["_links"] == {}


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        (f"inheritedAttributes.sourceConnections[].connectionSpec.id=={OLD_SOURCE}", 2),
        (f'inheritedAttributes.sourceConnections[].connectionSpec.id=="{OLD_SOURCE}"', 2),
        ("inheritedAttributes.sourceConnections[].connectionSpec.id==x", 0),
        (f"inheritedAttributes.sourceConnections[].connectionSpec.id!={OLD_SOURCE}", 0),
        ("inheritedAttributes.properties.isSourceFlow==true", 2),
        ("inheritedAttributes.properties.isDestinationFlow==true", 0),
    ],
)
def test_filters_match_elements_of_lists(client, condition, count):
    found = client.get("/flows", params={"property": condition}).json()["items"]
    assert len(found) == count


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", f"/flowSpecs/{REST}", 405)]
)
def test_unknown_paths_and_verbs_are_answered_in_json(client, method, path, status):
    response = client.request(method, path)
    assert response.status_code == response.json()["status"] == status


def test_with_etags_a_put_needs_the_one_of_the_last_read(store, serve):
    url = f"{serve(create_app(store, etags=True))}/flowSpecs/{REST}"
    body = {"name": "R", "providerId": "p"}
    read = httpx.get(url, headers=HEADERS)
    assert read.json()["items"][0]["etag"] == read.headers["etag"]
    assert code_of(httpx.put(url, headers=HEADERS, json=body)) == "1403-400"
    match = {**HEADERS, "If-Match": read.headers["etag"]}
    written = httpx.put(url, headers=match, json=body)
    assert written.headers["etag"] != read.headers["etag"]
    assert code_of(httpx.put(url, headers=match, json=body)) == "1404-412"


def test_flows_are_found_by_their_flow_spec(client):
    client.post("/flows", json={"name": "f", "flowSpec": {"id": "mine", "version": "1.0"}})
    found = client.get("/flows?property=flowSpec.id==mine").json()["items"]
    assert [flow["name"] for flow in found] == ["f"]
    found = client.get(f"/flows?property=flowSpec.id=={REST}").json()["items"]
    assert [flow["name"] for flow in found] == ["Members every hour", "Orders every 20 minutes"]
    assert client.post("/flows", json={"name": "f"}).status_code == 400


def test_a_source_connection_of_a_flow_names_its_connection_spec(client):
    (flow, _) = client.get("/flows").json()["items"]
    (source,) = flow["sourceConnectionIds"]
    (found,) = client.get(f"/sourceConnections/{source}").json()["items"]
    expected = flow["inheritedAttributes"]["sourceConnections"][0]["connectionSpec"]
    assert found["connectionSpec"] == expected
    assert client.post("/sourceConnections", json={"name": "s"}).status_code == 400


def test_a_number_beyond_floats_and_a_lone_surrogate_survive(client):
    content = rb'{"name":"n","providerId":"p","big":12345678901234567890123,"odd":"\ud800"}'
    made = client.post("/flowSpecs", content=content)
    assert rb'"big":12345678901234567890123,"odd":"\ud800"' in made.content


def test_a_search_with_a_lone_surrogate_is_continued(client):
    content = rb'{"queryString":"name!=\ud800","limit":1}'
    first = client.post("/flows/search", content=content).json()
    second = client.get(first["_links"]["next"]["href"]).json()
    assert [len(page["items"]) for page in (first, second)] == [1, 1]
    assert second["_links"] == {}


class TestTokens:
    def test_a_form_that_is_not_utf_8_is_rejected(self, app, serve):
        response = httpx.post(f"{serve(app)}/ims/token/v3", content=b"\xff=1")
        assert (response.status_code, response.json()["error"]) == (400, "unsupported_grant_type")

    def ask(self, url, **form):
        return httpx.post(f"{url}/ims/token/v3", data=form)

    def test_client_credentials_get_a_token_that_the_service_accepts(self, store, serve):
        tokens = Tokens(strict=True)
        url = serve(create_app(store, tokens=tokens))
        bought = self.ask(
            url, grant_type="client_credentials", client_id="i", client_secret="s", scope="a,b"
        ).json()
        assert (bought["token_type"], bought["expires_in"]) == ("bearer", 86399)
        headers = {**HEADERS, "Authorization": f"Bearer {bought['access_token']}"}
        assert httpx.get(f"{url}/flowSpecs", headers=headers).status_code == 200
        tokens.revoke_all()
        refused = httpx.get(f"{url}/flowSpecs", headers=headers)
        assert (refused.status_code, code_of(refused)) == (401, "401013")

    @pytest.mark.parametrize(
        ("form", "error"),
        [
            ({}, "unsupported_grant_type"),
            ({"grant_type": "client_credentials"}, "invalid_client"),
            (
                {"grant_type": "client_credentials", "client_id": "i", "client_secret": "s"},
                "invalid_scope",
            ),
        ],
    )
    def test_an_incomplete_request_is_rejected_as_by_ims(self, app, serve, form, error):
        response = self.ask(serve(app), **form)
        assert (response.status_code, response.json()["error"]) == (400, error)


def test_an_empty_store_stays_empty(tmp_path):
    store = Store(tmp_path / "s.db", empty=True)
    assert store.all("flowSpecs") == []
    store.close()
    again = Store(tmp_path / "s.db")
    assert again.all("flowSpecs") == []
    again.close()


def test_a_failed_transaction_is_rolled_back(store):
    def write_and_fail():
        with store.transaction():
            store.put("flowSpecs", "x", {"id": "x"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert store.get("flowSpecs", "x") is None


def test_two_processes_can_share_a_store(store, tmp_path):
    other = Store(tmp_path / "store" / "emulator.db")
    store.put("flowSpecs", "x", {"id": "x"})
    assert other.get("flowSpecs", "x").revision == 1
    assert other.put("flowSpecs", "x", {"id": "x"}).revision == 2
    other.close()


@pytest.mark.parametrize("attempt", range(10))
def test_several_processes_can_create_a_store_at_once(tmp_path, attempt):
    file, together = tmp_path / f"{attempt}.db", Barrier(6)

    def create(number):
        together.wait()
        with closing(Store(file)) as store:
            store.put("flowSpecs", str(number), {"id": str(number)})

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(create, range(6)))
    with closing(Store(file)) as store:
        assert {"0", "1", "2", "3", "4", "5"} < {spec.id for spec in store.all("flowSpecs")}


def test_a_file_that_cannot_be_a_store_is_an_error(tmp_path):
    (tmp_path / "text").write_text("this is no database, however long it is" * 100)
    for path in (tmp_path, tmp_path / "text"):
        with pytest.raises(ReconcilerError, match="cannot hold the emulator's documents"):
            Store(path)
