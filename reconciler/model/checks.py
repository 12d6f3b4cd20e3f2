"""Every check that a problem with a file can come from: its name, how grave it is, what it says.

The names stand in reports, in the documentation and in the comments that
silence them: `# reconciler: ignore[near-key]` on the line of the problem. Only
warnings are silenced, and only those of a file's author, not a policy's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reconciler.model.errors import Severity
from reconciler.model.pointers import Pointer

CheckName: TypeAlias = Literal[
    "encoding",
    "empty",
    "syntax",
    "duplicate-key",
    "key",
    "number",
    "date",
    "tag",
    "depth",
    "alias",
    "folder",
    "config",
    "id",
    "duplicate-id",
    "version",
    "schema",
    "typo",
    "two-spellings",
    "spelling",
    "server-managed",
    "unknown-field",
    "near-key",
    "attributes",
    "repeated-id",
    "repeated-name",
    "permissions",
    "embedded-schema",
    "offer",
    "reference",
    "pattern",
    "schema-space",
    "near-keyword",
    "no-effect",
    "unsatisfiable",
    "schedule-minimum",
    "directives",
    "pointer",
    "targets",
    "spec-key",
    "spec-reference",
    "example",
    "policy",
    "policy-file",
    "policy-example",
    "policy-idle",
    "unused-silence",
]

Finding: TypeAlias = tuple[Pointer, str, str, CheckName]
"""What a check found: where, what is wrong, what to do, and the check's name."""


@dataclass(frozen=True)
class Check:
    """What one check says, and whether its problems stop a run.

    `at_key` says that a problem is shown under a key rather than its value.
    """

    severity: Severity
    sentence: str
    at_key: bool = False


def _error(sentence: str, *, at_key: bool = False) -> Check:
    return Check(Severity.ERROR, sentence, at_key)


def _warning(sentence: str, *, at_key: bool = False) -> Check:
    return Check(Severity.WARNING, sentence, at_key)


CHECKS: Mapping[CheckName, Check] = {
    "encoding": _error("The file is not UTF-8."),
    "empty": _error("The file holds no mapping of fields."),
    "syntax": _error("The file is not YAML, or holds a second document."),
    "duplicate-key": _error("A key stands twice in one mapping."),
    "key": _error("A key is not a text, as JSON's are.", at_key=True),
    "number": _error("A number cannot be carried without changing its value."),
    "date": _error("An unquoted date: JSON has none."),
    "tag": _error("A YAML tag that JSON has nothing for."),
    "depth": _error("The document nests too deeply."),
    "alias": _error("Aliases that hold themselves, or far too many values."),
    "folder": _error("The file is in no folder of a kind."),
    "config": _error("Something in reconciler.yaml that cannot be used."),
    "id": _error("The id is missing, or is no UUID in lower case."),
    "duplicate-id": _error("Two files describe the same spec."),
    "version": _error("The version is a number where the service keeps a text."),
    "schema": _error("A field is missing or not of its documented type."),
    "typo": _error("A field that does not exist and is near one that does.", at_key=True),
    "two-spellings": _error("One field stands there under two of its names.", at_key=True),
    "spelling": _warning("A field stands there under another of its names.", at_key=True),
    "server-managed": _warning("A field that the service sets; it is never sent.", at_key=True),
    "unknown-field": _warning("A field that is not known here; it is sent as it is.", at_key=True),
    "near-key": _warning("A key inside a field that is near a documented one.", at_key=True),
    "attributes": _warning("An attribute is not of its documented type."),
    "repeated-id": _warning("An id stands twice in a list."),
    "repeated-name": _warning("Two elements of a list have one name."),
    "permissions": _warning("permissionsInfo lets nobody manage the spec.", at_key=True),
    "embedded-schema": _error("An embedded schema is not one, by the draft that it names."),
    "offer": _error("A default, const or enum that the schema beside it refuses."),
    "reference": _error("A reference leads out of the spec; nothing is fetched."),
    "pattern": _error("A pattern is no regular expression."),
    "schema-space": _warning("The address in a $schema has a space in it."),
    "near-keyword": _warning("A schema's keyword without meaning, near one that has.", at_key=True),
    "no-effect": _warning("A schema's keyword that its type makes void.", at_key=True),
    "unsatisfiable": _warning("A schema that no value satisfies."),
    "schedule-minimum": _warning("A schedule takes an interval of 0.", at_key=True),
    "directives": _error("Something under x-reconciler that cannot be used."),
    "pointer": _error("A JSON Pointer that is none, or matches nothing."),
    "targets": _error("A patch under x-reconciler.targets that cannot be used."),
    "spec-key": _error("A spec's key is not of its form, or is another's too."),
    "spec-reference": _error("A reference to a spec leads to no file's."),
    "example": _error("A schema does not treat an example under x-reconciler as it must."),
    "policy": _error("A spec breaks a policy; a warning where the policy says so."),
    "policy-file": _error("Something in a policy's file that cannot be used."),
    "policy-example": _error("A policy does not treat an example of its own as it must."),
    "policy-idle": _warning("A policy that no spec falls under.", at_key=True),
    "unused-silence": _warning("A comment that silences nothing."),
}


def can_be_silenced(name: CheckName) -> bool:
    """Say whether a comment on its line silences this check."""
    return CHECKS[name].severity is Severity.WARNING and name != "unused-silence"
