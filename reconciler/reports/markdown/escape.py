"""Text of files and of the service in Markdown: shown, and never taken for markup.

Nothing of it stands outside of code but plain words. GitHub links names, issues,
commits and addresses in text, even where a backslash or an entity hides them
from Markdown itself; in code it leaves everything alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from reconciler.model.text import escape_control
from reconciler.reports.text.wrap import cut

LONGEST = 300
"""Columns of a text in a sentence; the end of a longer one is cut off."""
LONGEST_NAME = 60
"""Columns of a name."""

_WORD = re.compile(r"\(?[A-Za-z]+(?:['-][A-Za-z]+)*\)?[.,:;!?]?|\(?\d[\d,]*\)?[.,:;]?|[%·–+~]")  # noqa: RUF001
_COMMIT = re.compile(r"[0-9a-f]{7}")
_LISTED = re.compile(r"\d+[.)]")
"""What begins a list where it is the first word of a line."""
_END = re.compile(r"[.,:;!?]$")


def code(text: str) -> str:
    """Return a text as a span of code, in which nothing has a meaning of its own."""
    text = cut(escape_control(text), LONGEST)
    if not text.strip(" "):
        return f"`{text!r}`"
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if "`" in (text[0], text[-1]) or (text[0] == text[-1] == " ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def name_code(name: str) -> str:
    """Return the name of a spec or a target as code, short enough for a list of them."""
    return code(cut(escape_control(name), LONGEST_NAME))


def prose(text: str) -> str:
    """Return a sentence whose words are plain; everything that is not a plain word is code."""
    parts: list[str] = []
    odd: list[str] = []
    for word in escape_control(text).split():
        if _is_plain(word) and (parts or not _LISTED.match(word)):
            parts += [*_spans(odd), word]
            odd = []
        else:
            odd.append(word)
            if _ends(odd):
                parts += _spans(odd)
                odd = []
    return " ".join([*parts, *_spans(odd)]) or code(text)


def cell(markdown: str) -> str:
    """Return Markdown of one line as it stands in a table: a bar would end its cell."""
    return markdown.replace("|", "\\|")


def summary_code(text: str) -> str:
    """Return a text as code within an HTML block, such as a summary, where no Markdown is read."""
    return f"<code>{escape(cut(escape_control(text), LONGEST))}</code>"


def fenced(lines: Iterable[str]) -> str:
    """Return lines in a fence that none of them can close, coloured as a diff."""
    text = "\n".join(map(escape_control, lines))
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}diff\n{text}\n{fence}"


def _is_plain(word: str) -> bool:
    return _WORD.fullmatch(word) is not None and _COMMIT.search(word) is None


def _ends(words: list[str]) -> bool:
    """Say whether odd words end here: at a mark that is not within brackets."""
    text = " ".join(words)
    is_open = sum(map(text.count, "([{")) > sum(map(text.count, ")]}"))
    return _END.search(text) is not None and not is_open


def _spans(words: list[str]) -> list[str]:
    if not words:
        return []
    text = " ".join(words)
    end = _END.search(text)
    kept = text[: end.start()] if end and end.start() else text
    return [code(kept) + text[len(kept) :]]


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
