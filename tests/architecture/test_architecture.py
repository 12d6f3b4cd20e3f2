"""The architecture: which way dependencies point, how long a file is, what is imported when."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP_LEVEL = {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"}
FOLDERS = {"reconciler", "specs", "tests"}
LONGEST = 300
HEAVY = {"asyncio", "httpx", "jinja2", "jsonschema", "rich", "ruamel", "starlette", "uvicorn"}
LIGHT = [
    ("--help", HEAVY | {"click"}),
    ("--version", HEAVY | {"click"}),
    ("schema flowSpec", HEAVY),
    ("validate", HEAVY - {"jsonschema", "ruamel"}),
]
"""What a command line must not import; asyncio and the rest cost more than Python's own start."""


def test_the_import_contracts_hold():
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_file_is_longer_than_300_lines():
    files = [path for path in (ROOT / "reconciler").rglob("*") if path.suffix in {".py", ".css"}]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files}
    assert lengths
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_nothing_else_is_at_the_top_level():
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = {Path(line).parts[0] for line in listed.stdout.splitlines()}
    assert {name for name in names if not name.startswith(".")} == TOP_LEVEL | FOLDERS


@pytest.mark.parametrize(("line", "forbidden"), LIGHT, ids=[line for line, _ in LIGHT])
def test_what_a_command_does_not_use_is_not_imported(line, forbidden):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "reconciler", *line.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    imported = set(re.findall(r"^import time: .*\| +(\w+)", done.stderr, re.MULTILINE))
    assert "reconciler" in imported
    assert imported & forbidden == set()
