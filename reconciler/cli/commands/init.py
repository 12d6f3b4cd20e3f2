"""`reconciler init`: what a repository of specs begins with."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import command as declare
from reconciler.cli.options import option, specs_option


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
    help="Whose workflows are written.",
)
@option(
    "--action",
    metavar="OWNER/REPO@COMMIT",
    help="Where the workflows take reconciler from [default: a line to edit].",
)
@option("--branch", help="The branch that is applied [default: the one checked out].")
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
    """Begin a repository of specs here: the config, an example, the workflows of its CI.

    Afterwards `validate` and `plan` work at once, against an embedded Flow
    Service. On a terminal it asks for your organisation; without one, or with
    --yes, what is not given is left to be edited. A file that is there is never
    changed, but for a line that .gitignore lacks.
    """
    import sys

    from reconciler.operations.init import Answers, begin

    answers = Answers(specs, target, url, ims_url, ims_org, sandbox, ci, action, branch)
    return begin(answers, may_ask=sys.stdin.isatty() and not yes)
