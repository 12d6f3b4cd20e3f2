"""`Reconciler-Allow`: an override that is reviewed with its commit and used once."""

import json

import pytest
from repos import NEW_SOURCE, OLD_SOURCE, REST, REST_FILE, Repo

from reconciler.emulator.store import Store

FLOW = "flowSpecs/rest-storage-to-aep.yaml"
PROTECTED = "x-reconciler: {protect: true}\n"
ALLOW = f"Reconciler-Allow: protected {REST_FILE} (ticket 7)"


@pytest.fixture
def repo(tmp_path):
    """A repository with a protected spec, applied and recorded."""
    repo = Repo(tmp_path / "repo")
    repo.write(REST_FILE, (repo.path / REST_FILE).read_text() + PROTECTED)
    repo.commit()
    assert repo.run("apply", "--yes", "--allow-protected", "--allow-removals").code == 0
    return repo


def change(repo, message="a change", version="2"):
    """Commit a change of the protected spec."""
    text = (repo.path / REST_FILE).read_text()
    old = next(line for line in text.splitlines() if line.startswith("version:"))
    repo.write(REST_FILE, text.replace(old, f'version: "{version}"'))
    repo.git("add", "--all", "--", "specs")
    repo.git("commit", "--quiet", "--allow-empty", "--message", message)


def live(repo, **fields):
    store = Store(repo.path / ".reconciler" / "local.db")
    held = store.get("flowSpecs", REST).document
    if fields:
        store.put("flowSpecs", REST, {**held, **fields})
    store.close()
    return held


def apply(repo, saved, *options):
    if not saved:
        return repo.run("apply", "--yes", *options)
    assert repo.run("plan", "--out", "p.json").code == 0
    return repo.run("apply", "p.json", *options)


MESSAGES = {
    "a trailer": f"Change it\n\nWhy.\n\n{ALLOW}",
    "with others": f"Change it\n\nSigned-off-by: A\n{ALLOW}\nCo-authored-by: B <b@c>",
    "relative to the specs": f"Change it\n\nReconciler-Allow: protected {FLOW} (why)",
    "without a reason": f"Change it\n\nReconciler-Allow: protected {FLOW}",
    "squashed by a forge": f"Title (#7)\n\n* Change it\n\n{ALLOW}\n\n* Another",
    "squashed by git": f"Squashed commit of the following:\n\ncommit 1\n\n    It\n\n    {ALLOW}\n",
    "in small letters": f"Change it\n\n{ALLOW.replace('Reconciler-Allow', 'reconciler-allow')}",
    "with CRLF": f"Change it\r\n\r\n{ALLOW}\r\n",
}


@pytest.mark.parametrize("saved", [True, False])
@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_a_trailer_allows_its_guard_for_its_file(repo, message, saved):
    change(repo, message)
    assert apply(repo, saved).code == 0
    assert live(repo)["version"] == "2"


def test_what_a_trailer_allows_needs_no_option(repo):
    change(repo, f"Change it\n\n{ALLOW}")
    live(repo, attributes={"theirs": 1})
    said = repo.run("plan").said
    assert "protected: RestStorageToAEP" in said
    assert "apply --target local --allow-removals Or add" in said


@pytest.mark.parametrize("saved", [True, False])
@pytest.mark.parametrize(
    "message",
    [
        "Change it",
        f"Change it\n\nReconciler-Allow: removals {REST_FILE} (another guard)",
        "Change it\n\nReconciler-Allow: protected specs/flowSpecs/other.yaml (another file)",
        "Change it\n\nReconciler-Allow: protected (no file)",
        f"Change it\n\nSee Reconciler-Allow: protected {REST_FILE}",
        f"Change it\n\nX-Reconciler-Allow: protected {REST_FILE}",
    ],
)
def test_any_other_trailer_allows_nothing(repo, message, saved):
    change(repo, message)
    assert apply(repo, saved).code == 3
    assert live(repo)["version"] == "1.0"


@pytest.mark.parametrize("saved", [True, False])
def test_it_is_used_once(repo, saved):
    change(repo, f"Change it\n\n{ALLOW}")
    assert apply(repo, saved).code == 0
    change(repo, version="3")
    assert apply(repo, saved).code == 3
    assert repo.run("plan", "--base", "HEAD~2", "--out", "old.json").code == 0
    assert repo.run("apply", "old.json").code == 3
    assert live(repo)["version"] == "2"


def test_a_trailer_of_a_commit_in_the_base_does_not_count(repo):
    change(repo, f"Change it\n\n{ALLOW}")
    repo.commit()
    assert repo.run("apply", "--yes", "--base", "HEAD~1").code == 3
    assert repo.run("apply", "--yes").code == 0


def test_a_trailer_survives_a_merge_and_a_rebase(repo):
    start = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "--quiet", "-b", "topic")
    change(repo, f"Change it\n\n{ALLOW}")
    repo.git("checkout", "--quiet", "main")
    repo.write("README.md", "other\n")
    repo.commit()
    repo.git("checkout", "--quiet", "-b", "rebased", "topic")
    repo.git("rebase", "--quiet", "main")
    assert repo.run("plan", "--format", "json").plan["summary"]["refused"] == 0
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "--message", "Merge it", "topic")
    assert repo.git("rev-parse", "HEAD~1") != start
    assert repo.run("apply", "--yes").code == 0


