"""`apply`: refusals, prompts and the summary."""

import json
import os
import pty
import subprocess
from contextlib import suppress

import pytest
from repos import COMMAND, CREDENTIALS, NEW_SOURCE, OLD_SOURCE, REST, REST_FILE

from reconciler.emulator.store import Store
from reconciler.model.fingerprints import digest_of


@pytest.fixture
def held(repo):
    """The embedded store, opened beside the command."""
    store = Store(repo.path / ".reconciler" / "local.db")
    yield store
    store.close()


def change_live(store, **fields):
    document = store.get("flowSpecs", REST).document
    store.put("flowSpecs", REST, {**document, **fields})


def saved_plan(repo, *options):
    repo.run("plan", "--out", "plan.json", *options)
    return json.loads((repo.path / "plan.json").read_text())


def rewrite(repo, plan, *, honest=False):
    if honest:
        plan.pop("digest")
        plan["digest"] = digest_of(plan)
    (repo.path / "plan.json").write_text(json.dumps(plan))


def test_a_removal_that_no_commit_made_is_refused_before_anything_is_written(repo, held):
    change_live(held, sourceConnectionSpecIds=[OLD_SOURCE, "theirs"])
    planned = repo.run("plan", "--detailed-exitcode")
    assert planned.code == 2
    assert "Blocked by 1 guard: removals: RestStorageToAEP: " in planned.said
    run = repo.run("apply", "--yes")
    assert run.code == 3
    assert "/sourceConnectionSpecIds/theirs" in run.out
    assert run.said.count("--allow-removals") == run.said.count("would delete 1 value") == 1
    assert run.err == "error: blocked by 1 guard; nothing was written.\n"
    assert held.get("flowSpecs", REST).revision == 2
    assert repo.run("apply", "--yes", "--allow-removals").code == 0
    assert held.get("flowSpecs", REST).document["sourceConnectionSpecIds"] == [
        OLD_SOURCE,
        NEW_SOURCE,
    ]


def test_a_plan_file_holds_no_override(repo, held):
    change_live(held, sourceConnectionSpecIds=["theirs"])
    saved_plan(repo)
    assert repo.run("apply", "plan.json").code == 3
    assert repo.run("apply", "plan.json", "--allow-removals").code == 0


def test_an_edited_plan_file_is_refused(repo):
    plan = saved_plan(repo)
    plan["changes"][1]["body"]["name"] = "Other"
    rewrite(repo, plan)
    for command in ("apply", "show"):
        run = repo.run(command, "plan.json")
        assert run.code == 3
        assert "was modified (digest mismatch)" in run.said


def test_a_plan_of_another_format_version_is_refused(repo):
    plan = saved_plan(repo)
    plan["format"] = "reconciler.plan/v2"
    rewrite(repo, plan, honest=True)
    run = repo.run("apply", "plan.json")
    assert run.code == 3
    assert "reconciler.plan/v2" in run.err


@pytest.mark.parametrize("text", ["", "{}", "[]", "nonsense", '{"format": "reconc', "\udcff"])
def test_a_file_that_is_not_a_plan_is_refused(repo, text):
    repo.write("plan.json", text)
    run = repo.run("apply", "plan.json")
    assert run.code == 3
    assert "plan.json: not a plan file, or only a part of one." in run.said
    assert "column" not in run.said


def test_applying_a_plan_without_changes_says_so(repo):
    assert repo.run("apply", "--yes").code == 0
    saved_plan(repo)
    assert repo.run("apply", "plan.json").out == "No changes.\n"


@pytest.mark.parametrize("field", ["target", "git", "changes", "unmanaged", "warnings", "refused"])
@pytest.mark.parametrize("value", [None, 3, [[]], {"a": 1}])
def test_a_plan_file_with_a_wrong_type_in_a_field_is_refused(repo, field, value):
    plan = saved_plan(repo)
    plan[field] = value
    rewrite(repo, plan, honest=True)
    run = repo.run("show", "plan.json")
    assert run.code == 3
    assert "not a complete plan" in run.said


