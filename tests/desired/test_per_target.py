"""Differences between targets: `x-reconciler.targets`."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from repos import NEW_SOURCE, OLD_SOURCE, REST, REST_FILE

from reconciler.desired.load import load_specs
from reconciler.desired.parsed_file import parse_spec
from reconciler.desired.spec_file import read_every_spec, read_spec
from reconciler.model.errors import Severity
from reconciler.model.kinds import FLOW_SPEC
from reconciler.model.pointers import format_pointer
from reconciler.schemas import read_schema
from reconciler.yamledit.parse import parse_yaml

OTHER = "11111111-2222-3333-4444-555555555555"
HEAD = f"id: {REST}\nname: R\nproviderId: p\n"
HEADLESS = "name: R\nproviderId: p\n"
DRAFT_04 = "http://json-schema.org/draft-04/schema#"
KNOWN = ("prod", "staging", "local")


def problems(text, known=KNOWN, target=None, severity=Severity.ERROR):
    source = parse_spec(text.encode(), "f.yaml", FLOW_SPEC)
    read = read_spec(source, target, known) if target else read_every_spec(source, known)
    return [
        f"{p.line}:{p.column} {p.message} {p.fix}".strip()
        for p in read.problems
        if p.severity is severity
    ]


def patches(*lines, head=HEAD):
    """A spec with its first patch on line 6 (if it starts with HEAD)."""
    return head + "x-reconciler:\n  targets:\n" + "".join(f"    {line}\n" for line in lines)


class TestOutcome:
    @pytest.fixture
    def folder(self, tmp_path) -> Path:
        text = patches(
            f"staging: {{id: {OTHER}, name: S, attributes: {{a: 2, b: null}}, list: [z]}}",
            "local: {transformationSpec: []}",
            head=HEAD
            + "attributes: {a: 1, b: 1, c: 1}\nlist: [x, y]\ntransformationSpecs: [{name: M}]\n",
        )
        (tmp_path / "flowSpecs").mkdir()
        (tmp_path / "flowSpecs" / "r.yaml").write_text(text)
        return tmp_path

    def test_the_patch_of_a_target_sets_its_document_id_and_name(self, folder):
        (spec,) = load_specs(folder, target="staging", known=KNOWN).specs
        assert (spec.id, spec.name) == (OTHER, "S")
        assert spec.document == {
            "id": OTHER,
            "name": "S",
            "providerId": "p",
            "attributes": {"a": 2, "c": 1},
            "list": ["z"],
            "transformationSpecs": [{"name": "M"}],
        }

    def test_a_target_without_a_patch_gets_the_file_as_it_is(self, folder):
        (spec,) = load_specs(folder, target="prod", known=KNOWN).specs
        assert (spec.id, spec.document["attributes"]) == (REST, {"a": 1, "b": 1, "c": 1})
        assert spec.document == load_specs(folder).specs[0].document

    def test_a_patch_can_use_another_spelling_of_a_field(self, folder):
        (spec,) = load_specs(folder, target="local", known=KNOWN).specs
        assert spec.document["transformationSpecs"] == []

    def test_a_pattern_matches_the_name_of_the_spec_on_the_target(self, folder):
        assert load_specs(folder, ["S"], target="staging", known=KNOWN).specs
        assert load_specs(folder, ["R"], target="prod", known=KNOWN).specs


BAD = {
    "targets that are no mapping": (
        HEAD + "x-reconciler:\n  targets: [prod]\n",
        "5:12 'targets' is a mapping of a target's name to what differs there.",
    ),
    "a target that is not there": (
        patches("stagin: {}"),
        "6:5 target stagin not found in reconciler.yaml. Did you mean 'staging'?",
    ),
    "a target unlike any": (
        patches("qa: {}"),
        "6:5 target qa not found in reconciler.yaml. Known: local, prod, staging.",
    ),
    "a patch that is no mapping": (
        patches("prod:"),
        (
            "6:10 the patch for the target prod is not a mapping of fields. "
            "Write the fields that differ there; null takes one out."
        ),
    ),
    "directives in a patch": (
        patches("prod: {x-reconciler: {protect: true}}"),
        (
            "6:12 a target's patch cannot hold 'x-reconciler'. "
            "It belongs at the top level, for all targets."
        ),
    ),
    "a typo in a patch": (
        patches("prod: {sourceConectionSpecIds: []}"),
        "6:12 unknown field 'sourceConectionSpecIds'. Did you mean 'sourceConnectionSpecIds'?",
    ),
    "two spellings in a patch": (
        patches("prod: {transformationSpecs: [], transformationSpec: []}"),
        (
            "6:37 'transformationSpecs' and 'transformationSpec' are two spellings of one field: "
            "keep one."
        ),
    ),
    "a name that a patch spoils": (
        patches("prod: {name: ''}"),
        "6:18 for the target prod: 'name' is empty.",
    ),
    "a field that a patch takes out": (
        patches("prod: {providerId: null}"),
        "6:24 for the target prod: the spec has no 'providerId'. Add 'providerId'.",
    ),
    "a place deep in a patch, under another spelling": (
        patches("prod: {transformationSpec: [{spec: {}}]}"),
        "6:33 for the target prod: item 1 has no 'name'. Add 'name'.",
    ),
    "an object that a patch leaves incomplete": (
        patches(
            "prod: {optionSpec: {spec: {type: objekt}}}",
            head=HEAD + "optionSpec: {name: O, spec: {type: object}}\n",
        ),
        "7:38 for the target prod: 'objekt' is not a type. ",
    ),
    "a default that a patch makes wrong": (
        patches(
            "prod: {optionSpec: {spec: {properties: {a: {type: string}}}}}",
            head=HEAD + "optionSpec:\n  spec: {properties: {a: {type: integer, default: 1}}}\n",
        ),
        "5:51 for the target prod: the default is rejected by the schema beside it: ",
    ),
    "an unquoted version in a patch": (
        patches("prod: {version: 2.0}"),
        '6:21 for the target prod: version must be a string. Quote it: version: "2.0".',
    ),
    "what two patches share by an alias": (
        patches("prod: &both {name: ''}", "local: *both"),
        "6:24 for the targets prod, local: 'name' is empty.",
    ),
    "an id for one target only": (
        patches(f"prod: {{id: {REST}}}", head=HEADLESS),
        (
            "1:1 for the targets staging, local: the spec has no 'id'. Copy it from the service. "
            "An id for one target only goes under x-reconciler.targets."
        ),
    ),
    "what is wrong without any patch": (
        patches("prod: {attributes: {a: 1}}", head=HEAD + "version: 1.0\n"),
        ('4:10 version must be a string. Quote it: version: "1.0".'),
    ),
    "what one target's patch puts right": (
        patches("prod: {version: '1'}", head=HEAD + "version: 1.0\n"),
        "4:10 for the targets staging, local: version must be a string",
    ),
    "an object of which a patch has a part, wrong in the rest": (
        patches(
            "prod: {optionSpec: {spec: {title: t}}}",
            head=f"{HEAD}optionSpec:\n  spec: {{$schema: '{DRAFT_04}', exclusiveMinimum: true}}\n",
        ),
        "5:9 not a JSON Schema: ",
    ),
    "a shared list at no target": (
        patches(
            "prod: {attributes: {a: 1}}",
            head=HEAD + "x-reconciler:\n  shared: [/sourceConnectionSpecIds]\n",
        ).replace("x-reconciler:\n  targets", "  targets"),
        "5:12 /sourceConnectionSpecIds matches nothing that can be shared.",
    ),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_an_error_for_a_target_is_reported_where_it_is_written(text, message):
    (found,) = problems(text) or problems(text, severity=Severity.WARNING)
    assert found.startswith(message)


def test_a_pointer_that_matches_on_one_target_is_valid_on_all():
    text = (
        HEAD + "x-reconciler:\n  shared: [/sourceConnectionSpecIds]\n  ignore: [/other]\n"
        "  targets:\n    prod: {sourceConnectionSpecIds: [a]}\n    staging: {other: 1}\n"
    )
    assert problems(text) == []
    source = parse_spec(text.encode(), "f.yaml", FLOW_SPEC)
    directives = read_spec(source, "local", KNOWN).specs["local"].directives
    assert [format_pointer(p) for p in directives.shared] == ["/sourceConnectionSpecIds"]


def test_only_a_few_of_many_targets_are_named():
    text = patches("prod: {version: '1'}", head=HEAD + "version: 1.0\n")
    (found,) = problems(text, known=["prod", *"abcdefgh"])
    assert "for the targets a, b, c, d, e, f and 2 more: version must be a string" in found


def test_a_plan_checks_its_own_target_only():
    text = patches("staging: {version: 2}", "prod: {version: '2'}")
    assert problems(text, target="prod") == problems(text, target="local") == []
    assert len(problems(text, target="staging")) == 1


def test_an_unknown_target_name_stops_every_plan():
    assert "Did you mean 'prod'" in problems(patches("prd: {}"), target="local")[0]


def test_without_a_config_the_targets_that_a_file_names_are_checked():
    text = patches(f"a: {{id: {REST}}}", "b: {id: 3}", head=HEADLESS)
    (found,) = problems(text, known=None)
    assert "for the target b: the id 3 is not of the form" in found


def test_a_lint_in_a_patch_is_a_warning_at_its_line():
    text = patches("prod: {createdAt: 1, somethingNew: 2}")
    found = problems(text, severity=Severity.WARNING)
    assert [line.split()[0] for line in found] == ["6:12", "6:26"]


def test_the_editors_schemas_know_patches():
    schema = Draft202012Validator(read_schema("flowSpec"))
    fine = parse_yaml(patches(f"prod: {{id: {REST}, version: null}}", head=HEADLESS), "f").value
    assert isinstance(fine, dict)
    assert "id" not in fine
    assert schema.is_valid(fine)
    for text in (patches("prod: {x-reconciler: {}}"), patches("prod: 3"), HEADLESS):
        assert not schema.is_valid(parse_yaml(text, "f").value)


def test_one_id_belongs_to_one_target(repo):
    """Two files can have the same id on different targets."""
    text = f"name: R\nproviderId: p\nx-reconciler:\n  targets:\n    local: {{id: {OTHER}}}\n"
    repo.write("specs/flowSpecs/a.yaml", f"{text}    prod: {{id: {REST[:-1]}0}}\n")
    repo.write(
        "specs/flowSpecs/b.yaml",
        f"{text.replace(OTHER, REST[:-1] + '0')}    prod: {{id: {OTHER}}}\n",
    )
    assert repo.run("validate").code == 0
    repo.edit(REST[:-1] + "0", OTHER, "specs/flowSpecs/b.yaml")
    run = repo.run("validate")
    assert (
        "specs/flowSpecs/b.yaml:5:17: error: for the target local: "
        f"the id {OTHER} is that of specs/flowSpecs/a.yaml too" in run.out
    )


def test_plan_and_its_base_and_drift_are_all_for_the_target(repo):
    patch = f"x-reconciler:\n  targets:\n    local: {{sourceConnectionSpecIds: [{OLD_SOURCE}]}}\n"
    repo.write(REST_FILE, (repo.path / REST_FILE).read_text() + patch)
    repo.commit()
    assert repo.run("apply", "--yes", "--record").code == 0
    assert repo.run("drift").code == 0
    repo.edit(f"[{OLD_SOURCE}]", f"[{OLD_SOURCE}, {NEW_SOURCE}]")
    (changed,) = [
        spec for spec in repo.run("plan", "--format", "json").plan["changes"] if spec["diff"]
    ]
    (change,) = changed["diff"]
    assert change["path"] == f"/sourceConnectionSpecIds/{NEW_SOURCE}"
    assert change["origin"] == "repo"
    repo.edit("    local:", "    lokal:")
    run = repo.run("plan")
    assert run.code == 1
    assert "target lokal not found in reconciler.yaml. Did you mean 'local'?" in run.err
    single = repo.run("validate", REST_FILE)
    assert "lokal" in single.out
