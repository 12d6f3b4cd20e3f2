"""`drift`, `validate`, `schema`, `show`, `emulator`, and how every command ends."""

import json
import os
import re
import signal
import subprocess
import sys
from xml.etree import ElementTree

import httpx
import pytest
from jsonschema import Draft202012Validator
from repos import COMMAND, CREDENTIALS, NEW_SOURCE, REST, REST_FILE

from reconciler.emulator.store import Store
from reconciler.model.checks import CHECKS


class TestDrift:
    def test_a_target_as_committed_has_no_drift(self, repo):
        repo.run("apply", "--yes")
        repo.edit(f"  - {NEW_SOURCE}\n", "")
        run = repo.run("drift")
        assert run.code == 0
        assert "No changes" in run.said

    def test_drift_reports_what_changed_and_who_changed_it_and_exits_with_2(self, repo):
        repo.run("apply", "--yes")
        store = Store(repo.path / ".reconciler" / "local.db")
        document = store.get("flowSpecs", REST).document
        store.put("flowSpecs", REST, {**document, "version": "9", "updatedBy": "b@AdobeID"})
        store.close()
        run = repo.run("drift")
        assert run.code == 2
        assert '/version  "1.0" → "9"' in run.out
        assert "b@AdobeID" in run.out

    def test_drift_is_no_plan_to_apply_and_one_that_is_applied_is_guarded(self, repo):
        repo.run("apply", "--yes")
        store = Store(repo.path / ".reconciler" / "local.db")
        document = store.get("flowSpecs", REST).document
        ids = [*document["sourceConnectionSpecIds"], "theirs"]
        store.put("flowSpecs", REST, {**document, "sourceConnectionSpecIds": ids})
        store.close()
        assert "refuse" not in repo.run("drift").out
        assert "### 1 spec drifted on local" in repo.run("drift", "--format", "markdown").out
        repo.write("drift.json", repo.run("drift", "--format", "json").out)
        assert repo.run("apply", "drift.json").code == 3

    def test_unmanaged_specs_are_listed_when_asked_for(self, repo):
        (repo.path / REST_FILE).unlink()
        repo.commit()
        assert "RestStorageToAEP" not in repo.run("drift").out
        assert "RestStorageToAEP" in repo.run("drift", "--unmanaged").out

    def test_a_committed_file_that_does_not_load_is_an_error(self, repo):
        repo.write(REST_FILE, "- broken\n")
        repo.commit()
        run = repo.run("drift")
        assert run.code == 1
        assert f"{REST_FILE}:1:1: error: at " in run.said


class TestValidate:
    BAD = "specs/flowSpecs/bad.yaml"

    def test_valid_files_print_no_problems(self, repo):
        run = repo.run("validate")
        assert (run.code, run.out.strip()) == (0, "")
        assert "Checked 3 files: no problems." in run.said

    def test_the_line_is_shown_with_a_caret_under_the_place(self, repo):
        repo.edit('version: "1.0"', "version: 1.0")
        out = repo.run("validate").out
        assert "    version: 1.0\n             ^\n" in out
        assert 'Quote it: version: "1.0".' in out

    def test_every_check_is_listed_with_its_description(self, repo):
        words = repo.run("validate", "--list-checks").out.replace("*", "").split()
        listed = f"{' '.join(words)} "
        for name, check in CHECKS.items():
            assert f" {check.severity} {name} {check.sentence} " in listed

    def test_files_and_folders_may_be_named(self, repo):
        repo.write(self.BAD, "nmae: x\n")
        assert repo.run("validate", REST_FILE).code == 0
        assert repo.run("validate", self.BAD).code == 1
        assert repo.run("validate", "specs/flowSpecs").code == 1
        assert repo.run("validate", "specs").code == 1
        assert repo.run("validate", "specs/reconciler.yaml").code == 0
        repo.write("stray.yaml", "a: 1\n")
        assert "so its kind is unknown" in repo.run("validate", "stray.yaml").out
        assert repo.run("validate", "nowhere").code == 1
        assert "nowhere not found" in repo.run("validate", "--specs", "nowhere").err

    def test_the_config_is_checked_too(self, repo):
        repo.write("specs/reconciler.yaml", "targets: 3\n")
        assert "specs/reconciler.yaml:1:10: error:" in repo.run("validate").out

    def test_problems_are_printed_as_json(self, repo):
        repo.write(self.BAD, "name: R\nproviderId: p\n")
        (problem,) = json.loads(repo.run("validate", "--format", "json").out)
        assert (problem["file"], problem["line"], problem["check"]) == (self.BAD, 1, "id")

    def test_a_junit_report_has_a_case_a_file(self, repo):
        repo.write("specs/flowSpecs/<a>.yaml", "name: R\nproviderId: p\n")
        suite = ElementTree.fromstring(repo.run("validate", "--format", "junit").out)[0]
        assert (suite.get("tests"), suite.get("failures")) == ("4", "1")
        assert [case.get("name") for case in suite if len(case)] == ["specs/flowSpecs/<a>.yaml"]


