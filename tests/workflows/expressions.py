"""The expressions of GitHub Actions that the workflows use; anything else is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<sign>==|!=|&&|\|\||[!()])|(?P<name>[A-Za-z_][\w.-]*))"
)
STATUS = ("success", "failure", "always", "cancelled")


def interpolated(text: object, contexts: Mapping[str, object]) -> str:
    """Return a value of a workflow with every `${{ }}` in it evaluated."""
    return re.sub(
        r"\$\{\{(.+?)\}\}",
        lambda found: expect_string(evaluate(found[1], contexts)),
        expect_string(text),
    )


def condition(text: str, contexts: Mapping[str, object]) -> bool:
    """Return True if an `if:` holds; one without a status function implies `success()`."""
    inner = text.strip().removeprefix("${{").removesuffix("}}")
    if not any(re.search(rf"\b{name}\(\)", inner) for name in STATUS):
        inner = f"success() && ({inner})"
    return truth(evaluate(inner, contexts))


def evaluate(text: str, contexts: Mapping[str, object]) -> object:
    parser = _Parser(text, contexts)
    value = parser.either()
    assert parser.end(), f"not understood: {text!r}"
    return value


def expect_string(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def truth(value: object) -> bool:
    return value not in (None, "", False, 0)


class _Parser:
    def __init__(self, text: str, contexts: Mapping[str, object]) -> None:
        self.tokens = self._tokens(text)
        self.contexts = contexts

    def _tokens(self, text: str) -> list[tuple[str, str]]:
        found, place, text = [], 0, text.strip()
        while place < len(text):
            match = TOKEN.match(text, place)
            assert match, f"not understood: {text[place:]!r}"
            found.append((str(match.lastgroup), match[0].strip()))
            place = match.end()
        return found

    def end(self) -> bool:
        return not self.tokens

    def _takes(self, *signs: str) -> str:
        if self.tokens and self.tokens[0][1] in signs and self.tokens[0][0] == "sign":
            return self.tokens.pop(0)[1]
        return ""

    def either(self) -> object:
        value = self.both()
        while self._takes("||"):
            other = self.both()
            value = value if truth(value) else other
        return value

    def both(self) -> object:
        value = self.comparison()
        while self._takes("&&"):
            other = self.comparison()
            value = other if truth(value) else value
        return value

    def comparison(self) -> object:
        value = self.one()
        if sign := self._takes("==", "!="):
            other = self.one()
            same = expect_string(value).lower() == expect_string(other).lower()
            return same if sign == "==" else not same
        return value

    def one(self) -> object:
        if self._takes("!"):
            return not truth(self.one())
        if self._takes("("):
            value = self.either()
            assert self._takes(")")
            return value
        group, text = self.tokens.pop(0)
        if group == "text":
            return text[1:-1].replace("''", "'")
        assert group == "name", text
        if self._takes("("):
            assert self._takes(")"), f"{text}() with arguments"
            return self.contexts["status"](text)
        return self._looked_up(text)

    def _looked_up(self, path: str) -> object:
        if path in ("true", "false"):
            return path == "true"
        first, *rest = path.split(".")
        assert first in self.contexts, f"no context {first}"
        value: object = self.contexts[first]
        for key in rest:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value
