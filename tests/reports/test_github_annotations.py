"""Annotations and JUnit, as GitHub, GitLab and an XML parser read them."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.errors import Severity
from reconciler.model.problems import Problem
from reconciler.reports.github_annotations import (
    Annotation,
    annotation_of,
    neutralize_workflow_commands,
    problems_github,
)
from reconciler.reports.markdown.problems import problems_markdown
from reconciler.reports.text.problems import problems_junit

ANY_TEXT = st.text() | st.text(st.characters(categories=["Cs", "Cc", "Cf", "Co", "Cn"]))


def read_command(line):
    """Parse a workflow command as a runner does: its name, its properties, its message."""
    head, _, message = line.removeprefix("::").partition("::")
    name, _, properties = head.partition(" ")
    pairs = dict(pair.split("=", 1) for pair in properties.split(","))
    return name, {key: decoded(value) for key, value in pairs.items()}, decoded(message)


def decoded(text):
    for escape, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n")):
        text = text.replace(escape, character)
    return text.replace("%25", "%")


def test_a_problem_is_shown_at_its_line():
    problem = Problem("specs/a,b:c.yaml", 3, 7, "100%0A wrong:\nreally", "Fix it.", "id")
    name, properties, message = read_command(problems_github([problem]).removesuffix("\n"))
    assert name == "error"
    assert properties == {
        "file": "specs/a,b:c.yaml",
        "line": "3",
        "col": "7",
        "title": "reconciler id",
    }
    assert message == "100%0A wrong:\nreally Fix it."


def test_a_problem_of_a_whole_file_is_at_its_start():
    problem = Problem("a.yaml", 0, 0, "empty", "", "", Severity.WARNING)
    assert (
        annotation_of(problem).command
        == "::warning file=a.yaml,line=1,col=1,title=reconciler::empty\n"
    )


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_message_is_one_command(file, message, check):
    text = problems_github([Problem(file, 1, 1, message, "", check)])
    assert text.count("\n") == 1
    assert text.isprintable() or text[:-1].isprintable()
    name, properties, _ = read_command(text.removesuffix("\n"))
    assert name == "error"
    assert set(properties) == {
        *(["file"] if file else []),
        *(["line", "col"] if file else []),
        "title",
    }


@pytest.mark.parametrize(
    "line",
    [
        "::add-mask::e",
        "  \t::error file=x::y",
        "\u00a0::stop-commands::token",
        "value: ##[add-matcher]x.json",
        "##[set-output name=has-changes;]false",
    ],
)
def test_no_line_of_other_content_is_a_command(line):
    for text in (line, f"before\n{line}\nafter"):
        for printed in neutralize_workflow_commands(text).splitlines():
            assert not printed.lstrip().startswith("::")
            assert "##[" not in printed


def test_a_line_that_is_not_a_command_is_unchanged():
    for text in ("a::b", "std::vector", "# [x]", ": :", '{"a": "::error::"}'):
        assert neutralize_workflow_commands(text) == text


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT, st.sampled_from(Severity))), st.lists(ANY_TEXT))
def test_a_junit_report_with_any_message_can_be_parsed(found, files):
    problems = [Problem(file, 1, 1, message, "", "", how) for file, message, how in found]
    text = problems_junit(problems, files)
    (suite,) = ElementTree.fromstring(text.encode())
    names = {file for file, _, _ in found} | set(files)
    failed = {file for file, _, severity in found if severity is Severity.ERROR}
    assert suite.attrib == {
        "name": "reconciler validate",
        "tests": str(len(names)),
        "failures": str(len(failed)),
        "errors": "0",
    }
    assert len(suite.findall("testcase/failure")) == len(failed)
    for case in suite:
        assert set(case.attrib) == {"classname", "name"}
        assert [child.tag for child in case] in (
            [],
            ["failure"],
            ["system-out"],
            ["failure", "system-out"],
        )


def test_a_summary_of_very_many_problems_says_how_many_there_are():
    problems = [Problem(f"{number}.yaml", 1, 1, "<b>wrong</b>", "", "") for number in range(150)]
    text = problems_markdown(problems, "Checked 150 files: 150 errors.")
    assert text.startswith("### Checked 150 files: 150 errors.\n\n- `0.yaml:1:1` **error**: ")
    assert text.endswith("- and 50 more problems\n")
    assert "`<b>wrong</b>`" in text


def test_a_percent_sign_is_no_escape():
    found = Annotation(Severity.ERROR, "100%3A", "50%0A::error::x\nnext")
    assert found.command == "::error title=100%253A::50%250A::error::x%0Anext\n"
