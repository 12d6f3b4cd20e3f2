"""Identifying the live spec of a file without an id, and its namesakes. Pure.

A spec is adopted only if this repository is known to have created it: the commit
that was last applied has it, or a run from this clone created it and the id was
never committed. Any other spec of its name is a namesake, and the file
has to name the id of the right one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from reconciler.model.errors import ReconcilerError
from reconciler.model.fingerprints import fingerprint
from reconciler.model.json_text import JsonObject
from reconciler.model.references import is_reference, referred, with_ids
from reconciler.model.specs import LiveSpec, Spec, SpecKey, naming
from reconciler.model.text import plural


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


class NewSpecMatcher(Struct, frozen=True, dict=True):
    """Finds the ids of specs whose files have none, among those that the target lists."""

    desired: Sequence[Spec]
    """The specs to plan."""
    every: Sequence[Spec]
    """The specs of all files: what is planned may refer to any."""
    base: Mapping[SpecKey, Spec]
    """The specs at the base; empty without one."""
    is_applied: bool = True
    """True if the base is the last applied commit, so that its specs were created."""
    created: frozenset[str] = frozenset()
    """The references of specs that a run from this repository created, or began to create."""

    @cached_property
    def removed(self) -> tuple[Spec, ...]:
        """The specs without an id that the planned ones named at the base, and no file has.

        They are looked for too, to know which ids the files no longer list.
        """
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
        """The specs whose id the plan needs and no file has."""
        wanted = {text for spec in self.desired for _, text in referred(spec.kind, spec.document)}
        wanted |= {spec.id for spec in self.desired}
        open_ones = [spec for spec in self.every if not spec.has_id and spec.id in wanted]
        return (*open_ones, *self.removed)

    def candidates(self, listed: Iterable[LiveSpec]) -> tuple[SpecKey, ...]:
        """Return the listed specs that may be one of these: of its name, and in no file."""
        names = {
            naming(document)[0] for spec in self.unresolved for document in self._known_as(spec)
        }
        taken = {spec.key for spec in self.every if spec.has_id}
        alike = (live.key for live in listed if naming(live.document)[0] in names)
        return tuple(key for key in dict.fromkeys(alike) if key not in taken)

    def found(self, lives: Iterable[LiveSpec]) -> dict[str, LiveSpec]:
        """Return the live specs that this repository created, by reference.

        `lives` are the candidates as reads return them. Raises `ReconcilerError`
        naming each spec that may be more than one.
        """
        pool = {live.id: live for live in lives}
        found: dict[str, LiveSpec] = {}
        unclear: list[str] = []
        ours = [
            spec
            for spec in self.unresolved
            if self._was_applied(spec) or spec.reference in self.created
        ]
        for spec in ours:
            same = [live for live in self._possible(spec, pool) if self._is_as_known(spec, live)]
            if len(same) == 1:
                found[spec.reference] = pool.pop(same[0].id)
        # What a run created is adopted as it was sent, and not otherwise.
        rest = [spec for spec in ours if spec.reference not in found and self._was_applied(spec)]
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

    def _was_applied(self, spec: Spec) -> bool:
        return (spec.key in self.base and self.is_applied) or spec in self.removed

    def _possible(self, spec: Spec, pool: Mapping[str, LiveSpec]) -> Iterator[LiveSpec]:
        known = [replace(spec, document=document) for document in self._known_as(spec)]
        for live in pool.values():
            if any(each.is_namesake(live) for each in known):
                yield live

    def _is_as_known(self, spec: Spec, live: LiveSpec) -> bool:
        return fingerprint(live.kind, live.document) in {
            fingerprint(spec.kind, {"id": live.id, **document}) for document in self._known_as(spec)
        }

    def _known_as(self, spec: Spec) -> Iterator[JsonObject]:
        """Yield the documents that the target may have of the spec: the file's, the base's."""
        yield spec.document
        if spec.key in self.base:
            yield self.base[spec.key].document


def namesakes(spec: Spec, listed: Iterable[LiveSpec]) -> tuple[str, ...]:
    """Return the ids of the listed specs that have this one's name, whatever else they have."""
    name, _ = naming(spec.document)
    return tuple(live.id for live in listed if naming(live.document)[0] == name)


def earlier_keys(
    specs: Iterable[Spec], base: Mapping[SpecKey, Spec], managed: Collection[str]
) -> dict[SpecKey, SpecKey]:
    """Return the keys that files had at the base under another id, by the key they have now.

    `specs` are to be created; `managed` are the ids that files have now.
    """
    at_base = {spec.file: spec.key for spec in base.values() if spec.has_id}
    return {
        spec.key: key
        for spec in specs
        for key in [at_base.get(spec.file)]
        if key and key.kind == spec.kind.name and key.id not in {*managed, *spec.directives.others}
    }


def twins_of(
    specs: Iterable[Spec],
    lives: Iterable[LiveSpec],
    managed: Collection[str],
    earlier: Mapping[SpecKey, SpecKey] = MappingProxyType({}),
) -> dict[SpecKey, tuple[LiveSpec, ...]]:
    """Return what specs that are to be created may be mistaken for, by the spec's key.

    These are their namesakes, and what their files described at the base (see
    `earlier_keys`). `lives` are live specs as reads return them, `managed` the ids
    that files have: what another file describes is not mistaken for this one.
    """
    others = [live for live in lives if live.id not in managed]
    found = {
        spec.key: tuple(
            live for live in others if live.key == earlier.get(spec.key) or spec.is_namesake(live)
        )
        for spec in specs
    }
    return {key: twins for key, twins in found.items() if twins}


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
    return (
        f"{spec.file}: it has no id, and the target has {plural(len(possible), 'spec')} of its "
        f"name ({name}) and provider ({provider}): {ids}. Add the id of the right one to the "
        f"file. If it is none of them, add x-reconciler: {{others: [{ids}]}}"
    )
