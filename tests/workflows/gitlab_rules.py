"""GitLab's `rules:`, as far as the template uses them; anything else is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping


def jobs_of(pipeline: Mapping, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the jobs of a pipeline with these variables, each with its `when`."""
    jobs = {
        name: declared
        for name, declared in pipeline.items()
        if isinstance(declared, Mapping) and "script" in declared
    }
    found = {name: _when(declared["rules"], variables) for name, declared in jobs.items()}
    return {name: when for name, when in found.items() if when}


def _when(rules: list[Mapping], variables: Mapping[str, str]) -> str:
    for rule in rules:
        assert set(rule) <= {"if", "when", "allow_failure"}, rule
        if holds(rule["if"], variables):
            return rule.get("when", "on_success")
    return ""


def holds(text: str, variables: Mapping[str, str]) -> bool:
    """Evaluate an expression: `&&` before `||`, `==` and `!=` of variables and strings."""
    return any(
        all(_compared(part.strip(), variables) for part in either.split("&&"))
        for either in text.split("||")
    )


def _compared(text: str, variables: Mapping[str, str]) -> bool:
    found = re.fullmatch(r"(\S+) (==|!=) (\S+)", text)
    assert found, f"not understood: {text!r}"
    left, right = (_value(found[number], variables) for number in (1, 3))
    return (left == right) == (found[2] == "==")


def _value(text: str, variables: Mapping[str, str]) -> str | None:
    if text.startswith("$"):
        return variables.get(text[1:])
    assert re.fullmatch(r'"[^"]*"', text), text
    return text[1:-1]
