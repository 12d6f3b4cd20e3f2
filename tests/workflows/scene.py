"""A repository on GitHub with the workflows, its target, and a clone of a user."""

from __future__ import annotations

import subprocess
from pathlib import Path

from repos import NEW_SOURCE, OLD_SOURCE, REST, Repo
from workflows.runner import Job, Runner

from reconciler import scaffold
from reconciler.emulator.store import Store

SECRETS = {
    "ADOBE_CLIENT_ID": "the-client-id",
    "ADOBE_CLIENT_SECRET": "the-client-secret",
    "ADOBE_SCOPES": "openid,AdobeID",
}
APPLIED = "refs/reconciler/applied/prod"
NO_COMMIT = "0" * 40


class Scene:
    """`work` is the clone, `origin` the repository on GitHub, `store` the content of the target."""

    def __init__(self, folder: Path, store: Store, target: str, github: str, stand_in) -> None:
        self.store, self.github = store, stand_in
        self.origin = folder / "origin.git"
        subprocess.run(
            ["git", "init", "--quiet", "--bare", "--initial-branch=main", self.origin], check=True
        )
        subprocess.run(
            ["git", "-C", self.origin, "config", "uploadpack.allowAnySHA1InWant", "true"],
            check=True,
        )
        self.work = Repo(folder / "work")
        self.work.write(
            "specs/reconciler.yaml",
            f"defaultTarget: local\ntargets:\n  local: {{emulator: .reconciler/local.db}}\n"
            f"  prod:\n    url: {target}/data/foundation/flowservice\n    imsUrl: {target}\n"
            "    imsOrg: 1234@AdobeOrg\n    sandbox: prod\n",
        )
        for name in scaffold.WORKFLOWS:
            self.work.write(f".github/workflows/{name}", scaffold.workflow_text(name))
        self.work.git("remote", "add", "origin", str(self.origin))
        self.runner = Runner(folder / "runner", self.origin, stand_in, github, SECRETS)
        self.push()

    def push(self) -> str:
        """Commit the state of the clone and push it to main; return the commit."""
        commit = self.work.commit()
        self.work.git("push", "--quiet", "origin", "HEAD:main")
        return commit

    def workflow(self, name: str) -> str:
        return (self.work.path / ".github" / "workflows" / name).read_text()

    def recorded(self) -> str:
        """Apply main to the target and record it; return the commit."""
        self.change_live(NEW_SOURCE)
        self.work.git("push", "--quiet", "origin", f"{self.main()}:{APPLIED}")
        return self.main()

    def pull_request(
        self, *, fork: bool = False, author: str = "octocat", rerun: bool = False
    ) -> dict[str, Job]:
        """Commit the clone's state to a branch, as pull request 7, and run `plan`.

        A `rerun` is one of an older job: the pull request has a newer commit by then.
        """
        self.work.git("checkout", "--quiet", "-B", "change")
        head = self.work.commit()
        self.work.git("checkout", "--quiet", "--detach", "origin/main")
        self.work.git("merge", "--quiet", "--no-ff", "--no-edit", head)
        merge = self.work.git("rev-parse", "HEAD")
        self.work.git("push", "--quiet", "--force", "origin", "HEAD:refs/pull/7/merge")
        self.work.git("checkout", "--quiet", "change")
        self.github.heads[7] = "f" * 40 if rerun else head
        repository = "stranger/specs" if fork else "octo/specs"
        head_of = {"sha": head, "repo": {"full_name": repository}}
        payload = {
            "pull_request": {
                "number": 7,
                "user": {"login": author},
                "head": head_of,
                "base": {"ref": "main"},
            }
        }
        return self.runner.run(
            self.workflow("plan.yml"),
            "pull_request",
            payload,
            sha=merge,
            ref="refs/pull/7/merge",
            ref_name="7/merge",
            base_ref="main",
        )

    def merged(self, before: str, sha: str = "", **inputs: bool) -> dict[str, Job]:
        """Run `apply` for a push to main, or by hand if inputs are given."""
        payload: dict = {"repository": {"default_branch": "main"}}
        payload |= {"inputs": inputs} if inputs else {"before": before}
        return self.runner.run(
            self.workflow("apply.yml"),
            "workflow_dispatch" if inputs else "push",
            payload,
            sha=sha or self.main(),
            ref="refs/heads/main",
            ref_name="main",
        )

    def drift(self) -> dict[str, Job]:
        """Run `drift` by schedule."""
        return self.runner.run(
            self.workflow("drift.yml"),
            "schedule",
            {},
            sha=self.main(),
            ref="refs/heads/main",
            ref_name="main",
        )

    def main(self) -> str:
        return self.on_origin("refs/heads/main")

    def on_origin(self, ref: str) -> str:
        """Return the commit of a ref of origin, empty if it does not exist."""
        done = subprocess.run(
            ["git", "-C", self.origin, "rev-parse", "--verify", "--quiet", ref],
            capture_output=True,
            check=False,
        )
        return done.stdout.decode().strip()

    def live_ids(self) -> list[str]:
        return self.store.get("flowSpecs", REST).document["sourceConnectionSpecIds"]

    def change_live(self, *ids: str, **fields: object) -> None:
        """Change the live document by hand; `ids` are its sources then."""
        document = self.store.get("flowSpecs", REST).document
        sources = {"sourceConnectionSpecIds": [OLD_SOURCE, *ids]} if ids else {}
        self.store.put("flowSpecs", REST, {**document, **sources, **fields})
