"""What is wrong with an embedded schema, as an error where a file changes that schema.

Adobe's own documents hold such schemas, so one that the target has as well is
only a warning, which loading the file has given already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.desired.find_line import find_line
from reconciler.desired.load import Loaded
from reconciler.model.canonical import TwoSpellingsError, normal_spelling
from reconciler.model.checks import CHECKS, SCHEMA_FLAWS
from reconciler.model.errors import InputError, Problem
from reconciler.model.json_text import JsonObject
from reconciler.model.specs import LiveSpec, Spec, SpecKey


def require_valid_schemas(
    loaded: Loaded, specs: Sequence[Spec], live: Mapping[SpecKey, LiveSpec], target: str
) -> None:
    """Raise `InputError` with every flaw of a schema that the target does not have as it is."""
    flawed = {problem.file for problem in loaded.warnings if problem.check in SCHEMA_FLAWS}
    problems = [
        problem
        for spec in specs
        if spec.file in flawed
        for problem in _problems(spec, live.get(spec.key), target)
    ]
    if problems:
        raise InputError(problems)


def _problems(spec: Spec, live: LiveSpec | None, target: str) -> Iterator[Problem]:
    from reconciler.desired.checks.embedded_schemas import flaws_unlike

    for pointer, message, fix, check in flaws_unlike(spec.kind, spec.document, _held(live)):
        key = CHECKS[check].at_key
        line, column = find_line(spec.file, spec.kind, target, pointer, key=key) or (0, 0)
        yield Problem(spec.file, line, column, message, fix, check)


def _held(live: LiveSpec | None) -> JsonObject:
    try:
        return normal_spelling(live.kind, live.document) if live else {}
    except TwoSpellingsError:  # the plan says so of that spec
        return {}
