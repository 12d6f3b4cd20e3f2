"""References between spec files: each must name one spec.

A reference is an element of a list of ids. No kind that is referred to has such a
list itself, so references cannot form a cycle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from reconciler.desired.parsed_file import TARGETS_KEY, PatchedSource, SpecSource, patch_at
from reconciler.model.json_access import object_at
from reconciler.model.kinds import DIRECTIVES_KEY
from reconciler.model.pointers import Pointer
from reconciler.model.problems import Problem
from reconciler.model.references import KEY_FORM, is_reference, reference_to, referred
from reconciler.model.suggestions import did_you_mean

Keys: TypeAlias = Mapping[str, str]
"""The file of each spec that can be referred to, by its reference."""


def keys_of(sources: Sequence[SpecSource], misplaced: Sequence[Problem]) -> Keys | None:
    """Return the files whose specs have a key, by reference; of two with one key the first.

    None if a file cannot be read or is misplaced: it may have any key.
    """
    if misplaced or any(source.problems for source in sources):
        return None
    keys: dict[str, str] = {}
    for source in sources:
        if source.key:
            keys.setdefault(reference_to(source.kind.name, source.key), source.file)
    return keys


def is_linked(source: SpecSource) -> bool:
    """Return True if the problems of this file depend on other files."""
    return bool(source.key) or any(_references(source))


def reference_problems(source: SpecSource, file: str, keys: Keys | None) -> Iterator[Problem]:
    """Yield the problems of a file's references, and of a key that another file has too.

    `keys` are those of the whole folder, `file` is the name of this file there.
    The form of a reference is checked by the schema.
    """
    if keys is None:
        return
    places = PatchedSource(source)
    other = keys.get(reference_to(source.kind.name, source.key), file) if source.key else file
    if other != file:
        message = f"the key {source.key} is that of {other} too."
        fix = "Give each spec a key of its own."
        yield places.problem((DIRECTIVES_KEY, "key"), message, fix, "spec-key")
    for where, text in _references(source):
        kind = source.kind.references[where[-2]]
        leading = reference_to(kind, "")
        known = [reference for reference in keys if reference.startswith(leading)]
        is_one = text.startswith(leading) and KEY_FORM.fullmatch(text.removeprefix(leading))
        if is_one and text not in known:
            message = f"no {kind} has the key of {text}."
            yield places.problem(where, message, _near(text, kind, known), "spec-reference")


def _references(source: SpecSource) -> Iterator[tuple[Pointer, str]]:
    """Yield every reference with its pointer in the file, those of the targets' patches too."""
    targets = object_at(object_at(source.content, DIRECTIVES_KEY), TARGETS_KEY)
    patches = ((patch_at(target), object_at(targets, target)) for target in targets)
    for above, fields in (((), source.content), *patches):
        for pointer, text in referred(source.kind, fields):
            if is_reference(text):
                yield (*above, *pointer), text


def _near(text: str, kind: str, known: Collection[str]) -> str:
    if known:
        return did_you_mean(text, known)
    form = reference_to(kind, "NAME")
    return f"Give the spec a key in its file (x-reconciler: {{key: NAME}}) and write {form}."
