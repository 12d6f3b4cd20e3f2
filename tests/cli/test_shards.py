"""A thousand targets, more than one matrix allows: planned in shards, shown as one report."""

import json

import pytest

NAMES = [f"t{number:04}" for number in range(1000)]


@pytest.fixture
def thousand(repo):
    """The repository with a thousand embedded targets."""
    targets = "".join(f"  {name}: {{emulator: .reconciler/{name}.db}}\n" for name in NAMES)
    repo.write("specs/reconciler.yaml", f"targets:\n{targets}")
    return repo


def test_a_matrix_has_256_jobs_at_most_and_every_target_once(thousand):
    run = thousand.run("targets", "--format", "github-matrix")
    jobs = json.loads(run.out)["include"]
    assert run.out.count("\n") == 1
    assert len(jobs) == 256
    assert sorted(" ".join(job["target"] for job in jobs).split()) == NAMES
    assert {len(job["target"].split()) for job in jobs} == {3, 4}


def test_the_jobs_of_a_matrix_are_the_shards_that_they_name(thousand):
    jobs = json.loads(thousand.run("targets", "--format", "github-matrix").out)["include"]
    shown = thousand.run("targets", "--shard", jobs[7]["shard"], "--format", "json").out
    assert [target["name"] for target in json.loads(shown)] == jobs[7]["target"].split()


def test_few_targets_have_a_job_each(repo):
    matrix = json.loads(repo.run("targets", "--format", "github-matrix").out)
    assert matrix == {"include": [{"target": "local"}, {"target": "prod"}]}


def test_a_shard_is_planned_in_one_process_and_the_merged_report_names_what_is_missing(thousand):
    run = thousand.run("plan", "--all-targets", "--shard", "3/250", "--out", "plans/{target}.json")
    assert run.code == 0
    files = sorted(path.stem for path in (thousand.path / "plans").iterdir())
    assert files == NAMES[2::250]
    plans = [f"plans/{name}.json" for name in files]
    merged = thousand.run("show", *plans, "--all-targets", "--format", "json")
    assert merged.code == 1
    document = json.loads(merged.out)
    assert [plan["target"]["name"] for plan in document["plans"]] == files
    assert len(document["failures"]) == 996
    assert "no plan was given" in document["failures"][0]["message"]
    assert thousand.run("show", *plans, "--format", "json").code == 0


def test_the_variables_of_a_job_of_the_matrix_name_its_targets(thousand):
    jobs = json.loads(thousand.run("targets", "--format", "github-matrix").out)["include"]
    run = thousand.run("plan", "--format", "json", RECONCILER_TARGET=jobs[0]["target"])
    planned = [plan["target"]["name"] for plan in json.loads(run.out)["plans"]]
    assert planned == jobs[0]["target"].split()


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "1/0"])
def test_an_invalid_shard_is_an_error(repo, shard):
    run = repo.run("plan", "--all-targets", "--shard", shard)
    assert run.code == 1
    assert "is not I/N" in run.said


def test_a_shard_needs_all_targets_and_at_least_one_target(repo):
    assert "part of --all-targets" in repo.run("drift", "--shard", "1/1").said
    assert "shard 3/3 is empty" in repo.run("plan", "--all-targets", "--shard", "3/3").said
