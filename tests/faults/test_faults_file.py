"""Faults from a file: what is understood, and the sentence for what is not."""

import pytest

from reconciler.emulator.faults import Edit, Fault, FaultKind
from reconciler.emulator.faults_file import read_faults
from reconciler.model.errors import InputError


def test_a_file_says_what_strikes_which_request():
    text = """
    - {kind: status, status: 429, retryAfter: 3, method: PUT, path: "*/flowSpecs/*", nth: 2}
    - {kind: reset, after: true, times: null}
    - {kind: slow-body, pause: 0.5, times: 3}
    - {kind: third-party, edit: add, pointer: /a~1b/c, value: x, document: /flowSpecs/1}
    - {kind: redirect, location: "https://elsewhere.example/"}
    - {kind: status, status: 412, body: {errors: []}}
    """
    assert read_faults(text) == [
        Fault(
            FaultKind.STATUS,
            status=429,
            retry_after="3",
            method="PUT",
            path="*/flowSpecs/*",
            nth=2,
        ),
        Fault(FaultKind.RESET, after=True, times=None),
        Fault(FaultKind.SLOW_BODY, pause=0.5, times=3),
        Fault(
            FaultKind.THIRD_PARTY,
            edit=Edit.ADD,
            pointer=("a/b", "c"),
            value="x",
            document="/flowSpecs/1",
        ),
        Fault(FaultKind.REDIRECT, location="https://elsewhere.example/"),
        Fault(FaultKind.STATUS, status=412, body={"errors": []}),
    ]


def test_json_is_understood_too():
    assert read_faults('[{"kind": "refuse"}]') == [Fault(FaultKind.REFUSE)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- [", "not YAML"),
        ("kind: refuse", "a list of faults belongs there"),
        ("- refuse", "fault 1 is no mapping"),
        ("- {kind: refuse}\n- {}", "fault 2 (None) needs a kind"),
        ("- {kind: explode}", "fault 1: kind: 'explode' is none of refuse, reset"),
        ("- {kind: refuse, often: 2}", "fault 1 has often; a fault has kind, method"),
        ("- {kind: refuse, nth: 0}", "fault 1: nth: 0 is less than 1"),
        ("- {kind: refuse, nth: x}", "fault 1: nth: a whole number belongs"),
        ("- {kind: refuse, method: 1}", "fault 1: method: a text belongs"),
        ("- {kind: reset, after: often}", "fault 1: after: true or false belongs"),
        ("- {kind: status}", "fault 1 (status) needs status"),
        ("- {kind: status, status: 99}", "fault 1: status: 99 is no status"),
        ("- {kind: redirect}", "fault 1 (redirect) needs location"),
        ("- {kind: normalise}", "fault 1 (normalise) needs pointer and value"),
        ("- {kind: drop-field, pointer: a}", "fault 1: pointer: a JSON Pointer begins"),
        ("- {kind: slow-body, pause: -1}", "fault 1: pause: -1 is no number of seconds"),
        (
            "- {kind: third-party, edit: take, pointer: /a, value: 1}",
            "edit: 'take' is none of add, remove, set",
        ),
    ],
)
def test_what_is_no_fault_is_said_in_a_sentence(text, sentence):
    with pytest.raises(InputError) as caught:
        read_faults(text, "faults.yaml")
    assert str(caught.value).startswith("faults.yaml: error: ")
    assert sentence in str(caught.value)


def test_the_emulator_command_says_what_is_wrong_with_its_faults(repo):
    repo.write("faults.yaml", "- {kind: explode}")
    run = repo.run("emulator", "--faults", "faults.yaml", "--port", "0")
    assert run.code == 1
    assert "faults.yaml: error: fault 1: kind: 'explode' is none of" in run.err
