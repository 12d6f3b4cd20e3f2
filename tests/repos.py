"""Scratch Git repositories in which the installed command is run, as a user would."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import warm_start

COMMAND = str(Path(sys.executable).parent / "reconciler")
SPECS = Path(__file__).parent.parent / "specs"
REST = "6499120c-0b15-42dc-936e-847ea3c24d72"
REST_FILE = "specs/flowSpecs/rest-storage-to-aep.yaml"
NEW_SOURCE = "f6c0de0c-0a42-4cd9-9139-8768bf2f1b55"
OLD_SOURCE = "2d46966e-4fcc-4015-9f9e-a67594e395a3"
BATCH = "0ed90a81-07f4-4586-8190-b40eccef1c5a"
ACME_FILE = "specs/connectionSpecs/acme.yaml"
ACME = f"""\
# yaml-language-server: $schema=../../reconciler/schemas/connectionSpec.json
# Our own CRM.
name: Acme CRM   # as the catalog shows it
providerId: {BATCH}
version: "1.0"
type: generic-rest
authSpec:
  - name: Basic Authentication
    type: BasicAuthentication
    spec:
      $schema: http://json-schema.org/draft-07/schema#
      type: object
      properties:
        host: {{type: string}}
      required: [host]
sourceSpec:
  attributes:
    contentPath: $.members
exploreSpec:
  name: Resource
  type: Resource
  requestSpec: {{type: object}}
# What is ours alone:
x-reconciler:
  key: acme   # flow specs say connectionSpec.acme
"""
CREDENTIALS = {"ADOBE_ACCESS_TOKEN": "top-secret-token", "ADOBE_API_KEY": "key"}
QUICK = {"RECONCILER_RETRY_WAIT": "0", "RECONCILER_SETTLE": "0"}
_OF_THE_CALLER = ("ADOBE", "RECONCILER", "GIT", "COLUMNS", "PYTHONUNBUFFERED")
"""Variables of whoever runs the tests: credentials, options, the repository, the terminal, and
one that hides what is lost when a stream is flushed at the end."""


@dataclass(frozen=True)
class Run:
    """The output and exit code of a command."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All output, without the line breaks that its width causes."""
        return " ".join(f"{self.out} {self.err}".split())

    @property
    def plan(self) -> dict:
        """The plan that `--format json` printed."""
        return json.loads(self.out)


class Repo:
    """A Git repository with the specs of this project, in an empty folder."""

    def __init__(self, path: Path, specs: str = "specs") -> None:
        self.path = path
        self.environ = {
            **{
                name: os.environ[name] for name in os.environ if not name.startswith(_OF_THE_CALLER)
            },
            **QUICK,
            "RECONCILER_CACHE_DIR": f"{path}-cache",
        }
        (path / specs).parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(SPECS, path / specs)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "A Tester")
        self.git("config", "user.email", "tester@example.org")
        self.commit()

    def git(self, *args: str) -> str:
        done = subprocess.run(
            ["git", "-C", self.path, *args], check=True, capture_output=True, env=self.environ
        )
        return done.stdout.decode().strip()

    def commit(self) -> str:
        self.git("add", "--all", "--", ".", ":!.reconciler")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a commit")
        return self.git("rev-parse", "HEAD")

    def write(self, path: str, text: str) -> None:
        (self.path / path).parent.mkdir(parents=True, exist_ok=True)
        (self.path / path).write_text(text, encoding="utf-8", errors="surrogateescape")

    def edit(self, old: str, new: str, path: str = REST_FILE) -> None:
        text = (self.path / path).read_text()
        assert old in text
        self.write(path, text.replace(old, new, 1))

    def target(self, url: str, extra: str = "") -> None:
        """Make a service over HTTP the default target."""
        self.write(
            "specs/reconciler.yaml",
            "defaultTarget: there\ntargets:\n  there:\n"
            f"    url: {url}/data/foundation/flowservice\n    imsUrl: {url}\n"
            f"    imsOrg: 1234@AdobeOrg\n    sandbox: prod\n{extra}",
        )

    def run(self, *args: str, stdin: str | None = None, cwd: str = ".", **environ: str) -> Run:
        environ = {**self.environ, **environ}
        given = (stdin or "").encode()
        if warm_start.can_run(environ):
            code, out, err = warm_start.run(args, self.path / cwd, environ, given)
        else:
            code, out, err = start(args, self.path / cwd, environ, given)
        return Run(code, out.decode(), err.decode())


def start(
    args: Sequence[str], cwd: Path, environ: Mapping[str, str], stdin: bytes
) -> tuple[int, bytes, bytes]:
    """Start the installed command, and return its exit code, stdout and stderr."""
    done = subprocess.run(
        [COMMAND, *args], cwd=cwd, input=stdin, capture_output=True, env=environ, check=False
    )
    return done.returncode, done.stdout, done.stderr
