"""The checks of files: the name, the severity and the description of each.

The names appear in reports, in the documentation and in the comments that
silence them: `# reconciler: ignore[near-key]` on the line of the problem. Only
warnings are silenced, and only those of a file's author, not a policy's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from reconciler.model.errors import Severity
from reconciler.model.pointers import Pointer

CheckName: TypeAlias = str
"""A key of `CHECKS`."""

Finding: TypeAlias = tuple[Pointer, str, str, CheckName]
"""What a check found: where, what is wrong, what to do, and the check's name."""


class Check(Struct, frozen=True):
    """The description of a check, and if its problems stop a run.

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
    "empty": _error("The file contains no mapping of fields."),
    "syntax": _error("The file is not YAML 1.2, or contains a second document."),
    "duplicate-key": _error("A key occurs twice in one mapping."),
    "key": _error("A key is not a string, as it must be in JSON.", at_key=True),
    "number": _error("A number that cannot be represented without changing its value."),
    "date": _error("An unquoted date, which JSON does not have."),
    "tag": _error("A YAML tag that JSON has no value for."),
    "depth": _error("The document is nested too deeply."),
    "alias": _error("An alias that is undefined, contains itself or expands to too many values."),
    "folder": _error("The file is not in the folder of a kind."),
    "config": _error("An invalid entry in reconciler.yaml."),
    "id": _error("The id is missing, or is not a UUID in lower case."),
    "duplicate-id": _error("Two files describe the same spec."),
    "version": _error("The version is a number; the service stores a string."),
    "schema": _error("A field is missing or not of its documented type."),
    "typo": _error("An unknown field that is similar to a known one.", at_key=True),
    "two-spellings": _error("One field under two of its names.", at_key=True),
    "spelling": _warning("A field under another of its names.", at_key=True),
    "server-managed": _warning("Fields that the service sets; they are never sent.", at_key=True),
    "unknown-field": _warning("An unknown field; it is sent unchanged.", at_key=True),
    "near-key": _warning("A key inside a field that is similar to a documented one.", at_key=True),
    "attributes": _warning("An attribute is not of its documented type."),
    "repeated-id": _warning("An id occurs twice in a list."),
    "repeated-name": _warning("Two items of a list have the same name."),
    "permissions": _warning("permissionsInfo lets no user manage the spec.", at_key=True),
    "embedded-schema": _error("An embedded schema is not valid by the draft that it names."),
    "offer": _error("A default, const or enum that the schema beside it rejects."),
    "reference": _error("A reference that points outside the spec; nothing is fetched."),
    "pattern": _error("A pattern is not a regular expression."),
    "schema-space": _warning("The address in a $schema contains a space."),
    "near-keyword": _warning(
        "An unknown schema keyword that is similar to a known one.", at_key=True
    ),
    "no-effect": _warning("A schema keyword that has no effect on its type.", at_key=True),
    "unsatisfiable": _warning("A schema that no value satisfies."),
    "schedule-minimum": _warning("A schedule accepts an interval of 0.", at_key=True),
    "directives": _error("An invalid entry under x-reconciler."),
    "pointer": _error("A JSON Pointer that is invalid or matches nothing."),
    "targets": _error("An invalid patch under x-reconciler.targets."),
    "spec-key": _error("A spec's key is malformed or used twice."),
    "spec-reference": _error("A reference to a spec that no file describes."),
    "example": _error("An example under x-reconciler has another result than expected."),
    "policy": _error("A spec violates a policy; a warning if the policy says so."),
    "policy-file": _error("An invalid entry in a policy file."),
    "policy-example": _error("A policy's own example has another result than expected."),
    "policy-idle": _warning("A policy that applies to no spec.", at_key=True),
    "unused-silence": _warning("A comment that silences nothing."),
}

SCHEMA_FLAWS: frozenset[CheckName] = frozenset({"embedded-schema", "offer", "reference", "pattern"})
"""What is wrong with an embedded schema: in a spec file an error where the file changes the schema.

Until the target has been read, and where it has the same schema, it is a warning:
Adobe's own documents hold such schemas, and they have to be pulled and planned.
"""


def can_be_silenced(name: CheckName) -> bool:
    """Return True if a comment on its line silences this check."""
    return CHECKS[name].severity is Severity.WARNING and name != "unused-silence"
