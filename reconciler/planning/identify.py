"""Which live spec a desired one is that has no id in its file: told by name and provider. Pure.

A spec is to be created once. So the target is searched first for one that a run
made and had no time to write down; and one that is found is not taken for
another: where several may be meant a person has to say which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from reconciler.model.errors import ReconcilerError
from reconciler.model.fingerprints import fingerprint
from reconciler.model.json_text import JsonObject
from reconciler.model.references import is_reference, referred, with_ids
from reconciler.model.specs import LiveSpec, Spec, SpecKey, naming


def known_ids(specs: Iterable[Spec]) -> dict[str, str]:
    """Return the ids of the specs that can be named by a reference, by that reference."""
    return {spec.reference: spec.id for spec in specs if spec.reference and spec.has_id}


def with_known(spec: Spec, ids: Mapping[str, str]) -> Spec:
    """Return a spec with its id and those of the specs that it names, as far as `ids` has them."""
    if not spec.has_id and spec.reference in ids:
        spec = spec.identified(ids[spec.reference])
    if not any(text in ids for _, text in referred(spec.kind, spec.document)):
        return spec
    return replace(spec, document=with_ids(spec.kind, spec.document, ids))


def base_with_known(base: Mapping[SpecKey, Spec], ids: Mapping[str, str]) -> dict[SpecKey, Spec]:
    """Return the specs of a base with every id that was known then or is known now."""
    then = {**ids, **known_ids(base.values())}
    return {known.key: known for known in (with_known(spec, then) for spec in base.values())}


@dataclass(frozen=True)
class NewSpecMatcher:
    """What is searched for: specs without an id, of `desired` and those that these name.

    `every` are the specs of all files, `base` those of the base, none where
    there is no base. What was named at the base and is in no file any more is
    `gone`: it is searched for too, since else nobody knew what was taken out.
    """

    desired: Sequence[Spec]
    every: Sequence[Spec]
    base: Mapping[SpecKey, Spec]

    @cached_property
    def removed(self) -> tuple[Spec, ...]:
        """The specs without an id that the planned ones named at the base, and no file holds."""
        earlier = [self.base[spec.key] for spec in self.desired if spec.key in self.base]
        named = {text for spec in earlier for _, text in referred(spec.kind, spec.document)}
        held = {spec.reference for spec in self.every}
        return tuple(
            spec
            for spec in self.base.values()
            if not spec.has_id and spec.id in named and spec.reference not in held
        )

    @cached_property
    def unresolved(self) -> tuple[Spec, ...]:
        """The specs whose id the plan needs and no file holds."""
        wanted = {text for spec in self.desired for _, text in referred(spec.kind, spec.document)}
        wanted |= {spec.id for spec in self.desired}
        open_ones = [spec for spec in self.every if not spec.has_id and spec.id in wanted]
        return (*open_ones, *self.removed)

    def candidates(self, listed: Iterable[LiveSpec]) -> tuple[SpecKey, ...]:
        """Return the listed specs that may be sought: of a name that is, and in no file."""
        names = {
            naming(document)[0] for spec in self.unresolved for document in self._known_as(spec)
        }
        taken = {spec.key for spec in self.every if spec.has_id}
        alike = (live.key for live in listed if naming(live.document)[0] in names)
        return tuple(key for key in dict.fromkeys(alike) if key not in taken)

    def found(self, lives: Iterable[LiveSpec]) -> dict[str, LiveSpec]:
        """Return the live spec of each sought one that is there, by reference.

        `lives` are the candidates as reads return them. Raises `ReconcilerError`
        naming each spec that may be more than one.
        """
        pool = {live.id: live for live in lives}
        found: dict[str, LiveSpec] = {}
        unclear: list[str] = []
        for spec in self.unresolved:
            same = [live for live in self._possible(spec, pool) if self._is_as_known(spec, live)]
            if len(same) == 1:
                found[spec.reference] = pool.pop(same[0].id)
        rest = [spec for spec in self.unresolved if spec.reference not in found]
        wanted_by = Counter(live.id for spec in rest for live in self._possible(spec, pool))
        for spec in rest:
            possible = [*self._possible(spec, pool)]
            if len(possible) == 1 and wanted_by[possible[0].id] == 1:
                found[spec.reference] = possible[0]
            elif possible and spec not in self.removed:
                unclear.append(_unclear(spec, possible))
        if unclear:
            raise ReconcilerError("\n".join(unclear))
        return found

    def is_confident(self, spec: Spec, live: LiveSpec) -> bool:
        """Say whether more than a name speaks for it that a live spec is this one."""
        return spec.key in self.base or self._is_as_known(spec, live)

    def _possible(self, spec: Spec, pool: Mapping[str, LiveSpec]) -> Iterator[LiveSpec]:
        names = [naming(document) for document in self._known_as(spec)]
        for live in pool.values():
            if live.id not in spec.directives.others and naming(live.document) in names:
                yield live

    def _is_as_known(self, spec: Spec, live: LiveSpec) -> bool:
        return fingerprint(live.kind, live.document) in {
            fingerprint(spec.kind, {"id": live.id, **document}) for document in self._known_as(spec)
        }

    def _known_as(self, spec: Spec) -> Iterator[JsonObject]:
        """Yield the documents by which the target may know the spec: the file's, the base's."""
        yield spec.document
        if spec.key in self.base:
            yield self.base[spec.key].document


def namesakes(spec: Spec, listed: Iterable[LiveSpec]) -> tuple[str, ...]:
    """Return the ids of the listed specs that have this one's name."""
    name, _ = naming(spec.document)
    return tuple(live.id for live in listed if naming(live.document)[0] == name)


def require_planned(desired: Iterable[Spec]) -> None:
    """Raise `ReconcilerError` where a spec names one without an id that is not planned with it."""
    desired = tuple(desired)
    planned = {spec.id for spec in desired}
    lacking = [
        f"{spec.file}: it names {text}, which has no id yet and is not selected. Select it too "
        "(--only may be repeated), or plan everything."
        for spec in desired
        for _, text in referred(spec.kind, spec.document)
        if is_reference(text) and text not in planned
    ]
    if lacking:
        raise ReconcilerError("\n".join(lacking))


def _unclear(spec: Spec, possible: Sequence[LiveSpec]) -> str:
    name, provider = naming(spec.document)
    ids = ", ".join(live.id for live in possible)
    count = "one spec" if len(possible) == 1 else f"{len(possible)} specs"
    return (
        f"{spec.file}: it has no id, and the target has {count} of its name ({name}) and provider "
        f"({provider}) that may be meant: {ids}. Write the id of the one that is meant into the "
        f"file; or, where none is, say so there: x-reconciler: {{others: [{ids}]}}."
    )
