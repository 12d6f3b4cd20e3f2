"""The URLs of the files in a report, and of the whole report."""

from __future__ import annotations

from posixpath import basename, normpath
from urllib.parse import quote

from msgspec import Struct

from reconciler.planning.plan import Plan
from reconciler.reports.markdown.escape import code


class Links(Struct, frozen=True):
    """URLs for a report; each is empty if unknown."""

    files: str = ""
    """The URL of a file up to its commit."""
    folder: str = ""
    """The folder of the repository that the plan's files are relative to."""
    run: str = ""
    """The CI run that keeps the whole report."""

    def of(self, plan: Plan, file: str, *, short: bool = False) -> str:
        """Return a spec's file as Markdown, linked if it has a URL.

        `short` shows a linked file without its folders.
        """
        path = normpath(f"{self.folder}/{file}" if self.folder else file)
        commit = plan.git.commit
        if not (self.files and commit) or path.startswith(("/", "..")):
            return code(file)
        shown = code(basename(path) if short else file)
        return f"[{shown}]({self.files}{quote(commit)}/{quote(path)})"

    @property
    def whole(self) -> str:
        """The whole report, as Markdown that ends a sentence."""
        if self.run:
            return f"the HTML report in [this run's artifacts]({self.run})"
        return "`reconciler show PLAN_FILE --format html`"


NO_LINKS = Links()
