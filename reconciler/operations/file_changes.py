"""The files that a command is about to write: edited ones, new ones under names of their own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.desired.editor_schemas import (
    reference_in,
    reference_to,
    schema_content,
    schema_file,
)
from reconciler.desired.pull.files import Place, new_content
from reconciler.desired.pull.new_file import file_name
from reconciler.desired.write_file import create_file, replace_file
from reconciler.model.specs import LiveSpec


@dataclass(frozen=True)
class FileChange:
    """New bytes for a file; `before` is None where there is none yet."""

    path: Path
    before: bytes | None
    after: bytes

    def write(self, folder: Path) -> None:
        """Write the file. Raises `ReconcilerError` where it is not below `folder`."""
        if self.before is None:
            create_file(self.path, self.after, folder)
        else:
            replace_file(self.path, self.after, folder)


@dataclass
class FileChanges:
    """The changes so far, in the folder of the specs; nothing is written."""

    specs: Path
    changes: list[FileChange] = field(default_factory=list)
    _schemas: dict[str, FileChange] = field(default_factory=dict)
    _taken: dict[str, set[str]] = field(default_factory=dict)

    @property
    def beside(self) -> tuple[FileChange, ...]:
        """The schemas for editors that new files name and that are not there yet."""
        return tuple(self._schemas.values())

    def edit(self, path: Path, before: bytes, after: bytes) -> None:
        """Change a file, unless it stays as it is."""
        if before != after:
            self.changes.append(FileChange(path, before, after))

    def create(self, live: LiveSpec, targets: Collection[str]) -> str:
        """Make a new file for a live spec and return its path. Raises `NotAdoptedError`."""
        folder = self.specs / live.kind.collection
        taken = self._taken.setdefault(live.kind.name, _names_in(folder))
        name = file_name(live.name, live.id, taken.__contains__)
        path = folder / name
        reference = _reference(folder)
        place = Place(path.as_posix(), live.kind, targets)
        content = new_content(place, live.document, reference or reference_to(live.kind))
        taken.add(name)
        self.changes.append(FileChange(path, None, content))
        if reference is None:
            self._want_schema(live.kind.name)
        return path.as_posix()

    def _want_schema(self, name: str) -> None:
        path = schema_file(self.specs, name)
        if not path.exists():
            self._schemas[name] = FileChange(path, None, schema_content(name))


def _reference(folder: Path) -> str | None:
    """Return the schema that the other files of a kind name; None where they name none."""
    files = sorted(folder.glob("*.yaml"))
    return reference_in(file.read_bytes() for file in files if file.is_file())


def _names_in(folder: Path) -> set[str]:
    """Return the names in a folder, in small letters: to some disks capitals are the same."""
    return {path.name.lower() for path in folder.iterdir()} if folder.is_dir() else set()
