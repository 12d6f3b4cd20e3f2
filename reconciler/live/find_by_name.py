"""Finding specs without an id by their name and provider."""

from __future__ import annotations

import re
from collections.abc import Collection

from reconciler.live.fetch import reread
from reconciler.live.service import FlowService
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import Kind
from reconciler.model.specs import LiveSpec, naming

_FILTERABLE = re.compile(r"[\w .()/-]+")
"""Names that a filter accepts as they are: a comma would end it, a quote would be dropped."""


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
