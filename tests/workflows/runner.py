"""A small runner of GitHub Actions that runs the jobs of a workflow step by step.

`run:` steps are run in a clone of the repository, with the files and variables that GitHub gives
them. Substitutes replace the actions that the workflows use, except this project's own, whose steps
are run too.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from github.stand_in import GitHubStandIn
from ruamel.yaml import YAML
from workflows.expressions import condition, expect_string, interpolated

ROOT = Path(__file__).parents[2]
ACTION = ".github/actions/reconciler"
SYSTEM = os.pathsep.join(
    dict.fromkeys([str(Path(shutil.which("git") or "").parent), "/usr/bin", "/bin"])
)
COMMAND = re.compile(r"^\s*::([a-z-]+)(?: ([^:]*(?:%3A[^:]*)*))?::(.*)$|##\[(\w+)[^\]]*\]")


@dataclass
class Step:
    """The result of a step."""

    name: str
    outcome: str
    code: int = 0
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def commands(self) -> list[str]:
        """The lines that a runner reads as commands."""
        return [line for line in self.log.splitlines() if COMMAND.search(line)]


@dataclass
class Job:
    """The result of a job: success, failure or skipped, and its steps."""

    result: str = "skipped"
    steps: list[Step] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)

    def step(self, name: str) -> Step:
        (found,) = [step for step in self.steps if step.name == name]
        return found

    @property
    def log(self) -> str:
        return "".join(step.log for step in self.steps)


class Runner:
    """Runs workflows of one repository, with a local bare repository as its `origin`."""

    def __init__(
        self, folder: Path, origin: Path, github: GitHubStandIn, url: str, secrets: dict[str, str]
    ) -> None:
        self.folder, self.origin, self.github, self.url = folder, origin, github, url
        self.secrets = secrets
        self.runs = 0
        self.before_download = lambda: None
        self.caches: dict[str, dict[str, bytes]] = {}
        self.home = folder / "home"
        self.home.mkdir(parents=True)

    def run(self, workflow: str, event: str, payload: dict, **github: object) -> dict[str, Job]:
        """Run a workflow's text for an event, and return its jobs by name."""
        self.runs += 1
        document = YAML(typ="safe").load(workflow)
        assert event in (document["on"] if isinstance(document["on"], dict) else [document["on"]])
        fork = _is_fork(payload)
        contexts = {
            "github": {
                "event_name": event,
                "event": payload,
                "repository": self.github.repository,
                "server_url": "https://github.example",
                "api_url": self.url,
                "run_id": str(9000 + self.runs),
                "run_attempt": "1",
                "actor": "octocat",
                "workflow": document["name"],
                "workflow_ref": f"octo/specs/.github/workflows/{document['name']}.yml@refs/x",
                **github,
            },
            "secrets": {} if fork else self.secrets,
            "inputs": payload.get("inputs", {}),
            "needs": {},
        }
        jobs: dict[str, Job] = {}
        artifacts = self.folder / f"artifacts-{self.runs}"
        for name, declared in document["jobs"].items():
            needs = declared.get("needs", [])
            needed = [needs] if isinstance(needs, str) else needs
            before = {jobs[other].result for other in needed}
            status = "success" if before <= {"success"} else "failure"
            contexts["needs"] = {
                other: {"result": jobs[other].result, "outputs": jobs[other].outputs}
                for other in needed
            }
            permissions = {
                what: "read" if fork else how for what, how in declared["permissions"].items()
            }
            local = {**contexts, "status": _status(status)}
            if not condition(declared.get("if", "success()"), local):
                jobs[name] = Job()
                continue
            job = _JobRun(self, document, declared, contexts, permissions, artifacts, name)
            jobs[name] = job.run()
        return jobs


def _is_fork(payload: dict) -> bool:
    head = payload.get("pull_request", {}).get("head", {})
    return head.get("repo", {}).get("full_name", "octo/specs") != "octo/specs"


def _status(status: str):
    return lambda name: {
        "success": status == "success",
        "failure": status == "failure",
        "always": True,
        "cancelled": False,
    }[name]