@pytest.mark.parametrize("report", ["text", "markdown", "html"])
@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("", f"a change of {REST} has no path"),
        ("/nothing/there", f"the changes of {REST} do not fit its body"),
        ("/name/x", f"the changes of {REST} do not fit its body"),
    ],
)
def test_a_plan_file_with_a_change_at_no_place_is_refused(repo, held, report, path, problem):
    change_live(held, version="2")
    plan = saved_plan(repo)
    (changed,) = [spec for spec in plan["changes"] if spec["diff"]]
    changed["diff"][0]["path"] = path
    rewrite(repo, plan, honest=True)
    for command in (["show", "plan.json", "--format", report], ["apply", "plan.json"]):
        run = repo.run(*command)
        assert run.code == 3
        assert f"plan.json: not a complete plan: {problem}. Run plan again." in run.said


def test_a_plan_for_another_target_is_refused(repo):
    saved_plan(repo)
    repo.edit(".reconciler/local.db", ".reconciler/other.db", path="specs/reconciler.yaml")
    run = repo.run("apply", "plan.json")
    assert run.code == 3
    assert "it is for the target local (emulator:.reconciler/local.db" in run.said
    assert repo.run("apply", "plan.json", "--target", "prod").code == 3


def test_a_plan_file_alone_decides_what_is_applied(repo):
    saved_plan(repo)
    for option in (["--only", "x"], ["--base", "HEAD"], ["--expect", "x"]):
        run = repo.run("apply", "plan.json", *option)
        assert run.code == 1
        assert "a plan file already selects" in run.said


def test_a_stale_plan_reports_what_changed_and_who_changed_it(repo, held):
    saved_plan(repo)
    change_live(held, sourceConnectionSpecIds=[OLD_SOURCE, "theirs"], updatedBy="b@AdobeID")
    run = repo.run("apply", "plan.json")
    assert run.code == 3
    assert "by b@AdobeID" in run.said
    assert "/sourceConnectionSpecIds/theirs was changed on the target" in run.said
    assert held.get("flowSpecs", REST).revision == 2


def test_changes_in_shared_and_ignored_fields_do_not_make_a_saved_plan_stale(repo, held):
    text = (repo.path / REST_FILE).read_text()
    directives = "{shared: [/sourceConnectionSpecIds], ignore: [/attributes/uiAttributes]}"
    repo.write(REST_FILE, f"{text}x-reconciler: {directives}\n")
    saved_plan(repo)
    change_live(
        held,
        sourceConnectionSpecIds=[OLD_SOURCE, "theirs"],
        attributes={**held.get("flowSpecs", REST).document["attributes"], "uiAttributes": {"x": 1}},
    )
    assert repo.run("apply", "plan.json").code == 0
    document = held.get("flowSpecs", REST).document
    assert document["sourceConnectionSpecIds"] == [OLD_SOURCE, "theirs", NEW_SOURCE]
    assert document["attributes"]["uiAttributes"] == {"x": 1}
    again = repo.run("apply", "plan.json")
    assert again.code == 0
    assert held.get("flowSpecs", REST).revision == 3


def test_a_spec_that_cannot_be_compared_does_not_stop_the_others(repo, held):
    change_live(held, transformationSpec=[{"name": "Other", "spec": {}}])
    other = "11111111-2222-3333-4444-555555555555"
    repo.write(
        "specs/flowSpecs/other.yaml", (repo.path / REST_FILE).read_text().replace(REST, other)
    )
    for command in (["plan", "--out", "p.json"], ["apply", "p.json"], ["apply", "--yes"]):
        run = repo.run(*command)
        assert run.code == 1
        assert "two spellings of one field: their values differ" in run.said
    assert "No changes. 2 specs unchanged, 1 skipped." in repo.run("plan").out
    assert held.get("flowSpecs", REST).revision == 2
    assert held.get("flowSpecs", other)


def test_one_stale_spec_stops_the_others_without_the_option_to_continue(repo, held):
    repo.edit('version: "1.0"', 'version: "1.1"', path="specs/flowSpecs/generic-streaming-aep.yaml")
    saved_plan(repo)
    change_live(held, version="9")
    stopped = repo.run("apply", "plan.json")
    assert stopped.code == 3
    assert "1 not done" in stopped.said
    streaming = "e77fde5a-22a8-11ed-861d-0242ac120002"
    assert held.get("flowSpecs", streaming).revision == 1
    went_on = repo.run("apply", "plan.json", "--continue")
    assert went_on.code == 3
    assert "1 of 2 applied and verified, 1 changed on the target" in went_on.said
    assert held.get("flowSpecs", streaming).revision == 2


