"""The laws of planning, once each, for arbitrary documents."""

from __future__ import annotations

import json
import random
from copy import deepcopy

from builders import plan_of, planned, spec
from documents import documents, ids, situations
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from reconciler.model.canonical import canonical_text
from reconciler.model.fingerprints import fingerprint
from reconciler.model.json_text import compact_json, same
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC
from reconciler.model.pointers import is_within, parse_pointer
from reconciler.model.shape import ListRule, root_place
from reconciler.planning.body import live_before
from reconciler.planning.plan import Action, Origin
from reconciler.planning.plan_comparison import departures
from reconciler.planning.plan_file import change_digest, plan_text, read_plan
from reconciler.planning.tree import ABSENT, Absent, KeyedBranch, SetBranch, at, document_tree

kinds = st.sampled_from([FLOW_SPEC, CONNECTION_SPEC])
flow_specs = documents()
maybe = st.none() | flow_specs


def after(entry, held):
    """The document on the target after the entry is applied."""
    return held if entry.body is None else entry.body


@given(kinds, flow_specs, flow_specs)
def test_applying_a_plan_and_planning_again_gives_no_change(kind, desired, held):
    wanted = spec(desired, kind=kind)
    entry = planned(wanted, held)
    assert planned(wanted, after(entry, held)).action is Action.NONE


@given(situations())
def test_applying_a_plan_with_a_base_and_directives_gives_no_change(situation):
    _, wanted, held, base = situation
    entry = planned(wanted, held, base=base)
    assert planned(wanted, after(entry, held), base=base).changes == ()


@given(situations())
def test_an_ignored_field_of_live_is_unchanged(situation):
    kind, wanted, held, base = situation
    before = document_tree(kind, held)
    now = document_tree(kind, after(planned(wanted, held, base=base), held))
    for pointer in wanted.directives.ignore:
        if (there := at(before, pointer)) is not ABSENT:
            assert same(at(now, pointer), there)


@given(situations())
def test_elements_of_others_in_a_shared_list_are_kept(situation):
    kind, wanted, held, base = situation
    before = document_tree(kind, held)
    now = document_tree(kind, after(planned(wanted, held, base=base), held))
    for pointer in wanted.directives.shared:
        there, ours = at(before, pointer), at(document_tree(kind, wanted.document), pointer)
        if isinstance(there, KeyedBranch | SetBranch) and type(ours) in (type(there), Absent):
            at_base = at(document_tree(kind, base or {}), pointer)
            was_ours = set(at_base) if type(at_base) is type(there) else set()
            theirs = set(there) - was_ours
            assert not theirs or theirs <= set(at(now, pointer))


@given(flow_specs, flow_specs, maybe)
def test_planning_never_mutates_its_inputs(desired, held, base):
    before = deepcopy((desired, held, base))
    planned(spec(desired, shared=["/transformationSpecs"], ignore=["/attributes"]), held, base=base)
    assert repr((desired, held, base)) == repr(before)


def respelled(value, place, chance):
    """The same document with keys, sets and keyed lists in another order."""
    if isinstance(value, dict):
        members = [(key, respelled(value[key], place.member(key), chance)) for key in value]
        chance.shuffle(members)
        return dict(members)
    if isinstance(value, list):
        items = [respelled(item, place.element(), chance) for item in value]
        if place.rule_for(value) is not ListRule.ORDERED:
            chance.shuffle(items)
        return items
    return value


@given(kinds, flow_specs, st.randoms(use_true_random=False))
def test_the_order_of_keys_and_of_sets_does_not_matter(kind, document, chance: random.Random):
    other = respelled(document, root_place(kind), chance)
    assert planned(spec(document, kind=kind), other).action is Action.NONE
    assert fingerprint(kind, document) == fingerprint(kind, other)


@given(situations(), st.randoms(use_true_random=False))
def test_the_order_does_not_matter_for_the_change_digest(situation, chance: random.Random):
    kind, wanted, held, base = situation
    plan = plan_of(wanted, held, base=base)
    desired, live = (
        respelled(document, root_place(kind), chance) for document in (wanted.document, held)
    )
    moved = replace(wanted, document=desired, file="specs/another.yaml")
    again = plan_of(moved, live, base=base)
    assert change_digest(again) == change_digest(plan)
    assert list(departures(plan, again)) == []


