"""Fetching what a run needs with as few requests as are safe.

A list is one request where reads by id are many; but its entries need not be
whole or up to date, and it need not return everything. So up to `FEW` specs are
read by id. Of more, the list is trusted only after a sample of its entries has
been compared with reads, another one in each run, and what it does not return is
read by id. At 1,000 specs that is 18 requests in place of 1,000. No write rests on
a list: each is preceded by a read.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import TypeAlias, TypeVar

from msgspec import Struct, field

from reconciler.live.response import OK
from reconciler.live.service import FlowService
from reconciler.model.errors import ServiceError
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import Kind, kind_named
from reconciler.model.specs import LiveSpec, SpecKey, naming

Key = TypeVar("Key")
Result = TypeVar("Result")
IsSettled: TypeAlias = Callable[[LiveSpec], bool]
"""Returns True for a list's entry that needs no change."""

FEW = 24
"""Up to this number, the specs of a kind are read by id."""

SAMPLE = 16
"""Of more entries so many are read by id: of those that a plan would change, and of those that it
would not. Where all of them are as listed, so are the others."""

_FILTERABLE = re.compile(r"[\w .()/-]+")
"""Names that a filter accepts as they are: a comma would end it, a quote would be dropped."""

NOT_LISTED = frozenset({403, 404, 405, 501})
"""Statuses of a service, or a permission, that has reads by id and no list."""


class Fetched(Struct, frozen=True):
    """The specs on the target."""

    live: Mapping[SpecKey, LiveSpec] = field(default_factory=dict)
    """The wanted specs that exist."""
    unmanaged: tuple[LiveSpec, ...] = ()
    """The others of the same kinds, if they were wanted and are listed."""
    warnings: tuple[str, ...] = ()
    listed: Mapping[str, tuple[LiveSpec, ...]] = field(default_factory=dict)
    """The entries of the lists that were asked for, by kind; a kind that the target does not list
    is missing."""


class _Listing(Struct, frozen=True):
    """The entries of a list, or the reason why there are none."""

    specs: tuple[LiveSpec, ...] = ()
    refusal: ServiceError | None = None
    asked: bool = False


class _Wants(Struct, frozen=True):
    """The request for one kind: these specs, the `others` beside them, `all` that is listed."""

    keys: list[SpecKey]
    others: bool
    all: bool


async def fetch_live(
    service: FlowService,
    wanted: Iterable[SpecKey],
    *,
    want_unmanaged: bool,
    is_settled: IsSettled | None = None,
    want_listed: Collection[Kind] = (),
) -> Fetched:
    """Return the requested specs that exist on the target.

    `is_settled` returns True for a list's entry that needs no change; see `SAMPLE`.
    Of the kinds in `want_listed` the whole list is wanted, if the target lists them.

    Raises `LiveError` as the service does; never returns a part.
    """
    by_kind: dict[Kind, list[SpecKey]] = defaultdict(list)
    for key in dict.fromkeys(wanted):
        by_kind[kind_named(key.kind)].append(key)
    kinds = dict.fromkeys([*by_kind, *want_listed])

    async def fetch(kind: Kind) -> Fetched:
        if kind not in by_kind:
            return await _only_listed(service, kind)
        wants = _Wants(by_kind[kind], want_unmanaged, kind in want_listed)
        return await _fetch_kind(service, kind, wants, is_settled)

    parts = (await each(fetch, kinds, len(kinds))).values()
    return Fetched(
        live={key: spec for part in parts for key, spec in part.live.items()},
        unmanaged=tuple(spec for part in parts for spec in part.unmanaged),
        warnings=tuple(warning for part in parts for warning in part.warnings),
        listed={kind: listed for part in parts for kind, listed in part.listed.items()},
    )


async def reread(service: FlowService, keys: Iterable[SpecKey]) -> dict[SpecKey, LiveSpec]:
    """Read the specs by id, several at a time. Specs that do not exist are not in the result."""

    async def read(key: SpecKey) -> LiveSpec | None:
        return await service.read(kind_named(key.kind), key.id)

    specs = await each(read, keys, service.settings.parallelism)
    return {key: spec for key, spec in specs.items() if spec is not None}


async def read_each(
    service: FlowService, keys: Iterable[SpecKey]
) -> dict[SpecKey, LiveSpec | ServiceError | None]:
    """Read the specs by id, several at a time.

    One whose response is not a spec is an error among the results, so that it does
    not keep the others from being read; every other error is raised.
    """

    async def read(key: SpecKey) -> LiveSpec | ServiceError | None:
        try:
            return await service.read(kind_named(key.kind), key.id)
        except ServiceError as error:
            if error.status not in OK:
                raise
            return error

    return await each(read, keys, service.settings.parallelism)


async def _only_listed(service: FlowService, kind: Kind) -> Fetched:
    """Return the list of a kind without requested specs; it is used for messages only."""
    try:
        return Fetched(listed={kind.name: tuple(await service.list(kind))})
    except ServiceError as error:
        return Fetched(warnings=(f"The ids of {kind.collection} could not be checked. {error}",))


