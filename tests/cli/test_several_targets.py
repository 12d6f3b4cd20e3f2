"""Several targets in one run: side by side, each with its own credentials, none hiding another."""

import json
import socket
import threading
from contextlib import closing

import pytest
from builders import one_line
from jsonschema import Draft202012Validator
from repos import OLD_SOURCE, REST, REST_FILE

from reconciler.emulator.app import create_app
from reconciler.emulator.store import Store
from reconciler.schemas import read_schema

SERVICE = "/data/foundation/flowservice"


class Listening:
    """A Flow Service that records the tokens it gets, and responds once all have been called."""

    def __init__(self, app, asked: threading.Barrier) -> None:
        self.app, self.asked, self.tokens = app, asked, []

    async def __call__(self, scope, receive, send):
        import asyncio

        if not self.tokens:
            self.tokens.append(dict(scope["headers"])[b"authorization"].decode())
            await asyncio.to_thread(self.asked.wait)
        await self.app(scope, receive, send)


def entry(name, url):
    return (
        f"  {name}:\n    url: {url}{SERVICE}\n    imsUrl: {url}\n    imsOrg: 1234@AdobeOrg\n"
        f"    sandbox: {name}\n    credentials:\n"
        f"      accessToken: {{env: {name.upper()}_ADOBE_TOKEN}}\n"
    )


@pytest.fixture
def there(repo, serve, tmp_path):
    """Two services over HTTP, and one that does not answer: emea, apac and down."""
    both = threading.Barrier(2)
    stores = {name: Store(tmp_path / f"{name}.db") for name in ("emea", "apac")}
    services = {name: Listening(create_app(store), both) for name, store in stores.items()}
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        urls = {name: serve(service) for name, service in services.items()}
        urls["down"] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        entries = "".join(entry(name, url) for name, url in urls.items())
        repo.write("specs/reconciler.yaml", f"targets:\n{entries}")
        for name in urls:
            repo.environ[f"{name.upper()}_ADOBE_TOKEN"] = f"token-of-{name}"
        repo.environ |= {"ADOBE_API_KEY": "key", "RECONCILER_ATTEMPTS": "1"}
        repo.commit()
        repo.services = services
        yield repo
        both.abort()
    for store in stores.values():
        store.close()


def test_all_targets_are_planned_at_once_and_one_that_is_down_hides_none(there):
    there.environ.pop("DOWN_ADOBE_TOKEN")
    run = there.run("plan", "--all-targets", "--format", "json", "--detailed-exitcode")
    assert run.code == 1
    found = json.loads(run.out)
    Draft202012Validator(read_schema("plans")).validate(found)
    assert [plan["target"]["name"] for plan in found["plans"]] == ["emea", "apac"]
    assert all(plan["summary"]["update"] == 1 for plan in found["plans"])
    (failure,) = found["failures"]
    assert failure["target"]["sandbox"] == "down"
    assert "DOWN_ADOBE_TOKEN" in failure["message"]
    assert "error: down: no credentials for down: set ADOBE_CLIENT_ID, " in run.err
    tokens = {name: service.tokens for name, service in there.services.items()}
    assert tokens == {name: [f"Bearer token-of-{name}"] for name in ("emea", "apac")}


def test_the_report_of_several_targets_in_every_format_and_from_plan_files(there):
    patch = f"x-reconciler:\n  targets:\n    apac: {{sourceConnectionSpecIds: [{OLD_SOURCE}]}}\n"
    there.write(REST_FILE, (there.path / REST_FILE).read_text() + patch)
    asked = ("--target", "emea", "--target", "apac", "--target", "down")
    run = there.run("plan", *asked, "--out", "{target}.json", COLUMNS="80")
    assert (run.code, run.err.count("To apply it")) == (1, 2)
    text = run.out.split("\n\n")
    assert text[1].splitlines()[:2] == [
        "                  emea  apac  down",
        "RestStorageToAEP  ~ 1   ok    ?",
    ]
    assert "! down could not be planned: GET /flowSpecs: " in one_line(run.out)
    assert run.out.splitlines()[-3:] == [
        "emea  0 to create, 1 to update, 1 unchanged.",
        "apac  No changes. All 2 specs match the target.",
        "down  Not planned.",
    ]
    assert not (there.path / "down.json").exists()

    shown = there.run("show", "emea.json", "apac.json", COLUMNS="80")
    assert shown.out.split("\n\n")[1].splitlines()[1] == "RestStorageToAEP  ~ 1   ok"
    merged = there.run("show", "emea.json", "apac.json", "--format", "json")
    there.write("both.json", merged.out)
    assert there.run("show", "both.json", COLUMNS="80").out == shown.out
    assert "holds the plans of several targets" in there.run("apply", "both.json").err
    there.write("edited.json", merged.out.replace('"update": 1', '"update": 2', 1))
    assert there.run("show", "edited.json").code == 3
    there.write("torn.json", '{"format": "reconciler.plans/v1", "plans": []}')
    assert "not complete plans: 'failures'" in there.run("show", "torn.json").err

    page = there.run("plan", *asked, "--format", "html")
    assert page.code == 1
    assert "down could not be planned; 1 spec to write on 1 of 2 targets" in page.out
    assert "<b>down</b> GET /flowSpecs: " in page.out
    comment = there.run("plan", *asked, "--format", "markdown")
    assert "### down could not be planned; 1 spec to write on 1 of 2 targets" in comment.out
    assert "**Not planned: 1 target.**" in comment.out

    assert there.run("apply", "emea.json").code == 0
    drift = there.run("drift", "--target", "emea", "--target", "apac")
    assert drift.code == 2
    assert "RestStorageToAEP  ok    ~ 1" in drift.out
    assert there.run("drift", "--all-targets").code == 1