def test_a_change_that_was_applied_meanwhile_is_not_written_again(repo, held):
    saved_plan(repo)
    change_live(held, sourceConnectionSpecIds=[NEW_SOURCE, OLD_SOURCE])
    run = repo.run("apply", "plan.json")
    assert run.code == 0
    assert "1 unchanged" in run.said
    assert held.get("flowSpecs", REST).revision == 2


def test_expect_continues_only_with_the_approved_plan(repo, held):
    digest = saved_plan(repo)["changeDigest"]
    repo.commit()
    refused = repo.run("apply", "--yes", "--expect", "sha256:other")
    assert refused.code == 3
    assert f"its change digest is {digest}, not sha256:other" in refused.said
    assert "--expect FILE" in refused.said
    change_live(held, newToUs=1)
    assert repo.run("apply", "--yes", "--expect", digest).code == 0


def test_expect_with_the_approved_plan_s_file_shows_what_differs(repo, held):
    saved_plan(repo)
    change_live(held, sourceConnectionSpecIds=[OLD_SOURCE, NEW_SOURCE], version="9")
    refused = repo.run("apply", "--yes", "--expect", "plan.json")
    assert refused.code == 3
    _, since = refused.out.split("Since the approval:\n")
    gone, new = since.split("planned now, but not approved:")
    assert f"+ {NEW_SOURCE}" in gone
    assert '/version  "9" → "1.0"' in new
    change_live(held, sourceConnectionSpecIds=[OLD_SOURCE], version="1.0")
    assert repo.run("apply", "--yes", "--expect", "plan.json").code == 0


def test_an_invalid_expect_is_refused(repo):
    nowhere = repo.run("apply", "--yes", "--expect", "nowhere.json")
    assert nowhere.code == 1
    assert "not a digest (sha256:…) and not a file" in nowhere.said
    repo.write("edited.json", '{"format": "reconciler.plan/v1"}')
    assert repo.run("apply", "--yes", "--expect", "edited.json").code == 3


def test_a_protected_spec_needs_its_own_override(repo):
    repo.write(REST_FILE, (repo.path / REST_FILE).read_text() + "x-reconciler: {protect: true}\n")
    assert repo.run("apply", "--yes").code == 3
    assert repo.run("apply", "--yes", "--allow-protected").code == 0


def test_a_conflict_needs_its_own_override(repo, held):
    repo.run("apply", "--yes", "--record")
    repo.edit('version: "1.0"', 'version: "1.1"')
    change_live(held, version="9")
    run = repo.run("apply", "--yes")
    assert run.code == 3
    assert "conflicts: " in run.out
    assert repo.run("apply", "--yes", "--allow-conflicts").code == 0


def test_the_report_holds_the_previous_document_and_rollback_restores_it(repo, held):
    before = held.get("flowSpecs", REST).document
    assert repo.run("apply", "--yes", "--report", "report.jsonl").code == 0
    entries = [json.loads(line) for line in (repo.path / "report.jsonl").read_text().splitlines()]
    assert [entry["entry"] for entry in entries] == ["run", "before", "outcome"]
    assert {**before, "etag": entries[1]["document"]["etag"]} == entries[1]["document"]
    assert (entries[2]["result"], len(entries[2]["requestIds"])) == ("applied", 1)
    assert "top-secret" not in json.dumps(entries)

    change_live(held, version="7")
    planned = repo.run("rollback", "report.jsonl", "--out", "back.json")
    assert f"- {NEW_SOURCE}" in planned.said
    back = repo.run("rollback", "report.jsonl", "--yes")
    assert back.code == 0
    after = held.get("flowSpecs", REST).document
    assert after["sourceConnectionSpecIds"] == before["sourceConnectionSpecIds"]
    assert after["version"] == "7"
    assert "No changes" in repo.run("rollback", "report.jsonl", "--yes").out


