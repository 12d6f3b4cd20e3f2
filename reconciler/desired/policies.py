"""`specs/policies/*.yaml`: read the user's own rules, and check them on their own examples."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reconciler.desired.checks.suppressions import apply_suppressions, unused
from reconciler.desired.folder import POLICIES, misnamed, read_folder, selector_names
from reconciler.desired.schema_check import form_problems
from reconciler.desired.spec_file import SpecFile
from reconciler.model.checks import CHECKS, CheckName
from reconciler.model.errors import InputError, Severity
from reconciler.model.json_access import expect_list, expect_object
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import KINDS
from reconciler.model.pointer_lookup import found_at
from reconciler.model.pointers import Pointer, parse_pointer
from reconciler.model.policies import BODY, Policy, entry_place
from reconciler.model.problems import Problem
from reconciler.model.shape import SCHEMA, place_at
from reconciler.model.specs import Spec
from reconciler.model.suggestions import did_you_mean
from reconciler.yamledit.parse import decode, parse_yaml
from reconciler.yamledit.source_map import SourceMap

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


class PolicyFile(Struct, frozen=True):
    """The content of a policy file after it was checked."""

    file: str
    locator: SourceMap
    policy: Policy | None = None
    """The policy; None if a problem is an error."""
    problems: Sequence[Problem] = ()

    def problem(self, pointer: Pointer, message: str, fix: str, check: CheckName) -> Problem:
        """Return a problem at a place of the file."""
        found = CHECKS[check]
        line, column = self.locator.place(pointer, key=found.at_key)
        return Problem(self.file, line, column, message, fix, check, found.severity)


def load_policies(
    specs: Path, known: Collection[str] | None, contents: Mapping[str, bytes] | None = None
) -> tuple[Policy, ...]:
    """Read the policies of a folder of specs.

    `contents` are the bytes of its files, if they were read already (see
    `read_folder`). Raises `InputError` with every problem of every file.
    """
    read = read_policies(policy_contents(specs, contents), known)
    problems = [problem for file in read for problem in file.problems]
    if _has_errors(problems):
        raise InputError(problems)
    return tuple(file.policy for file in read if file.policy is not None)


def policy_problems(
    files: Sequence[PolicyFile], specs: Sequence[SpecFile] | None
) -> Iterator[Problem]:
    """Yield the problems of policy files, without those that their comments suppress.

    `specs` are all specs, None if not all were read; with them a policy that selects
    none is a problem.
    """
    for file in files:
        found = [*file.problems, *(_idle(file, specs) if specs is not None else ())]
        yield from apply_suppressions(found, file.locator)
        if specs is not None and file.policy is not None:
            yield from unused(found, file.locator, file.file)


def _idle(file: PolicyFile, specs: Sequence[SpecFile]) -> Iterator[Problem]:
    policy = file.policy
    if policy is None or not all(_is_known_to(policy, entry) for entry in specs):
        return
    selected = [
        spec
        for entry in specs
        for target, spec in entry.specs.items()
        if policy.selects(spec.kind, selector_names(spec), target)
    ]
    if not selected:
        message = "the policy selects no spec."
        yield file.problem(("select",), message, "Fix its selector.", "policy-idle")
    elif policy.needs_no_plan and not any(_matches_something(policy, spec) for spec in selected):
        message = "its pointer matches nothing in the specs that it selects."
        yield file.problem(("select", "pointer"), message, "Fix the pointer.", "policy-idle")


def _is_known_to(policy: Policy, entry: SpecFile) -> bool:
    """Return True if it is known which of a file's specs a policy selects."""
    return bool(entry.specs) and not (policy.targets and None in entry.specs)


def _matches_something(policy: Policy, spec: Spec) -> bool:
    entry: Json = {BODY: spec.document}
    return any(found_at(entry, entry_place(spec.kind), policy.pointer, wildcards=True))


