"""A new source in one pull request: its connection spec, and the flow spec that names it."""

import json

import pytest
from builders import one_line
from faults.injection import Fault, FaultKind, with_faults
from repos import ACME, ACME_FILE, BATCH, CREDENTIALS, NEW_SOURCE, OLD_SOURCE, REST

from reconciler.emulator.app import create_app
from reconciler.emulator.store import Store


@pytest.fixture
def local(source):
    """The embedded store, opened beside the command."""
    store = Store(source.path / ".reconciler" / "local.db")
    yield store
    store.close()


def one_target(repo):
    repo.write("specs/reconciler.yaml", "targets: {local: {emulator: .reconciler/local.db}}\n")


def made(store):
    return [
        stored.id
        for stored in store.all("connectionSpecs")
        if stored.document["name"] == "Acme CRM"
    ]


def listed(store):
    return store.get("flowSpecs", REST).document["sourceConnectionSpecIds"]


def test_a_new_source_is_one_pull_request(source, local):
    planned = source.run("plan")
    assert planned.code == 0
    assert "+ connectionSpec.acme  (known after apply)\n" in planned.out
    assert "connectionSpec.acme (id known after apply)" in one_line(planned.out)
    assert "Plan: 1 to create, 1 to update, 1 unchanged." in planned.out

    applied = source.run("apply", "--yes", "--record", "--report", "report.jsonl")
    assert applied.code == 0
    (spec_id,) = made(local)
    assert set(listed(local)) == {OLD_SOURCE, NEW_SOURCE, spec_id}
    assert f"Wrote the id {spec_id} of Acme CRM into {ACME_FILE}" in applied.err
    text = (source.path / ACME_FILE).read_text()
    assert text == ACME + f"  targets:\n    local:\n      id: {spec_id}\n"

    assert "No changes. All 3 specs match the target." in source.run("plan", "--base", "HEAD").out
    source.commit()
    again = source.run("plan", "--detailed-exitcode")
    assert again.code == 0
    assert "warning" not in again.out

    entries = [json.loads(line) for line in (source.path / "report.jsonl").read_text().splitlines()]
    created = next(entry for entry in entries if entry.get("reference"))
    assert (created["id"], created["reference"]) == (spec_id, "connectionSpec.acme")
    back = source.run("rollback", "report.jsonl", "--yes")
    assert back.code == 0
    assert (
        "Acme CRM was created by that run and is left on the target (the API cannot delete)."
        in one_line(back.out)
    )
    assert f"- {spec_id}  Acme CRM" in back.out
    assert made(local) == [spec_id]
    assert listed(local) == [OLD_SOURCE]


def test_a_saved_plan_creates_it_once_and_where_there_is_one_target_the_id_is_the_files(
    source, local
):
    one_target(source)
    source.run("plan", "--out", "plan.json")
    assert "(known after apply)" in source.run("show", "plan.json").out
    assert source.run("apply", "plan.json").code == 0
    (spec_id,) = made(local)
    text = (source.path / ACME_FILE).read_text()
    assert text == ACME.replace("# Our own CRM.", f"id: {spec_id}\n# Our own CRM.")
    again = source.run("apply", "plan.json")
    assert again.code == 0
    assert "2 unchanged" in again.out
    assert "Wrote" not in again.err
    assert made(local) == [spec_id]


def test_a_spec_without_a_committed_id_is_found_by_name_and_changed(source, local):
    assert source.run("apply", "--yes", "--record").code == 0
    source.git("checkout", "--quiet", ".")
    found = source.run("plan")
    (spec_id,) = made(local)
    assert f"found on the target by name and provider; its id is {spec_id}" in one_line(found.out)
    assert "No changes. All 3 specs match the target." in found.out
    assert source.run("drift").code == 0
    source.edit("$.members", "$.people", path=ACME_FILE)
    source.edit("name: Acme CRM ", "name: Acme ", path=ACME_FILE)
    plan = source.run("plan", "--format", "json").plan
    (changed,) = [spec for spec in plan["changes"] if spec["action"] != "none"]
    assert (changed["action"], changed["id"], changed["found"]) == ("update", spec_id, True)
    assert {change["origin"] for change in changed["diff"]} == {"repo"}
    applied = source.run("apply", "--yes")
    assert applied.code == 0
    assert f"Wrote the id {spec_id} of Acme" in applied.err
    assert "No changes" in source.run("plan").out
    assert len(local.all("connectionSpecs")) == 5


