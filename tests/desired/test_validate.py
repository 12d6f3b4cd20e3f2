"""Errors in spec files are reported at their position."""

import pytest
from repos import ACME_FILE, NEW_SOURCE, REST, REST_FILE

from reconciler.emulator.store import Store

HEAD = f"id: {REST}\nname: R\nproviderId: p\n"
FILE = "specs/flowSpecs/bad.yaml"
OTHER = "11111111-2222-3333-4444-555555555555"
MINE = HEAD.replace(REST, OTHER)


def billion_laughs() -> str:
    lines = [f"{MINE}attributes:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"]
    lines += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)]
    return "".join(lines)


BAD = {
    "an empty file": ("", "1:1", "the file is empty"),
    "only a comment": ("# nothing\n", "1:1", "the file is empty"),
    "a list": ("- a\n", "1:1", "a spec is a mapping"),
    "an answer of the service": (
        '{"items": [\n  {"id": "x", "name": "N",}\n]}\n',
        "2:3",
        "a response of the service with specs in 'items'. Keep only one item, from { to }.",
    ),
    "a duplicate key": (MINE + "name: again\n", "4:1", "duplicate key 'name' (first on line 2)"),
    "a nested duplicate key": (MINE + "attributes: {a: 1, a: 2}\n", "4:20", "duplicate key 'a'"),
    "a typo in a field": (MINE + "sourceConectionSpecIds: [a]\n", "4:1", "sourceConnectionSpecIds"),
    "no id": ("name: R\nproviderId: p\n", "1:1", "has no 'id'"),
    "a malformed id": (MINE.replace(OTHER, "abc"), "1:5", "the id abc is not of the form"),
    "an id that is a number": (MINE.replace(OTHER, "12"), "1:5", "the id 12 is not of the form"),
    "an unquoted version": (MINE + "version: 1.0\n", "4:10", 'version: "1.0"'),
    "an unquoted version of one number": (MINE + "version: 2\n", "4:10", 'version: "2"'),
    "a date": (MINE + "description: 2024-01-01\n", "4:14", '"2024-01-01"'),
    "a time": (MINE + "a: 2024-01-01T00:00:00Z\n", "4:4", "is read as a date"),
    "aliases that explode": (billion_laughs(), "10:47", "more than 1,000,000 values"),
    "an alias that holds itself": (MINE + "attributes: &a {b: *a}\n", "4:20", "holds itself"),
    "two documents": (MINE + "---\na: 1\n", "4:1", "a second document begins here"),
    "a tag": (MINE + "a: !!python/object:os.system x\n", "4:4", "!!python/object:os.system"),
    "a set": (MINE + "a: !!set {x}\n", "4:4", "the tag !!set"),
    "binary": (MINE + "a: !!binary aGk=\n", "4:4", "the tag !!binary"),
    "infinity": (MINE + "a: .inf\n", "4:4", "JSON has no number .inf"),
    "a number too long to carry": (
        MINE + "a: 1.00000000000000000001\n",
        "4:4",
        "cannot be carried",
    ),
    "a sign without a number": (MINE + "a: +_\n", "4:4", "looks like a number"),
    "a number of too many binary digits": (
        MINE + f"a: 0x{'f' * 4000}\n",
        "4:4",
        "fff… looks like a number",
    ),
    "a number of too many digits": (MINE + f"a: {'7' * 5000}\n", "4:4", "777… looks like a number"),
    "a key that is a number": (MINE + "attributes: {1: x}\n", "4:14", "the key 1 is not a string"),
    "a key that is a list": (MINE + "attributes:\n  ? [a]\n  : b\n", "5:5", "a key is a list"),
    "not YAML": (MINE + "a: [1\n", "4:4", "the [ opened here is never closed"),
    "a tab": (MINE + "\ta: 1\n", "4:1", "a tab cannot be used"),
    "a control character": (MINE + "a: \x07\n", "4:4", "U+0007"),
    "an unknown alias": (MINE + "a: *b\n", "4:4", "anchor &b not found above"),
    "deep nesting": (MINE + "a: " + "[" * 450 + "]" * 450, "4:403", "more than 400 levels"),
    "very deep nesting": (
        MINE + "a: " + "{a: " * 3000 + "}" * 3000,
        "4:1600",
        "more than 400 levels",
    ),
    "not UTF-8": (MINE + "description: caf\udce9\n", "4:17", "not UTF-8: invalid byte 0xe9"),
    "two spellings": (
        MINE + "transformationSpecs: []\ntransformationSpec: []\n",
        "5:1",
        "two spellings of one field",
    ),
    "a list where a text belongs": (
        MINE.replace("name: R", "name: [R]"),
        "2:7",
        "expected a string, got a list",
    ),
    "no name": (MINE.replace("name: R\n", ""), "1:1", "has no 'name'"),
    "an empty name": (MINE.replace("name: R", 'name: ""'), "2:7", "'name' is empty"),
    "ids that are no texts": (
        MINE + "sourceConnectionSpecIds: [1]\n",
        "4:27",
        "expected a string, got a number",
    ),
    "a transformation without a name": (
        MINE + "transformationSpecs:\n  - spec: {}\n",
        "5:5",
        "has no 'name'",
    ),
    "the same in another spelling": (
        MINE + "transformationSpec:\n  - spec: {}\n",
        "5:5",
        "has no 'name'",
    ),
    "a schema that is none": (
        MINE + "optionSpec:\n  spec: {type: objekt}\n",
        "5:16",
        "'objekt' is not a type. Did you mean 'object'?",
    ),
    "a schema in a list's schema that is none": (
        MINE + "optionSpec:\n  spec: {items: {properties: {a: {type: objekt}}}}\n",
        "5:41",
        "'objekt' is not a type. Did you mean 'object'?",
    ),
    "a type in a list that is none": (
        MINE + "optionSpec:\n  spec: {type: [string, objekt]}\n",
        "5:25",
        "'objekt' is not a type. Did you mean 'object'?",
    ),
    "a property named type whose schema is none": (
        MINE + "optionSpec:\n  spec: {properties: {type: objekt}}\n",
        "5:29",
        "not a JSON Schema: expected an object or true or false, got a string.",
    ),
    "a schema that is a text": (MINE + "optionSpec:\n  spec: x\n", "5:9", "got a string"),
    "an unknown schema language": (
        MINE + "optionSpec:\n  spec: {$schema: 'http://example.org/my'}\n",
        "5:19",
        "unknown JSON Schema draft 'http://example.org/my'",
    ),
    "a default that is refused": (
        MINE + "optionSpec:\n  spec: {properties: {a: {type: integer, default: x}}}\n",
        "5:51",
        "the default is rejected by the schema beside it: expected an integer, got a string",
    ),
    "an enum member that is refused": (
        MINE + "optionSpec:\n  spec: {properties: {a: {type: integer, enum: [1, x]}}}\n",
        "5:52",
        "the enum is rejected by the schema beside it",
    ),
    "a const that is refused": (
        MINE + "optionSpec:\n  spec: {properties: {a: {type: integer, const: x}}}\n",
        "5:49",
        "the const is rejected",
    ),
    "a pattern that is none": (
        MINE + "optionSpec:\n  spec: {properties: {a: {pattern: '['}}}\n",
        "5:36",
        "not a regular expression",
    ),
    "a pattern of properties that is none": (
        MINE + "optionSpec:\n  spec: {patternProperties: {'[': {}}}\n",
        "5:35",
        "not a regular expression",
    ),
    "a reference that leads out": (
        MINE + "optionSpec:\n  spec: {properties: {a: {$ref: 'http://example.org/s'}}}\n",
        "5:33",
        "nothing is fetched",
    ),
    "directives that are no mapping": (MINE + "x-reconciler: 3\n", "4:15", "is a mapping"),
    "an unknown directive": (MINE + "x-reconciler: {share: []}\n", "4:16", "Did you mean 'shared'"),
    "another unknown directive": (MINE + "x-reconciler: {zzz: []}\n", "4:16", "Known: examples"),
    "protect that is no truth": (MINE + "x-reconciler: {protect: 1}\n", "4:25", "true or false"),
    "shared that is no list": (MINE + "x-reconciler: {shared: /a}\n", "4:24", "JSON Pointers"),
    "a pointer without a slash": (
        MINE + "x-reconciler: {ignore: [a]}\n",
        "4:25",
        "begins with '/'",
    ),
    "an empty pointer": (MINE + "x-reconciler: {ignore: ['']}\n", "4:25", "the whole document"),
    "an ignored pointer that matches nothing": (
        MINE + "x-reconciler: {ignore: [/nothing]}\n",
        "4:25",
        "/nothing matches nothing",
    ),
    "an ignored pointer to what identifies an element": (
        MINE + "x-reconciler: {ignore: [/transformationSpecs/A/name]}\n",
        "4:25",
        "identifies the element",
    ),
    "a shared pointer that is not there": (
        MINE + "x-reconciler: {shared: [/sourceConnectionSpecIds]}\n",
        "4:25",
        "matches nothing that can be shared",
    ),
    "a shared list without names": (
        MINE + "attributes: {a: [1]}\nx-reconciler: {shared: [/attributes/a]}\n",
        "5:25",
        "cannot be shared",
    ),
}