def test_a_trailer_of_a_merge_commit_counts(repo):
    repo.git("checkout", "--quiet", "-b", "topic")
    change(repo)
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "--message", f"Merge it\n\n{ALLOW}", "topic")
    assert repo.run("apply", "--yes").code == 0


def test_a_trailer_does_not_cover_uncommitted_changes(repo):
    change(repo, f"Change it\n\n{ALLOW}")
    repo.edit('version: "2"', 'version: "3"')
    run = repo.run("apply", "--yes")
    assert run.code == 3
    assert "the file has uncommitted changes" in run.said
    assert repo.run("plan", "--out", "p.json").code == 0
    repo.git("checkout", "--", "specs")
    assert repo.run("apply", "p.json").code == 3
    assert live(repo)["version"] == "1.0"


def test_each_target_uses_a_trailer_once(repo):
    repo.write(
        "specs/reconciler.yaml",
        "targets:\n  local: {emulator: .reconciler/local.db}\n"
        "  other: {emulator: .reconciler/other.db}\n",
    )
    repo.commit()
    for target in ("local", "other"):
        allowed = ("--allow-protected", "--allow-removals")
        assert repo.run("apply", "--yes", "--target", target, *allowed).code == 0
    change(repo, f"Change it\n\n{ALLOW}")
    for code in (0, 0):
        assert repo.run("apply", "--yes", "--target", "local").code == code
    assert repo.run("apply", "--yes", "--target", "other").code == 0
    change(repo, version="3")
    assert repo.run("apply", "--yes", "--target", "other").code == 3


def test_a_trailer_overrides_no_policy_and_no_target_that_forbids_trailers(repo):
    repo.write(
        "specs/policies/frozen.yaml",
        "name: frozen\nmessage: This one stays.\nselect: {kind: flowSpec}\nschema: {not: {}}\n",
    )
    change(repo, f"Change it\n\n{ALLOW}\nReconciler-Allow: policy {REST_FILE} (no)")
    run = repo.run("apply", "--yes")
    assert run.code == 3
    assert "policy is none of removals, conflicts, protected, breaking" in run.said


def test_a_trailer_overrides_no_removal_that_the_target_forbids(repo):
    text = (repo.path / "specs/reconciler.yaml").read_text()
    repo.write("specs/reconciler.yaml", text + "safety: {removals: never}\n")
    repo.edit(f"  - {NEW_SOURCE}\n", "")
    repo.git("add", "--all", "--", "specs")
    allow = f"Reconciler-Allow: removals {REST_FILE}\n{ALLOW}"
    repo.git("commit", "--quiet", "--message", f"Remove it\n\n{allow}")
    assert repo.run("apply", "--yes").code == 3
    assert live(repo)["sourceConnectionSpecIds"] == [OLD_SOURCE, NEW_SOURCE]


def test_every_report_names_the_author_and_the_commit_of_an_override(repo):
    change(repo, f"Change it\n\n{ALLOW}")
    commit = repo.git("rev-parse", "HEAD")
    words = f"allowed by A Tester in commit {commit[:12]} (ticket 7)"
    for form in ("text", "markdown", "html"):
        said = repo.run("plan", "--format", form, "--out", "p.json").said
        assert words in said.replace("`", "").replace("\\", "")
        assert words in repo.run("show", "p.json", "--format", form).said.replace("`", "")
    (spec,) = [s for s in json.loads((repo.path / "p.json").read_text())["changes"] if s["refused"]]
    assert spec["refused"][0]["override"] == {
        "option": "",
        "commit": commit,
        "author": "A Tester",
        "reason": "ticket 7",
    }
    run = repo.run("apply", "p.json", "--report", "r.jsonl")
    assert run.code == 0
    assert words in run.said
    entry = json.loads((repo.path / "r.jsonl").read_text().splitlines()[0])
    assert entry["overrides"] == [
        {"guard": "protected", "file": REST_FILE, **spec["refused"][0]["override"]}
    ]


def test_a_refusal_shows_the_trailer_to_copy(repo):
    change(repo)
    for form in ("text", "markdown"):
        run = repo.run("plan", "--format", form)
        assert f"Reconciler-Allow: protected {REST_FILE} (REASON)" in run.out
    message = f"Allow it\n\nReconciler-Allow: protected {REST_FILE} (REASON)"
    repo.git("commit", "--quiet", "--allow-empty", "--message", message)
    assert repo.run("apply", "--yes").code == 0


def test_a_trailer_that_allows_nothing_is_a_warning(repo):
    repo.git("commit", "--quiet", "--allow-empty", "--message", f"Nothing\n\n{ALLOW}")
    run = repo.run("plan")
    assert run.code == 0
    assert f"{ALLOW.partition(' (')[0]} (commit " in run.said
    assert "allows nothing: protected does not block RestStorageToAEP in this plan" in run.said
