"""A spec, live and base as the trees that are compared, and whether anything is to be done."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.model.canonical import normal_spelling
from reconciler.model.json_text import same
from reconciler.model.specs import LiveSpec, Spec
from reconciler.planning.merge import target_tree, unknown_fields
from reconciler.planning.tree import Tree, document_tree


@dataclass(frozen=True)
class Trees:
    """What a spec's update is worked out from.

    `desired` is what the file holds and the `unknown` fields of live, `wanted`
    what live becomes. `base` is None where there is none.
    """

    base: dict[str, Tree] | None
    live: dict[str, Tree]
    desired: dict[str, Tree]
    wanted: dict[str, Tree]
    unknown: tuple[str, ...]


def trees_of(spec: Spec, live: LiveSpec, base: Spec | None) -> Trees:
    """Return the trees of a spec; `base` is None where it has none."""
    kind = spec.kind
    base_tree = document_tree(kind, base.document) if base else None
    live_tree = document_tree(kind, live.document)
    desired_tree = document_tree(kind, spec.document)
    unknown = unknown_fields(desired_tree, live_tree, base_tree, kind.fields)
    desired_tree.update((name, live_tree[name]) for name in unknown)
    wanted = target_tree(desired_tree, live_tree, base_tree, spec.directives)
    return Trees(base_tree, live_tree, desired_tree, wanted, unknown)


def is_settled(spec: Spec, live: LiveSpec, base: Spec | None) -> bool:
    """Say whether a plan would leave live as it is, without working out any change."""
    if live.fingerprint == spec.fingerprint:
        return True
    more = normal_spelling(live.kind, live.document).keys() - spec.document.keys()
    if not (spec.directives.shared or spec.directives.ignore or more):
        return False  # nothing of live may be left alone
    trees = trees_of(spec, live, base)
    return same(trees.live, trees.wanted)
