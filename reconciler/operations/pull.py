"""Pulling: read the files and the target, work out every file, write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from reconciler.desired.committed import git_state
from reconciler.desired.config import load_config
from reconciler.desired.folder import read_folder
from reconciler.desired.load import load_specs
from reconciler.desired.pull.files import NotAdoptedError, changed_content
from reconciler.desired.pull.merge_file import adopted
from reconciler.live.fetch import read_each
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import InputError, ReconcilerError, ServiceError, message_of
from reconciler.model.kinds import KINDS, kind_named
from reconciler.model.merge_patch import PatchPart, part_of
from reconciler.model.pointers import is_within
from reconciler.model.references import with_ids
from reconciler.model.specs import LiveSpec, Spec, SpecKey
from reconciler.operations.connection import open_service
from reconciler.operations.file_changes import FileChange, FileChanges
from reconciler.operations.select import SpecResolver
from reconciler.planning.body import put_body
from reconciler.planning.identify import NewSpecMatcher, known_ids
from reconciler.planning.plan import Change
from reconciler.planning.pull_result import PulledSpec, PullStatus, changes_between
from reconciler.yamledit.edit import EditError

if TYPE_CHECKING:
    from reconciler.live.events import OnEvent


class PullOptions(Struct, frozen=True):
    """What to pull."""

    specs: Path
    target: str | None
    """The target's name; None is the config's default."""
    wanted: tuple[str, ...] = ()
    """Specs by id, name or file; without any, those that have a file."""
    every: bool = False
    """All specs of the target, with or without a file."""
    include_shared: bool = False
    """Shared lists and ignored places too."""
    force: bool = False
    """Overwrite files with uncommitted changes."""
    pending: Mapping[SpecKey, tuple[Change, ...]] = field(default_factory=dict)
    """Changes that are committed and not applied yet: they stay in the files."""


class PullResult(Struct, frozen=True):
    """The result for each spec, and the files to write."""

    target: str
    specs: Path
    pulled: tuple[PulledSpec, ...]
    changes: tuple[FileChange, ...]
    """The spec files to write."""
    editor_schemas: tuple[FileChange, ...]
    """The schemas to write that editors complete new files by."""
    warnings: tuple[str, ...] = ()
    """The kinds that the target does not list."""

    def write(self) -> PullResult:
        """Write the files, and return the result with those that could not be written.

        A file outside the folder of the specs is not written.
        """
        changes, failed = _written(self.changes, self.specs)
        schemas, lacking = _written(self.editor_schemas, self.specs)
        pulled = tuple(
            replace(spec, fate=PullStatus.FAILED, changes=(), message=failed[spec.file])
            if spec.file in failed
            else spec
            for spec in self.pulled
        )
        warnings = (*self.warnings, *lacking.values())
        return replace(
            self, pulled=pulled, changes=changes, editor_schemas=schemas, warnings=warnings
        )


class Match(Struct, frozen=True):
    """A spec of the files, of the target, or of both."""

    key: SpecKey
    spec: Spec | None
    """The file's; None without a file."""
    live: LiveSpec | ServiceError | None
    """The target's; None if it does not exist there, an error if it cannot be read."""

    @property
    def name(self) -> str:
        """The name in the file or else on the target; empty if neither has one."""
        if self.spec is not None:
            return self.spec.name
        return self.live.name if isinstance(self.live, LiveSpec) else ""


async def pull(
    options: PullOptions, settings: ConnectionSettings, *, on_event: OnEvent | None = None
) -> PullResult:
    """Work out what a pull changes, over a connection that cannot write. Writes no file.

    Raises `InputError` if a file is invalid, and `ReconcilerError` if an id or a
    name matches no spec, or several.
    """
    folder = read_folder(options.specs)
    config = load_config(options.specs, contents=folder.contents)
    target = config.target(options.target)
    specs = load_specs(options.specs, target=target.name, known=config.targets, folder=folder).every
    uncommitted = {} if options.force else git_state(options.specs, folder.contents).uncommitted
    async with open_service(target, settings, read_only=True, on_event=on_event) as service:
        resolver = SpecResolver(specs, service, target.name)
        matches, ids = await _find(options, resolver)
    files = FileChanges(options.specs)
    protected = {(options.specs / path).as_posix(): why for path, why in uncommitted.items()}
    pulling = _Pulling(options, target.name, tuple(config.targets), ids, files, protected)
    pulled = tuple(map(pulling.pull, sorted(matches, key=_rank)))
    return PullResult(
        target.name,
        options.specs,
        pulled,
        tuple(files.changes),
        files.editor_schemas,
        tuple(resolver.warnings),
    )


