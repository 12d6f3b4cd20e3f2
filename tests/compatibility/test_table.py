"""The verdicts on changes with known answers (cases.yaml)."""

import re
from pathlib import Path

from jsonschema import Draft7Validator
from schema_changes import score, verdicts

from reconciler.model.verdicts import CompatibilityLevel

README = Path(__file__).parents[1] / "README.md"


def accepts(schema, instance):
    checker = Draft7Validator.FORMAT_CHECKER
    return Draft7Validator(schema, format_checker=checker).is_valid(instance)


def test_no_verdict_is_wrong():
    allowed = {
        "breaking": {CompatibilityLevel.BREAKING, CompatibilityLevel.SEARCHED},
        "compatible": {CompatibilityLevel.COMPATIBLE, CompatibilityLevel.SEARCHED},
        "unchanged": {CompatibilityLevel.UNCHANGED},
    }
    wrong = [
        (row.name, found.verdict)
        for row, found in verdicts()
        if found.verdict not in allowed[row.truth]
    ]
    assert wrong == []


def test_every_example_shows_the_break():
    for row, found in verdicts():
        assert (found.breaks is not None) == (found.verdict is CompatibilityLevel.BREAKING)
        if found.breaks:
            assert accepts(row.old, found.breaks.instance), row.name
            assert not accepts(row.new, found.breaks.instance), row.name
        if found.widens:
            assert accepts(row.new, found.widens.instance), row.name
            assert not accepts(row.old, found.widens.instance), row.name


def test_a_widening_is_breaking_in_the_other_direction():
    both = iter(verdicts())
    for (row, there), (_, back) in zip(both, both, strict=True):
        assert (there.widens, there.breaks) == (back.breaks, back.widens), row.name


def test_the_readme_has_the_current_numbers():
    found = score()
    said = re.search(r"<!-- compatibility -->(.*?)\n\n", README.read_text(), re.DOTALL)[1]
    assert [float(number) for number in re.findall(r"\d+(?:\.\d+)?", said)] == [
        found.rows,
        found.breaking,
        found.compatible,
        round(found.precision, 3),
        round(found.recall, 3),
        found.proven,
        found.compatible,
    ]
