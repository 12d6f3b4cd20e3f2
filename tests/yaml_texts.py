"""Strategies for YAML in every style: comments, anchors, merge keys, quotes, brackets."""

from __future__ import annotations

import json

from documents import scalars
from hypothesis import strategies as st

from reconciler.model.json_text import same
from reconciler.yamledit.parse import parse_yaml
from reconciler.yamledit.scalars import is_plain, quoted

URL = "https://x.org:80/y?z=1"
"""What needs no quotes within brackets by YAML 1.2, and does by 1.1."""
SEPARATED = "x\u2028y\x85z"
"""What holds line ends of YAML 1.1, which are none in 1.2."""

lines_of_text = st.sampled_from(
    ["a\nb", "a\nb\n", "a\n\n  b\n", "# no comment\nx\n", "a \nb", "\n"]
)
keys = st.sampled_from(
    ["a", "b", "c", "name", "x/y", "~", "yes", "1", "", "a: b", "# c", "- d", "{"]
)


def _carried(value: object) -> bool:
    return not (isinstance(value, str) and any(0xD800 <= ord(one) <= 0xDFFF for one in value))


leaves = st.one_of(
    scalars.filter(_carried),
    lines_of_text,
    st.sampled_from(["x", "it's", 'say "x"', "null", "2024-01-01", "a, b", "[a]", "a #b", "é😀"]),
    st.sampled_from([URL, SEPARATED]),
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
mappings = st.dictionaries(keys, values, min_size=1, max_size=5)


@st.composite
def changed(draw: st.DrawFn, value: object, chance: int = 4) -> object:
    """A value with some parts of it replaced, taken out, put in, or as it is."""
    if draw(st.integers(0, chance)) == 0:
        return draw(values)
    if isinstance(value, dict) and value:
        members = {}
        for key, member in value.items():
            match draw(st.integers(0, 6)):
                case 0:
                    pass
                case 1:
                    members[draw(keys)] = draw(values)
                    members[key] = member
                case _:
                    members[key] = draw(changed(member, chance + 2))
        return members
    if isinstance(value, list) and value:
        items = []
        for item in value:
            match draw(st.integers(0, 6)):
                case 0:
                    pass
                case 1:
                    items += [draw(values), item]
                case _:
                    items.append(draw(changed(item, chance + 2)))
        return items
    return value


@st.composite
def yaml_texts(draw: st.DrawFn, document: dict) -> str:
    """Return YAML for the document."""
    text = _Writing(draw).document(document)
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    cut = text.rstrip("\r\n")
    wants_cut = not draw(st.integers(0, 3)) and same(parse_yaml(cut, "f").value, document)
    return cut if wants_cut else text


class _Writing:
    """Writes one YAML string; every choice of style is drawn."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.anchored: list[tuple[str, object]] = []
        self.begun: list[object] = []

    def one_in(self, number: int) -> bool:
        return self.draw(st.integers(1, number)) == 1

    def document(self, document: dict) -> str:
        head = self.draw(
            st.sampled_from(["", "---\n", "# head\n\n", "# yaml-language-server: x\n"])
        )
        tail = self.draw(st.sampled_from(["", "", "# tail\n", "\n\n", "...\n"]))
        if self.one_in(6):
            return head + self.flow(document, 0) + "\n" + tail
        return head + self.members(document, 0, self.draw(st.sampled_from([2, 4]))) + tail

    def comments(self, column: int) -> str:
        kinds = [
            "",
            "",
            "",
            "\n",
            " " * column + "# own\n",
            "# left\n",
            " " * (column + 1) + "# in\n",
        ]
        return self.draw(st.sampled_from(kinds))

    def rest(self) -> str:
        return self.draw(st.sampled_from(["", "", "  # beside", "   "]))

    def anchor(self, value: object) -> str:
        if not self.one_in(4):
            return ""
        name = f"A{len(self.anchored)}"
        self.anchored.append((name, value))
        return f"&{name} "

    def alias(self, value: object) -> str:
        names = [name for name, held in self.anchored if same(held, value)]
        return f"*{self.draw(st.sampled_from(names))}" if names and not self.one_in(4) else ""

    def members(self, value: dict, column: int, step: int) -> str:
        self.begun.append(value)
        merge, rest = self.merge(value)
        text = f"{' ' * column}<<: {merge}\n" if merge else ""
        for key, member in rest.items():
            text += self.comments(column) if text or column else ""
            pad, written = " " * column, self.scalar(key, is_key=True)
            if self.one_in(12):
                if member is None and self.one_in(2):
                    text += f"{pad}? {written}\n"
                    continue
                written = f"? {written}\n{pad}"
            text += f"{pad}{written}:"
            text += self.value(member, column, step, in_list=False)
        self.begun.pop()
        return text

    def merge(self, value: dict) -> tuple[str, dict]:
        """Return the members that a merge key provides, and those left to write."""
        names = {
            name: held
            for name, held in self.anchored
            if isinstance(held, dict) and held and held.keys() <= value.keys()
            if not any(held is begun for begun in self.begun) and self.one_in(2)
        }
        sources = [f"*{name}" for name in names]
        brought = {key: member for held in reversed(names.values()) for key, member in held.items()}
        if self.one_in(8):
            key = next(iter(value))
            sources.append(f"{{{self.scalar(key, is_key=True, in_flow=True)}: null}}")
            brought = {key: None, **brought}
        rest = {
            key: member
            for key, member in value.items()
            if not (key in brought and same(brought[key], member))
        }
        if not sources or not rest:
            return "", value
        return sources[0] if len(sources) == 1 else f"[{', '.join(sources)}]", rest

    def value(self, value: object, column: int, step: int, *, in_list: bool) -> str:
        alias = self.alias(value)
        if alias:
            return f" {alias}{self.rest()}\n"
        anchor = f" {self.anchor(value)}".rstrip()
        if isinstance(value, str) and self.is_literal(value) and self.one_in(2):
            pad = " " * (column + step)
            lines = value.removesuffix("\n").split("\n")
            header = " |" if value.endswith("\n") else " |-"
            header += self.draw(st.sampled_from(["", str(step)]))
            body = "".join(f"{pad}{line}\n" if line else "\n" for line in lines)
            return anchor + header + self.rest().rstrip() + "\n" + body
        if isinstance(value, dict | list) and value and not self.one_in(4):
            inner = column + (2 if in_list else step)
            if isinstance(value, list):
                inner = column + self.draw(st.sampled_from([0, 2]) if not in_list else st.just(2))
                block = self.elements(value, inner, step)
            else:
                block = self.members(value, inner, step)
            first = block.lstrip(" ")
            if in_list and not anchor and first[0] not in "#\n" and not self.one_in(3):
                return " " + first
            return f"{anchor}{self.rest()}\n{block}"
        if value is None and self.one_in(2):
            return f"{anchor}{self.rest()}\n"
        below = f"\n{' ' * (column + 1)}" if self.one_in(8) else " "
        return f"{anchor}{below}{self.flow(value, column + step)}{self.rest()}\n"

    def elements(self, value: list, column: int, step: int) -> str:
        text = ""
        for item in value:
            text += self.comments(column)
            text += " " * column + "-" + self.value(item, column, step, in_list=True)
        return text

    def flow(self, value: object, column: int) -> str:
        if isinstance(value, dict):
            self.begun.append(value)
            parts = [self.pair(key, member, column) for key, member in value.items()]
            self.begun.pop()
            return self.enclosed("{", parts, "}", column)
        if isinstance(value, list):
            return self.enclosed("[", [self.part(item, column) for item in value], "]", column)
        return self.scalar(value, in_flow=True)

    def pair(self, key: str, value: object, column: int) -> str:
        written = self.scalar(key, is_key=True, in_flow=True)
        if value is None and self.one_in(4):
            return written
        return f"{written}: {self.part(value, column)}"

    def part(self, value: object, column: int) -> str:
        return self.alias(value) or self.anchor(value) + self.flow(value, column + 2)

    def enclosed(self, opening: str, parts: list[str], closing: str, column: int) -> str:
        if not parts:
            return opening + closing
        gap = self.draw(st.sampled_from(["", " ", "\n", "wrapped"]))
        if gap == "wrapped":
            breaks = ["", "\n" + " " * (column + 1), "  # beside\n" + " " * (column + 3)]
            text = opening
            for index, part in enumerate(parts):
                text += part + ("," if index < len(parts) - 1 or self.one_in(3) else "")
                text += " " + self.draw(st.sampled_from(breaks))
            return text + closing
        if gap != "\n":
            comma = self.draw(st.sampled_from([", ", " , ", ","]))
            last = self.draw(st.sampled_from(["", "", ", "]))
            return opening + gap + comma.join(parts) + last + gap + closing
        text = opening + self.rest() + "\n"
        for index, part in enumerate(parts):
            text += self.comments(column + 1) + " " * (column + 1) + part
            text += "," if index < len(parts) - 1 or self.one_in(2) else ""
            text += self.rest() + "\n"
        return text + " " * column + " " + closing

    def scalar(self, value: object, *, is_key: bool = False, in_flow: bool = False) -> str:
        if value is None and not is_key and not in_flow:
            return self.draw(st.sampled_from(["null", "~", "Null"]))
        if not isinstance(value, str):
            return json.dumps(value)
        is_bare = is_plain(value, in_flow=in_flow) or (value == URL and not is_key)
        if (is_bare or (value == SEPARATED and not in_flow and not is_key)) and not self.one_in(3):
            return value
        if value.isprintable() and self.one_in(2):
            return "'" + value.replace("'", "''") + "'"
        return quoted(value)

    @staticmethod
    def is_literal(value: str) -> bool:
        inner = value.removesuffix("\n")
        return (
            "\n" in value
            and inner[:1] not in (" ", "\n", "")
            and inner[-1:] != "\n"
            and inner.replace("\n", "").isprintable()
        )
