"""Options of commands that messages advise, so that a copy acts on what the message is about."""

from __future__ import annotations

from pathlib import PurePosixPath
from shlex import quote

from reconciler.model.kinds import Kind

USUAL_FOLDER = "specs"
"""The folder of the specs where no option names another."""


def on(target: str, specs: str) -> str:
    """Return the options for a target and a folder of specs: `--target prod --specs other`."""
    return f"--target {quote(target)}{among(specs)}"


def among(specs: str) -> str:
    """Return the option for a folder of specs after a space, nothing for the usual folder."""
    return "" if specs == USUAL_FOLDER else f" --specs {quote(specs)}"


def specs_folder(kind: Kind, file: str) -> str:
    """Return the folder of the specs that the path of a spec's file begins with."""
    above = PurePosixPath(file).parents
    found = (folder.parent for folder in above if folder.name == kind.collection)
    return str(next(found, USUAL_FOLDER))


def pull_command(target: str, kind: Kind, file: str, *names: str) -> str:
    """Return the command that pulls specs by their names; `file` is that of any of them."""
    command = f"reconciler pull {on(target, specs_folder(kind, file))}"
    return " ".join([command, *map(quote, names)])