class TestSchema:
    def test_without_a_name_it_lists_what_there_is(self, repo):
        names = ["flowSpec", "connectionSpec", "config", "policy", "plan", "plans"]
        assert repo.run("schema").out.split()[:6] == names

    @pytest.mark.parametrize(
        "name", ["flowSpec", "connectionSpec", "config", "policy", "plan", "plans"]
    )
    def test_each_is_a_schema(self, repo, name):
        Draft202012Validator.check_schema(json.loads(repo.run("schema", name).out))

    def test_a_plan_conforms_to_its_schema(self, repo):
        schema = json.loads(repo.run("schema", "plan").out)
        plan = repo.run("plan", "--format", "json").plan
        Draft202012Validator(schema).validate(plan)


class TestEndings:
    def test_a_usage_error_is_an_error_and_not_changes(self, repo):
        assert repo.run("plan", "--nonsense").code == 1
        assert repo.run("nonsense").code == 1

    def test_every_option_has_a_variable(self, repo):
        assert repo.run("plan", RECONCILER_DETAILED_EXITCODE="1").code == 2
        assert repo.run("plan", RECONCILER_FORMAT="json").plan["format"] == "reconciler.plan/v1"

    def test_an_unknown_target_is_an_error(self, repo):
        run = repo.run("plan", "--target", "nowhere")
        assert run.code == 1
        assert "which has local, prod" in run.said

    def test_an_unreachable_service_is_an_error(self, repo):
        repo.target("http://127.0.0.1:9")
        run = repo.run("plan", **CREDENTIALS)
        assert run.code == 1
        assert "127.0.0.1:9" in run.err or "/flowSpecs" in run.err
        assert "Traceback" not in run.err

    def test_a_folder_that_cannot_be_written_is_an_error(self, repo):
        run = repo.run("plan", "--out", "/proc/nowhere/plan.json")
        assert run.code == 1
        assert "/proc/nowhere/plan.json" in run.err
        assert "Traceback" not in run.err

    def test_debug_shows_a_traceback_without_secrets(self, repo):
        repo.target("http://127.0.0.1:9")
        run = repo.run("plan", "--debug", **CREDENTIALS)
        assert "Traceback" in run.err
        assert CREDENTIALS["ADOBE_ACCESS_TOKEN"] not in run.err

    def test_a_reader_that_closes_the_pipe_is_no_error(self, repo):
        done = subprocess.run(
            f"{COMMAND} schema plan | head -c 1",
            shell=True,
            capture_output=True,
            cwd=repo.path,
            env=repo.environ,
            check=True,
        )
        assert done.stderr == b""

    def test_colour_is_for_terminals_unless_forced(self, repo):
        assert "\x1b[" not in repo.run("plan").out
        assert "\x1b[" in repo.run("plan", FORCE_COLOR="1").out
        assert "\x1b[" not in repo.run("plan", FORCE_COLOR="1", NO_COLOR="1").out


