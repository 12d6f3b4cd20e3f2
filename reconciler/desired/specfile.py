"""One spec file: its bytes in, a `Spec` and what is wrong with it out."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field

from reconciler.desired.directives import read_directives
from reconciler.desired.locate import Locator
from reconciler.desired.validate import document_problems
from reconciler.desired.yamltext import Parsed, decode, parse_yaml
from reconciler.model.canonical import TwoSpellingsError, normal_spelling
from reconciler.model.errors import Problem, Severity
from reconciler.model.jsontext import JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY, SERVER_MANAGED, Kind
from reconciler.model.pointers import Pointer
from reconciler.model.specs import Spec

ID_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
"""The form of every id in the documentation: a UUID in lower case."""


@dataclass
class SpecFile:
    """What a file holds: a spec, unless `problems` has an error."""

    spec: Spec | None = None
    problems: list[Problem] = field(default_factory=list)
    locator: Locator | None = None


def read_spec(content: bytes, file: str, kind: Kind) -> SpecFile:
    """Read one file's bytes. Never raises for what a file holds: see `SpecFile.problems`."""
    text = decode(content, file)
    if isinstance(text, Parsed):
        return SpecFile(problems=text.problems)
    parsed = parse_yaml(text, file)
    if parsed.problems:
        return SpecFile(problems=parsed.problems)
    if parsed.value is None:
        return _unusable(file, "the file is empty.", "Write the spec, or delete the file.")
    if not isinstance(parsed.value, dict):
        return _unusable(file, "a spec is a mapping of fields.", "Begin with `id:` and `name:`.")
    return _Reading(file, kind, Locator(text)).read(parsed.value)


def _unusable(file: str, message: str, fix: str) -> SpecFile:
    return SpecFile(problems=[Problem(file, 1, 1, message, fix, "empty")])


@dataclass
class _Reading:
    """The checks of one file, and the problems that they find."""

    file: str
    kind: Kind
    locator: Locator
    problems: list[Problem] = field(default_factory=list)

    def read(self, content: JsonObject) -> SpecFile:
        self._keys(content)
        document = self._document(content)
        if document is None:
            return SpecFile(problems=self.problems, locator=self.locator)
        self._id(document)
        self._version(document)
        self.problems += [
            self.problem(pointer, message, fix, check)
            for pointer, message, fix, check in document_problems(self.kind, document)
        ]
        directives = read_directives(
            content.get(DIRECTIVES_KEY), self.kind, document, self.problem, self.problems
        )
        if any(problem.severity is Severity.ERROR for problem in self.problems):
            return SpecFile(problems=self.problems, locator=self.locator)
        spec = Spec(
            self.kind,
            str(document["id"]),
            str(document["name"]),
            self.file,
            document,
            directives,
        )
        return SpecFile(spec, self.problems, self.locator)

    def problem(
        self,
        pointer: Pointer,
        message: str,
        fix: str,
        check: str,
        *,
        key: bool = False,
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """Return a problem at the place of a pointer in the file."""
        line, column = self.locator.place(self._written(pointer), key=key)
        return Problem(self.file, line, column, message, fix, check, severity)

    def _written(self, pointer: Pointer) -> Pointer:
        """Return the pointer as the file spells it: a field may stand under its other name."""
        if not pointer:
            return pointer
        for spelling, name in self.kind.spellings.items():
            if name == pointer[0] and self.locator.has(spelling):
                return (spelling, *pointer[1:])
        return pointer

    def _keys(self, content: JsonObject) -> None:
        known = {*self.kind.fields, *self.kind.spellings, *SERVER_MANAGED, DIRECTIVES_KEY}
        for key in content:
            if key in SERVER_MANAGED:
                self._warn(
                    key,
                    f"'{key}' is set by the service and never sent.",
                    "Leave it out.",
                    "server-managed",
                )
            elif key in self.kind.spellings:
                name = self.kind.spellings[key]
                self._warn(
                    key, f"'{key}' is another spelling of '{name}'.", f"Write {name}.", "spelling"
                )
            elif key not in known:
                near = difflib.get_close_matches(key, sorted(known), n=1, cutoff=0.8)
                if near:
                    message = f"there is no field '{key}'."
                    self.problems.append(
                        self.problem(
                            (key,), message, f"Did you mean '{near[0]}'?", "typo", key=True
                        )
                    )
                else:
                    self._warn(
                        key,
                        f"the field '{key}' is not known here; it is sent as it is.",
                        "",
                        "unknown-field",
                    )

    def _warn(self, key: str, message: str, fix: str, check: str) -> None:
        self.problems.append(
            self.problem((key,), message, fix, check, key=True, severity=Severity.WARNING)
        )

    def _document(self, content: JsonObject) -> JsonObject | None:
        sent = {key: value for key, value in content.items() if key != DIRECTIVES_KEY}
        try:
            return normal_spelling(self.kind, sent)
        except TwoSpellingsError as error:
            self.problems.append(
                self.problem((error.second,), f"{error}.", "", "spelling", key=True)
            )
            return None

    def _id(self, document: JsonObject) -> None:
        if "id" not in document:
            self.problems.append(
                self.problem((), "the spec has no 'id'.", "Copy it from the service.", "id")
            )
            return
        found = document["id"]
        if not isinstance(found, str) or not ID_FORM.fullmatch(found):
            shown = self.locator.source(("id",)) or str(found)
            self.problems.append(
                self.problem(
                    ("id",),
                    f"the id {shown} is not of the form 6499120c-0b15-42dc-936e-847ea3c24d72.",
                    "Copy it from the service.",
                    "id",
                )
            )

    def _version(self, document: JsonObject) -> None:
        version = document.get("version")
        if isinstance(version, int | float) and not isinstance(version, bool):
            shown = self.locator.source(("version",)) or str(version)
            self.problems.append(
                self.problem(
                    ("version",),
                    f"the version {shown} is read as a number, and the service keeps a text.",
                    f'Quote it: version: "{shown}".',
                    "version",
                )
            )
