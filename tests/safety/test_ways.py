"""Every other way to write, and every way around a guard without its own option."""

import json
from io import StringIO

import pytest
from repos import NEW_SOURCE, OLD_SOURCE, REST, REST_FILE, Repo

from reconciler.cli.app import group
from reconciler.cli.errors import run
from reconciler.emulator.store import Store
from reconciler.model.errors import ExitCode

DONE, ERROR, REFUSED = ExitCode.DONE, ExitCode.ERROR, ExitCode.REFUSED
WRONG = "sha256:" + "0" * 64


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A repository with an element on the target that another team added."""
    repo = Repo(tmp_path_factory.mktemp("ways") / "repo")
    store = Store(repo.path / ".reconciler" / "local.db")
    yield repo, store
    store.close()


@pytest.fixture
def refused(place, monkeypatch):
    """Reset the target and return the store; a guard refuses the plan."""
    repo, store = place
    repo.git("checkout", "--quiet", "--", ".")
    held = store.get("flowSpecs", REST).document
    store.put("flowSpecs", REST, {**held, "sourceConnectionSpecIds": [OLD_SOURCE, "theirs"]})
    monkeypatch.chdir(repo.path)
    monkeypatch.setattr("sys.stdin", StringIO())
    return repo, store, store.get("flowSpecs", REST).revision


def writes(refused):
    _, store, before = refused
    return store.get("flowSpecs", REST).revision - before


def command(*args):
    return run(group, list(args))


def digest_now(capsys):
    command("plan", "--format", "json")
    return json.loads(capsys.readouterr().out)["changeDigest"]


@pytest.mark.parametrize(
    ("options", "code", "written"),
    [
        (["--yes"], REFUSED, 0),
        ([], REFUSED, 0),
        (["--allow-removals"], ERROR, 0),
        (["--yes", "--allow-removals"], DONE, 1),
        (["--yes", "--continue"], REFUSED, 0),
        (["--yes", "--retry-residual"], REFUSED, 0),
        (["--yes", "--record"], REFUSED, 0),
        (["--yes", "--record", "--allow-removals"], DONE, 1),
        (["--yes", "--only", REST], REFUSED, 0),
        (["--yes", "--only", "Generic*"], DONE, 0),
        (["--yes", "--expect", WRONG], REFUSED, 0),
        (["--yes", "--expect", WRONG, "--allow-removals"], REFUSED, 0),
        (["--yes", "--expect", "RIGHT"], REFUSED, 0),
        (["--yes", "--expect", "RIGHT", "--allow-removals"], DONE, 1),
        (["--expect", "RIGHT", "--allow-removals"], ERROR, 0),
        (["--yes", "--base", "HEAD"], REFUSED, 0),
        (["--yes", "--base", "HEAD", "--only-origin", "repo"], DONE, 0),
        (["--yes", "--base", "HEAD", "--only-origin", "drift"], REFUSED, 0),
        (["--yes", "--base", "HEAD", "--only-origin", "drift", "--allow-removals"], DONE, 1),
        (["--yes", "--base", "applied", "--allow-removals"], ERROR, 0),
    ],
)
def test_of_an_apply_afresh(refused, capsys, options, code, written):
    repo, _, _ = refused
    if repo.git("for-each-ref", "refs/reconciler"):
        repo.git("update-ref", "-d", "refs/reconciler/applied/local")
    options = [digest_now(capsys) if word == "RIGHT" else word for word in options]
    assert (command("apply", *options), writes(refused)) == (code, written)
    recorded = bool(repo.git("for-each-ref", "refs/reconciler"))
    assert recorded is (code is DONE and "--only" not in options and "--only-origin" not in options)


@pytest.mark.parametrize(
    ("planned", "options", "code", "written"),
    [
        ([], [], REFUSED, 0),
        ([], ["--yes"], REFUSED, 0),
        ([], ["--allow-removals"], DONE, 1),
        ([], ["--allow-removals", "--expect", WRONG], ERROR, 0),
        (["--base", "HEAD", "--only-origin", "repo"], [], DONE, 0),
        (["--base", "HEAD", "--only-origin", "repo"], ["--allow-removals"], DONE, 0),
        (["--base", "HEAD", "--only-origin", "drift"], [], REFUSED, 0),
    ],
)
def test_of_a_saved_plan(refused, planned, options, code, written):
    assert command("plan", "--out", "plan.json", *planned) == DONE
    assert (command("apply", "plan.json", *options), writes(refused)) == (code, written)


@pytest.mark.parametrize("variable", ["RECONCILER_ALLOW_REMOVALS", "RECONCILER_ALLOW_CONFLICTS"])
def test_of_a_consent_in_the_environment(refused, monkeypatch, variable):
    monkeypatch.setenv(variable, "1")
    may = variable == "RECONCILER_ALLOW_REMOVALS"
    assert command("apply", "--yes") == (DONE if may else REFUSED)
    assert writes(refused) == may


@pytest.mark.parametrize(
    ("directive", "there"),
    [
        ("shared: [/sourceConnectionSpecIds]", [OLD_SOURCE, "theirs", NEW_SOURCE]),
        ("ignore: [/sourceConnectionSpecIds]", [OLD_SOURCE, "theirs"]),
        ("protect: true", [OLD_SOURCE, "theirs"]),
    ],
)
def test_of_the_yaml_that_leaves_an_element_to_others(refused, directive, there):
    repo, store, _ = refused
    repo.write(REST_FILE, (repo.path / REST_FILE).read_text() + f"x-reconciler: {{{directive}}}\n")
    assert command("apply", "--yes") == (REFUSED if "protect" in directive else DONE)
    assert store.get("flowSpecs", REST).document["sourceConnectionSpecIds"] == there


@pytest.mark.parametrize(
    ("limits", "options", "code", "written"),
    [
        ("maxChanges: 1, minSpecs: 2", ["--allow-removals"], DONE, 1),
        ("maxChanges: 0, minSpecs: 2", ["--allow-removals"], REFUSED, 0),
        ("maxChanges: 0, minSpecs: 3", ["--allow-removals"], DONE, 1),
        ("maxChangedPercent: 49, minSpecs: 2", ["--allow-removals"], REFUSED, 0),
        ("maxChangedPercent: 50, minSpecs: 2", ["--allow-removals"], DONE, 1),
        ("maxChangedPercent: 49, minSpecs: 2", ["--allow-removals", "--only", REST], DONE, 1),
    ],
)
@pytest.mark.parametrize("where", ["file", "target"])
def test_of_too_many_changes_at_once(refused, where, limits, options, code, written):
    repo, _, _ = refused
    safety = f"safety: {{{limits}}}"
    inner = f", {safety}" if where == "target" else ""
    outer = f"{safety}\n" if where == "file" else "safety: {maxChanges: 1000, removals: reviewed}\n"
    repo.write(
        "specs/reconciler.yaml",
        f"{outer}targets: {{local: {{emulator: .reconciler/local.db{inner}}}}}\n",
    )
    assert (command("apply", "--yes", *options), writes(refused)) == (code, written)


def test_of_a_rollback(refused):
    assert command("apply", "--yes", "--allow-removals", "--report", "report.jsonl") == DONE
    assert writes(refused) == 1
    assert command("rollback", "report.jsonl") == ERROR
    assert writes(refused) == 1
    assert command("rollback", "report.jsonl", "--yes", "--out", "plan.json") == DONE
    assert writes(refused) == 1
    assert command("rollback", "report.jsonl", "--yes") == DONE
    assert writes(refused) == 2
