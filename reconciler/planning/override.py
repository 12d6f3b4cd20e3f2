"""Who allowed what a guard refuses. The refusals are in `plan`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Override:
    """What allows a refusal: an option of this run, or the trailer of a reviewed commit."""

    option: str = ""
    """The option that was given, such as `--allow-breaking`; empty for a trailer."""
    commit: str = ""
    """The id of the commit that has the trailer; empty for an option."""
    author: str = ""
    """The author of that commit."""
    reason: str = ""
    """The reason that the trailer gives, without its brackets."""
