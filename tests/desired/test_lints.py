"""Lints: values that are valid and almost certainly a mistake are warnings at their line."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from reconciler.desired.parsed_file import parse_spec
from reconciler.desired.spec_file import read_every_spec, read_spec
from reconciler.model.checks import CHECKS
from reconciler.model.errors import Severity
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC, KINDS, SERVER_MANAGED, Kind
from reconciler.model.problems import Problem

HEAD = "id: 11111111-2222-3333-4444-555555555555\nname: R\nproviderId: p\n"
SCHEDULE = """\
scheduleSpec:
  spec:
    type: object
    properties:
      frequency: {enum: [once, minute, hour]}
      interval: {type: integer}
    required: [frequency]
    if: {properties: {frequency: {const: once}}}
    else: {required: [interval]%s}
"""


def problems(text: str, kind: Kind = FLOW_SPEC) -> tuple[Problem, ...]:
    return tuple(read_every_spec(parse_spec(text.encode(), "f.yaml", kind), None).problems)


def found(text: str, kind: Kind = FLOW_SPEC) -> list[tuple[str, int, int]]:
    """Return the names and positions of the problems in a file that starts with `HEAD`."""
    return [(item.check, item.line, item.column) for item in problems(HEAD + text, kind)]


ODD = {
    "a duplicate id": ("sourceConnectionSpecIds:\n  - a\n  - b\n  - a\n", "7:5"),
    "a duplicate id in one line": ("targetConnectionSpecIds: [a, a]\n", "4:30"),
    "permissions without manage": ("permissionsInfo:\n  view: []\n", "4:1"),
    "permissions without a manager": ("permissionsInfo: {manage: []}\n", "4:19"),
    "a key that is near a known one": ("scheduleSpec: {nmae: x}\n", "4:16"),
    "a near key far inside": ("attributes: {notification: {flowRun: {enabeld: true}}}\n", "4:39"),
    "a near key in a list": ("transformationSpecs: [{name: x, spce: {}}]\n", "4:33"),
    "a near key beside any others": ("permissionsInfo: {manage: [{names: x}]}\n", "4:29"),
    "an attribute of another type": ("attributes: {isSourceFlow: 'yes'}\n", "4:28"),
    "two transformations of one name": (
        "transformationSpecs:\n  - {name: x}\n  - {name: x}\n",
        "6:12",
    ),
    "a space in a $schema": (
        "optionSpec:\n  spec: {$schema: 'http: //json-schema.org/draft-07/schema#'}\n",
        "5:19",
    ),
    "a keyword that is none": ("optionSpec: {spec: {requierd: [a]}}\n", "4:21"),
    "a keyword of another type": ("runSpec: {spec: {type: string, minimum: 1}}\n", "4:32"),
    "a range with nothing in it": ("runSpec: {spec: {minimum: 3, maximum: 2}}\n", "4:27"),
    "an open range with nothing in it": (
        "runSpec: {spec: {minimum: 3, exclusiveMaximum: 3}}\n",
        "4:27",
    ),
    "an enum of nothing": ("runSpec: {spec: {enum: []}}\n", "4:24"),
    "what is required and not allowed": (
        "runSpec: {spec: {required: [a], properties: {b: {}}, additionalProperties: false}}\n",
        "4:29",
    ),
    "what is required and forbidden": (
        "runSpec: {spec: {required: [a], properties: {a: false}}}\n",
        "4:29",
    ),
    "a schedule without a minimum": (SCHEDULE % "", "9:7"),
    "a schedule without a minimum for hours": (
        SCHEDULE % ", if: {properties: {frequency: {const: minute}}}, "
        "then: {properties: {interval: {minimum: 15}}}",
        "9:7",
    ),
}
CHECK_OF = {
    "a duplicate id": "repeated-id",
    "permissions": "permissions",
    "a key that is near": "near-key",
    "a near key": "near-key",
    "an attribute": "attributes",
    "two transformations": "repeated-name",
    "a space": "schema-space",
    "a keyword that is none": "near-keyword",
    "a keyword of": "no-effect",
    "a range": "unsatisfiable",
    "an open range": "unsatisfiable",
    "an enum": "unsatisfiable",
    "what is": "unsatisfiable",
    "a schedule": "schedule-minimum",
}


@pytest.mark.parametrize(("name", "text", "place"), [(name, *ODD[name]) for name in ODD], ids=ODD)
def test_a_likely_mistake_is_a_warning_at_its_line(name, text, place):
    check = next(check for start, check in CHECK_OF.items() if name.startswith(start))
    (problem,) = problems(HEAD + text)
    assert (problem.check, f"{problem.line}:{problem.column}") == (check, place)
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize("text", [text for text, _ in ODD.values()], ids=ODD)
def test_a_comment_on_its_line_silences_a_warning(text):
    (problem,) = problems(HEAD + text)
    lines = (HEAD + text).splitlines()
    lines[problem.line - 1] += f"  # reconciler: ignore[{problem.check}]"
    assert problems("\n".join(lines) + "\n") == ()


FINE = {
    "a schedule with its minimums": SCHEDULE % ", if: {properties: {frequency: {const: minute}}}, "
    "then: {properties: {interval: {minimum: 15}}}, else: {properties: {interval: {minimum: 1}}}",
    "a schedule with one minimum": (SCHEDULE % "").replace("integer}", "integer, minimum: 1}"),
    "a schedule that asks for more": "scheduleSpec: {spec: {properties: {interval: {minimum: 1}, "
    "a: {const: 1}, b: {enum: [x]}, c: {type: array}, d: {minimum: 2}, e: true}, "
    "required: [a, b, c, d, e, f, 1]}}\n".replace(", 1]", "]"),
    "a schedule that says nothing of intervals": "scheduleSpec: {spec: {type: object}}\n",
    "a schedule that is anything": "scheduleSpec: {spec: true}\n",
    "a schedule with an empty interval": "scheduleSpec: {spec: {properties: {interval: {}}, "
    "allOf: [{$ref: '#/definitions/none'}]}}\n",
    "keys of tomorrow": "attributes: {regions: [x], uiAttributes: {apiFeatures: {views: 1}}}\n",
    "a keyword of OpenAPI": "runSpec: {spec: {properties: {a: {example: 1, nullable: true}}}}\n",
    "required under a pattern": "runSpec: {spec: {required: [ab], patternProperties: {^a: {}}, "
    "additionalProperties: false}}\n",
    "a permission as one object": "permissionsInfo: {manage: {name: x, '@type': y}}\n",
    "one name with two permissions": "permissionsInfo: {manage: [{name: x}, {name: x}]}\n",
}


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_what_may_be_intended_is_no_warning(text):
    assert found(text) == []


def test_a_connection_spec_is_linted_too():
    text = "authSpec:\n  - {name: a, spec: {}}\n  - {name: a, spec: {}}\n"
    assert found(text, CONNECTION_SPEC) == [("repeated-name", 6, 12)]
    text = "sourceSpec:\n  attributes:\n    $schema: 'http: //json-schema.org/draft-07/schema#'\n"
    assert found(text, CONNECTION_SPEC) == [("schema-space", 6, 14)]
    copied = text.replace("sourceSpec:", "exploreSpec:")
    assert found(copied, CONNECTION_SPEC) == []
    text = "sourceSpec: {attributes: {paginationParams: {limitNmae: x, offSetName: y}}}\n"
    assert found(text, CONNECTION_SPEC) == [("near-key", 4, 46)]


def test_the_documented_specs_have_no_warning():
    seed = json.loads(files("reconciler.emulator").joinpath("seed.json").read_text())
    found_problems = []
    for kind in KINDS:
        for document in seed[kind.collection]:
            sent = {key: value for key, value in document.items() if key not in SERVER_MANAGED}
            found_problems += problems(json.dumps(sent), kind)
    assert {problem.check for problem in found_problems} <= {"schema-space"}, found_problems


class TestSilence:
    WARNED = "scheduleSpec: {nmae: x}  "

    def test_one_comment_can_name_several_checks(self):
        text = "permissionsInfo: {veiw: []}  # reconciler: ignore[permissions, near-key]\n"
        assert found(text) == []

    def test_a_comment_can_give_a_reason(self):
        assert found(self.WARNED + "# theirs; reconciler: ignore[near-key] until May\n") == [
            ("near-key", 4, 16)
        ]
        assert found(self.WARNED + "# reconciler: ignore[near-key] until May\n") == []
        assert found(self.WARNED + "# until May # reconciler: ignore[near-key]\n") == []

    def test_a_comment_applies_to_its_own_line_only(self):
        text = "# reconciler: ignore[near-key]\n" + self.WARNED + "\n"
        assert found(text) == [("near-key", 5, 16), ("unused-silence", 4, 22)]

    def test_an_error_is_not_silenced(self):
        (problem,) = problems(HEAD + "version: 1.0 # reconciler: ignore[version]\n")
        assert (problem.check, problem.severity) == ("version", Severity.ERROR)

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("version", "'version' cannot be silenced"),
            ("unused-silence", "'unused-silence' cannot be silenced"),
            ("near-kye", "unknown check 'near-kye'. Did you mean 'near-key'?"),
            ("near-key", "no warning 'near-key' on this line to silence"),
        ],
    )
    def test_a_comment_that_silences_nothing_is_reported(self, name, message):
        (problem,) = problems(f"{HEAD}version: '1' # reconciler: ignore[{name}]\n")
        assert (problem.check, problem.line, problem.column) == ("unused-silence", 4, 35)
        assert message in str(problem)

    @pytest.mark.parametrize(
        "text",
        [
            "attributes: {a: 'x # reconciler: ignore[typo]'}\n",
            "attributes:\n  a: |\n    x\n    # reconciler: ignore[typo]\n",
            "attributes:\n  a: x # reconciler: ignore[typo\n",
            "attributes:\n  a: x#reconciler:ignore[typo]\n",
        ],
    )
    def test_a_string_that_looks_like_a_comment_silences_nothing(self, text):
        assert found(text) == []

    def test_a_comment_after_a_block_indicator_silences(self):
        text = "attributes:\n  isSourceFlow: | # reconciler: ignore[attributes]\n    x\n"
        assert found(text) == []

    def test_no_comment_is_reported_unused_in_a_file_with_an_error(self):
        text = "version: 1\nelse: x # reconciler: ignore[near-key]\n"
        assert sorted(name for name, *_ in found(text)) == ["unknown-field", "version"]

    def test_a_comment_needed_by_another_target_is_not_reported_unused(self):
        text = HEAD + (
            "x-reconciler:\n  targets:\n    a: {}\n"
            "    b: {scheduleSpec: {nmae: x}}  # reconciler: ignore[near-key]\n"
        )
        source = parse_spec(text.encode(), "f.yaml", FLOW_SPEC)
        assert read_every_spec(source, ["a", "b"]).problems == []
        assert read_spec(source, "a", ["a", "b"]).problems == []
        assert read_spec(source, "b", ["a", "b"]).problems == []


def test_every_check_is_explained():
    assert all(check.sentence.endswith(".") for check in CHECKS.values())


def test_every_check_is_used():
    folder = Path(str(files("reconciler")))
    sources = [path.read_text() for path in folder.rglob("*.py") if path.name != "checks.py"]
    assert [name for name in CHECKS if not any(f'"{name}"' in source for source in sources)] == []
