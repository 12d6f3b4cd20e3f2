"""`reconciler doctor`, with a working target and with each kind of failure."""

import json

import pytest
from repos import CREDENTIALS, REST
from starlette.responses import JSONResponse

CLIENT = {
    "ADOBE_CLIENT_ID": "client",
    "ADOBE_CLIENT_SECRET": "very-secret",
    "ADOBE_SCOPES": "openid",
}


def checks(run):
    """The findings that `--format json` printed, by name."""
    return {check["name"]: check for check in json.loads(run.out)["checks"]}


def failing(app, matches, status, body):
    """Return an application that answers the requests that match with an error."""

    async def answer(scope, receive, send):
        if matches(scope["path"]):
            await JSONResponse(body, status)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return answer


def test_an_embedded_target_passes_every_check(repo):
    run = repo.run("doctor")
    assert run.code == 0, run.said
    assert "✗" not in run.out
    for line in ("✓ /flowSpecs: 2 documents", "✓ /flows: 2 dataflows", "· recorded commit: none"):
        assert line in run.out


def test_the_shape_of_responses_is_shown_without_a_name_a_value_or_a_secret(
    repo, store, serve, app
):
    document = store.get("flowSpecs", REST).document
    document = {**document, "surprise": "a value", "transformationSpec": []}
    document.pop("transformationSpecs")
    store.put("flowSpecs", REST, document)
    repo.target(serve(app))
    run = repo.run("doctor", "--format", "json", **CLIENT)
    assert run.code == 0, run.said
    found = checks(run)
    assert found["credentials"]["detail"] == f"set: {', '.join(CLIENT)}"
    assert found["flowSpec answers"]["detail"] == (
        "no ETag, list entries whole, spelled transformationSpec, unknown field surprise"
    )
    for secret in (*CLIENT.values(), "a value", "RestStorageToAEP", REST):
        assert f'"{secret}"' not in run.out
        assert secret not in run.out.replace("client id", "")


def test_missing_credentials_are_named_and_no_request_is_sent(repo, serve, app):
    repo.target(serve(app))
    run = repo.run("doctor", "--format", "json", ADOBE_CLIENT_ID="client")
    found = checks(run)
    assert run.code == 1
    assert found["credentials"]["status"] == "failed"
    assert "ADOBE_CLIENT_SECRET" in found["credentials"]["detail"]
    assert "/flowSpecs" not in found


@pytest.mark.parametrize(
    ("status", "body", "header"),
    [
        (401, {"error_code": "401013", "message": "Oauth token is not valid"}, "Authorization"),
        (403, {"error_code": "403003", "message": "Api Key is invalid"}, "x-api-key"),
        (403, {"error_code": "403025", "message": "Not entitled"}, "x-gw-ims-org-id"),
        (404, {"errors": [{"code": "2100-404", "message": "No sandbox"}]}, "x-sandbox-name"),
    ],
)
def test_a_rejected_header_is_named_with_what_to_do(repo, serve, app, status, body, header):
    repo.target(serve(failing(app, lambda path: "flowservice" in path, status, body)))
    run = repo.run("doctor", "--format", "json", **CREDENTIALS)
    found = checks(run)
    assert run.code == 1
    assert found[header]["status"] == "failed"
    assert found[header]["fix"]
    assert found["/flowSpecs"]["status"] == found["/connectionSpecs"]["status"] == "failed"


def test_one_list_that_cannot_be_read_does_not_hide_the_others(repo, serve, app):
    refused = {"errors": [{"code": "2118-403", "message": "Forbidden"}]}
    repo.target(serve(failing(app, lambda path: path.endswith("/flows"), 403, refused)))
    run = repo.run("doctor", **CREDENTIALS)
    assert run.code == 1
    assert "✗ /flows: 403 2118-403" in run.out
    assert "✓ /connectionSpecs: 4 documents" in run.out


def test_a_rejected_client_fails_the_token_check(repo, serve, app):
    refused = {"error": "invalid_client", "error_description": "very-secret"}
    repo.target(serve(failing(app, lambda path: path.startswith("/ims"), 401, refused)))
    run = repo.run("doctor", **CLIENT)
    assert run.code == 1
    assert "✗ token:" in run.out
    assert "very-secret" not in run.said


def test_an_unreachable_service_is_one_failed_check(repo):
    repo.target("http://127.0.0.1:9")
    run = repo.run("doctor", "--attempts", "1", **CREDENTIALS)
    assert run.code == 1
    assert "✗ connection:" in run.out


def test_a_broken_configuration_ends_the_checks(repo):
    repo.write("specs/reconciler.yaml", "targets: [")
    run = repo.run("doctor")
    assert run.code == 1
    assert "✗ configuration: specs/reconciler.yaml:" in run.out


def test_it_only_reads(repo, serve, app):
    seen = set()

    async def watched(scope, receive, send):
        seen.add((scope["method"], scope["path"].rpartition("/")[2]))
        await app(scope, receive, send)

    repo.target(serve(watched))
    assert repo.run("doctor", **CREDENTIALS).code == 0
    assert {method for method, _ in seen} == {"GET"}


def test_proxies_and_certificates_are_named_without_their_values(repo, serve, app):
    repo.target(serve(app))
    given = {"HTTPS_PROXY": "http://me:hidden@proxy.example:1", "SSL_CERT_DIR": "/certs"}
    run = repo.run("doctor", **CREDENTIALS, **given)
    assert "proxy: HTTPS_PROXY" in run.out
    assert "SSL_CERT_DIR" in run.out
    assert "hidden" not in run.said