class _JobRun:
    def __init__(self, runner, document, declared, contexts, permissions, artifacts, name) -> None:
        self.runner, self.document, self.declared = runner, document, declared
        self.folder = runner.folder / f"run-{runner.runs}-{name}"
        self.workspace = self.folder / "workspace"
        self.temp = self.folder / "temp"
        for folder in (self.workspace, self.temp):
            folder.mkdir(parents=True)
        self.artifacts = artifacts
        self.status = "success"
        self.steps: dict[str, Step] = {}
        self.path: list[str] = []
        token = runner.github.token(permissions)
        self.hidden = [token, *runner.secrets.values()]
        self.contexts = {**contexts, "github": {**contexts["github"], "job": name, "token": token}}
        self.contexts["runner"] = {"temp": str(self.temp)}

    def run(self) -> Job:
        job = Job("success")
        for number, declared in enumerate(self.declared["steps"]):
            step = self._step(declared, number)
            job.steps.append(step)
            if step.outcome == "failure":
                self.status = job.result = "failure"
        job.outputs = {
            name: interpolated(value, self._local())
            for name, value in self.declared.get("outputs", {}).items()
        }
        return job

    def _local(self, **more: object) -> dict[str, object]:
        steps = {
            key: {"outputs": step.outputs, "outcome": step.outcome}
            for key, step in self.steps.items()
        }
        env = {**self.document.get("env", {}), **self.declared.get("env", {})}
        return {
            **self.contexts,
            "env": env,
            "steps": steps,
            "status": _status(self.status),
            **more,
        }

    def _step(self, declared: Mapping, number: int) -> Step:
        name = declared.get("name") or declared.get("run") or declared["uses"].partition("@")[0]
        if not condition(expect_string(declared.get("if", "success()")), self._local()):
            step = Step(name, "skipped")
        elif "uses" in declared:
            step = self._action(name, declared)
        else:
            step = self._shell(name, declared, {}, number)
        self.steps[declared.get("id", f"step-{number}")] = step
        for secret in self.hidden:
            assert secret not in step.log + step.summary, f"{name} prints a secret"
        return step

    def _environment(self, declared: Mapping, files: Mapping[str, Path], more: Mapping) -> dict:
        github = self.contexts["github"]
        event = self.temp / "event.json"
        event.write_text(json.dumps(github["event"]))
        given = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_WORKSPACE": str(self.workspace),
            "HOME": str(self.runner.home),
            "PATH": os.pathsep.join([*reversed(self.path), SYSTEM]),
            "RUNNER_TEMP": str(self.temp),
            "RECONCILER_RETRY_WAIT": "0",
            "RECONCILER_SETTLE": "0",
            **{name: value for name, value in os.environ.items() if name.startswith("COVERAGE")},
            **{name: str(path) for name, path in files.items()},
        }
        for name, value in github.items():
            if name not in ("event", "token"):
                given[f"GITHUB_{name.upper()}"] = expect_string(value)
        for declaration in (self.document, self.declared, declared):
            for name, value in declaration.get("env", {}).items():
                given[name] = interpolated(value, self._local(**more))
        return given

    def _shell(self, name: str, declared: Mapping, more: Mapping, number: int) -> Step:
        files = {
            f"GITHUB_{what}": self.temp / f"{what.lower()}-{number}"
            for what in ("OUTPUT", "PATH", "STEP_SUMMARY")
        }
        for path in files.values():
            path.write_text("")
        script = self.temp / f"script-{number}.sh"
        script.write_text(interpolated(declared["run"], self._local(**more)))
        options = ["-eo", "pipefail"] if declared.get("shell") == "bash" else ["-e"]
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", *options, script],
            cwd=self.workspace,
            env=self._environment(declared, files, more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        self.path += files["GITHUB_PATH"].read_text().splitlines()
        return Step(
            name,
            "failure" if done.returncode else "success",
            done.returncode,
            done.stdout.decode(),
            files["GITHUB_STEP_SUMMARY"].read_text(),
            outputs_in(files["GITHUB_OUTPUT"].read_text()),
        )

    def _action(self, name: str, declared: Mapping) -> Step:
        action = declared["uses"].partition("@")[0]
        given = {
            key: interpolated(value, self._local())
            for key, value in declared.get("with", {}).items()
        }
        if action.endswith(f"/{ACTION}"):
            return self._own_action(name, given)
        stand_in = {
            "actions/checkout": self._checkout,
            "actions/upload-artifact": self._upload,
            "actions/download-artifact": self._download,
            "actions/cache/restore": self._restore,
            "actions/cache/save": self._save,
        }[action]
        log = stand_in(given)
        return Step(name, "failure" if log else "success", int(bool(log)), log)

    def _own_action(self, name: str, given: Mapping) -> Step:
        """Run the composite action's own steps, with a substitute for the installation."""
        source = self.folder / "action"
        shutil.copytree(ROOT / ACTION, source / ACTION)
        (source / ".ci").mkdir()
        (source / ".ci" / "setup").write_text(
            f'test -x "$PYTHON" && cd "$(dirname "$0")/.." && ln -s "{sys.prefix}" .venv\n'
        )
        action = YAML(typ="safe").load((source / ACTION / "action.yml").read_text())
        inputs = {key: value["default"] for key, value in action["inputs"].items()} | given
        steps = {
            "python": {"outputs": {"python-path": sys.executable}},
            "uv": {"outputs": {"uv-path": "/usr/bin/false"}},
        }
        result = Step(name, "success")
        for number, declared in enumerate(action["runs"]["steps"]):
            if "uses" in declared:
                assert declared["uses"].partition("@")[0] in (
                    "actions/setup-python",
                    "astral-sh/setup-uv",
                )
                continue
            env = {**declared.get("env", {}), "GITHUB_ACTION_PATH": str(source / ACTION)}
            more = {"inputs": inputs, "steps": steps}
            result = self._shell(name, {**declared, "env": env}, more, 900 + number)
        return result

    def _checkout(self, given: Mapping) -> str:
        assert given["persist-credentials"] == "false"
        github = self.contexts["github"]
        depth = int(given.get("fetch-depth", "1"))
        fetch = ["fetch", "--quiet", "--no-tags", "origin", f"+{github['sha']}:refs/remotes/here"]
        if depth:
            fetch.insert(1, f"--depth={depth}")
        else:
            fetch.append("+refs/heads/*:refs/remotes/origin/*")
        checkout = ["checkout", "--quiet", "--force"]
        branch = expect_string(github.get("ref")).removeprefix("refs/heads/")
        checkout += ["refs/remotes/here"] if "/" in branch else ["-B", branch, "refs/remotes/here"]
        remote = ["remote", "add", "origin", f"file://{self.runner.origin}"]
        for arguments in (["init", "--quiet"], remote, fetch, checkout):
            subprocess.run(["git", *arguments], cwd=self.workspace, check=True, capture_output=True)
        return ""

    def _upload(self, given: Mapping) -> str:
        files = [
            path
            for pattern in given["path"].split()
            for path in self.workspace.glob(pattern)
            if path.is_file()
        ]
        if not files and given["if-no-files-found"] == "error":
            return "No files were found with the provided path"
        there = self.artifacts / given["name"]
        assert not there.exists(), "an artifact cannot be written twice"
        there.mkdir(parents=True)
        for path in files:
            shutil.copy(path, there / path.relative_to(self.workspace).name)
        return ""

    def _download(self, given: Mapping) -> str:
        self.runner.before_download()
        shutil.copytree(self.artifacts / given["name"], self.workspace, dirs_exist_ok=True)
        return ""

    def _restore(self, given: Mapping) -> str:
        keys = [key for key in self.runner.caches if key.startswith(given["restore-keys"])]
        assert given["key"].startswith(given["restore-keys"])
        for name, content in self.runner.caches[keys[-1]].items() if keys else ():
            assert name in given["path"].split()
            (self.workspace / name).write_bytes(content)
        return ""

    def _save(self, given: Mapping) -> str:
        assert given["key"] not in self.runner.caches, "a cache entry cannot be written twice"
        self.runner.caches[given["key"]] = {
            name: (self.workspace / name).read_bytes() for name in given["path"].split()
        }
        return ""


def outputs_in(text: str) -> dict[str, str]:
    """Parse the content of GITHUB_OUTPUT as a runner does."""
    found, lines = {}, iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, separator, value = min(
            (line.partition("<<"), line.partition("=")), key=lambda parts: len(parts[0])
        )
        if separator == "<<":
            held = []
            while (following := next(lines)) != value:
                held.append(following)
            value = "\n".join(held)
        found[name] = value
    return found


def triggers(workflow: str, event: str, changed: str) -> bool:
    """Return True if a change of this file triggers a workflow."""
    paths = YAML(typ="safe").load(workflow)["on"][event]["paths"]
    return any(fnmatch.fnmatch(changed, pattern) for pattern in paths)
