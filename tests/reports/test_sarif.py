"""`validate --format sarif`: problems with their lines, for code scanning."""

import json

from repos import REST_FILE

from reconciler.model.checks import CHECKS


def log(run):
    document = json.loads(run.out)
    assert document["version"] == "2.1.0"
    (found,) = document["runs"]
    return found


def test_a_problem_is_a_result_at_its_line_with_its_rule(repo):
    repo.edit('version: "1.0"', "version: 1.0")
    run = repo.run("validate", "--format", "sarif")
    assert run.code == 1
    found = log(run)
    (problem,) = json.loads(repo.run("validate", "--format", "json").out)
    (result,) = found["results"]
    assert result["ruleId"] == problem["check"] == found["tool"]["driver"]["rules"][0]["id"]
    assert result["ruleIndex"] == 0
    assert result["level"] == "error"
    assert problem["message"] in result["message"]["text"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == REST_FILE
    assert place["region"] == {"startLine": problem["line"], "startColumn": problem["column"]}
    assert CHECKS[problem["check"]].sentence in json.dumps(found["tool"])


def test_without_problems_there_are_no_results_and_the_log_is_valid(repo):
    run = repo.run("validate", "--format", "sarif")
    assert (run.code, log(run)["results"]) == (0, [])


def test_files_are_named_from_the_root_of_the_repository_as_addresses(repo):
    repo.write("specs/flowSpecs/ä b%.yaml", "name: R\nproviderId: p\nversion: 1.0\n")
    (repo.path / "below").mkdir()
    run = repo.run("validate", "--specs", "../specs", "--format", "sarif", cwd="below")
    places = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in log(run)["results"]
    }
    assert "specs/flowSpecs/%C3%A4%20b%25.yaml" in places


def test_a_fingerprint_does_not_depend_on_the_lines_above(repo):
    repo.edit('version: "1.0"', "version: 1.0")
    (before,) = log(repo.run("validate", "--format", "sarif"))["results"]
    text = (repo.path / REST_FILE).read_text()
    repo.write(REST_FILE, "# a comment\n" + text)
    (after,) = log(repo.run("validate", "--format", "sarif"))["results"]
    assert before["partialFingerprints"] == after["partialFingerprints"]
    assert before["locations"] != after["locations"]
