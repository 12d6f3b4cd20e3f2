"""The search for a setting that one schema accepts and another refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.compatibility.pattern_limits import is_within, longest_text
from reconciler.compatibility.search.candidates import Pools
from reconciler.compatibility.search.shrink import smallest
from reconciler.compatibility.search.subschemas import Piece
from reconciler.compatibility.validator import Judge, OutOfWorkError
from reconciler.model.json_text import Json, compact_json


@dataclass(frozen=True)
class Found:
    """What a search came to: a setting (in a tuple, since null is one), and how many were tried.

    Only settings that the accepting schema accepts count: of the others there
    is nothing to say.
    """

    setting: tuple[Json] | None
    tried: int


def search(accepting: Judge, refusing: Judge) -> Found:
    """Look for a setting that `accepting` accepts and `refusing` refuses, a small one.

    Ends where there is one, where all that was made up is tried, or where the
    judges' work is used up. Raises `UnsupportedSchemaError` where a schema cannot be followed.
    """
    tried: set[str] = set()
    try:
        for setting in _settings(accepting, refusing):
            text = compact_json(setting)
            if text in tried or not accepting.accepts(setting):
                continue
            tried.add(text)
            if refusing.refuses(setting):
                return Found((smallest(setting, accepting, refusing),), len(tried))
    except OutOfWorkError:
        pass
    return Found(None, len(tried))


def _settings(accepting: Judge, refusing: Judge) -> Iterator[Json]:
    both = (Piece(accepting, accepting.schema, True), Piece(refusing, refusing.schema, False))
    limits = [longest_text(judge.schema) for judge in (accepting, refusing)]
    longest = min((limit for limit in limits if limit is not None), default=None)
    return (
        setting
        for setting in Pools(accepting, longest).values(both)
        if is_within(setting, longest)  # names of members are texts too
    )
