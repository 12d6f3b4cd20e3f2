"""Setting up a spec repository: the config, an example, editor schemas, workflows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from reconciler import scaffold
from reconciler.desired.config import Config, load_config, parse_config
from reconciler.desired.editor_schemas import FOLDER, reference_to, schema_content, schema_file
from reconciler.desired.folder import read_folder
from reconciler.desired.git import default_branch
from reconciler.desired.git_command import top_folder
from reconciler.desired.load import CONFIG_FILE
from reconciler.desired.pull.new_file import file_name, new_text, schema_line
from reconciler.desired.write_file import create_file, replace_file
from reconciler.emulator.store import documented_specs
from reconciler.model.errors import InputError, ReconcilerError
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY, FLOW_SPEC, KINDS
from reconciler.model.targets import ADOBE_IMS
from reconciler.scaffold.source import InstallSource, installed_from
from reconciler.yamledit.scalars import scalar_text
from reconciler.yamledit.writer import DEFAULT_STYLE, member_lines

ADOBE = "https://platform.adobe.io/data/foundation/flowservice"
ORG_TO_EDIT = "1234@AdobeOrg"
LOCAL = "local"
IGNORED = ".reconciler/"
"""The line of .gitignore: the folder of the embedded service's documents."""

_PLAIN_PATH = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")
_ACTION = re.compile(r"([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+)@([0-9a-f]{40})")


class Answers(Struct, frozen=True):
    """The answers of a user, by options or prompts; None is the default."""

    specs: Path
    target: str | None
    """The name of the target beside the embedded one."""
    url: str | None
    ims_url: str | None
    """Where its access tokens come from."""
    ims_org: str | None
    """None is left to be edited."""
    sandbox: str | None
    ci: str
    """The CI system to write workflows for: github, gitlab or none."""
    action: str | None
    """OWNER/REPO@COMMIT of the action; None is where reconciler was installed from."""
    branch: str | None
    """The branch to apply; None is the repository's default branch."""


class FileStatus(StrEnum):
    """What was done with a file."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    DIFFERS = "differs"
    """It exists with other content, and is kept."""
    UPDATED = "updated"
    """An older version of a generated file was replaced."""
    EXTENDED = "extended"


class InitFile(Struct, frozen=True):
    """A file of a new repository, and what was done with it."""

    path: Path
    status: FileStatus


class SetUp(Struct, frozen=True):
    """The result of `init`."""

    files: tuple[InitFile, ...]
    target: str
    """The target that the workflows apply to."""
    lacks_org: bool
    """True if the config still holds the example's IMS organisation."""
    lacks_source: bool
    """True if the workflows still lack the source of reconciler."""
    branch: str


def require_usable(answers: Answers) -> None:
    """Raise `ReconcilerError` if the files cannot be written for these answers."""
    if not _PLAIN_PATH.fullmatch(answers.specs.as_posix()) or ".." in answers.specs.parts:
        raise ReconcilerError(
            f"--specs {answers.specs}: use a folder below this one, with letters, digits, '-', "
            "'_' and '.' only, because its name is written into the workflows."
        )
    if answers.target == LOCAL:
        raise ReconcilerError(f"--target {LOCAL}: the embedded target has that name.")
    top = top_folder(Path())
    if top is not None and answers.ci != "none" and top.resolve() != Path.cwd():
        raise ReconcilerError(
            f"not the repository's top folder, where the CI looks for its workflows. Run in "
            f"{top} (and name the folder with --specs), or with --ci none."
        )


def has_config(specs: Path) -> bool:
    """Return True if the folder has a reconciler.yaml."""
    return (specs / CONFIG_FILE).exists()


def set_up(answers: Answers) -> SetUp:
    """Write the files that do not exist yet, and update the schemas for editors.

    Raises `ReconcilerError` if an answer cannot be used; then nothing is written.
    """
    require_usable(answers)
    file = answers.specs / CONFIG_FILE
    content = _config(answers)
    config = load_config(answers.specs) if has_config(answers.specs) else _parsed(content, file)
    # Unless one is named, the workflows apply to the first target that is no emulator.
    real = [name for name, target in config.targets.items() if target.emulator is None]
    target = answers.target or next(iter(real or config.targets))
    if target not in config.targets:
        raise ReconcilerError(
            f"{file.as_posix()} exists and has no target {target}: add it there. Its workflows are "
            "copies of the others, with its name in place of theirs."
        )
    source = _source(answers)
    branch = answers.branch or default_branch(Path()) or scaffold.BRANCH
    schemas = ("config", *(kind.name for kind in KINDS), "policy")
    written = [
        _write(file, content),
        *(
            _write(schema_file(answers.specs, name), schema_content(name), is_generated=True)
            for name in schemas
        ),
        *(_write(*example) for example in _example(answers)),
        *(_write(*workflow) for workflow in _workflows(answers, target, branch, source)),
        _ignore(),
    ]
    lacks_org = ORG_TO_EDIT in file.read_text("utf-8", "replace")
    lacks_source = source is None or (answers.ci == "github" and source.action is None)
    return SetUp(tuple(written), target, lacks_org, lacks_source, branch)


