"""Examples of edits of a YAML file, and what they keep."""

from textwrap import dedent

import pytest
from yaml_edits import add, edit, put, without

from reconciler.desired.write_file import create_file, edited_content, replace_file
from reconciler.model.errors import InputError, ReconcilerError
from reconciler.yamledit.edit import edited
from reconciler.yamledit.scalars import UnwritableError

IDS = """\
    # the file
    ids:  # of sources
      # the first
      - a   # one
      # the second,
      # in two lines
      - "b"

      - c
    name: x
    """


def test_an_element_is_removed_with_its_own_comments_only():
    def without_b(wanted):
        wanted["ids"].remove("b")

    assert edit(IDS, without_b) == dedent(IDS).replace(
        '  # the second,\n  # in two lines\n  - "b"\n', ""
    )


def test_a_new_element_is_added_at_the_end_in_the_style_of_the_file():
    assert edit(IDS, lambda wanted: wanted["ids"].append("d")) == dedent(IDS).replace(
        "  - c\n", "  - c\n  - d\n"
    )
    indentless = "ids:\n- a\n# foot\n"
    assert edit(indentless, lambda wanted: wanted["ids"].append("d")) == "ids:\n- a\n- d\n# foot\n"


def test_a_list_can_become_empty_and_be_filled_again():
    emptied = edit(IDS, put("ids", []))
    assert emptied == "# the file\nids: []  # of sources\nname: x\n"
    assert edit(emptied, put("ids", ["a"])) == "# the file\nids:  # of sources\n  - a\nname: x\n"


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("a: 'x'  # c\n", "it's", "a: 'it''s'  # c\n"),
        ('a: "x"\n', "y", 'a: "y"\n'),
        ("a: x\n", "1.0", 'a: "1.0"\n'),
        ("a: x\n", "yes", 'a: "yes"\n'),
        ("a: x\n", "12:30:45", 'a: "12:30:45"\n'),
        ("a: x\n", "2024-01-01", 'a: "2024-01-01"\n'),
        ("a: x\n", "0o17", 'a: "0o17"\n'),
        ("a: x\n", "~", 'a: "~"\n'),
        ("a: x\n", r"^\d+$", "a: ^\\d+$\n"),
        ("a: x\n", r'"\d"', "a: '\"\\d\"'\n"),
        ("a: x\n", "http://json-schema.org/#", "a: http://json-schema.org/#\n"),
        ("a: x\n", "a\u202eb\0", 'a: "a\\u202eb\\u0000"\n'),
        ("a: x\n", 5, "a: 5\n"),
        ("a: x\n", 1e-7, "a: 1.0e-07\n"),
        ("a: x\n", 1.5e22, "a: 1.5e+22\n"),
        ("a: x\n", None, "a: null\n"),
        ("a:   # c\n", True, "a: true   # c\n"),
        ("a: x # c\n", "one\ntwo\n", "a: | # c\n  one\n  two\n"),
        ("a: x\n", "one\ntwo", "a: |-\n  one\n  two\n"),
        ("a: x\n", "one \ntwo\n", 'a: "one \\ntwo\\n"\n'),
        ("a: | # c\n  one\n  two\n\nb: 1\n", "x", "a: x # c\n\nb: 1\n"),
        ("a: >-\n  one\n  two\n", "x\ny", "a: |-\n  x\n  y\n"),
        ("a: [x]  # c\n", ["v", "z"], "a: [v, z]  # c\n"),
        ("a: {b: 1}\n", {"c": {"d": []}}, "a: {c: {d: []}}\n"),
        ("a: &x !!str 5\nb: *x\n", "6", 'a: &x "6"\nb: "5"\n'),
        ("a:\n  # about it\n  x\n", "w", "a:\n  # about it\n  w\n"),
    ],
)
def test_a_changed_value_keeps_its_style(before, value, after):
    assert edit(before, put("a", value)) == after


def test_brackets_over_many_lines_keep_their_lines_and_comments():
    text = """\
        a: [
          one,   # first
          # about two
          two,
          three
        ]
        """
    assert edit(text, put("a", ["one", "three", "four"])) == dedent("""\
        a: [
          one,   # first
          three,
          four
        ]
        """)
    assert edit(text, put("a", ["zero", "one", "two"])) == dedent("""\
        a: [
          zero,
          one,   # first
          # about two
          two
        ]
        """)


def test_pasted_json_stays_json():
    text = '{\n    "a": {"x": 1},\n    "b": [\n        "c"\n    ]\n}\n'

    def change(wanted):
        wanted["a"]["y"] = "z"
        wanted["b"].append({"d": True})
        wanted["e"] = {"f": []}

    assert edit(text, change) == (
        '{\n    "a": {"x": 1, "y": "z"},\n    "b": [\n        "c",\n'
        '        {\n          "d": true\n        }\n    ],\n'
        '    "e": {\n      "f": []\n    }\n}\n'
    )