class TestEmulator:
    def start(self, repo, *args):
        process = subprocess.Popen(
            [COMMAND, "emulator", "--port", "0", *args],
            cwd=repo.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=repo.environ,
            text=True,
        )
        line = process.stdout.readline()
        return process, re.fullmatch(r"(http://127\.0\.0\.1:\d+)/data.*\n", line)[1]

    def stop(self, process, number=signal.SIGTERM):
        process.send_signal(number)
        _, err = process.communicate()
        return process.returncode, err

    def test_it_serves_what_the_commands_need_and_ends_on_a_signal(self, repo):
        process, url = self.start(repo)
        repo.target(url)
        assert repo.run("apply", "--yes", **CREDENTIALS).code == 0
        code, err = self.stop(process)
        assert code in (0, -signal.SIGTERM)
        assert "imsOrg" in err

    def test_acknowledged_writes_survive_kill_9(self, repo):
        process, url = self.start(repo, "--data", "e.db")
        repo.target(url)
        repo.run("apply", "--yes", **CREDENTIALS)
        self.stop(process, signal.SIGKILL)
        process, url = self.start(repo, "--data", "e.db")
        repo.target(url)
        assert "No changes" in repo.run("plan", **CREDENTIALS).out
        self.stop(process)

    def test_a_port_in_use_is_an_error(self, repo):
        process, url = self.start(repo, "--etags", "--page-size", "1")
        run = repo.run("emulator", "--port", url.rsplit(":", 1)[1])
        assert run.code == 1
        assert "cannot listen on" in run.said
        self.stop(process)

    def test_a_public_address_is_warned_about(self, repo):
        process = subprocess.Popen(
            [COMMAND, "emulator", "--port", "0", "--host", "0.0.0.0", "--empty"],
            cwd=repo.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=repo.environ,
            text=True,
        )
        port = process.stdout.readline().split(":")[2].split("/")[0]
        headers = {"Authorization": "Bearer t", "x-api-key": "k", "x-gw-ims-org-id": "o"}
        url = f"http://127.0.0.1:{port}/flowSpecs"
        found = httpx.get(url, headers={**headers, "x-sandbox-name": "prod"})
        assert found.json() == {"items": []}
        _, err = self.stop(process)
        assert "it accepts any token" in err


READING = [
    ("plan --out p.json", 0),
    ("plan --base HEAD --all-targets --format html", 0),
    ("drift --unmanaged", 2),
    ("validate", 0),
    ("show p.json --format markdown", 0),
    ("targets", 0),
    ("add-source generic-streaming-extension --to GenericStreamingAEP", 0),
    ("pull --all --dry-run", 0),
    ("drift --adopt", 0),
    ("pull --all", 0),
    ("plan --detailed-exitcode", 0),
]
"""Commands that only read, in the order in which they are run, and how each ends."""


def test_reading_commands_send_no_writes(repo, app, serve):
    seen = []

    async def reading_only(scope, receive, send):
        seen.append(scope["method"])
        assert scope["method"] == "GET", scope["path"]
        await app(scope, receive, send)

    repo.target(serve(reading_only))
    repo.commit()
    for line, code in READING:
        run = repo.run(*line.split(), **CREDENTIALS)
        assert run.code == code, f"{line}: {run.err}"
    assert set(seen) == {"GET"}


def test_progress_is_shown_on_a_terminal_and_gone_from_a_pipe(repo):
    leader, follower = os.openpty()
    done = subprocess.run(
        [COMMAND, "plan"],
        cwd=repo.path,
        stdout=subprocess.PIPE,
        stderr=follower,
        env={**repo.environ, "TERM": "xterm"},
        check=True,
    )
    os.close(follower)
    assert "Reading local" in os.read(leader, 65536).decode()
    os.close(leader)
    assert b"Reading" not in done.stdout


def test_a_command_in_this_process_leaves_its_recursion_limit(repo, monkeypatch, capsys):
    from reconciler.cli.app import group
    from reconciler.cli.errors import run

    monkeypatch.chdir(repo.path)
    before = sys.getrecursionlimit()
    assert run(group, ["targets"]) == 0
    assert "local" in capsys.readouterr().out
    assert sys.getrecursionlimit() == before