def policy_contents(specs: Path, contents: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Return the bytes of every policy file of a folder of specs, by the path a user would type."""
    folder = specs / POLICIES
    if contents is not None:
        inside = {PurePosixPath(name): content for name, content in contents.items()}
        return {
            (specs / name).as_posix(): content
            for name, content in inside.items()
            if name.parts[0] == POLICIES and len(name.parts) > 1
        }
    found = read_folder(folder).contents if folder.is_dir() else {}
    return {(folder / name).as_posix(): content for name, content in found.items()}


def read_policies(
    contents: Mapping[str, bytes], known: Collection[str] | None
) -> tuple[PolicyFile, ...]:
    """Read policy files, given by their path as a user types it.

    `known` are the names of the targets that exist, None if they are unknown.
    Never raises for the content of a file: see `PolicyFile.problems`.
    """
    read = []
    first: dict[str, Policy] = {}
    for file, content in sorted(contents.items()):
        found = _read(file, content, known)
        if found.policy is not None:
            other = first.setdefault(found.policy.name, found.policy)
            if other is not found.policy:
                message = f"the policy in {other.file} has the name {other.name} too."
                twice = found.problem(("name",), message, "Give each its own.", "policy-file")
                found = replace(found, policy=None, problems=[*found.problems, twice])
        read.append(found)
    return tuple(read)


def _read(file: str, content: bytes, known: Collection[str] | None) -> PolicyFile:
    if problems := misnamed(file):
        return PolicyFile(file, SourceMap(""), problems=problems)
    try:
        text = decode(content, file)
    except InputError as error:
        return PolicyFile(file, SourceMap(""), problems=error.problems)
    parsed = parse_yaml(text, file)
    locator = SourceMap(text)
    if parsed.problems:
        return PolicyFile(file, locator, problems=parsed.problems)
    document: Json = {} if parsed.value is None else parsed.value
    problems = [*form_problems("policy", document, file, locator, "policy-file", _explained)]
    if problems:
        return PolicyFile(file, locator, problems=problems)
    return _checked(PolicyFile(file, locator), expect_object(document), known)


def _explained(error: ValidationError, pointer: Pointer) -> tuple[str, str] | None:
    if error.validator == "anyOf" and pointer[:1] == ("select",):
        return f"'{pointer[-1]}' is nothing that can be selected by.", _SELECTED_BY[pointer[-1]]
    return None


_SELECTED_BY = {
    "kind": f"It is {' or '.join(kind.name for kind in KINDS)}, or a list.",
    "name": "It is a pattern for a name, an id or a file, or a list.",
    "target": "It is the name of a target, or a list.",
}


def _checked(file: PolicyFile, document: JsonObject, known: Collection[str] | None) -> PolicyFile:
    """Check a policy file that matches the schema."""
    problems = [*_selector_problems(file, document, known), *_schema_problems(file, document)]
    policy = None if _has_errors(problems) else _policy(file.file, document)
    if policy is not None:
        problems += _example_problems(file, policy, document)
    return replace(file, policy=None if _has_errors(problems) else policy, problems=problems)


def _has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _policy(file: str, document: JsonObject) -> Policy:
    select = expect_object(document.get("select", {}))
    return Policy(
        name=str(document["name"]),
        message=" ".join(str(document["message"]).split()),
        severity=Severity(str(document.get("severity", "error"))),
        schema=document["schema"],
        file=file,
        kinds=_one_or_more(select, "kind"),
        names=_one_or_more(select, "name"),
        targets=_one_or_more(select, "target"),
        pointer=parse_pointer(str(select.get("pointer", ""))),
        of_settings=select.get("settings") is True,
    )


def _selector_problems(
    file: PolicyFile, document: JsonObject, known: Collection[str] | None
) -> Iterator[Problem]:
    select = expect_object(document.get("select", {}))
    for target in _one_or_more(select, "target"):
        if known is not None and target not in known:
            message = f"target {target} not found in reconciler.yaml."
            yield file.problem(
                ("select", "target"), message, did_you_mean(target, known), "policy-file"
            )
    at = ("select", "pointer")
    try:
        pointer = parse_pointer(str(select.get("pointer", "")))
    except ValueError as error:
        yield file.problem(at, f"{error}.", "", "pointer")
        return
    if select.get("settings") is True and not _leads_to_schemas(select, pointer):
        message = "settings: true needs a pointer to an embedded schema."
        yield file.problem(at, message, "Name one, such as /body/scheduleSpec/spec.", "pointer")


def _schema_problems(file: PolicyFile, document: JsonObject) -> Iterator[Problem]:
    from reconciler.desired.checks.embedded_schemas import schema_problems

    for pointer, message, fix, check in schema_problems(("schema",), document["schema"]):
        yield file.problem(pointer, message, fix, check)


def _example_problems(file: PolicyFile, policy: Policy, document: JsonObject) -> Iterator[Problem]:
    from reconciler.model.schema_reasons import explain_error
    from reconciler.model.schema_validation import UnsupportedSchemaError, instance_errors

    try:
        for key in ("accepts", "refuses"):
            for index, value in enumerate(expect_list(document.get(key, []))):
                errors = instance_errors(policy.schema, value)
                if bool(errors) is (key == "refuses"):
                    continue
                message = "the policy must refuse this and accepts it."
                if errors:
                    why = explain_error(errors)[1]
                    message = f"the policy must accept this and refuses it: {why}."
                fix = "Fix the schema or the example."
                yield file.problem((key, str(index)), message, fix, "policy-example")
        instance_errors(policy.schema, None)
    except UnsupportedSchemaError as error:
        yield file.problem(("schema",), f"cannot be evaluated: {error}.", "", "policy-file")


def _one_or_more(select: JsonObject, name: str) -> tuple[str, ...]:
    value = select.get(name, [])
    return tuple(map(str, value if isinstance(value, list) else [value]))


def _leads_to_schemas(select: JsonObject, pointer: Pointer) -> bool:
    kinds = _one_or_more(select, "kind")
    return pointer[:1] == (BODY,) and any(
        place_at(kind, pointer[1:]) is SCHEMA for kind in KINDS if not kinds or kind.name in kinds
    )