def is_written(repo):
    """Whether the target holds the spec of the invalid file."""
    database = repo.path / ".reconciler" / "local.db"
    if not database.exists():
        return False
    store = Store(database)
    ids = {held.document["id"] for held in store.all("flowSpecs")}
    store.close()
    return OTHER in ids


@pytest.mark.parametrize(("text", "place", "message"), BAD.values(), ids=BAD)
def test_a_bad_file_is_an_error_at_its_line_and_nothing_is_sent(repo, text, place, message):
    repo.write(FILE, text)
    run = repo.run("apply", "--yes")
    assert run.code == 1
    assert f"{FILE}:{place}: error: " in run.err
    assert message in run.err
    assert "Traceback" not in run.err
    assert not is_written(repo)


def test_two_files_with_one_id_are_an_error_that_names_both(repo):
    repo.write("specs/flowSpecs/zz.yaml", HEAD)
    run = repo.run("validate")
    assert run.code == 1
    assert (
        f"specs/flowSpecs/zz.yaml:1:5: error: the id {REST} is that of {REST_FILE} too" in run.out
    )


def test_all_errors_of_all_files_are_reported_in_one_run(repo):
    repo.write(FILE, MINE + "version: 1.0\nsourceConectionSpecIds: []\n")
    repo.write("specs/flowSpecs/other.yaml", "- no spec\n")
    repo.write("specs/stray.yaml", HEAD)
    run = repo.run("plan")
    assert run.code == 1
    for place in (
        f"{FILE}:4:10",
        f"{FILE}:5:1",
        "specs/flowSpecs/other.yaml:1:1",
        "stray.yaml:1:1",
    ):
        assert f"{place}: error:" in run.err


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("somethingNew: 1\n", "unknown field 'somethingNew'"),
        ("transformationSpec: []\n", "'transformationSpec' is another spelling"),
        ("createdAt: 1\n", "createdAt is set by the service"),
    ],
)
def test_a_lint_is_a_warning_at_its_line(repo, line, message):
    repo.write(FILE, MINE + line)
    run = repo.run("plan")
    assert run.code == 0
    assert f"{FILE}:4:1: warning: {message}" in run.err


