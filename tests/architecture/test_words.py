"""The strings that the program prints avoid words that its users would not search for."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "reconciler"
ODD = re.compile(
    r"\b([Mm]end(s|ed)?|[Ss]tands|(is|are) told|in order(?! to\b)|[Nn]obody|[Ss]omebody|left alone|"
    r"leads nowhere|takes? (it|them) back|takes? away|a text\b|whole number|at the target\b|"
    r"in no file|[Aa]pply refuses|not converging|is (as it should|in no folder)|are meant|is meant|"
    r"begins? in line|no telling|judged|([Tt]he|[Aa]n|[Nn]o) answer)\b"
)
VALUES = {"in order", "not converging"}
"""Results of an apply report, which keep their values; reports show other words."""


def texts_of_module(file: Path) -> Iterator[str]:
    """Yield the strings of a module except docstrings; docstrings of commands are help texts."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    helps = {
        id(function.body[0])
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and function.decorator_list
        and "commands" in file.parts
    }
    documented = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and id(node) not in helps
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in documented and node.value not in VALUES:
            yield node.value


def texts_of_schema(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("description"), str):
            yield value["description"]
        for member in value.values():
            yield from texts_of_schema(member)
    elif isinstance(value, list):
        for member in value:
            yield from texts_of_schema(member)


def texts_of(file: Path) -> Iterator[str]:
    if file.suffix == ".py":
        yield from texts_of_module(file)
    elif file.suffix == ".json":
        yield from texts_of_schema(json.loads(file.read_bytes()))
    else:
        yield file.read_text(encoding="utf-8")


FILES = [
    *sorted(PACKAGE.rglob("*.py")),
    *sorted((PACKAGE / "schemas").glob("*.json")),
    *sorted((PACKAGE / "scaffold").rglob("*.yml")),
    *sorted((ROOT / ".github").rglob("*.yml")),
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
]


def test_the_strings_of_the_program_contain_no_avoided_words():
    found = [
        f"{file.relative_to(ROOT)}: …{text[max(0, odd.start() - 30) : odd.end() + 20]}…"
        for file in FILES
        for text in texts_of(file)
        for odd in ODD.finditer(text)
    ]
    assert found == []
