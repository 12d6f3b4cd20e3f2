"""The files that a repository of specs begins with, and their writing where they are not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import click

from reconciler import scaffold
from reconciler.cli.console import note, result
from reconciler.desired.config import Config, load_config, parse_config
from reconciler.desired.editor_schemas import FOLDER, reference_to, schema_content, schema_file
from reconciler.desired.folder import read_folder
from reconciler.desired.git import current_branch
from reconciler.desired.git_command import top_folder
from reconciler.desired.load import CONFIG_FILE
from reconciler.desired.pull.new_file import file_name, new_text, schema_line
from reconciler.desired.write_file import create_file, replace_file
from reconciler.model.errors import ReconcilerError
from reconciler.model.json_access import expect_list, expect_object
from reconciler.model.json_text import JsonObject, parse_json
from reconciler.model.kinds import DIRECTIVES_KEY, FLOW_SPEC, KINDS
from reconciler.model.text import escape_control
from reconciler.yamledit.scalars import scalar_text
from reconciler.yamledit.writer import DEFAULT_STYLE, member_lines

ADOBE = "https://platform.adobe.io/data/foundation/flowservice"
ADOBE_IMS = "https://ims-na1.adobelogin.com"
ORG_TO_EDIT = "1234@AdobeOrg"
LOCAL = "local"
IGNORED = ".reconciler/"
"""The line of .gitignore: the embedded service keeps its documents there."""

_PLAIN_PATH = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")
_ACTION = re.compile(r"([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+)@([0-9a-f]{40})")


@dataclass(frozen=True)
class Answers:
    """What a user said, by options or when asked; None where nothing."""

    specs: Path
    target: str | None
    url: str | None
    ims_url: str | None
    ims_org: str | None
    sandbox: str | None
    ci: str
    action: str | None
    branch: str | None


@dataclass(frozen=True)
class _File:
    path: Path
    content: bytes


def begin(answers: Answers, *, may_ask: bool) -> int:
    """Write what is not there yet, say what was done and what comes next; return the exit code.

    Raises `ReconcilerError` where an answer cannot be used; then nothing is written.
    """
    _require_top(answers)
    has_config = (answers.specs / CONFIG_FILE).exists()
    if may_ask and not has_config and answers.ims_org is None:
        answers = _asked(answers)
    config = _config_file(answers)
    if has_config:
        target = _target_of_ci(load_config(answers.specs))
    else:
        target = _target_of_ci(parse_config(config.content, config.path.as_posix()))
    wanted = [config, *_schemas(answers), *_example(answers), *_workflows(answers, target)]
    for file in wanted:
        _write(file)
    _ignore()
    for line in _next_steps(answers, target):
        note(line)
    return 0


def _require_top(answers: Answers) -> None:
    if not _PLAIN_PATH.fullmatch(answers.specs.as_posix()) or ".." in answers.specs.parts:
        raise ReconcilerError(
            f"--specs {answers.specs}: name a folder below this one, in letters, digits, '-', '_' "
            "and '.': it stands in the workflows."
        )
    top = top_folder(Path())
    if top is not None and answers.ci != "none" and top.resolve() != Path.cwd():
        raise ReconcilerError(
            f"this is not the top folder of the repository, where the CI looks for its "
            f"workflows. Run in {top} (and name the folder with --specs), or with --ci none."
        )


def _asked(answers: Answers) -> Answers:
    """Ask for what is not known yet; an empty answer leaves it to be edited."""
    question = f"Your IMS organisation, such as {ORG_TO_EDIT} (empty: later)"
    org = click.prompt(question, "", show_default=False, err=True)
    if not org:
        return answers
    sandbox = answers.sandbox or click.prompt("Its sandbox", "prod", err=True)
    target = answers.target or click.prompt("A name for this target", sandbox, err=True)
    return replace(answers, ims_org=org.strip(), sandbox=sandbox, target=target)


def _config_file(answers: Answers) -> _File:
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
    return _File(answers.specs / CONFIG_FILE, _text(lines))


def _target_of_ci(config: Config) -> str:
    """Return the target that the workflows are for: the first that is no emulator."""
    real = [target.name for target in config.targets.values() if target.emulator is None]
    return real[0] if real else next(iter(config.targets))


def _schemas(answers: Answers) -> Iterator[_File]:
    for name in ("config", *(kind.name for kind in KINDS)):
        yield _File(schema_file(answers.specs, name), schema_content(name))


def _example(answers: Answers) -> Iterator[_File]:
    """Yield the example, unless the folder holds specs: it may describe one of theirs."""
    text = files("reconciler.emulator").joinpath("seed.json").read_text(encoding="utf-8")
    document = expect_object(expect_list(expect_object(parse_json(text))[FLOW_SPEC.collection])[0])
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
    others = [name for name in read_folder(answers.specs) if name != CONFIG_FILE]
    if path.exists() or not others:
        yield _File(path, _text(lines) + rest.encode())


def _workflows(answers: Answers, target: str) -> Iterator[_File]:
    specs = answers.specs.as_posix()
    if answers.ci == "gitlab":
        text = scaffold.gitlab_text(target=target, specs=specs)
        yield _File(Path(".gitlab-ci.yml"), text.encode())
    if answers.ci == "github":
        action = scaffold.ACTION if answers.action is None else _action(answers.action)
        branch = answers.branch or current_branch(Path()) or scaffold.BRANCH
        for name in scaffold.WORKFLOWS:
            text = scaffold.workflow_text(
                name,
                action=action,
                target=target,
                branch=scalar_text(branch, in_flow=True),
                specs=specs,
            )
            yield _File(Path(".github/workflows", name), text.encode())


def _action(text: str) -> str:
    found = _ACTION.fullmatch(text)
    if found is None:
        raise ReconcilerError(
            f"--action {text}: name the repository and a whole commit, OWNER/REPO@COMMIT (40 "
            "digits), so that nobody can change what runs."
        )
    return f"{found[1]}/.github/actions/reconciler@{found[2]}"


def _write(file: _File) -> None:
    name = escape_control(file.path.as_posix())
    if not file.path.exists():
        create_file(file.path, file.content, Path())
        result(f"+ {name}")
    elif file.path.read_bytes() == file.content:
        result(f"= {name}")
    else:
        result(f"= {name} (differs from what init writes; left as it is)")


def _ignore() -> None:
    path = Path(".gitignore")
    held = path.read_bytes() if path.exists() else None
    lines = (held or b"").decode("utf-8", "surrogateescape").splitlines()
    if {line.strip().strip("/") for line in lines} & {IGNORED.strip("/")}:
        result(f"= {path}")
    elif held is None:
        create_file(path, _text([IGNORED]), Path())
        result(f"+ {path}")
    else:
        end = b"" if not held or held.endswith(b"\n") else b"\n"
        replace_file(path, held + end + _text([IGNORED]), Path())
        result(f"~ {path}: {IGNORED} added")


def _next_steps(answers: Answers, target: str) -> Iterator[str]:
    """Yield what a person does next, with what is left to edit."""
    edits = []
    if ORG_TO_EDIT in (answers.specs / CONFIG_FILE).read_text("utf-8", "replace"):
        edits.append(f"{answers.specs / CONFIG_FILE}: your organisation and sandbox")
    if answers.ci == "github" and answers.action is None:
        edits.append(".github/workflows: the lines with OWNER; their heads say which secrets")
    if answers.ci == "gitlab":
        edits.append(".gitlab-ci.yml: where reconciler comes from; its head says which variables")
    yield "\nNext:"
    yield "  reconciler plan          shows the example against the embedded service"
    yield from (f"  edit {edit}" for edit in edits)
    yield f"  reconciler pull RestStorageToAEP --target {target}"
    yield "                           takes your own over, credentials in the environment"


def _text(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
