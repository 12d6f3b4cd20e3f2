"""Problems with files as SARIF 2.1.0, which code scanning on GitHub and GitLab reads.

The format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from urllib.parse import quote

from reconciler.model.checks import CHECKS, CheckName
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.problems import Problem
from reconciler.model.text import escape_control

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def problems_sarif(
    problems: Sequence[Problem], in_repository: Callable[[str], str], version: str
) -> str:
    """Return a SARIF log with a result per problem, and a rule per check that one comes from.

    `in_repository` returns a file's path from the root of the repository; `version` is this
    program's.
    """
    rules = sorted({problem.check for problem in problems})
    driver: JsonObject = {
        "name": "reconciler",
        "version": version,
        "rules": [_rule(name) for name in rules],
    }
    results: list[Json] = [_result(each, rules, in_repository(each.file)) for each in problems]
    run: JsonObject = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(name: CheckName) -> JsonObject:
    return {"id": name, "shortDescription": {"text": CHECKS[name].sentence}}


def _result(problem: Problem, rules: Sequence[str], file: str) -> JsonObject:
    place: JsonObject = {"artifactLocation": {"uri": quote(file)}}
    if problem.line:
        place["region"] = {"startLine": problem.line, "startColumn": max(problem.column, 1)}
    # What stays the same while the lines above it change.
    key = json.dumps([problem.check, file, problem.message])
    return {
        "ruleId": problem.check,
        "ruleIndex": rules.index(problem.check),
        "level": problem.severity.value,
        "message": {"text": escape_control(f"{problem.message} {problem.fix}".strip())},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"problem/v1": hashlib.sha256(key.encode()).hexdigest()},
    }
