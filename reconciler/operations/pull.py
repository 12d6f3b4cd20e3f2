"""The course of a pull: read the files, read the target, work out every file, write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.cli.console import has_color, note, width
from reconciler.cli.console import result as show
from reconciler.cli.progress import watching
from reconciler.desired.config import load_config
from reconciler.desired.load import load_specs
from reconciler.desired.pull.files import NotAdoptedError, Place, adopted_content
from reconciler.desired.pull.merge_live import MergeOptions
from reconciler.live.fetch import read_each
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ExitCode, InputError, ReconcilerError, ServiceError
from reconciler.model.kinds import KINDS, kind_named
from reconciler.model.merge_patch import Part, part_of
from reconciler.model.pointers import is_within
from reconciler.model.references import with_ids
from reconciler.model.specs import LiveSpec, Spec, SpecKey
from reconciler.model.text import escape_control
from reconciler.operations.connection import open_service
from reconciler.operations.file_changes import FileChange, FileChanges
from reconciler.operations.select import SpecResolver
from reconciler.planning.identify import NewSpecMatcher, known_ids
from reconciler.planning.pull_result import PulledSpec, PullStatus, changes_between
from reconciler.reports.text.patch import patch_text
from reconciler.reports.text.pull import pulled_report
from reconciler.yamledit.edit import EditError


@dataclass(frozen=True)
class PullOptions:
    """What is to be pulled: specs by id or name, all of the target, or else those of the files."""

    specs: Path
    target: str | None
    wanted: tuple[str, ...] = ()
    every: bool = False
    include_shared: bool = False


@dataclass(frozen=True)
class PullResult:
    """What becomes of each spec, and the files to write; `beside` are no specs."""

    target: str
    pulled: tuple[PulledSpec, ...]
    changes: tuple[FileChange, ...]
    beside: tuple[FileChange, ...]


@dataclass(frozen=True)
class Match:
    """A spec of the files, of the target, or of both. An error is an answer that is nonsense."""

    key: SpecKey
    spec: Spec | None
    live: LiveSpec | ServiceError | None


@dataclass(frozen=True)
class _Found:
    """What the target has, and the ids that references stand for there."""

    met: tuple[Match, ...]
    ids: Mapping[str, str]


async def pull(request: PullOptions, settings: ConnectionSettings) -> PullResult:
    """Work out what a pull changes, over a connection that cannot write. Writes no file.

    Raises `InputError` where a file of the repo is wrong, and `ReconcilerError`
    where an id or a name means no spec, or several.
    """
    config = load_config(request.specs)
    target = config.target(request.target)
    specs = load_specs(request.specs, target=target.name, known=config.targets).every
    with watching(f"Reading {target.name}") as on_event:
        async with open_service(target, settings, read_only=True, on_event=on_event) as service:
            selecting = SpecResolver(specs, service, target.name)
            found = await _find(request, selecting)
    for warning in selecting.warnings:
        note(escape_control(warning))
    targets = tuple(config.targets)
    pulling = _Pulling(request, target.name, targets, found.ids, FileChanges(request.specs))
    return pulling.result(found.met)


async def _find(request: PullOptions, selecting: SpecResolver) -> _Found:
    ours = {spec.key: spec for spec in selecting.specs}
    keys = await selecting.resolve(request.wanted) if request.wanted else list(ours)
    search = NewSpecMatcher([ours[key] for key in keys if key in ours], selecting.specs, {})
    unnamed: dict[str, LiveSpec] = {}
    if search.unresolved:
        candidates = search.candidates(await selecting.listed())
        read = await read_each(selecting.service, candidates)
        unnamed = search.found(live for live in read.values() if isinstance(live, LiveSpec))
    if request.every:
        taken = {live.key for live in unnamed.values()}
        keys += [spec.key for spec in await selecting.listed() if spec.key not in taken]
    keys = list(dict.fromkeys(keys))
    read = await read_each(
        selecting.service, [key for key in keys if key not in ours or ours[key].has_id]
    )
    met = [
        Match(key, ours.get(key), read[key] if key in read else unnamed.get(key.id)) for key in keys
    ]
    known = tuple(one for one in met if one.spec is not None or one.live is not None)
    _require_all(request.wanted, met, known, selecting.target)
    ids = {reference: live.id for reference, live in unnamed.items()}
    return _Found(known, {**known_ids(selecting.specs), **ids})


def _require_all(
    wanted: Iterable[str], met: Iterable[Match], known: Iterable[Match], target: str
) -> None:
    """Raise `ReconcilerError` where an id was asked for that neither a file nor the target has."""
    there = {one.key.id for one in known}
    lacking = [text for text in wanted if text in {one.key.id for one in met} - there]
    if lacking:
        raise ReconcilerError(
            "\n".join(f"there is no spec with the id {text} at {target}." for text in lacking)
        )


@dataclass
class _Pulling:
    """Working out the files, one spec after the other."""

    request: PullOptions
    target: str
    targets: tuple[str, ...]
    ids: Mapping[str, str]
    filing: FileChanges

    def result(self, met: Iterable[Match]) -> PullResult:
        """Return what becomes of these specs; the files come in one order, whatever was asked."""
        pulled = [self.one(each) for each in sorted(met, key=_rank)]
        changes = self.filing.changes
        return PullResult(self.target, tuple(pulled), tuple(changes), self.filing.beside)

    def one(self, met: Match) -> PulledSpec:
        try:
            return self.edited(met) if met.spec is not None else self.created(met)
        except (NotAdoptedError, EditError, InputError) as error:
            return _unchanged(met, PullStatus.FAILED, str(error))

    def edited(self, met: Match) -> PulledSpec:
        spec, live = met.spec, met.live
        assert spec is not None  # noqa: S101 - see `one`
        if not isinstance(live, LiveSpec):
            return _unlike(met)
        left = (*spec.directives.shared, *spec.directives.ignore)
        reserve = MergeOptions(() if self.request.include_shared else left, self.ids)
        content = Path(spec.file).read_bytes()
        place = Place(spec.file, spec.kind, self.targets)
        after, adoption = adopted_content(content, place, self.target, live.document, reserve)
        self.filing.edit(Path(spec.file), content, after)
        changes = changes_between(spec.kind, adoption.before, adoption.after)
        rest = changes_between(
            spec.kind, with_ids(spec.kind, adoption.after, self.ids), live.document
        )
        return PulledSpec(
            spec.kind,
            spec.name,
            spec.file,
            PullStatus.SAME if after == content else PullStatus.EDITED,
            changes,
            tuple(
                change
                for change in rest
                if any(is_within(change.pointer, pointer) for pointer in left)
            ),
            self.target if adoption.patch else "",
            frozenset(
                change.path
                for change in changes
                if part_of(adoption.patch, change.pointer) is not Part.NOTHING
            ),
        )

    def created(self, met: Match) -> PulledSpec:
        if not isinstance(met.live, LiveSpec):
            return _unlike(met)
        file = self.filing.create(met.live, self.targets)
        return PulledSpec(met.live.kind, met.live.name, file, PullStatus.NEW)


def _rank(met: Match) -> tuple[bool, int, str, str]:
    kinds = [kind.name for kind in KINDS]
    name = met.spec.file if met.spec else met.live.name if isinstance(met.live, LiveSpec) else ""
    return met.spec is None, kinds.index(met.key.kind), name, met.key.id


def _unlike(met: Match) -> PulledSpec:
    """Return what becomes of a spec that the target does not have, or not in a readable way."""
    if isinstance(met.live, ServiceError):
        return _unchanged(met, PullStatus.FAILED, str(met.live))
    return _unchanged(met, PullStatus.MISSING)


def _unchanged(met: Match, fate: PullStatus, message: str = "") -> PulledSpec:
    kind = kind_named(met.key.kind)
    if met.spec is not None:
        return PulledSpec(kind, met.spec.name, met.spec.file, fate, message=message)
    name = met.live.name if isinstance(met.live, LiveSpec) else met.key.id
    return PulledSpec(kind, name, "", fate, message=message)


def tell_and_write(result: PullResult, specs: Path, *, dry_run: bool) -> int:
    """Write the files, or with `dry_run` show the patch; say what became of each spec.

    Returns the exit code: 1 where a spec could not be written.
    """
    if dry_run:
        for change in result.changes:
            file = change.path.as_posix()
            show(patch_text(file, change.before, change.after, color=has_color()))
    else:
        for change in (*result.changes, *result.beside):
            change.write(specs)
    report = pulled_report(
        result.pulled, result.target, dry=dry_run, width=width(), color=has_color()
    )
    (note if dry_run else show)(report)
    for change in () if dry_run else result.beside:
        note(f"{change.path.as_posix()} is the schema by which editors complete the new files.")
    failed = any(one.fate is PullStatus.FAILED for one in result.pulled)
    return ExitCode.ERROR if failed else ExitCode.DONE
