"""Content of files and of the service in Markdown: shown, and never interpreted as markup.

Outside of code there are only plain words. GitHub links names, issues, commits
and URLs in text, even if a backslash or an entity hides them from Markdown
itself; in code it changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from reconciler.model.text import escape_control
from reconciler.reports.text.wrap import cut

LONGEST = 300
"""Columns of a string in a sentence; a longer one is cut at its end."""
LONGEST_NAME = 60
"""Columns of a name."""

_WORD = re.compile(r"\(?[A-Za-z]+(?:['-][A-Za-z]+)*\)?[.,:;!?]?|\(?\d[\d,]*\)?[.,:;]?|[%·–+~]")  # noqa: RUF001
_COMMIT = re.compile(r"[0-9a-f]{7}")
_LISTED = re.compile(r"\d+[.)]")
"""A first word of a line that would begin a list."""
_END = re.compile(r"[.,:;!?]$")


def code(text: str) -> str:
    """Return a string as inline code, in which nothing is interpreted."""
    text = cut(escape_control(text), LONGEST)
    if not text.strip(" "):
        return f"`{text!r}`"
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if "`" in (text[0], text[-1]) or (text[0] == text[-1] == " ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def name_code(name: str) -> str:
    """Return the name of a spec or a target as code, cut to fit into a list of names."""
    return code(cut(escape_control(name), LONGEST_NAME))


def prose(text: str) -> str:
    """Return a sentence in which everything that is not a plain word is code."""
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
    """Return Markdown of one line for a table, where a bar would end its cell."""
    return markdown.replace("|", "\\|")


def summary_code(text: str) -> str:
    """Return a string as code for an HTML block, such as a summary, in which no Markdown works."""
    return f"<code>{escape(cut(escape_control(text), LONGEST))}</code>"


def fenced(lines: Iterable[str], language: str = "diff") -> str:
    """Return lines in a fence that none of them can close, highlighted as a diff."""
    text = "\n".join(map(escape_control, lines))
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def copied(lines: Iterable[str]) -> list[str]:
    """Return lines to copy, such as a command, in a fence after an empty line."""
    return ["", *fenced(lines, language="").split("\n")]


def _is_plain(word: str) -> bool:
    return _WORD.fullmatch(word) is not None and _COMMIT.search(word) is None


def _ends(words: list[str]) -> bool:
    """Return True if code ends here: at a punctuation mark that is not inside brackets."""
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
