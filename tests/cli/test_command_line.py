"""Behavior shared by all commands: the folder, options, environment variables and logging."""

import json

import pytest
from builders import one_line
from repos import CREDENTIALS


def test_it_runs_as_if_started_in_another_folder(repo):
    assert repo.run("-C", "..", "plan").code == 1
    (repo.path / "below").mkdir()
    run = repo.run("-C", "..", "plan", cwd="below")
    assert run.code == 0
    assert run.out == repo.run("plan").out


def test_specs_are_found_from_a_folder_below(repo):
    whole = repo.run("plan", "--out", "p.json").out
    assert repo.run("plan", cwd="specs/flowSpecs").out == whole
    saved = repo.run("plan", "--out", "q.json", cwd="specs/flowSpecs")
    file = repo.path / "specs/flowSpecs/q.json"
    assert f"reconciler apply {file}" in one_line(saved.err)
    assert file.read_text() == (repo.path / "p.json").read_text()
    applied = repo.run("apply", "q.json", cwd="specs/flowSpecs")
    assert applied.code == 0
    assert not (repo.path / "specs/flowSpecs/.reconciler").exists()
    file.unlink()
    pulled = repo.run("pull", "rest-storage-to-aep.yaml", cwd="specs/flowSpecs")
    assert pulled.code == 0
    checked = repo.run("validate", "rest-storage-to-aep.yaml", cwd="specs/flowSpecs")
    assert "Checked 1 file" in checked.err


def test_a_folder_of_other_specs_does_not_hide_the_specs_above_it(repo):
    repo.write("gem/specs/a_spec.rb", "")
    assert repo.run("plan", cwd="gem").out == repo.run("plan").out


def test_specs_are_not_looked_for_above_the_repository(repo):
    repo.git("init", "--quiet", "inner")
    run = repo.run("plan", cwd="inner")
    assert (run.code, run.out) == (1, "")


def test_a_named_folder_is_not_searched_for(repo):
    (repo.path / "below").mkdir()
    assert repo.run("plan", "--specs", "specs", cwd="below").code == 1


def test_options_come_in_groups_with_the_general_ones_last(repo):
    text = repo.run("apply", "--help").out
    groups = ["\nOptions:", "\nOverrides:", "\nConnection:", "\nGeneral options:"]
    places = [text.index(group) for group in groups]
    assert places == sorted(places)
    connection = text[places[2] : places[3]]
    names = ["--parallelism", "--timeout", "--attempts", "--retry-wait"]
    assert sorted(names, key=connection.index) == names
    assert text.count("RECONCILER_") == 3
    assert one_line(text).endswith("for this command alone: RECONCILER_APPLY_LOG_FORMAT")
    json.loads(repo.run("apply", "--target", "prod", RECONCILER_APPLY_LOG_FORMAT="json").err)


def test_an_error_names_a_variable_only_if_the_value_is_from_it(repo):
    assert "RECONCILER_" not in repo.run("plan", "--format", "md").err
    for variable in ("RECONCILER_TIMEOUT", "RECONCILER_PLAN_TIMEOUT"):
        assert f"'--timeout' (env var: '{variable}')" in repo.run("plan", **{variable: "x"}).err


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (("import", "X"), "pull"),
        (("destroy",), "cannot delete"),
        (("plan", "-out", "p.json"), "use --out, with two dashes"),
        (("apply", "-auto-approve"), "use --yes"),
        (("apply", "--auto-approve"), "use --yes"),
        (("plan", "--json"), "use --format json"),
        (("aply",), "Did you mean 'apply'?"),
        (("plan", "--format", "html", "--out", "plan.html"), "--format html > plan.html"),
    ],
)
def test_commands_of_other_programs_are_answered_with_the_right_command(repo, args, hint):
    run = repo.run(*args)
    assert run.code == 1
    assert run.err.startswith("error: ")
    assert hint in one_line(run.err)


def test_a_variable_can_apply_to_one_command(repo):
    assert repo.run("plan", RECONCILER_PLAN_FORMAT="json").plan["format"] == "reconciler.plan/v1"
    assert repo.run("validate", RECONCILER_PLAN_FORMAT="json").code == 0
    both = {"RECONCILER_PLAN_FORMAT": "json", "RECONCILER_FORMAT": "markdown"}
    assert repo.run("plan", **both).out.startswith("{")
    assert repo.run("drift", **both).out.startswith("#")
    assert repo.run("plan", "--format", "text", **both).out.startswith("Target")


def test_a_shared_format_does_not_break_a_command_that_lacks_it(repo):
    assert repo.run("validate", RECONCILER_FORMAT="markdown").code == 0
    assert repo.run("targets", RECONCILER_FORMAT="html").code == 0
    assert "'RECONCILER_FORMAT'" in repo.run("validate", RECONCILER_FORMAT="nonsense").err
    own = repo.run("validate", RECONCILER_VALIDATE_FORMAT="nonsense")
    assert (own.code, "'RECONCILER_VALIDATE_FORMAT'" in own.err) == (1, True)


