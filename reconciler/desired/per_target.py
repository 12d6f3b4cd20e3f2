"""The document that a spec file describes for each target, and its problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from reconciler.desired.parsed_file import PatchedSource
from reconciler.model.checks import SCHEMA_FLAWS, Finding
from reconciler.model.errors import Severity
from reconciler.model.json_text import JsonObject
from reconciler.model.merge_patch import merged_object
from reconciler.model.pointers import Pointer
from reconciler.model.problems import Problem
from reconciler.model.text import join_limited

if TYPE_CHECKING:
    from reconciler.desired.checks.examples import Examples

Audience: TypeAlias = str | None
"""A target's name; None is no target in particular: the file without any patch."""

_FEW = 6
_UNLESS_LIVE = "An error in plan, unless the target has the same schema."


class TargetDocument(Struct, frozen=True):
    """The document that a file describes for some targets."""

    targets: tuple[Audience, ...]
    """The targets; those without a patch share the file's own document."""
    document: JsonObject


def outcomes_of(
    own: JsonObject, patches: Mapping[str, JsonObject], targets: Iterable[Audience]
) -> Iterator[TargetDocument]:
    """Yield the documents that these targets get; a patch is merged as RFC 7396 says."""
    wanted = tuple(targets)
    plain = tuple(target for target in wanted if target not in patches)
    if plain:
        yield TargetDocument(plain, own)
    for target in wanted:
        if target is not None and target in patches:
            yield TargetDocument((target,), merged_object(own, patches[target]))


def outcome_problems(
    outcomes: Sequence[TargetDocument],
    own: JsonObject,
    places: PatchedSource,
    examples: Sequence[Examples],
) -> Iterator[Problem]:
    """Yield the problems of a file's documents, each once and where it was written.

    `examples` are instances that the schemas of each document must accept or reject.
    A problem that the file itself or some document does not have names its targets.
    """
    found = [dict.fromkeys(_findings(outcome, places, examples)) for outcome in outcomes]
    if not any(found):
        return
    plain = found[0]
    if places.patches:
        plain = dict.fromkeys(_findings(TargetDocument((None,), own), places, examples))
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
    outcome: TargetDocument, places: PatchedSource, examples: Sequence[Examples]
) -> Iterator[Finding]:
    from reconciler.desired.checks.document_schema import document_problems
    from reconciler.desired.checks.examples import example_findings
    from reconciler.desired.checks.fields import form_findings

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
    written = (places.source.content, *places.patches.values())
    is_new = bool(places.source.key) and not any("id" in fields for fields in written)
    if check not in SCHEMA_FLAWS or is_new:
        return problem
    fix = f"{fix} {_UNLESS_LIVE}".lstrip()
    return replace(problem, fix=fix, severity=Severity.WARNING)


def for_targets(targets: Iterable[Audience]) -> str:
    """Return the words before a message that name its targets; empty for no target."""
    names = [target for target in targets if target is not None]
    if not names:
        return ""
    return f"for the target{'' if len(names) == 1 else 's'} {join_limited(names, _FEW)}: "
