"""`reconciler init`: set up a spec repository."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from reconciler.cli.console import note, result
from reconciler.cli.options import declare, option, specs_option
from reconciler.model.text import escape_control

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.operations.init import Answers, SetUp


@declare("init")
@specs_option
@option("--target", metavar="T", help="The name of your target [default: prod].")
@option("--url", help="Its Flow Service [default: Adobe's].")
@option("--ims-url", help="Where its access tokens come from [default: Adobe's].")
@option("--ims-org", metavar="ORG", help="Its IMS organisation, such as 1234@AdobeOrg.")
@option("--sandbox", metavar="NAME", help="Its sandbox [default: prod].")
@option(
    "--ci",
    type=click.Choice(["github", "gitlab", "none"]),
    default="github",
    show_default=True,
    help="CI system to write workflows for.",
)
@option(
    "--action",
    metavar="OWNER/REPO@COMMIT",
    help="The action that the workflows use [default: where reconciler was installed from].",
)
@option("--branch", help="The branch to apply [default: the repository's default branch].")
@option("--yes", is_flag=True, help="Do not ask.")
def command(
    specs: Path,
    target: str | None,
    url: str | None,
    ims_url: str | None,
    ims_org: str | None,
    sandbox: str | None,
    ci: str,
    action: str | None,
    branch: str | None,
    yes: bool,
) -> int:
    """Set up a spec repository here: the config, an example, the workflows of its CI.

    Afterwards `validate` and `plan` work at once, against an embedded Flow
    Service. On a terminal it asks for your organisation; without one, or with
    --yes, missing values are left to be edited. Existing files are never
    changed, except for the schemas for editors and a line added to .gitignore.
    """
    from reconciler.operations.init import Answers, has_config, require_usable, set_up

    answers = Answers(specs, target, url, ims_url, ims_org, sandbox, ci, action, branch)
    require_usable(answers)
    if sys.stdin.isatty() and not yes and ims_org is None and not has_config(specs):
        answers = _ask(answers)
    done = set_up(answers)
    for file in done.files:
        result(_SHOWN[file.status].format(escape_control(file.path.as_posix())))
    for line in _next_steps(answers, done):
        note(line)
    return 0


_SHOWN = {
    "created": "+ {}",
    "unchanged": "= {}",
    "differs": "= {} (exists, differs; kept)",
    "updated": "~ {}",
    "extended": "~ {}: added .reconciler/",
}


def _ask(answers: Answers) -> Answers:
    """Ask for what is missing; an empty answer leaves it to be edited."""
    from msgspec.structs import replace

    question = "IMS organisation (e.g. 1234@AdobeOrg, Enter to skip)"
    org = click.prompt(question, "", show_default=False, err=True)
    if not org:
        return answers
    sandbox = answers.sandbox or click.prompt("Sandbox", "prod", err=True)
    target = answers.target or click.prompt("Name of this target", sandbox, err=True)
    return replace(answers, ims_org=org.strip(), sandbox=sandbox, target=target)


_UNKNOWN_SOURCE = {
    "github": ".github/workflows: the lines with OWNER; see the comment at the top for the secrets",
    "gitlab": ".gitlab-ci.yml: where reconciler comes from; see the comment at the top for the "
    "variables",
}
"""What to edit if it is not known where the CI gets reconciler from."""


def _next_steps(answers: Answers, done: SetUp) -> Iterator[str]:
    """Yield what to do next, and what to edit."""
    from reconciler.planning.commands import among, on

    yield "\nNext:"
    plan = f"reconciler plan{among(answers.specs.as_posix())}"
    yield f"  {plan:23}  shows the example against the embedded service"
    if done.lacks_org:
        yield f"  edit {answers.specs}/reconciler.yaml: your organisation and sandbox"
    if done.lacks_source and answers.ci in _UNKNOWN_SOURCE:
        yield f"  edit {_UNKNOWN_SOURCE[answers.ci]}"
    if answers.ci == "github":
        yield f"  create the environment {done.target} on GitHub, with reviewers and the secrets"
        yield f"                           (what is merged to {done.branch} is applied there)"
    options = on(done.target, answers.specs.as_posix())
    yield f"  reconciler pull RestStorageToAEP {options}"
    yield "                           replaces the example with yours (needs credentials in the"
    yield "                           environment)"
