"""What the README shows is what the program does."""

import re
from pathlib import Path

import pytest
from repos import Repo

from reconciler.cli import COMMANDS
from reconciler.model.checks import CHECKS, can_be_silenced

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_first_plan_is_the_one_that_it_shows(tmp_path):
    shown = re.search(r"```text\n(.*?)```", README, re.DOTALL)
    assert shown
    assert Repo(tmp_path / "clone").run("plan", COLUMNS="80").out == shown[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_its_table(name):
    assert re.search(rf"^\| `{name}[ `]", README, re.MULTILINE)


def test_every_check_that_can_be_silenced_stands_in_its_table():
    table = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", README, re.MULTILINE))
    silenced = {name: check.sentence for name, check in CHECKS.items() if can_be_silenced(name)}
    assert {name: table.get(name) for name in silenced} == silenced