def test_a_variable_that_is_false_is_false(repo):
    repo.write("specs/reconciler.yaml", "targets: {a: {emulator: [1]}}\n")
    assert "Traceback" not in repo.run("plan", RECONCILER_DEBUG="false").err
    assert "Traceback" in repo.run("plan", RECONCILER_DEBUG="true").err


def test_verbose_shows_every_request_and_quiet_only_results(repo):
    verbose = repo.run("plan", "--out", "p.json", "-v")
    assert "GET /flowSpecs: 200, " in verbose.err
    quiet = repo.run("plan", "--out", "p.json", "-q")
    assert (quiet.code, quiet.err) == (0, "")
    assert quiet.out.startswith("Target")
    applied = repo.run("apply", "p.json", "--verbose")
    assert "PUT /flowSpecs/" in applied.err
    again = repo.run("plan", "nothing", "--quiet")
    assert again.err.startswith("error: ")


def test_a_log_of_json_has_one_object_per_line(repo):
    run = repo.run("plan", "--out", "p.json", "-v", "--log-format", "json")
    entries = [json.loads(line) for line in run.err.splitlines()]
    (first, *_, last) = entries
    assert (first["level"], first["method"], first["status"]) == ("debug", "GET", 200)
    assert first["requestId"]
    assert (last["level"], last["message"].split(".")[0]) == ("info", "Saved the plan to p")
    failed = repo.run("plan", "--base", "none", RECONCILER_LOG_FORMAT="json")
    assert json.loads(failed.err.splitlines()[-1])["level"] == "error"
    for wrong in (("--notify", "http://x"), ("--timeout", "x")):
        shown = repo.run("drift", *wrong, "--log-format", "json").err
        assert json.loads(shown.splitlines()[0])["level"] in ("warning", "error")


@pytest.mark.parametrize("wrong", ["plan --nope", "plan --only", "plan --auto-approve", "nope"])
def test_an_error_of_usage_is_in_a_log_of_json_too(repo, wrong):
    shared = {"RECONCILER_LOG_FORMAT": "json"}
    own = {"RECONCILER_LOG_FORMAT": "text", "RECONCILER_PLAN_LOG_FORMAT": "json"}
    runs = [repo.run(*wrong.split(), **shared)]
    if wrong != "nope":
        command, option = wrong.split()
        runs += [
            repo.run(command, option, **own),
            repo.run(command, "--log-format", "json", option),
            repo.run(command, "--log-format=json", option),
        ]
    for run in runs:
        (line,) = run.err.splitlines()
        assert (run.code, json.loads(line)["level"]) == (1, "error")
    assert repo.run(*wrong.split(), RECONCILER_PLAN_LOG_FORMAT="text").err.startswith("error: ")


@pytest.mark.parametrize(
    ("command", "option", "limits"),
    [
        ("plan", "--parallelism", "an integer from 1 to 64"),
        ("plan", "--attempts", "an integer from 1 to 20"),
        ("plan", "--timeout", "a number of at least 0.1"),
        ("drift", "--retry-wait", "a number of at least 0"),
        ("apply", "--settle", "a number of at least 0"),
        ("emulator", "--port", "an integer from 0 to 65535"),
        ("emulator", "--page-size", "an integer of at least 1"),
        ("github comment", "--pull-request", "an integer of at least 1"),
        ("gitlab comment", "--merge-request", "an integer of at least 1"),
    ],
)
@pytest.mark.parametrize("value", ["x", "-1", "nan", "1e99999", ""])
def test_a_number_out_of_its_limits_is_an_error_in_words(repo, command, option, limits, value):
    run = repo.run(*command.split(), f"{option}={value}")
    assert run.code == 1
    assert run.err.startswith(f"error: '{option}' must be {limits}, not '{value}'.\n")


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("options", ["plan --out new/", "apply --yes --report new/"])
def test_a_file_to_write_is_not_named_like_a_folder(repo, options, there):
    if there:
        (repo.path / "new").mkdir()
    run = repo.run(*options.split())
    assert (run.code, "new/' is a" in run.err) == (1, True)
    assert not there or [*(repo.path / "new").iterdir()] == []
    assert (repo.path / "new").exists() == there


def test_a_wait_for_a_retry_is_said_where_nobody_sees_a_spinner(repo):
    repo.target("http://127.0.0.1:1")  # refuses connections
    options = ("--attempts", "3", "--retry-wait", "0.1")
    run = repo.run("plan", *options, **CREDENTIALS)
    *waits, _ = run.err.splitlines()
    assert waits == [f"No response; trying again in {pause} s." for pause in (0.1, 0.2)]
    quiet = repo.run("plan", *options, "--quiet", **CREDENTIALS)
    assert quiet.err.startswith("error: GET /")


def test_only_accepts_an_exact_name_with_brackets(repo):
    repo.edit("name: RestStorageToAEP", "name: Storage [beta]")
    (spec,) = repo.run("plan", "--format", "json", "--only", "Storage [beta]").plan["changes"]
    assert spec["name"] == "Storage [beta]"


def test_without_a_command_the_help_is_shown(repo):
    run = repo.run()
    assert run.code == 1
    assert run.err.startswith("Usage: reconciler [-C DIR] COMMAND")
