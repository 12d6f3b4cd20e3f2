"""The command line: click commands; the only code that prints or exits.

This module names the commands and answers `--help` and `--version` itself:
click's import alone takes three times as long as the interpreter's own start.
Everything else is for the group, which imports what it needs.
"""

from __future__ import annotations

import gc
import io
import os
import sys

from reconciler import __version__

PROGRAM = "reconciler"
COLLECT_AFTER = 200_000, 20, 20
"""New objects between two collections: modules and documents are many objects and hold hardly a
cycle, and looking for cycles among them every 700 takes a tenth of a plan."""
COMMANDS = {
    "init": "Set up a spec repository: config, example, workflows.",
    "validate": "Check spec files; reads no target.",
    "fmt": "Put spec files into canonical form.",
    "plan": "Show what apply would change, and who is affected.",
    "apply": "Apply a plan, and verify it.",
    "drift": "Show how the target differs from the committed specs.",
    "pull": "Write what the target has into the spec files.",
    "new": "Write a new spec file from a template.",
    "export": "Write a spec as the JSON that Adobe's review asks for.",
    "add-source": "Add a source to a flow spec's file, and show the plan.",
    "rollback": "Put back what an apply replaced.",
    "show": "Render saved plans again, those of several targets as one report.",
    "targets": "Print the targets: for people, for programs, for a CI matrix.",
    "doctor": "Check the configuration, credentials, service and Git.",
    "schema": "Print the JSON Schema of a spec, the config or a plan.",
    "github": "Create or update a pull request's comment, or the issue about drift.",
    "gitlab": "Create or update a merge request's note with the plan.",
    "emulator": "Serve a local Flow Service for trying things out.",
    "help": "Show the help of a command or a file's keys, or all of it.",
}
"""Every command with its one-line help."""
MODULES = {
    **dict.fromkeys(("new", "fmt", "export"), "spec_files"),
    **dict.fromkeys(("plan", "show"), "plan"),
    **dict.fromkeys(("github", "gitlab"), "code_hosts"),
}
"""Commands that share a module, where each is called as it is; any other command NAME is `command`
in `commands.NAME`."""

VERSION = f"{PROGRAM} {__version__}"
HELP = """\
Usage: reconciler [-C DIR] COMMAND [OPTIONS] [ARGS]...

  Plan and apply, the Terraform way, for Adobe Experience Platform's Flow
  Service.

  Specs are YAML files in Git. `plan` shows what would change and who is affected,
  `apply` writes it and verifies it.

  Exit codes: 0 success, or nothing to do; 1 error; 2 there are changes (plan
  --detailed-exitcode, drift); 3 blocked by a guard, or the plan is stale.

Options:
  -C DIR      Run as if started in DIR.
  --version   Show the version and exit.
  -h, --help  Show this message and exit.

Commands:
""" + "\n".join(f"  {name:10}  {text}" for name, text in COMMANDS.items())


def main() -> None:
    """Run the command line and end the process with the contract's exit code."""
    _open_streams()
    match sys.argv[1:]:
        case ["--help" | "-h"]:
            _print(HELP)
        case ["--version"]:
            _print(VERSION)
        case _ if "_RECONCILER_COMPLETE" in os.environ:
            gc.disable()
            from reconciler.cli.app import group

            try:
                group.main(prog_name=PROGRAM)
            finally:  # nobody reads an error here, and click has flushed what could be written
                os._exit(0)
        case _:
            gc.set_threshold(*COLLECT_AFTER)
            _use_utf8()
            from reconciler.cli.app import group
            from reconciler.cli.console import best_effort_output
            from reconciler.cli.errors import run

            with best_effort_output() as exit_code_after:
                code = run(group)
            # Freeing each of the process's objects would take a sixth of a small plan.
            os._exit(exit_code_after(code))


def _open_streams() -> None:
    """Open standard streams that the caller closed (`>&-`).

    Otherwise a database could become descriptor 1, and output be written into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        if getattr(sys, name) is None:
            stream = open(number, "w" if number else "r", encoding="utf-8", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)


def _use_utf8() -> None:
    """Write UTF-8 to pipes and files, whose encoding Windows takes from its code page.

    A terminal keeps its own; it shows the number of a character that it cannot.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _print(text: str) -> None:
    try:
        os.write(1, f"{text}\n".encode())
    except OSError as error:  # nothing is buffered, so the interpreter's end is silent
        sys.exit(f"error: {error.strerror}")
