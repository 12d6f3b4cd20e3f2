"""Check a parsed spec file: a spec for each target, and the problems of the file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from reconciler.desired.cache import Cache, verdict_key
from reconciler.desired.checks.suppressions import apply_suppressions, unused
from reconciler.desired.directives import read_directives, read_patches
from reconciler.desired.parsed_file import PatchedSource, SpecSource, parse_spec, patch_at
from reconciler.desired.per_target import Audience, TargetDocument, outcome_problems, outcomes_of
from reconciler.model.canonical import TwoSpellingsError, normal_spelling
from reconciler.model.errors import Severity
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY, Kind
from reconciler.model.pointers import Pointer
from reconciler.model.problems import Problem
from reconciler.model.references import reference_to
from reconciler.model.specs import Directives, Spec


class SpecFile(Struct, frozen=True):
    """The content of a spec file after it was checked."""

    places: PatchedSource
    """Where values are in the file."""
    specs: Mapping[Audience, Spec] = field(default_factory=dict)
    """The spec for each target that the file was read for; empty if a problem is an error."""
    problems: Sequence[Problem] = ()


def read_spec(
    source: SpecSource,
    target: Audience,
    known: Collection[str] | None = None,
    cache: Cache | None = None,
) -> SpecFile:
    """Check a parsed file for one target; None is the file without any patch.

    `known` are the names of the targets that exist, None if they are unknown. What
    `cache` holds is not checked again. Never raises for the content of a file: see
    `SpecFile.problems`.
    """
    cache = cache or Cache()
    audience = verdict_key(source, target, known)
    cached = cache.verdict(source, audience)
    if cached is not None:
        return replace(_read(source, (target,), known, is_checked=True), problems=cached)
    file = _read(source, (target,), known)
    problems = apply_suppressions(file.problems, source.locator)
    cache.keep(source, audience, problems)
    return replace(file, problems=problems)


def read_every_spec(source: SpecSource, known: Collection[str] | None) -> SpecFile:
    """Check a parsed file for all known targets, or for those it has patches for if None.

    Comments that suppress nothing are reported here, where all problems of a file are known.
    """
    file = _read(source, known, known)
    problems = apply_suppressions(file.problems, source.locator)
    if not any(problem.severity is Severity.ERROR for problem in problems):
        problems += unused(file.problems, source.locator, source.file)
    return replace(file, problems=problems)


def find_line(
    file: str, kind: Kind, target: Audience, pointer: Pointer, *, key: bool = False
) -> tuple[int, int] | None:
    """Return line and column (from 1) of the value at a pointer into a target's document.

    With `key` they are those of its key. If the file does not have the value, they
    are those of the nearest value above it. A value of the target's patch is found
    there. None if the file does not exist or cannot be parsed.
    """
    try:
        content = Path(file).read_bytes()
    except OSError:
        return None
    source = parse_spec(content, file, kind)
    if source.problems:
        return None
    places = read_spec(source, target).places
    return source.locator.place(places.source_pointer(pointer, target), key=key)


def _read(
    source: SpecSource,
    targets: Iterable[Audience] | None,
    known: Collection[str] | None,
    *,
    is_checked: bool = False,
) -> SpecFile:
    bare = PatchedSource(source)
    if source.problems:
        return SpecFile(bare, problems=source.problems)
    problems: list[Problem] = []

    def report(*found: Any, key: bool = False) -> None:
        problems.append(bare.problem(*found, key=key))

    directives = source.content.get(DIRECTIVES_KEY)
    patches = read_patches(directives, known, report)
    fields = {key: value for key, value in source.content.items() if key != DIRECTIVES_KEY}
    wanted = tuple(targets if targets is not None else patches) or (None,)
    parts = {(): fields, **{patch_at(name): patch for name, patch in patches.items()}}
    for above, part in parts.items():
        if not is_checked and (not above or above[-1] in wanted):
            problems += _name_problems(bare, part, above)
    for above, part in parts.items():
        try:
            parts[above] = normal_spelling(source.kind, part, one_name=True)
        except TwoSpellingsError as error:
            report((*above, error.second), f"{error}.", "", "two-spellings")
            return SpecFile(bare, problems=problems)
    own, patches = parts[()], {name: parts[patch_at(name)] for name in patches}

    places = PatchedSource(source, patches)
    outcomes = [*outcomes_of(own, patches, wanted)]
    documents = [
        outcome.document for outcome in outcomes_of(own, patches, known or [None, *patches])
    ]
    if not is_checked:
        from reconciler.desired.checks.examples import read_examples

        examples = read_examples(directives, source.kind, documents, report)
        problems += outcome_problems(outcomes, own, places, examples)
    read = read_directives(directives, source.kind, documents, report)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return SpecFile(places, problems=problems)
    return SpecFile(places, dict(_specs(source, outcomes, read)), problems)


def _name_problems(bare: PatchedSource, fields: JsonObject, above: Pointer) -> Iterator[Problem]:
    from reconciler.desired.checks.fields import name_findings

    for at, message, fix, check in name_findings(bare.source.kind, fields):
        yield bare.problem((*above, *at), message, fix, check)


def _specs(
    source: SpecSource, outcomes: Iterable[TargetDocument], directives: Directives
) -> Iterator[tuple[Audience, Spec]]:
    for outcome in outcomes:
        document = outcome.document
        if document.get("id") is None:
            spec_id = reference_to(source.kind.name, directives.key)
            document = {field: value for field, value in document.items() if field != "id"}
        else:
            spec_id = str(document["id"])
        name = str(document["name"])
        spec = Spec(source.kind, spec_id, name, source.file, document, directives)
        yield from ((target, spec) for target in outcome.targets)
