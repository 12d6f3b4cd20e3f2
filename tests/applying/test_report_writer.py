"""The apply report: one line on disk before the next write begins."""

import json

import pytest
from builders import flow_spec, plan_of, spec

from reconciler.applying.report_writer import ApplyReportWriter
from reconciler.planning.git_facts import GitFacts
from reconciler.planning.plan import Change, Operation, Origin
from reconciler.planning.results import Outcome, Result

PLAN = plan_of(spec(flow_spec(version="1.1")), flow_spec(), git=GitFacts(commit="c0ffee"))
OUTCOME = Outcome(
    PLAN.specs[0].key,
    PLAN.specs[0].name,
    PLAN.specs[0].file,
    PLAN.specs[0].action,
    Result.RESIDUAL,
    "the service accepted the write and kept something else.",
    (Change(Operation.REPLACE, ("version",), "1.0", "1.1", Origin.UNKNOWN),),
    before="b",
    after="a",
    request_ids=("r1", "r2"),
    seconds=0.123456,
)


def entries(path):
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def test_a_report_records_a_run_from_its_start_to_its_outcomes(tmp_path):
    path = tmp_path / "report.jsonl"
    with ApplyReportWriter(path) as journal:
        journal.begin(PLAN, "a person")
        journal.before(PLAN.specs[0], flow_spec())
        journal.outcome(OUTCOME)
    run, before, outcome = entries(path)
    assert (run["entry"], run["who"], run["commit"], run["specs"]) == (
        "run",
        "a person",
        "c0ffee",
        1,
    )
    assert before["entry"] == "before"
    assert before["document"] == flow_spec()
    assert before["asked"]["version"] == "1.1"
    assert outcome["result"] == "residual"
    assert outcome["requestIds"] == ["r1", "r2"]
    assert outcome["seconds"] == 0.123
    assert [change["path"] for change in outcome["residue"]] == ["/version"]
    assert all(entry["time"].endswith("+00:00") for entry in (run, before, outcome))


def test_each_line_is_in_the_file_when_the_call_returns(tmp_path):
    path = tmp_path / "report.jsonl"
    with ApplyReportWriter(path) as journal:
        journal.begin(PLAN, "")
        assert len(entries(path)) == 1
        journal.before(PLAN.specs[0], None)
        assert entries(path)[1]["document"] is None


def test_recorded_lines_survive_an_interrupted_run(tmp_path):
    path = tmp_path / "report.jsonl"

    def broken_off():
        with ApplyReportWriter(path) as journal:
            journal.begin(PLAN, "")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_off()
    assert len(entries(path)) == 1


def test_closing_a_report_that_was_never_opened_does_nothing(tmp_path):
    journal = ApplyReportWriter(tmp_path / "report.jsonl")
    journal.__exit__(None, None, None)
    assert not (tmp_path / "report.jsonl").exists()