def test_anchors_and_merge_keys_work(repo):
    repo.write(
        FILE,
        MINE + "attributes:\n  a: &common {x: 1}\n  b:\n    <<: *common\n    y: 2\n"
        "x-reconciler: {ignore: [/attributes/b/x]}\n",
    )
    plan = repo.run("plan", "--format", "json").plan
    (created,) = [spec for spec in plan["changes"] if spec["id"] == OTHER]
    assert created["body"]["attributes"]["b"] == {"x": 1, "y": 2}
    assert "x-reconciler" not in created["body"]


def test_a_problem_inside_a_merged_mapping_is_found_where_it_was_written(repo):
    repo.write(
        FILE,
        MINE + "attributes: {a: &o {spec: {type: 1}}}\noptionSpec:\n  <<: [*o, {name: n}]\n",
    )
    assert f"{FILE}:4:34: warning:" in repo.run("validate").out


def test_a_byte_order_mark_and_yes_and_documented_schemas_are_valid(repo):
    repo.write(
        FILE,
        "\ufeff" + MINE + "attributes: {a: yes}\noptionSpec:\n  spec:\n"
        '    $schema: "http: //json-schema.org/draft-07/schema#"'
        "  # reconciler: ignore[schema-space]\n    default: {}\n"
        "    properties: {a: {$ref: '#/definitions/b', default: 1}, c: true}\n"
        "    definitions: {b: {enum: [1, two, null]}}\n",
    )
    run = repo.run("validate")
    assert (run.code, run.out.strip()) == (0, "")


