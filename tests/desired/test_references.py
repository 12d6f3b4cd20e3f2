"""Keys and references in spec files: unresolved references are errors at their line."""

from pathlib import Path

import pytest
from repos import REST_FILE

from reconciler.desired.load import load_specs
from reconciler.desired.validate import examine
from reconciler.model.errors import InputError

LAKE = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
ACME = "name: Acme CRM\nproviderId: p\nx-reconciler: {key: acme}\n"
FLOW = "id: 11111111-2222-3333-4444-555555555555\nname: F\nproviderId: p\n"


@pytest.fixture
def specs(tmp_path, monkeypatch):
    """Return a function that writes spec files into an empty folder."""
    monkeypatch.chdir(tmp_path)

    def write(**files):
        for name, text in files.items():
            kind, _, stem = name.partition("_")
            path = tmp_path / "specs" / f"{kind}Specs" / f"{stem}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path / "specs"

    return write


def problems(folder, *paths):
    found = examine(folder.relative_to(folder.parent), paths).problems
    return [(problem.place, problem.check, f"{problem.message} {problem.fix}") for problem in found]


def test_a_spec_without_an_id_is_identified_by_its_reference(specs):
    loaded = load_specs(specs(connection_acme=ACME, flow_f=FLOW))
    acme = loaded.specs[1]
    assert (acme.id, acme.reference, acme.has_id) == ("connectionSpec.acme",) * 2 + (False,)
    null = load_specs(specs(connection_acme="id: null\n" + ACME)).specs[1]
    assert "id" not in null.document
    known = load_specs(specs(connection_acme=f"id: {LAKE}\n{ACME}")).specs[1]
    assert (known.id, known.reference) == (LAKE, "connectionSpec.acme")


def test_an_id_can_be_set_for_one_target_and_unknown_for_another(specs):
    text = f"{ACME[:-2]}, targets: {{prod: {{id: {LAKE}}}}}}}\n"
    folder = specs(connection_acme=text)
    assert load_specs(folder, target="prod").specs[0].id == LAKE
    assert load_specs(folder, target="local").specs[0].id == "connectionSpec.acme"


def test_unselected_specs_can_be_referenced(specs):
    loaded = load_specs(specs(connection_acme=ACME, flow_f=FLOW), ["F"])
    assert [spec.name for spec in loaded.specs] == ["F"]
    assert [spec.name for spec in loaded.every] == ["F", "Acme CRM"]
    assert load_specs(specs(), ["connectionSpec.acme"]).specs[0].name == "Acme CRM"


@pytest.mark.parametrize(
    ("field", "place", "check", "said"),
    [
        ("connectionSpec.acmee", "4:27", "spec-reference", "Did you mean 'connectionSpec."),
        ("connectionSpec.", "4:27", "schema", "is not of the form connectionSpec.KEY."),
        ("{ref: acme}", "4:27", "schema", "A reference is a string: connectionSpec.KEY."),
        ("flowSpec.f", "4:27", "schema", "is not of the form connectionSpec.KEY."),
    ],
)
def test_a_reference_that_does_not_exist(specs, field, place, check, said):
    folder = specs(connection_acme=ACME, flow_f=f"{FLOW}sourceConnectionSpecIds: [{field}]\n")
    ((where, found, message),) = problems(folder)
    assert (where, found) == (f"specs/flowSpecs/f.yaml:{place}", check)
    assert said in message
    with pytest.raises(InputError, match=r"specs/flowSpecs/f\.yaml:4:27"):
        load_specs(folder.relative_to(folder.parent))


def test_a_reference_in_a_patch_is_reported_there_with_other_errors(specs):
    text = (
        f"{FLOW}version: 1.0\nx-reconciler:\n  targets:\n    prod:\n"
        "      targetConnectionSpecIds: [connectionSpec.lake]\n"
    )
    found = problems(specs(flow_f=text))
    assert [(where, check) for where, check, _ in found] == [
        ("specs/flowSpecs/f.yaml:4:10", "version"),
        ("specs/flowSpecs/f.yaml:8:33", "spec-reference"),
    ]
    assert "Give the spec a key in its file (x-reconciler: {key: NAME})" in found[1][2]


def test_a_key_in_two_files(specs):
    folder = specs(connection_acme=ACME, connection_b=ACME.replace("Acme", "Bcme"))
    ((where, check, message),) = problems(folder)
    assert (where, check) == ("specs/connectionSpecs/b.yaml:3:21", "spec-key")
    assert "is that of specs/connectionSpecs/acme.yaml too" in message
    alone = problems(folder, folder / "connectionSpecs" / "b.yaml")
    assert "is that of specs/connectionSpecs/acme.yaml too" in alone[0][2]
    assert problems(folder, folder / "connectionSpecs" / "acme.yaml") == []


def test_a_file_that_is_checked_alone_knows_the_keys_of_its_folder(specs, tmp_path, monkeypatch):
    folder = specs(
        connection_acme=ACME,
        flow_f=f"{FLOW}sourceConnectionSpecIds: [connectionSpec.acme, 'connectionSpec.b']\n",
    )
    file = folder / "flowSpecs" / "f.yaml"
    ((where, check, _),) = problems(folder, file)
    assert (where.endswith("f.yaml:4:48"), check) == (True, "spec-reference")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert len(examine(folder, [file]).problems) == 1


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (ACME.replace("acme", "a b"), "3:21", "a 'key' is at most 64 letters"),
        (ACME.replace("acme", "[a]"), "3:21", "a 'key' is at most 64 letters"),
        (ACME.replace("acme", "x" * 65), "3:21", "at most 64"),
        (ACME.replace("acme", "acme, others: x"), "3:35", "'others' is a list of ids"),
        (ACME.replace("acme", "acme, others: [1]"), "3:35", "'others' is a list of ids"),
        (ACME.replace("key: acme", "protect: true"), "1:1", "{key: NAME} instead."),
    ],
)
def test_invalid_directives_of_a_new_spec(specs, text, place, message):
    found = problems(specs(connection_acme=text))
    assert [said for where, _, said in found if where.endswith(place) and message in said]


def test_a_flow_spec_needs_no_key(specs):
    ((where, check, message),) = problems(specs(flow_f=f"{FLOW}x-reconciler: {{key: f}}\n"))
    assert (where, check) == ("specs/flowSpecs/f.yaml:4:21", "spec-key")
    assert "no spec names one of this kind" in message


def test_other_strings_are_ids(specs):
    text = ACME.replace("acme", f"acme, others: [{LAKE}]")
    assert load_specs(specs(connection_acme=text)).specs[0].directives.others == (LAKE,)


def test_every_reference_in_this_project_s_specs_is_resolved(repo):
    assert repo.run("validate", REST_FILE).code == 0


def test_a_file_that_cannot_be_read_is_no_missing_key(specs):
    refers = f"{FLOW}sourceConnectionSpecIds: [connectionSpec.acme]\n"
    folder = specs(connection_acme=ACME.replace("providerId", " providerId"), flow_f=refers)
    broken = ["syntax"]
    assert [check for _, check, _ in problems(folder)] == broken
    assert problems(folder, Path("specs/flowSpecs/f.yaml")) == []
    with pytest.raises(InputError) as raised:
        load_specs(folder)
    assert [problem.check for problem in raised.value.problems] == broken
    (folder / "connectionSpecs/acme.yaml").rename(folder / "acme.yaml")
    assert [check for _, check, _ in problems(folder)] == ["folder"]
