"""The changes of files as a patch for `git apply`."""

from __future__ import annotations

from difflib import unified_diff

from reconciler.model.text import escape_control
from reconciler.reports.text.layout import Layout
from reconciler.reports.text.wrap import UNWRAPPED

_NO_END = "\\ No newline at end of file"


def patch_text(file: str, before: bytes | None, after: bytes, *, color: bool) -> str:
    """Return the unified diff of a file; `before` is None for a new file."""
    name = escape_control(file)
    old = f"a/{name}" if before is not None else "/dev/null"
    lines = unified_diff(_lines(before or b""), _lines(after), old, f"b/{name}")
    return "".join(_shown(line, color) for line in lines)


def _lines(content: bytes) -> list[str]:
    *whole, rest = content.decode("utf-8", "replace").split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])


def _shown(line: str, color: bool) -> str:
    """Return a line of the patch, safe to print; a carriage return at its end is kept."""
    text = line.removesuffix("\n")
    end = "\n" if text != line else f"\n{_NO_END}\n"
    body = text.removesuffix("\r")
    painted = Layout(UNWRAPPED, color).paint(escape_control(body, keep="\t"), *_colors(text))
    return painted + text[len(body) :] + end


def _colors(line: str) -> tuple[str, ...]:
    if line.startswith(("+++", "---")):
        return ("bold",)
    if line.startswith("@@"):
        return ("cyan",)
    return {"+": ("green",), "-": ("red",)}.get(line[:1], ())
