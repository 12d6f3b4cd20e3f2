"""The source this program was installed from, which `init` pins: PEP 610's `direct_url.json`."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution

from msgspec import Struct

DISTRIBUTION = "aep-reconciler"
_REPOSITORY = re.compile(r"(?:https|ssh)://(?P<host>[\w.-]+(?::\d+)?)/(?P<path>[\w./-]+)")


class InstallSource(Struct, frozen=True):
    """A commit of a Git repository."""

    url: str
    """The repository's https address, without credentials."""
    commit: str
    """40 hexadecimal digits."""

    @property
    def action(self) -> str | None:
        """The action's reference for a workflow; None for a repository that is not on GitHub."""
        found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", self.url)
        return f"{found[1]}/.github/actions/reconciler@{self.commit}" if found else None


def installed_from() -> InstallSource | None:
    """Return the repository and commit that this program was installed from.

    None if it came from a package index, a file or a folder.
    """
    try:
        text = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    return source_of(text or "{}")


def source_of(direct_url: str) -> InstallSource | None:
    """Return the source that the text of a `direct_url.json` names, or None."""
    try:
        entry = json.loads(direct_url)
        commit = entry["vcs_info"]["commit_id"]
        found = _REPOSITORY.fullmatch(re.sub(r"(?<=://)[^/@]*@", "", entry["url"]))
    except (ValueError, KeyError, TypeError):
        return None
    if found is None or not re.fullmatch("[0-9a-f]{40}", str(commit)):
        return None
    return InstallSource(f"https://{found['host']}/{found['path']}", commit)