def test_a_source_without_a_committed_id_can_be_removed_again(source, local):
    assert source.run("apply", "--yes", "--record").code == 0
    source.git("checkout", "--quiet", ".")
    (spec_id,) = made(local)
    (source.path / ACME_FILE).unlink()
    source.edit("  - connectionSpec.acme\n", "")
    source.commit()
    planned = source.run("plan")
    assert f"- {spec_id}  Acme CRM\n" in planned.out
    assert "Blocked" not in planned.out
    assert "no longer managed; left on the target" in planned.out
    assert source.run("apply", "--yes").code == 0
    assert set(listed(local)) == {OLD_SOURCE, NEW_SOURCE}


def test_an_apply_without_changes_writes_the_id_into_the_file(source, local):
    source.run("apply", "--yes")
    source.git("checkout", "--quiet", ".")
    applied = source.run("apply")
    assert applied.code == 0
    assert f"Wrote the id {made(local)[0]} of Acme CRM into {ACME_FILE}" in applied.err


def test_a_namesake_is_not_adopted_without_its_id(source, local):
    theirs = "aaaaaaaa-0000-4000-8000-000000000001"
    document = {"id": theirs, "name": "Acme CRM", "providerId": BATCH, "version": "7"}
    local.put("connectionSpecs", theirs, document)
    refused = source.run("apply", "--yes")
    assert refused.code == 3
    named = f'a spec named "Acme CRM" already exists ({theirs}) and differs from the file'
    assert named in one_line(refused.out)
    assert "--allow-conflicts" not in refused.out
    assert local.get("connectionSpecs", theirs).revision == 1

    other = "aaaaaaaa-0000-4000-8000-000000000002"
    local.put("connectionSpecs", other, {**document, "id": other})
    several = source.run("plan")
    assert several.code == 0
    assert f"already exist ({theirs}, {other})" in one_line(several.out)

    source.edit("key: acme", f"others: [{theirs}, {other}]\n  key: acme", path=ACME_FILE)
    assert source.run("apply", "--yes").code == 0
    assert len(made(local)) == 3
    assert local.get("connectionSpecs", theirs).revision == 1
    assert "No changes" in source.run("plan").out


def test_an_equal_spec_of_another_team_is_not_adopted_either(source, local):
    source.run("apply", "--yes")
    (theirs,) = made(local)
    for ref in source.git("for-each-ref", "--format=%(refname)", "refs/reconciler").split():
        source.git("update-ref", "-d", ref)  # another team's clone would not have it
    source.git("checkout", "--quiet", ".")
    refused = source.run("apply", "--yes")
    assert refused.code == 3
    assert f"already exists ({theirs}) and equals the file" in one_line(refused.out)
    source.write(ACME_FILE, ACME.replace("name: Acme", f"id: {theirs}\nname: Acme"))
    assert "No changes" in source.run("plan").out


def test_an_id_belongs_to_one_target(source, local, app, store, serve):
    url = serve(app)
    source.edit(
        "  prod:\n",
        f"  there:\n    url: {url}\n    imsOrg: 1@AdobeOrg\n    sandbox: dev\n  prod:\n",
        path="specs/reconciler.yaml",
    )
    assert source.run("apply", "--yes").code == 0
    there = source.run("apply", "--yes", "--target", "there", **CREDENTIALS)
    assert there.code == 0
    ids = [*made(local), *made(store)]
    assert len(set(ids)) == 2
    text = (source.path / ACME_FILE).read_text()
    assert text.endswith(f"    local:\n      id: {ids[0]}\n    there:\n      id: {ids[1]}\n")
    assert set(listed(store)) == {OLD_SOURCE, NEW_SOURCE, ids[1]}
    assert "No changes" in source.run("plan", "--target", "there", **CREDENTIALS).out
    assert "No changes" in source.run("plan").out


def test_a_reference_to_an_unselected_spec_is_an_error(source):
    alone = source.run("plan", "--only", "Rest*")
    assert alone.code == 1
    assert "it names connectionSpec.acme, which has no id yet and is not selected" in alone.err
    assert source.run("apply", "--yes", "--only", "Rest*", "--only", "Acme*").code == 0
    source.git("checkout", "--quiet", ".")
    assert "No changes" in source.run("plan", "--only", "Rest*").out