def _source(answers: Answers) -> InstallSource | None:
    """Return where the workflows take reconciler from; None leaves it to be edited."""
    if answers.action is None:
        return installed_from()
    found = _ACTION.fullmatch(answers.action)
    if found is None:
        raise ReconcilerError(
            f"--action {answers.action}: expected OWNER/REPO@COMMIT with a full commit (40 "
            "digits), which cannot be changed later."
        )
    return InstallSource(f"https://github.com/{found[1]}", found[2])


def _config(answers: Answers) -> bytes:
    entry: JsonObject = {"url": answers.url or ADOBE, "imsUrl": answers.ims_url or ADOBE_IMS}
    entry |= {"imsOrg": answers.ims_org or ORG_TO_EDIT, "sandbox": answers.sandbox or "prod"}
    hint = [] if answers.ims_org else ["  # To edit: your own organisation and sandbox."]
    lines = [
        schema_line(f"{FOLDER}/config.json"),
        f"defaultTarget: {LOCAL}",
        "targets:",
        "  # An embedded Flow Service, for trying things out: no credentials, no network.",
        *member_lines({LOCAL: {"emulator": ".reconciler/local.db"}}, 2, DEFAULT_STYLE),
        "  # Credentials come from the environment, never from this file.",
        *hint,
        *member_lines({answers.target or scaffold.TARGET: entry}, 2, DEFAULT_STYLE),
    ]
    return _text(lines)


def _parsed(content: bytes, file: Path) -> Config:
    """Parse the config to write; an error in it is one of an answer, not of a line."""
    try:
        return parse_config(content, file.as_posix())
    except InputError as error:
        problems = (f"{problem.message} {problem.fix}".strip() for problem in error.problems)
        raise ReconcilerError("\n".join(problems)) from error


def _example(answers: Answers) -> Iterator[tuple[Path, bytes]]:
    """Yield the example, unless the folder holds specs: it may describe the same one."""
    document = documented_specs()[FLOW_SPEC.collection][0]
    directives: JsonObject = {"shared": ["/sourceConnectionSpecIds"]}
    first, rest = new_text(
        FLOW_SPEC, {**document, DIRECTIVES_KEY: directives}, reference_to(FLOW_SPEC)
    ).split("\n", 1)
    lines = [
        first,
        "# An example: the flow spec of every batch self-serve source, as the documentation shows",
        "# it. Take your own instead: reconciler pull RestStorageToAEP --target NAME. Its sources",
        "# are shared: of what other teams add there, nothing is ever removed.",
    ]
    name = file_name(str(document["name"]), str(document["id"]), lambda _: False)
    path = answers.specs / FLOW_SPEC.collection / name
    others = [name for name in read_folder(answers.specs).contents if name != CONFIG_FILE]
    if path.exists() or not others:
        yield path, _text(lines) + rest.encode()


def _workflows(
    answers: Answers, target: str, branch: str, source: InstallSource | None
) -> Iterator[tuple[Path, bytes]]:
    specs = answers.specs.as_posix()
    if answers.ci == "gitlab":
        text = scaffold.gitlab_text(target=target, specs=specs, source=source)
        yield Path(".gitlab-ci.yml"), text.encode()
    if answers.ci == "github":
        filled = scalar_text(branch, in_flow=True)
        for name in scaffold.WORKFLOWS:
            text = scaffold.workflow_text(
                name, source=source, target=target, branch=filled, specs=specs
            )
            yield Path(".github/workflows", name), text.encode()
    if answers.ci != "none" and source is not None:
        yield Path(".pre-commit-config.yaml"), scaffold.pre_commit_text(source).encode()


def _write(path: Path, content: bytes, *, is_generated: bool = False) -> InitFile:
    """Write a file; of one that exists replace an older version only if it `is_generated`."""
    if not path.exists():
        create_file(path, content, Path())
        return InitFile(path, FileStatus.CREATED)
    if path.read_bytes() == content:
        return InitFile(path, FileStatus.UNCHANGED)
    if not is_generated:
        return InitFile(path, FileStatus.DIFFERS)
    replace_file(path, content, Path())
    return InitFile(path, FileStatus.UPDATED)


def _ignore() -> InitFile:
    path = Path(".gitignore")
    content = path.read_bytes() if path.exists() else None
    lines = (content or b"").decode("utf-8", "surrogateescape").splitlines()
    if {line.strip().strip("/") for line in lines} & {IGNORED.strip("/")}:
        return InitFile(path, FileStatus.UNCHANGED)
    if content is None:
        create_file(path, _text([IGNORED]), Path())
        return InitFile(path, FileStatus.CREATED)
    end = b"" if not content or content.endswith(b"\n") else b"\n"
    replace_file(path, content + end + _text([IGNORED]), Path())
    return InitFile(path, FileStatus.EXTENDED)


def _text(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