@given(flow_specs, flow_specs, maybe, st.sampled_from([None, Origin.REPO, Origin.DRIFT]))
def test_every_pointer_outside_the_changes_is_as_live_has_it(desired, held, base, only):
    origins = frozenset(Origin) if only is None else frozenset({only})
    entry = planned(spec(desired), held, base=base, only=origins)
    if entry.body is None:
        return
    put_back = live_before(FLOW_SPEC, entry.body, entry.changes)
    assert canonical_text(FLOW_SPEC, put_back) == canonical_text(FLOW_SPEC, held)


@given(ids, ids, ids | st.none())
def test_a_shared_merge_never_removes_what_the_base_did_not_hold(desired, held, base):
    def document(elements):
        return {"id": "i", "name": "n", "sourceConnectionSpecIds": elements}

    wanted = spec(document(desired), shared=["/sourceConnectionSpecIds"])
    entry = planned(wanted, document(held), base=None if base is None else document(base))
    kept = set(after(entry, document(held))["sourceConnectionSpecIds"])
    assert set(held) - set(base or ()) <= kept
    assert set(desired) <= kept


@given(flow_specs, flow_specs, maybe)
def test_merging_is_idempotent(desired, held, base):
    shared = ["/sourceConnectionSpecIds", "/targetConnectionSpecIds"]
    wanted = spec(desired, shared=shared, ignore=["/attributes"])
    once = after(planned(wanted, held, base=base), held)
    assert planned(wanted, once, base=base).changes == ()


def lost(before, now, above=()):
    """The pointers that an object, a set or a keyed list of live loses, or gets as null."""
    for token, member in before.items():
        other, pointer = now.get(token, ABSENT), (*above, token)
        if other is ABSENT or (other is None and member is not None):
            yield pointer
        elif type(other) is type(member) and isinstance(member, dict):
            yield from lost(member, other, pointer)


@given(situations())
def test_everything_that_live_loses_is_a_removal(situation):
    kind, wanted, held, base = situation
    entry = planned(wanted, held, base=base)
    now = document_tree(kind, after(entry, held))
    named = [parse_pointer(name) for each in entry.changes for name in each.removed_elements]
    for pointer in lost(document_tree(kind, held), now):
        assert any(is_within(pointer, name) or is_within(name, pointer) for name in named)


@given(ids, ids)
def test_exact_removes_exactly_the_fields_only_in_live(desired, held):
    entry = planned(
        spec({"id": "i", "name": "n", "sourceConnectionSpecIds": desired}),
        {"id": "i", "name": "n", "sourceConnectionSpecIds": held},
    )
    assert entry.removals == len(set(held) - set(desired))


@given(flow_specs, flow_specs, maybe)
def test_ignored_pointers_are_unchanged_byte_for_byte(desired, held, base):
    entry = planned(spec(desired, ignore=["/attributes", "/unknownToUs"]), held, base=base)
    kept = after(entry, held)
    for field in ("attributes", "unknownToUs"):
        assert repr(kept.get(field, ABSENT)) == repr(held.get(field, ABSENT))


@given(kinds, flow_specs)
def test_the_canonical_form_is_a_fixpoint(kind, document):
    form = json.loads(canonical_text(kind, document))
    assert canonical_text(kind, form) == compact_json(form)


@given(flow_specs, flow_specs)
def test_only_equal_canonical_forms_need_no_change(desired, held):
    held = {key: value for key, value in held.items() if key in {*desired, *FLOW_SPEC.fields}}
    equal = canonical_text(FLOW_SPEC, desired) == canonical_text(FLOW_SPEC, held)
    assert same(document_tree(FLOW_SPEC, desired), document_tree(FLOW_SPEC, held)) == equal
    assert (planned(spec(desired), held).action is Action.NONE) == equal


@given(flow_specs, flow_specs, maybe)
def test_each_change_has_the_old_and_the_new_value(desired, held, base):
    entry = planned(spec(desired), held, base=base)
    tree = document_tree(FLOW_SPEC, held)
    done = document_tree(FLOW_SPEC, after(entry, held))
    for change in entry.changes:
        assert not same(at(tree, change.pointer), at(done, change.pointer))
        assert (at(tree, change.pointer) is ABSENT) == (change.operation == "add")
        assert (at(done, change.pointer) is ABSENT) == (change.operation == "remove")


@given(flow_specs, maybe, maybe)
def test_a_plan_file_reads_back_as_the_plan(desired, held, base):
    plan = plan_of(spec(desired), held, base=base)
    text = plan_text(plan)
    again = read_plan(text, "plan.json")
    assert plan_text(again) == text
    assert again.summary == plan.summary