def test_a_spec_stored_in_another_form_counts_as_created(source, store, serve):
    content = ("sourceSpec", "attributes", "contentPath")
    source.edit("contentPath: $.members", "contentPath: {path: $.members}", path=ACME_FILE)
    fault = Fault(
        FaultKind.NORMALISE,
        path="*/connectionSpecs",
        method="POST",
        pointer=content,
        value="$.members",
    )
    source.target(serve(with_faults(create_app(store), [fault])))
    applied = source.run("apply", "--yes", **CREDENTIALS)
    assert applied.code == 1
    assert '/sourceSpec/attributes/contentPath: "$.members"' in applied.out
    (spec_id,) = made(store)
    assert f"id: {spec_id}\n" in (source.path / ACME_FILE).read_text()
    assert spec_id in listed(store)
    source.edit("contentPath: {path: $.members}", "contentPath: $.members", path=ACME_FILE)
    assert "No changes" in source.run("plan", **CREDENTIALS).out


def test_nothing_is_created_twice_on_a_target_without_lists(source, store, serve):
    fault = Fault(FaultKind.STATUS, status=403, path="*/connectionSpecs", method="GET", times=None)
    source.target(serve(with_faults(create_app(store), [fault])))
    run = source.run("apply", "--yes", **CREDENTIALS)
    assert run.code == 1
    assert "it is unknown whether it exists already" in run.err
    assert made(store) == []
    mistyped = NEW_SOURCE.replace("f", "a")
    source.write(ACME_FILE, f"id: {mistyped}\n{ACME}")
    with_id = source.run("apply", "--yes", **CREDENTIALS)
    assert with_id.code == 3
    assert "The target does not list connectionSpecs" in one_line(with_id.out)
    assert 'named "Acme CRM" may exist under another id' in one_line(with_id.out)
    assert made(store) == []
    assert source.run("apply", "--yes", "--allow-conflicts", **CREDENTIALS).code == 0
    assert made(store) == [mistyped]


def assigning(spec_id, store):
    """Return an emulator that gives every new connection spec this id."""
    path, at = "*/connectionSpecs", ("id",)
    fault = Fault(
        FaultKind.NORMALISE, path=path, method="POST", pointer=at, value=spec_id, times=None
    )
    return with_faults(create_app(store), [fault])


@pytest.mark.parametrize("assigned", ["acme-1", NEW_SOURCE.upper()])
def test_an_id_that_is_no_uuid_is_an_error_and_never_written_to_a_file(
    source, store, serve, assigned
):
    source.target(serve(assigning(assigned, store)))
    before = (source.path / ACME_FILE).read_text()
    applied = source.run("apply", "--yes", **CREDENTIALS)
    assert applied.code == 1
    assert f"the service created it as {assigned}. Its id is not a UUID" in one_line(applied.said)
    assert (source.path / ACME_FILE).read_text() == before
    again = source.run("apply", "--yes", **CREDENTIALS)
    assert "Traceback" not in again.err
    assert (source.path / ACME_FILE).read_text() == before
    assert made(store) == [assigned]
    assert source.run("validate").code == 0


def test_a_token_that_is_assigned_as_an_id_is_not_shown(source, store, serve):
    token = CREDENTIALS["ADOBE_ACCESS_TOKEN"]
    source.target(serve(assigning(token, store)))
    applied = source.run("apply", "--yes", "--report", "report.jsonl", **CREDENTIALS)
    assert "the service created it as [redacted]. Its id is not a UUID" in one_line(applied.said)
    assert token not in applied.said + (source.path / "report.jsonl").read_text()


def test_an_id_that_cannot_be_written_is_reported_and_found_the_next_time(source, local):
    source.run("plan", "--out", "plan.json")
    (source.path / ACME_FILE).rename(source.path / "specs" / "connectionSpecs" / "moved.yaml")
    applied = source.run("apply", "plan.json")
    assert applied.code == 0
    assert f"Not written: the id {made(local)[0]} of Acme CRM" in applied.err
    assert "No changes" in source.run("plan").out
