"""The command line: click commands, one module each; the only code that prints or exits.

This module holds the group alone. A command's module is imported when the
command is called, so that `--help` and `--version` cost little more than the
interpreter's own start.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

from reconciler import __version__

COMMANDS = {
    "validate": "Check spec files; read nothing from a target.",
    "plan": "Show what an apply would change, and for whom.",
    "apply": "Carry a plan out, and verify it.",
    "drift": "Show how the target differs from the committed specs.",
    "rollback": "Put back what an apply replaced.",
    "show": "Render a saved plan again.",
    "schema": "Print the JSON Schema of a spec, the config or a plan.",
    "emulator": "Serve a local Flow Service for trying things out.",
}
"""Every command with its one-line help; command NAME is `command` in the module `NAME`."""


class LazyGroup(click.Group):
    """A group that imports a command when it is called and not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module("reconciler.cli." + cmd_name.replace("-", "_"))
        command = module.command
        assert isinstance(command, click.Command)  # noqa: S101 - a module of ours
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the table, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def group() -> None:
    """Plan and apply, the Terraform way, for Adobe Experience Platform's Flow Service.

    Specs are YAML files in Git. `plan` shows what would change and for whom,
    `apply` carries it out and verifies it.

    Exit codes: 0 done, nothing (left) to do; 1 error; 2 there are changes
    (plan --detailed-exitcode, drift); 3 refused by a guard, or the plan no
    longer fits the target.
    """


def main() -> None:
    """Run the command line and end the process with the contract's exit code."""
    from reconciler.cli.exits import run

    sys.exit(run(group))
