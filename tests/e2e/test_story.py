"""The main job, end to end: the installed command in a scratch repository."""

import sqlite3
import subprocess
import sys
from contextlib import closing

from repos import COMMAND, CREDENTIALS, NEW_SOURCE, OLD_SOURCE, REST, REST_FILE

from reconciler import __version__
from reconciler.emulator.store import Store


def live_ids(repo):
    store = Store(repo.path / ".reconciler" / "local.db")
    document = store.get("flowSpecs", REST).document
    store.close()
    return document["sourceConnectionSpecIds"]


def revision(repo):
    with closing(sqlite3.connect(repo.path / ".reconciler" / "local.db")) as connection:
        return connection.execute(
            "SELECT revision FROM documents WHERE id = ?", (REST,)
        ).fetchone()[0]


def test_plan_shows_the_added_id_and_apply_adds_it(repo):
    planned = repo.run("plan")
    assert planned.code == 0
    assert f"+ {NEW_SOURCE}" in planned.said
    assert "0 to create, 1 to update, 1 unchanged" in planned.said

    applied = repo.run("apply", "--yes")
    assert applied.code == 0
    assert "1 of 1 applied and verified" in applied.said
    assert live_ids(repo) == [OLD_SOURCE, NEW_SOURCE]

    again = repo.run("plan", "--detailed-exitcode")
    assert again.code == 0
    assert "No changes. All 2 specs match the target." in again.said


def test_ids_have_their_names_beside_them_and_unknown_ones_are_reported(repo):
    planned = repo.run("plan")
    assert f"+ {NEW_SOURCE}  MailChimp Members" in planned.out
    assert "warning" not in planned.out
    repo.edit(f"- {NEW_SOURCE}", f"- {NEW_SOURCE[:-1]}0")
    mistyped = repo.run("plan", "--only", "Rest*")
    assert mistyped.code == 0
    text = " ".join(mistyped.out.split())
    assert f"Did you mean {NEW_SOURCE} MailChimp Members?" in text
    assert f"{NEW_SOURCE[:-1]}0 does not exist on the target." in text


def test_an_unchanged_spec_is_never_written(repo):
    repo.run("apply", "--yes")
    assert revision(repo) == 2
    assert repo.run("apply", "--yes").code == 0
    assert revision(repo) == 2


def test_one_added_id_is_one_change_in_the_plan_document(repo):
    plan = repo.run("plan", "--format", "json").plan
    (changed,) = [spec for spec in plan["changes"] if spec["action"] != "none"]
    assert [(change["op"], change["path"]) for change in changed["diff"]] == [
        ("add", f"/sourceConnectionSpecIds/{NEW_SOURCE}")
    ]
    assert changed["file"] == REST_FILE


def test_detailed_exitcode_reports_changes(repo):
    assert repo.run("plan", "--detailed-exitcode").code == 2


def test_without_a_terminal_apply_needs_an_explicit_approval(repo):
    refused = repo.run("apply")
    assert refused.code == 1
    assert "--yes" in refused.err
    assert revision(repo) == 1


def test_a_saved_plan_is_applied_exactly_and_without_a_prompt(repo):
    saved = repo.run("plan", "--out", "plan.json")
    assert "reconciler apply plan.json" in saved.said
    shown = repo.run("show", "plan.json")
    assert shown.out == saved.out
    repo.edit(f"- {NEW_SOURCE}", "- 00000000-0000-0000-0000-000000000000")
    assert repo.run("apply", "plan.json").code == 0
    assert live_ids(repo) == [OLD_SOURCE, NEW_SOURCE]


def test_the_same_commands_work_over_http_with_credentials_in_the_environment(repo, app, serve):
    repo.target(serve(app))
    missing = repo.run("plan")
    assert missing.code == 1
    assert "ADOBE_ACCESS_TOKEN" in missing.err
    assert repo.run("apply", "--yes", **CREDENTIALS).code == 0
    assert "No changes" in repo.run("plan", **CREDENTIALS).out


def test_tokens_are_fetched_from_ims_where_the_environment_has_a_client(repo, app, serve):
    repo.target(serve(app))
    environ = {
        "ADOBE_CLIENT_ID": "client",
        "ADOBE_CLIENT_SECRET": "very-secret",
        "ADOBE_SCOPES": "openid,AdobeID",
    }
    run = repo.run("plan", "--debug", **environ)
    assert run.code == 0
    assert "very-secret" not in run.out + run.err


def test_reordered_keys_ids_and_schema_lists_are_no_change(repo):
    repo.run("apply", "--yes")
    repo.edit(f"  - {OLD_SOURCE}\n  - {NEW_SOURCE}", f"  - {NEW_SOURCE}\n  - {OLD_SOURCE}")
    repo.edit("      - startTime\n      - frequency\n", "      - frequency\n      - startTime\n")
    repo.edit("name: RestStorageToAEP\n", "")
    repo.edit("attributes:\n", "name: RestStorageToAEP\nattributes:\n")
    assert "No changes" in repo.run("plan").out


def test_a_spec_that_does_not_exist_is_created(repo):
    text = (repo.path / REST_FILE).read_text()
    new_id = "11111111-2222-3333-4444-555555555555"
    repo.write("specs/flowSpecs/mine.yaml", text.replace(REST, new_id).replace("RestS", "MyS"))
    planned = repo.run("plan")
    assert "1 to create" in planned.said
    assert repo.run("apply", "--yes").code == 0
    assert "All 3 specs match the target." in repo.run("plan").out


def test_a_pattern_selects_the_planned_specs(repo):
    plan = repo.run("plan", "--only", "Generic*", "--format", "json").plan
    assert [spec["name"] for spec in plan["changes"]] == ["GenericStreamingAEP"]
    nothing = repo.run("plan", "--only", "nothing")
    assert nothing.code == 1
    assert "--only nothing" in nothing.said


def test_python_dash_m_is_the_same_command():
    for command in ([COMMAND], [sys.executable, "-m", "reconciler"]):
        said = subprocess.run([*command, "--version"], capture_output=True, check=True, text=True)
        assert said.stdout.split()[-1] == __version__
