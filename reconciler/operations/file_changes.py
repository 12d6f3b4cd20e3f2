"""The files that a command will write: edits of files, and new files with free names."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from msgspec import Struct, field

from reconciler.desired.editor_schemas import (
    reference_in,
    reference_to,
    schema_content,
    schema_file,
)
from reconciler.desired.pull.files import new_content
from reconciler.desired.pull.new_file import file_name, schema_line
from reconciler.desired.write_file import create_file, replace_file
from reconciler.model.errors import ReconcilerError
from reconciler.model.kinds import Kind
from reconciler.model.specs import LiveSpec


class FileChange(Struct, frozen=True):
    """New content of a file."""

    path: Path
    before: bytes | None
    """The content now; None if the file does not exist."""
    after: bytes

    def write(self, folder: Path) -> None:
        """Write the file. Raises `ReconcilerError` if it is not below `folder`."""
        if self.before is None:
            create_file(self.path, self.after, folder)
        else:
            replace_file(self.path, self.after, folder)


class FileChanges(Struct):
    """Collects the changes to the files of a specs folder; writes nothing."""

    specs: Path
    changes: list[FileChange] = field(default_factory=list)
    _schemas: dict[str, FileChange] = field(default_factory=dict)
    _taken: dict[str, set[str]] = field(default_factory=dict)

    @property
    def editor_schemas(self) -> tuple[FileChange, ...]:
        """The missing schemas that new files name for editors."""
        return tuple(self._schemas.values())

    def edit(self, path: Path, before: bytes, after: bytes) -> None:
        """Change a file, if its content changes."""
        if before != after:
            self.changes.append(FileChange(path, before, after))

    def create(self, live: LiveSpec, targets: Collection[str]) -> str:
        """Add a new file for a live spec and return its path. Raises `NotAdoptedError`."""
        folder = self.specs / live.kind.collection
        taken = self._taken.setdefault(live.kind.name, _names_in(folder))
        path = folder / file_name(live.name, live.id, taken.__contains__)
        reference = _reference(folder)
        schema = reference or reference_to(live.kind)
        content = new_content(path.as_posix(), live.kind, targets, live.document, schema)
        taken.add(path.name)
        self._add(live.kind, path, content, reference)
        return path.as_posix()

    def add(self, kind: Kind, stem: str, text: str) -> Path:
        """Add a new file with this text and return its path.

        Raises `ReconcilerError` if it exists.
        """
        path = self.specs / kind.collection / f"{stem}.yaml"
        if path.name in _names_in(path.parent):
            raise ReconcilerError(f"{path.as_posix()} exists. Choose another name, or edit it.")
        reference = _reference(path.parent)
        line = schema_line(reference or reference_to(kind))
        self._add(kind, path, f"{line}\n{text}".encode(), reference)
        return path

    def _add(self, kind: Kind, path: Path, content: bytes, reference: str | None) -> None:
        """Add a new file, and the schema that it names if `reference`, that of others, is None."""
        self.changes.append(FileChange(path, None, content))
        schema = schema_file(self.specs, kind.name)
        if reference is None and not schema.exists():
            self._schemas[kind.name] = FileChange(schema, None, schema_content(kind.name))


def _reference(folder: Path) -> str | None:
    """Return the schema that the other files of a kind name, None if they name none."""
    files = sorted(folder.glob("*.yaml"))
    return reference_in(file.read_bytes() for file in files if file.is_file())


def _names_in(folder: Path) -> set[str]:
    """Return the names in a folder in lower case: some file systems ignore case."""
    return {path.name.lower() for path in folder.iterdir()} if folder.is_dir() else set()
