"""Commands that only read are opened on a transport that cannot write."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "reconciler"


def openings():
    """Each call in the package that opens a service: its file, and `read_only` as it is given."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "open_service",
                "connect",
            ):
                given = {word.arg: ast.unparse(word.value) for word in node.keywords}
                if "settings" in given or "read_only" in given:
                    yield path.relative_to(PACKAGE).as_posix(), given.get("read_only")


def test_only_an_apply_opens_a_target_for_writing():
    found = list(openings())
    writing = {file for file, read_only in found if read_only != "True"}
    assert writing == {"operations/apply.py", "operations/connection.py"}
    assert ("operations/plan.py", "True") in found
    assert ("operations/connection.py", "read_only") in found
