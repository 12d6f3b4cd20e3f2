"""Regular languages as terms, with derivatives: their automata are built only as far as needed.

The derivative of a language by a character is the language of what may follow
it (Brzozowski, 1964). Intersection and complement are terms like any other, so
that several patterns, look-aheads and lengths make one language.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache

from msgspec import Struct

from reconciler.model.character_sets import LAST_CODE_POINT, Ranges
from reconciler.model.regex_syntax import UNLIMITED

_PREFERRED = "aAb0B1zZ9 -_./:@x"
"""Characters to show for a set that holds them."""


class Language(Struct, frozen=True, eq=False, dict=True):
    """A set of strings. Equal terms are one object: use the functions below to make one.

    `operator` is one of `none` (no string), `empty` (the empty string), `chars`,
    `then`, `or`, `and`, `not` and `repeat`.
    """

    operator: str
    parts: tuple[Language, ...] = ()
    ranges: Ranges = ()
    low: int = 0
    high: int = 0

    @cached_property
    def is_nullable(self) -> bool:
        """True if the empty string belongs to the language."""
        match self.operator:
            case "none" | "chars":
                return False
            case "empty":
                return True
            case "then" | "and":
                return all(part.is_nullable for part in self.parts)
            case "or":
                return any(part.is_nullable for part in self.parts)
            case "not":
                return not self.parts[0].is_nullable
        return self.low == 0 or self.parts[0].is_nullable

    @cached_property
    def sets(self) -> frozenset[Ranges]:
        """Every set of characters that the term mentions."""
        own = [self.ranges] if self.operator == "chars" else []
        return frozenset(own).union(*(part.sets for part in self.parts))

    def has(self, text: str) -> bool:
        """Return True if a string belongs to the language, in time linear in its length."""
        state = self
        for sign in text:
            state = state.after(ord(sign))
        return state.is_nullable

    @cached_property
    def _derivatives(self) -> dict[int, Language]:
        return {}

    def after(self, code: int) -> Language:
        """Return the derivative: what may follow the character of this code point."""
        found = self._derivatives.get(code)
        if found is None:
            found = self._derivatives[code] = self._after(code)
        return found

    def _after(self, code: int) -> Language:
        match self.operator:
            case "none" | "empty":
                return NONE
            case "chars":
                return EMPTY if any(low <= code <= high for low, high in self.ranges) else NONE
            case "or":
                return either(part.after(code) for part in self.parts)
            case "and":
                return both(part.after(code) for part in self.parts)
            case "not":
                return complement(self.parts[0].after(code))
            case "then":
                first, rest = self.parts
                begun = then(first.after(code), rest)
                return either((begun, rest.after(code))) if first.is_nullable else begun
        (inner,) = self.parts
        high = self.high if self.high == UNLIMITED else self.high - 1
        return then(inner.after(code), repeat(inner, max(self.low - 1, 0), high))


_make = lru_cache(maxsize=50_000)(Language)

NONE = _make("none")
EMPTY = _make("empty")
EVERY = _make("not", (NONE,))
ANY_CHAR = _make("chars", (), ((0, LAST_CODE_POINT),))


def chars(ranges: Ranges) -> Language:
    """Return the strings of one character out of a set."""
    return _make("chars", (), ranges) if ranges else NONE


def then(first: Language, rest: Language) -> Language:
    """Return each string of `first` followed by each string of `rest`."""
    if NONE in (first, rest):
        return NONE
    if first is EMPTY:
        return rest
    if rest is EMPTY:
        return first
    if first.operator == "then":
        return then(first.parts[0], then(first.parts[1], rest))
    return _make("then", (first, rest))


def either(parts: Iterable[Language]) -> Language:
    """Return the union."""
    return _combined("or", parts, nothing=NONE, everything=EVERY)


def both(parts: Iterable[Language]) -> Language:
    """Return the intersection."""
    return _combined("and", parts, nothing=EVERY, everything=NONE)


def _combined(
    operator: str, parts: Iterable[Language], nothing: Language, everything: Language
) -> Language:
    found: dict[Language, None] = {}
    for part in parts:
        found |= dict.fromkeys(part.parts if part.operator == operator else (part,))
    found.pop(nothing, None)
    if everything in found or any(complement(part) in found for part in found):
        return everything
    if len(found) < 2:
        return next(iter(found), nothing)
    return _make(operator, tuple(sorted(found, key=id)))


def complement(part: Language) -> Language:
    """Return all other strings."""
    return part.parts[0] if part.operator == "not" else _make("not", (part,))


def repeat(part: Language, low: int, high: int) -> Language:
    """Return the strings of the language, from `low` to `high` of them in a row."""
    if high == 0 or part is EMPTY:
        return EMPTY
    if part is NONE:
        return EMPTY if low == 0 else NONE
    if (low, high) == (1, 1):
        return part
    return _make("repeat", (part,), (), low, high)


def literal(text: str) -> Language:
    """Return the language of one string."""
    found = EMPTY
    for sign in reversed(text):
        found = then(chars(((ord(sign), ord(sign)),)), found)
    return found


class OutOfStatesError(Exception):
    """The automaton has more states than may be looked at."""


def shortest(language: Language, most_steps: int) -> str | None:
    """Return a shortest string of the language, None if there is none.

    Raises `OutOfStatesError` if its automaton has more than `most_steps` steps, from one
    state to another.
    """
    alphabet = _alphabet(language.sets)
    reached: dict[Language, str] = {language: ""}
    waiting = [language]
    for state in waiting:
        if state.is_nullable:
            return reached[state]
        for code in alphabet:
            following = state.after(code)
            if following is not NONE and following not in reached:
                reached[following] = reached[state] + chr(code)
                waiting.append(following)
        if len(waiting) * len(alphabet) > most_steps:
            raise OutOfStatesError
    return None


@lru_cache(maxsize=512)
def _alphabet(sets: frozenset[Ranges]) -> tuple[int, ...]:
    """Return one code point for each class of characters that all the sets treat alike."""
    edges = {0} | {edge for ranges in sets for low, high in ranges for edge in (low, high + 1)}
    firsts = [*map(ord, _PREFERRED), *sorted(edge for edge in edges if edge <= LAST_CODE_POINT)]
    found: dict[frozenset[Ranges], int] = {}
    for code in firsts:
        if 0xD800 <= code < 0xE000:
            code = 0xE000  # noqa: PLW2901 - no string holds half a surrogate pair
        held = frozenset(
            ranges for ranges in sets if any(low <= code <= high for low, high in ranges)
        )
        found.setdefault(held, code)
    return tuple(found.values())
