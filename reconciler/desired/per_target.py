"""What a spec file comes to for each target, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from reconciler.desired.checks.document_schema import document_problems
from reconciler.desired.checks.examples import Examples, example_findings
from reconciler.desired.checks.fields import form_findings
from reconciler.desired.patched_source import PatchedSource
from reconciler.model.checks import SCHEMA_FLAWS, Finding
from reconciler.model.errors import Problem, Severity
from reconciler.model.json_text import JsonObject
from reconciler.model.merge_patch import merged_object
from reconciler.model.pointers import Pointer

Audience: TypeAlias = str | None
"""A target's name; None is no target in particular: the file without any patch."""

_FEW = 6
_UNLESS_LIVE = "An error in plan, unless the target has the same schema."


@dataclass(frozen=True)
class Outcome:
    """A document, and whose it is: the targets without a patch share the file's own."""

    targets: tuple[Audience, ...]
    document: JsonObject


def outcomes_of(
    own: JsonObject, patches: Mapping[str, JsonObject], targets: Iterable[Audience]
) -> Iterator[Outcome]:
    """Yield the documents that these targets get; a patch is merged as RFC 7396 says."""
    wanted = tuple(targets)
    plain = tuple(target for target in wanted if target not in patches)
    if plain:
        yield Outcome(plain, own)
    for target in wanted:
        if target is not None and target in patches:
            yield Outcome((target,), merged_object(own, patches[target]))


def outcome_problems(
    outcomes: Sequence[Outcome],
    own: JsonObject,
    places: PatchedSource,
    examples: Sequence[Examples],
) -> Iterator[Problem]:
    """Yield what is wrong with the outcomes of a file, once each and where it was written.

    `examples` are settings that the schemas in each outcome must accept or refuse.

    What is not wrong with the file itself and with every outcome says for which
    targets it is: so the one that is to blame is found.
    """
    found = [dict.fromkeys(_findings(outcome, places, examples)) for outcome in outcomes]
    if not any(found):
        return
    plain = found[0]
    if places.patches:
        plain = dict.fromkeys(_findings(Outcome((None,), own), places, examples))
    common = [finding for finding in plain if all(finding in each for each in found)]
    yield from (_problem(finding, places, places.source_pointer(finding[0])) for finding in common)
    concerned: dict[Problem, list[Audience]] = {}
    for outcome, findings in zip(outcomes, found, strict=True):
        for finding in findings:
            if finding not in common:
                where = places.source_pointer(finding[0], outcome.targets[0], own=finding in plain)
                problem = _problem(finding, places, where)
                concerned.setdefault(problem, []).extend(outcome.targets)
    for problem, targets in concerned.items():
        yield replace(problem, message=for_targets(targets) + problem.message)


def _findings(
    outcome: Outcome, places: PatchedSource, examples: Sequence[Examples]
) -> Iterator[Finding]:
    target = outcome.targets[0]
    yield from form_findings(
        places.source.kind,
        outcome.document,
        lambda pointer: places.source.locator.source(places.source_pointer(pointer, target)),
        patched=bool(places.patches),
        keyed=bool(places.source.key),
    )
    yield from document_problems(places.source.kind, outcome.document)
    yield from example_findings(places.source.kind, outcome.document, examples)


def _problem(finding: Finding, places: PatchedSource, where: Pointer) -> Problem:
    _, message, fix, check = finding
    problem = places.problem(where, message, fix, check)
    if check not in SCHEMA_FLAWS:
        return problem
    fix = f"{fix} {_UNLESS_LIVE}".lstrip()
    return replace(problem, fix=fix, severity=Severity.WARNING)


def for_targets(targets: Iterable[Audience]) -> str:
    """Return the words before a message that say for which targets it is; none for no target."""
    names = [target for target in targets if target is not None]
    if not names:
        return ""
    more = len(names) - _FEW
    shown = ", ".join(names[:_FEW]) + (f" and {more} more" if more > 0 else "")
    return f"for the target{'' if len(names) == 1 else 's'} {shown}: "