@pytest.mark.parametrize("is_deleted", [False, True])
def test_rollback_changes_a_protected_spec_only_with_the_option(repo, held, is_deleted):
    before = held.get("flowSpecs", REST).document
    assert repo.run("apply", "--yes", "--report", "report.jsonl").code == 0
    text = (repo.path / REST_FILE).read_text()
    repo.write(REST_FILE, text + "x-reconciler: {protect: true}\n")
    if is_deleted:
        repo.commit()
        (repo.path / REST_FILE).unlink()
    back = repo.run("rollback", "report.jsonl", "--yes")
    assert back.code == 3
    assert "reconciler rollback report.jsonl --allow-protected\n" in back.out
    assert repo.run("rollback", "report.jsonl", "--yes", "--allow-protected").code == 0
    after = held.get("flowSpecs", REST).document
    assert after["sourceConnectionSpecIds"] == before["sourceConnectionSpecIds"]


def test_a_conflict_of_a_rollback_names_the_target_and_no_way_to_change_a_file(repo, held):
    repo.edit('version: "1.0"', 'version: "2.0"')
    assert repo.run("apply", "--yes", "--report", "report.jsonl").code == 0
    change_live(held, version="3.0")
    back = repo.run("rollback", "report.jsonl", "--yes")
    assert back.code == 3
    assert "conflicts: RestStorageToAEP: 1 value changed again after that run" in back.said
    assert "pull" not in back.said


def test_rollback_reports_what_it_cannot_undo(repo):
    text = (repo.path / REST_FILE).read_text()
    repo.write(
        "specs/flowSpecs/new.yaml", text.replace(REST, "11111111-2222-3333-4444-555555555555")
    )
    repo.run("apply", "--yes", "--report", "report.jsonl")
    assert (
        "was created by that run and is left on the target"
        in repo.run("rollback", "report.jsonl").out
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not an apply report"),
        ("nonsense\n[]\n", "not an apply report"),
        ('{"format": "reconciler.report/v1"}\n', "wrote nothing"),
        (
            '{"format": "reconciler.report/v1"}\n{"entry": "before", "document": {}}\n',
            "not a whole apply report",
        ),
    ],
)
def test_a_file_that_is_not_a_report_is_an_error(repo, text, message):
    repo.write("report.jsonl", text)
    run = repo.run("rollback", "report.jsonl")
    assert run.code == 1
    assert message in run.err


def at_a_terminal(repo, answer, *args):
    """Run a command with a terminal for its standard input and return what it said."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [COMMAND, *args],
        cwd=repo.path,
        stdin=follower,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=repo.environ,
    ) as process:
        os.close(follower)
        os.write(leader, answer)
        out, err = process.communicate()
        os.close(leader)
        return process.returncode, out.decode(), err.decode()


def test_the_prompt_accepts_only_yes(repo, held):
    code, _, err = at_a_terminal(repo, b"y\n", "apply")
    assert code == 1
    assert "not confirmed" in err
    assert held.get("flowSpecs", REST).revision == 1
    code, out, err = at_a_terminal(repo, b"yes\n", "apply")
    assert "Apply these changes to local?" in err
    assert code == 0
    assert "1 of 1 applied" in out


def test_a_spec_is_named_once_as_applied_on_a_terminal(repo):
    leader, follower = pty.openpty()
    subprocess.run(
        [COMMAND, "apply", "--yes"],
        cwd=repo.path,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**repo.environ, "TERM": "dumb"},
        check=True,
    )
    os.close(follower)
    said = b""
    with suppress(OSError):  # all has been read
        while part := os.read(leader, 4096):
            said += part
    os.close(leader)
    shown = said.decode()
    assert "1 of 1 applied" in shown
    assert shown.count("RestStorageToAEP") == 2  # in the plan, and as it is applied


def test_one_failing_spec_does_not_stop_the_others(repo, store, serve):
    from reconciler.emulator.app import create_app

    app = create_app(store)

    async def refusing(scope, receive, send):
        if scope.get("method") == "PUT" and scope["path"].endswith(REST):
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send(
                {"type": "http.response.body", "body": b'{"error_code":"403025","message":"no"}'}
            )
        else:
            await app(scope, receive, send)

    repo.target(serve(refusing))
    repo.edit('version: "1.0"', 'version: "1.1"', path="specs/flowSpecs/generic-streaming-aep.yaml")
    repo.commit()
    run = repo.run("apply", "--yes", "--record", **CREDENTIALS)
    assert run.code == 1
    assert "1 of 2 applied and verified, 1 failed" in run.said
    assert "403 403025: no" in run.said
    assert "Not recorded" in run.said
    assert CREDENTIALS["ADOBE_ACCESS_TOKEN"] not in run.out + run.err