@pytest.fixture
def embedded(repo):
    """Three targets that need no network."""
    entries = "".join(
        f"  {name}:\n    emulator: .reconciler/{name}.db\n" for name in ("a", "b", "c")
    )
    repo.write("specs/reconciler.yaml", f"defaultTarget: b\ntargets:\n{entries}")
    repo.commit()
    return repo


def test_an_error_in_the_files_is_reported_once_with_the_target_it_concerns(embedded):
    text = (embedded.path / REST_FILE).read_text()
    embedded.write(REST_FILE, text + "x-reconciler:\n  targets:\n    c: {name: ''}\n")
    run = embedded.run("plan", "--all-targets", "--detailed-exitcode")
    assert run.code == 1
    assert "! c could not be planned:" in run.out
    assert f"{REST_FILE}:" in run.out
    assert "for the target c: 'name' is empty." in one_line(run.out)
    assert "a  0 to create, 1 to update" in run.out
    embedded.write(REST_FILE, text.replace('version: "1.0"', "version: 1.0"))
    common = embedded.run("plan", "--all-targets")
    assert (common.code, common.out, common.err.count("Quote it")) == (1, "", 1)


def test_drift_shows_a_spec_that_a_target_lacks_as_missing_and_not_as_one_to_create(embedded):
    embedded.edit(REST, "7499120c-0b15-42dc-936e-847ea3c24d72")
    embedded.edit("name: RestStorageToAEP", "name: Mine")
    commit = embedded.commit()
    for name in "abc":
        embedded.git("update-ref", f"refs/reconciler/applied/{name}", commit)
    text = embedded.run("drift", "--all-targets").out
    assert "Mine  missing  missing  missing\n" in text
    assert "\n- Mine  missing on a, b, c" in text
    assert "to create" not in text


def test_a_warning_that_is_the_same_for_all_is_printed_once(embedded):
    embedded.write(REST_FILE, (embedded.path / REST_FILE).read_text() + "somethingNew: 1\n")
    run = embedded.run("plan", "--all-targets", "--detailed-exitcode")
    assert (run.code, run.err.count("somethingNew")) == (2, 1)


def test_one_named_target_or_none_is_an_ordinary_plan(embedded):
    for options in ([], ["--target", "b"], ["--target", "b", "--target", "b"]):
        assert embedded.run("plan", *options, "--format", "json").plan["target"]["name"] == "b"
    alone = embedded.run("plan", "--out", "new/{target}.json", RECONCILER_TARGET="c")
    assert alone.out.startswith("Target c ")
    assert (embedded.path / "new" / "c.json").exists()
    both = embedded.run("plan", "--format", "json", RECONCILER_TARGET="c a").plan
    assert [plan["target"]["name"] for plan in both["plans"]] == ["c", "a"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["plan", "--all-targets", "--out", "p/x.json"], "as in 'p/x-{target}.json'"),
        (["plan", "--all-targets", "--out", "x"], "as in 'x-{target}.json'"),
        (["plan", "--all-targets", "--target", "a"], "leave out --target (a)"),
        (["plan", "--all-targets", "--last-report", REST_FILE], "one target's apply"),
        (["plan", "--target", "a", "--target", "z"], "target 'z' not found"),
        (
            ["plan", "--target", ""],
            "target '' not found in specs/reconciler.yaml, which has a, b, c",
        ),
        (["apply", "--target", "a", "--target", "b"], "once for each of a, b"),
        (["targets", "z*"], "z* matches no target of specs/reconciler.yaml: it has a, b, c"),
        (["targets", "!?"], "leaves no target"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_contradictory_options_are_an_error_that_says_what_to_do(embedded, args, message):
    run = embedded.run(*args)
    assert (run.code, run.out) == (1, "")
    assert message in run.err


def test_the_targets_are_printed_as_text_json_and_a_matrix(there):
    text = there.run("targets", COLUMNS="80").out
    assert "credentials: EMEA_ADOBE_TOKEN and ADOBE_API_KEY, or ADOBE_CLIENT_ID," in text
    assert "token-of-emea" not in text
    listed = json.loads(there.run("targets", "--format", "json").out)
    assert [(each["name"], each["default"]) for each in listed] == [
        ("emea", False),
        ("apac", False),
        ("down", False),
    ]
    matrix = there.run("targets", "--format", "github-matrix", "!down")
    assert matrix.out == '{"include":[{"target":"emea"},{"target":"apac"}]}\n'


def test_an_embedded_target_and_the_default_one_are_named_as_such(embedded):
    run = embedded.run("targets", "b", "c")
    assert run.out.splitlines()[::2] == ["b (default)", "c"]
    assert "an embedded Flow Service in .reconciler/b.db" in run.out