class TestAliases:
    TEXT = """\
        base: &base
          kind: x  # why
          size: 1
        one: *base
        two:
          <<: *base
          size: 2
        """

    def test_a_change_at_an_alias_is_written_out_there(self):
        result = edit(self.TEXT, put("one", {"kind": "w", "size": 1}))
        assert result == dedent(self.TEXT).replace("one: *base", "one:\n  kind: w\n  size: 1")

    def test_a_change_at_an_anchor_does_not_change_its_aliases(self):
        result = edit(self.TEXT, put("base", {"kind": "z", "size": 1}))
        assert "  kind: z  # why\n" in result
        assert "one:\n  kind: x\n  size: 1\n" in result
        assert "two:\n  <<: *base\n  kind: x\n  size: 2\n" in result

    def test_the_same_change_at_every_alias_is_made_once(self):
        def change(wanted):
            for name in ("base", "one", "two"):
                wanted[name] = {**wanted[name], "kind": "z"}

        assert edit(self.TEXT, change) == dedent(self.TEXT).replace("kind: x", "kind: z")

    def test_removing_a_merged_member_expands_the_merge_only_there(self):
        result = edit(self.TEXT, put("two", {"size": 2}))
        assert result == dedent(self.TEXT).replace("  <<: *base\n  size: 2", "  size: 2")

    def test_removing_an_anchor_moves_its_value_to_an_alias(self):
        result = edit(self.TEXT, lambda wanted: wanted.pop("base"))
        assert "one:\n  kind: x\n  size: 1\n" in result
        assert "&" not in result
        assert "*" not in result


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        (
            "a: &a {x: 1}\nb: &b {x: 2, w: 2}\nc:\n  <<: [*a, *b]\n  z: 3\n",
            put("c", {"x": 1, "w": 5, "z": 3}),
            "a: &a {x: 1}\nb: &b {x: 2, w: 2}\nc:\n  <<: [*a, *b]\n  w: 5\n  z: 3\n",
        ),
        (
            "c:\n  <<: {x: 1, w: 2}\n  z: 3\n",
            put("c", {"w": 2, "z": 4}),
            "c:\n  w: 2\n  z: 4\n",
        ),
        (
            "a: &a 1\nc:\n  <<: {x: *a, w: 2}\n",
            put("a", 2),
            "a: &a 2\nc:\n  x: 1\n  w: 2\n",
        ),
        ("&k a: 1\nb: *k\nc: x\n", put("c", "z"), "&k a: 1\nb: *k\nc: z\n"),
        ("? a\n: b\n? c\n: - 1\n", put("c", [1, 2]), "? a\n: b\n? c\n: - 1\n  - 2\n"),
        ("x:\n  ? a\n  ? b\ny: 1\n", put("x", {"a": None}), "x:\n  ? a\ny: 1\n"),
        ("x: &x {? a}\ny: *x\nz: 1\n", put("z", 2), "x: &x {? a}\ny: *x\nz: 2\n"),
        ("x: [a: 1, b]\n", put("x", [{"a": 2}, "b"]), "x: [{a: 2}, b]\n"),
        ("x: {a, b: 1}\n", put("x", {"a": 2, "b": 1}), "x: {a: 2, b: 1}\n"),
        ("x:\n- &a a\n- b\n", put("x", [{"c": 1}, "b"]), "x:\n- c: 1\n- b\n"),
        ("x:\n- &a [1]\n- b\n", put("x", [{"c": 1}, "b"]), "x:\n- c: 1\n- b\n"),
        ("x: |+\n  a\n\ny: 1\n", put("y", 2), "x: |+\n  a\n\ny: 2\n"),
        ("x: {a: 1}\n", put("x", {"a": 1, "k" * 600: 2}), f'x: {{a: 1, ? "{"k" * 600}": 2}}\n'),
    ],
)
def test_rarer_forms_are_edited_too(before, change, after):
    assert edit(before, change) == after


WRAPPED = "ids: [one, two,\n      three, four]\n"


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        (WRAPPED, without("ids", "three"), "ids: [one, two,\n      four]\n"),
        (WRAPPED, without("ids", "three", "four"), "ids: [one, two]\n"),
        (
            "ids: [one,\n  # about two\n  two, three]\n",
            without("ids", "two"),
            "ids: [one,\n  three]\n",
        ),
        ("ids: [one,  # c\n  two]\n", without("ids", "two"), "ids: [one  # c\n  ]\n"),
        ("m: {a: 1,\n    b: 2, c: 3}\n", put("m", {"a": 1, "c": 3}), "m: {a: 1,\n    c: 3}\n"),
        ("ids: [one,\n]\n", add("ids", "two"), "ids: [one,\n  two,\n]\n"),
        ("ids: [one  # c\n]\n", add("ids", "two"), "ids: [one,  # c\n  two\n]\n"),
        (
            "m: {\n  a: {x: 1},\n  b: {x: 2}\n}\n",
            lambda wanted: wanted["m"].update(c={"x": [3]}),
            "m: {\n  a: {x: 1},\n  b: {x: 2},\n  c: {x: [3]}\n}\n",
        ),
        ("m: [\n  1\n  ]\n", put("m", {"a": 1}), "m:\n  a: 1\n"),
    ],
)
def test_added_lines_in_brackets_are_indented_past_their_key(before, change, after):
    assert edit(before, change) == after


