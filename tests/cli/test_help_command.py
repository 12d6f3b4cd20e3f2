"""`help`, generated from the commands and the schemas."""

import pytest

from reconciler.cli import COMMANDS, HELP


def test_without_a_topic_it_lists_commands_and_topics(repo):
    run = repo.run("help")
    assert run.code == 0
    assert run.out.startswith(HELP)
    assert "reference" in run.out


@pytest.mark.parametrize("name", ["plan", "github", "help"])
def test_the_help_of_a_command_is_that_of_its_help_option(repo, name):
    assert repo.run("help", name).out == repo.run(name, "--help").out


@pytest.mark.parametrize(
    ("topic", "key"),
    [
        ("config", "`targets.NAME.imsOrg`: "),
        ("spec", "x-reconciler.key"),
        ("spec", "`x-reconciler.shared`: "),
        ("spec", "(`sourceSpec`, "),
        ("spec", "(`scheduleSpec`, "),
        ("policy", "`select.pointer`: "),
    ],
)
def test_the_keys_of_a_file_are_those_of_its_schema(repo, topic, key):
    assert key in repo.run("help", topic).out


def test_the_reference_has_every_command_option_and_key(repo):
    text = repo.run("help", "reference").out
    for name in COMMANDS:
        assert f"\n## reconciler {name}\n" in text
    assert "\n## reconciler github comment\n" in text
    assert "`--fail-on-refusal` (`RECONCILER_FAIL_ON_REFUSAL`): " in text
    assert text.count("RECONCILER_VERBOSE") == 1
    assert repo.run("help", "config").out in text


def test_an_unknown_topic_is_an_error_that_lists_them(repo):
    run = repo.run("help", "polcy")
    assert run.code == 1
    assert "'policy'" in run.err