FLAW = {"optionSpec": {"name": "N", "spec": {"type": "object", "not": None}}}


def flawed(repo):
    """Give the target a spec with a schema that is not valid, as the OpenAPI's own example has."""
    repo.run("plan")
    store = Store(repo.path / ".reconciler" / "local.db")
    with store.transaction():
        (held,) = [held for held in store.all("flowSpecs") if held.document["id"] == REST]
        store.put("flowSpecs", REST, {**held.document, **FLAW})
    store.close()


def test_a_bad_schema_that_the_target_has_is_pulled_planned_and_extended(repo):
    flawed(repo)
    pulled = repo.run("pull", REST)
    assert (pulled.code, "not: null" in (repo.path / REST_FILE).read_text()) == (0, True)
    checked = repo.run("validate")
    assert checked.code == 0
    assert (
        "warning: not a JSON Schema: expected an object or true or false, got null" in checked.out
    )
    assert repo.run("add-source", NEW_SOURCE).code == 0
    plan = repo.run("plan")
    assert (plan.code, ": error:" in plan.err, ": warning:" in plan.err) == (0, False, True)
    assert repo.run("apply", "--yes").code == 0


def test_a_bad_schema_that_the_file_changes_is_an_error(repo):
    flawed(repo)
    repo.run("pull", REST)
    repo.edit("not: null", "not: 1")
    for command in (("plan",), ("apply", "--yes")):
        run = repo.run(*command)
        assert run.code == 1
        assert (
            "error: not a JSON Schema: expected an object or true or false, got a number" in run.err
        )


def test_a_bad_schema_is_an_error_without_a_target_in_a_spec_that_no_target_has(source):
    source.edit("host: {type: string}", "host: {type: sting}", ACME_FILE)
    run = source.run("validate")
    assert (run.code, "error: 'sting' is not a type. [embedded-schema]" in run.out) == (1, True)
    source.edit("  key: acme", f"  key: acme\n  targets: {{prod: {{id: {OTHER}}}}}", ACME_FILE)
    assert source.run("validate").code == 0


def test_embedded_schemas_of_newer_drafts_are_checked_by_their_own_rules(repo):
    schema = "https://json-schema.org/draft/2020-12/schema"
    repo.write(FILE, MINE + f"optionSpec:\n  spec: {{$schema: '{schema}', prefixItems: 1}}\n")
    assert "not a JSON Schema: expected a list, got a number" in repo.run("validate").out