async def _fetch_kind(
    service: FlowService, kind: Kind, wants: _Wants, is_settled: IsSettled | None
) -> Fetched:
    keys = wants.keys
    many = len(keys) > FEW
    listing = await _list(service, kind) if many or wants.others or wants.all else _Listing()
    live = await _trusted(service, keys, listing.specs, is_settled) if many else {}
    live |= await reread(service, [key for key in keys if key not in live])
    if not live and not listing.asked:
        listing = await _list(service, kind)
    refusal = listing.refusal
    if refusal is not None and refusal.status == 404 and not live:
        raise refusal  # neither a list nor a spec: the URL is wrong
    warnings = []
    if refusal is not None:
        unknown = "; what else is there is not known" if wants.others or wants.all else ""
        warnings.append(f"The target does not list {kind.collection}{unknown}. {refusal}")
    ours = {key.id for key in keys}
    others = {spec.id: spec for spec in listing.specs if spec.id not in ours}
    listed = {kind.name: listing.specs} if wants.all and refusal is None else {}
    unmanaged = tuple(others.values()) if wants.others else ()
    return Fetched(live, unmanaged, tuple(warnings), listed)


async def named(
    service: FlowService, kind: Kind, document: JsonObject, known: Collection[str] = ()
) -> list[LiveSpec]:
    """Return every spec with the name and the provider of this document, each read by id.

    Those whose ids are `known` are left out. Raises `LiveError` where the target
    does not list the kind: then it cannot be known that there is none.
    """
    name, _ = naming(document)
    is_plain = isinstance(name, str) and _FILTERABLE.fullmatch(name)
    listed = await service.list(kind, properties=[f"name=={name}"] if is_plain else [])
    alike = [live.key for live in listed if live.document.get("name") == name]
    found = await reread(service, dict.fromkeys(key for key in alike if key.id not in known))
    return [live for live in found.values() if naming(live.document) == naming(document)]


async def list_kind(service: FlowService, kind: Kind) -> tuple[LiveSpec, ...] | None:
    """Return the list of a kind, None if the target does not list it."""
    listing = await _list(service, kind)
    return None if listing.refusal else listing.specs


async def _list(service: FlowService, kind: Kind) -> _Listing:
    try:
        return _Listing(tuple(await service.list(kind)), asked=True)
    except ServiceError as error:
        if error.status not in NOT_LISTED:
            raise
        return _Listing(refusal=error, asked=True)


async def _trusted(
    service: FlowService,
    keys: list[SpecKey],
    listed: tuple[LiveSpec, ...],
    is_settled: IsSettled | None,
) -> dict[SpecKey, LiveSpec]:
    """Return the specs that the list and a sample of reads prove."""
    times = Counter(spec.id for spec in listed)
    ours = {key.id for key in keys}
    entries = [spec for spec in listed if spec.id in ours and times[spec.id] == 1]
    if not entries:
        return {}
    sample = max(entries, key=_weight)
    read = await service.read(sample.kind, sample.id)
    if read is None or not _holds(read.is_equal, sample):
        return {}
    others = [spec for spec in entries if spec is not sample and not spec.flaw]
    groups: dict[bool, list[LiveSpec]] = {True: [], False: []}
    for spec in others:
        groups[_holds(is_settled, spec)].append(spec)
    live = {sample.key: read}
    for group in groups.values():
        if len(group) > SAMPLE:
            live |= await _sampled(service, group)
    return live


async def _sampled(service: FlowService, entries: list[LiveSpec]) -> dict[SpecKey, LiveSpec]:
    """Read some entries by id; return all of them if those are as listed, else those.

    Half of them are the smallest and the largest, as a shortened list would have
    changed the latter; half are any, so that one which stays out of date is found.
    """
    by_weight = sorted(entries, key=_weight)
    ends = [*by_weight[: SAMPLE // 4], *by_weight[-SAMPLE // 4 :]]
    between = by_weight[SAMPLE // 4 : -SAMPLE // 4]
    chosen = [*ends, *random.sample(between, SAMPLE - len(ends))]
    found = await reread(service, [spec.key for spec in chosen])
    if all(spec.key in found and _holds(found[spec.key].is_equal, spec) for spec in chosen):
        return {**{spec.key: spec for spec in entries}, **found}
    return found


def _weight(spec: LiveSpec) -> tuple[int, int]:
    """Return how much a shortened list would have had to leave out of this entry."""
    inner = sum(len(value) for value in spec.document.values() if isinstance(value, list | dict))
    return len(spec.document), inner


def _holds(check: IsSettled | None, spec: LiveSpec) -> bool:
    """Return True if a check is true of a spec; False if its document cannot be compared."""
    try:
        return check is None or check(spec)
    except ValueError:
        return False


async def each(
    work: Callable[[Key], Awaitable[Result]], keys: Iterable[Key], workers: int
) -> dict[Key, Result]:
    """Run the work for each key, this many at a time; the first error ends all of it."""
    done: dict[Key, Result] = {}
    waiting = iter(keys)

    async def worker() -> None:
        for key in waiting:
            done[key] = await work(key)

    tasks = [asyncio.create_task(worker()) for _ in range(workers)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return done
