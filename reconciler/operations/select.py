"""Resolving ids and names to specs, those of the files and those of a target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from reconciler.desired.folder import selector_names
from reconciler.live.fetch import NOT_LISTED
from reconciler.live.service import FlowService
from reconciler.model.errors import ReconcilerError, ServiceError
from reconciler.model.kinds import KINDS
from reconciler.model.specs import ID_FORM, LiveSpec, Spec, SpecKey
from reconciler.model.suggestions import closest

_MOST = 10


class SpecResolver(Struct):
    """The specs of the files, and the target's own list of names, asked for when it is needed."""

    specs: Sequence[Spec]
    service: FlowService
    target: str
    warnings: list[str] = field(default_factory=list)
    _listed: list[LiveSpec] | None = None

    async def listed(self) -> list[LiveSpec]:
        """Return every spec of the target with its name, of all kinds that the target lists.

        Raises `ServiceError` where it lists none.
        """
        if self._listed is None:
            self._listed = []
            refusals = []
            for kind in KINDS:
                try:
                    self._listed += await self.service.list(kind)
                except ServiceError as error:
                    if error.status not in NOT_LISTED:
                        raise
                    refusals.append(error)
                    self.warnings.append(f"The target does not list {kind.collection}. {error}")
            if len(refusals) == len(KINDS):
                raise refusals[0]
        return self._listed

    async def resolve(self, wanted: Iterable[str]) -> list[SpecKey]:
        """Return the specs of these ids, names or files; an id that no file has may be of any kind.

        Raises `ReconcilerError` naming all that are unknown or ambiguous.
        """
        found: dict[SpecKey, None] = {}
        wrong: list[str] = []
        for text in wanted:
            keys = [spec.key for spec in self.specs if text in _names(spec)]
            if not keys and ID_FORM.fullmatch(text):
                found.update(dict.fromkeys(SpecKey(kind.name, text) for kind in KINDS))
                continue
            keys = keys or [spec.key for spec in await self.listed() if spec.name == text]
            if len(keys) == 1:
                found[keys[0]] = None
            else:
                wrong.append(_ambiguous(text, keys) if keys else await self._unknown(text))
        if wrong:
            raise ReconcilerError("\n".join(wrong))
        return list(found)

    async def _unknown(self, text: str) -> str:
        names = {spec.name for spec in self.specs} | {spec.name for spec in await self.listed()}
        near = closest(text, names - {""})
        hint = f"Did you mean '{near}'?" if near else "No spec has this id or name."
        return f"spec '{text}' not found on {self.target}. {hint}"


def _names(spec: Spec) -> tuple[str, ...]:
    return *selector_names(spec), spec.directives.key or spec.id


def _ambiguous(text: str, keys: Sequence[SpecKey]) -> str:
    ids = ", ".join(f"{key.id} ({key.kind})" for key in keys[:_MOST])
    return f"'{text}' is the name of {len(keys)} specs: say which by its id: {ids}."