async def _find(
    options: PullOptions, resolver: SpecResolver
) -> tuple[list[Match], Mapping[str, str]]:
    """Return the specs to pull, and the ids on the target by reference.

    Raises `ReconcilerError` for a wanted id that neither a file nor the target has.
    """
    ours = {spec.key: spec for spec in resolver.specs}
    keys = await resolver.resolve(options.wanted) if options.wanted else list(ours)
    # A pull adopts by name what a plan would not: it changes no spec on the target.
    matcher = NewSpecMatcher([ours[key] for key in keys if key in ours], resolver.specs, ours)
    by_name: dict[str, LiveSpec] = {}
    if matcher.unresolved:
        candidates = matcher.candidates(await resolver.listed())
        read = await read_each(resolver.service, candidates)
        by_name = matcher.found(live for live in read.values() if isinstance(live, LiveSpec))
    if options.every:
        taken = {live.key for live in by_name.values()}
        keys += [spec.key for spec in await resolver.listed() if spec.key not in taken]
    keys = list(dict.fromkeys(keys))
    read = await read_each(
        resolver.service, [key for key in keys if key not in ours or ours[key].has_id]
    )
    matches = [
        Match(key, ours.get(key), read[key] if key in read else by_name.get(key.id)) for key in keys
    ]
    known = [one for one in matches if one.spec is not None or one.live is not None]
    unknown = {one.key.id for one in matches} - {one.key.id for one in known}
    if lacking := [text for text in options.wanted if text in unknown]:
        raise ReconcilerError(
            "\n".join(f"{text} does not exist on {resolver.target}." for text in lacking)
        )
    ids = {reference: live.id for reference, live in by_name.items()}
    return known, {**known_ids(resolver.specs), **ids}


class _Pulling(Struct):
    """The work on the files of one pull, spec by spec."""

    options: PullOptions
    target: str
    targets: tuple[str, ...]
    ids: Mapping[str, str]
    files: FileChanges
    uncommitted: Mapping[str, str]

    def pull(self, match: Match) -> PulledSpec:
        """Edit or create the file of one spec."""
        try:
            return self._edit(match) if match.spec is not None else self._create(match)
        except (NotAdoptedError, EditError, InputError) as error:
            return _unchanged(match, PullStatus.FAILED, str(error))

    def _edit(self, match: Match) -> PulledSpec:
        spec, live = match.spec, match.live
        assert spec is not None  # noqa: S101 - see `pull`
        if not isinstance(live, LiveSpec):
            return _missing_or_failed(match)
        left = (*spec.directives.shared, *spec.directives.ignore)
        skipped = () if self.options.include_shared else left
        content = Path(spec.file).read_bytes()
        document = live.document
        if spec.key in self.options.pending:
            document = put_body(spec.kind, document, self.options.pending[spec.key])
        after, adoption = changed_content(
            content,
            spec.file,
            spec.kind,
            self.targets,
            lambda source: adopted(source, self.target, document, skipped, self.ids),
        )
        if after != content and spec.file in self.uncommitted:
            return _unchanged(
                match,
                PullStatus.FAILED,
                f"it has changes that no commit holds ({self.uncommitted[spec.file]}). Commit "
                "them first, or overwrite them with --force.",
            )
        self.files.edit(Path(spec.file), content, after)
        changes = changes_between(spec.kind, adoption.before, adoption.after)
        rest = changes_between(spec.kind, with_ids(spec.kind, adoption.after, self.ids), document)
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
                if part_of(adoption.patch, change.pointer) is not PatchPart.NOTHING
            ),
        )

    def _create(self, match: Match) -> PulledSpec:
        if not isinstance(match.live, LiveSpec):
            return _missing_or_failed(match)
        file = self.files.create(match.live, self.targets)
        return PulledSpec(match.live.kind, match.live.name, file, PullStatus.NEW)


def _written(
    changes: Iterable[FileChange], folder: Path
) -> tuple[tuple[FileChange, ...], dict[str, str]]:
    """Write files; return those that were written, and by file why the others were not."""
    written: list[FileChange] = []
    failed: dict[str, str] = {}
    for change in changes:
        try:
            change.write(folder)
            written.append(change)
        except (ReconcilerError, OSError) as error:
            failed[change.path.as_posix()] = message_of(error)
    return tuple(written), failed


def _rank(match: Match) -> tuple[bool, int, str, str]:
    """Return the key of an order that does not depend on the request."""
    named = match.spec.file if match.spec else match.name
    return match.spec is None, KINDS.index(kind_named(match.key.kind)), named, match.key.id


def _missing_or_failed(match: Match) -> PulledSpec:
    """Return the result for a spec that does not exist on the target or cannot be read."""
    if isinstance(match.live, ServiceError):
        return _unchanged(match, PullStatus.FAILED, str(match.live))
    return _unchanged(match, PullStatus.MISSING)


def _unchanged(match: Match, fate: PullStatus, message: str = "") -> PulledSpec:
    file = match.spec.file if match.spec else ""
    name = match.name or match.key.id
    return PulledSpec(kind_named(match.key.kind), name, file, fate, message=message)