SPACED = "a: 1\n\nb: 2\n\nc: 3\n"


@pytest.mark.parametrize(
    ("key", "after"),
    [("a", "b: 2\n\nc: 3\n"), ("b", "a: 1\n\nc: 3\n"), ("c", "a: 1\n\nb: 2\n")],
)
def test_removing_a_key_does_not_double_blank_lines(key, after):
    assert edit(SPACED, lambda wanted: wanted.pop(key)) == after


def test_a_block_scalar_at_the_end_of_a_file_without_a_line_end_is_kept():
    assert edit("z: 1\na: |\n  x\n  y", put("z", 2)) == "z: 2\na: |\n  x\n  y"


def test_a_new_line_ends_as_most_lines_of_the_file_do():
    assert edit("a: 1\nb: 2\r\nc: 3\r\n", put("d", 4)) == "a: 1\nb: 2\r\nc: 3\r\nd: 4\r\n"


def test_only_line_feed_and_carriage_return_end_a_line():
    assert edit("a: x\u2028y\nb: 1\n", put("b", 2)) == "a: x\u2028y\nb: 2\n"
    assert edit("a: x\x85y\n", put("b", 2)) == "a: x\x85y\nb: 2\n"


def test_an_unquoted_url_within_brackets_can_be_edited_around():
    text = "a: {u: http://x/y, v: [z:1]}  # c\nb: 1\n"
    assert edit(text, lambda wanted: wanted["a"].update(w=1)) == text.replace("]}", "], w: 1}")
    assert edit(text, lambda wanted: wanted["a"]["v"].clear()) == text.replace("[z:1]", "[]")


def test_bytes_around_the_content_are_kept():
    content = b"\xef\xbb\xbf---\r\na: 1 # x\r\nb:\r\n  - c\r\n...\r\n# tail"
    wanted = {"a": 1, "b": ["c", "d"]}
    assert edited_content(content, wanted, "f") == content.replace(b"- c", b"- c\r\n  - d")


def test_a_last_line_without_a_line_end_stays_without_one():
    assert edit("a: 1", put("b", ["x"])) == "a: 1\nb:\n  - x"
    assert edit("a: |\n  x", put("b", 1)) == "a: x\nb: 1"


def test_invalid_input_is_an_error_and_nothing_is_edited():
    with pytest.raises(InputError, match="f:1:4"):
        edited("a: [", {}, "f")
    with pytest.raises(InputError, match="UTF-8"):
        edited_content(b"a: \xff", {}, "f")
    with pytest.raises(UnwritableError, match="U\\+D800"):
        edited("a: 1", {"a": "\ud800"}, "f")


class TestWriting:
    def test_a_replaced_file_keeps_its_mode_and_its_link(self, tmp_path):
        file, link = tmp_path / "file.yaml", tmp_path / "link.yaml"
        file.write_bytes(b"old")
        file.chmod(0o640)
        link.symlink_to(file)
        replace_file(link, b"new", tmp_path)
        assert link.is_symlink()
        assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"new", 0o640)
        assert sorted(tmp_path.iterdir()) == [file, link]

    def test_nothing_is_written_outside_the_folder_or_over_another_file(self, tmp_path):
        specs, outside = tmp_path / "specs", tmp_path / "outside"
        specs.mkdir()
        outside.mkdir()
        (outside / "a.yaml").write_bytes(b"old")
        (specs / "out").symlink_to(outside)
        with pytest.raises(ReconcilerError, match="not below"):
            replace_file(specs / "out" / "a.yaml", b"new", specs)
        with pytest.raises(ReconcilerError, match="not below"):
            create_file(specs / "out" / "b.yaml", b"new", specs)
        create_file(specs / "kind" / "c.yaml", b"new", specs)
        with pytest.raises(FileExistsError):
            create_file(specs / "kind" / "c.yaml", b"newer", specs)
        assert [path.name for path in outside.iterdir()] == ["a.yaml"]

    def test_a_failed_replacement_leaves_no_file_behind(self, tmp_path):
        (tmp_path / "folder").mkdir()
        with pytest.raises(OSError, match="folder"):
            replace_file(tmp_path / "folder", b"new", tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["folder"]
