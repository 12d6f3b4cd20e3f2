"""Where a report's files stand on the web, and where the whole report is."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import basename, normpath
from urllib.parse import quote

from reconciler.planning.plan import Plan
from reconciler.reports.markdown.escape import code


@dataclass(frozen=True)
class Links:
    """Web addresses that a report may name; each is empty where there is none.

    `files` is what comes before a commit in the address of a file, `folder` the
    repository's folder that the plan's files are relative to, `run` the CI run
    that keeps the whole report.
    """

    files: str = ""
    folder: str = ""
    run: str = ""

    def of(self, plan: Plan, file: str, *, short: bool = False) -> str:
        """Return a spec's file as Markdown, linked where it has an address.

        `short` leaves the folders out of what is shown, where the link has them.
        """
        path = normpath(f"{self.folder}/{file}" if self.folder else file)
        commit = plan.git.commit
        if not (self.files and commit) or path.startswith(("/", "..")):
            return code(file)
        shown = code(basename(path) if short else file)
        return f"[{shown}]({self.files}{quote(commit)}/{quote(path)})"

    @property
    def whole(self) -> str:
        """Where the whole report is, as Markdown that ends a sentence."""
        if self.run:
            return f"the HTML report among [this run's artifacts]({self.run})"
        return "`reconciler show PLAN_FILE --format html`"


NO_LINKS = Links()
