"""The three-way merge of base, desired and live."""

import pytest
from builders import flow_spec, lines, plan_of, planned, spec

from reconciler.planning.plan import Action, Origin

B, D, L = "base", "desired", "live"


@pytest.mark.parametrize(
    ("base", "desired", "held", "origin"),
    [
        ("a", "a", "a", None),
        ("a", "b", "b", None),
        ("a", "b", "a", "repo"),
        ("a", "a", "b", "drift"),
        ("a", "b", "c", "conflict"),
        (None, "b", "c", "unknown"),
    ],
)
def test_the_origin_of_a_difference_follows_from_three_values(base, desired, held, origin):
    at_base = None if base is None else flow_spec(version=base)
    entry = planned(spec(flow_spec(version=desired)), flow_spec(version=held), base=at_base)
    assert lines(entry.changes) == ([f"replace /version {origin}"] if origin else [])


@pytest.mark.parametrize(
    ("base", "desired", "held", "expected"),
    [
        ("a", "ab", "a", ["add b repo"]),
        ("ab", "a", "ab", ["remove b repo"]),
        ("a", "a", "ab", ["remove b drift"]),
        ("ab", "ab", "a", ["add b drift"]),
        ("a", "a", "a", []),
        ("ab", "a", "a", []),
    ],
)
def test_the_origin_of_an_element_follows_from_its_presence(base, desired, held, expected):
    entry = planned(
        spec(flow_spec(sourceConnectionSpecIds=list(desired))),
        flow_spec(sourceConnectionSpecIds=list(held)),
        base=flow_spec(sourceConnectionSpecIds=list(base)),
    )
    assert lines(entry.changes) == [
        line.replace(" ", " /sourceConnectionSpecIds/", 1) for line in expected
    ]


def test_a_spec_that_the_base_did_not_hold_has_no_base():
    desired = spec(flow_spec(version="2"))
    entry = planned(desired, flow_spec(), base={**flow_spec(), "id": "another"})
    assert {change.origin for change in entry.changes} == {Origin.UNKNOWN}


def test_an_ordered_list_that_both_sides_changed_is_one_conflict():
    def document(*steps):
        return flow_spec(attributes={"steps": [{"do": step} for step in steps]})

    entry = planned(
        spec(document("a", "x", "c")), document("b", "a", "c"), base=document("a", "b", "c")
    )
    assert {change.origin for change in entry.changes} == {Origin.CONFLICT}


def test_a_field_removed_in_git_and_edited_on_the_target_is_a_conflict():
    entry = planned(
        spec(flow_spec(attributes=None)),
        flow_spec(attributes={"a": 1, "b": 2}),
        base=flow_spec(attributes={"a": 1}),
    )
    assert lines(entry.changes) == ["remove /attributes conflict"]


def test_a_creation_has_the_origin_repo():
    desired = spec(flow_spec())
    entry = planned(desired, None, base={**flow_spec(), "id": "another"})
    assert entry.action is Action.CREATE
    assert {change.origin for change in entry.changes} == {Origin.REPO}


@pytest.mark.parametrize("version", ["1.0", "2.0"], ids=["as merged", "edited since"])
def test_every_field_of_a_spec_that_was_merged_and_never_created_has_the_origin_repo(version):
    desired = spec(flow_spec(version=version))
    entry = planned(desired, None, base=flow_spec(), only=frozenset({Origin.REPO}))
    assert entry.action is Action.CREATE
    assert {change.origin for change in entry.changes} == {Origin.REPO}
    assert entry.refusals == ()


class TestOnlyOrigin:
    base = flow_spec(sourceConnectionSpecIds=["a"], version="1")
    desired = flow_spec(sourceConnectionSpecIds=["a", "mine"], version="1")
    held = flow_spec(sourceConnectionSpecIds=["a", "theirs"], version="2")

    def entry(self, *origins):
        return planned(spec(self.desired), self.held, base=self.base, only=frozenset(origins))

    def test_repo_neither_reverts_nor_adopts_drift(self):
        entry = self.entry(Origin.REPO)
        assert lines(entry.changes) == ["add /sourceConnectionSpecIds/mine repo"]
        assert lines(entry.skipped) == [
            "replace /version drift",
            "remove /sourceConnectionSpecIds/theirs drift",
        ]
        assert entry.body["sourceConnectionSpecIds"] == ["a", "theirs", "mine"]
        assert entry.body["version"] == "2"

    def test_drift_skips_the_changes_made_in_git(self):
        entry = self.entry(Origin.DRIFT)
        assert entry.body["sourceConnectionSpecIds"] == ["a"]
        assert entry.body["version"] == "1"


class TestSharedList:
    def entry(self, base, desired, held):
        def document(ids):
            return flow_spec(sourceConnectionSpecIds=list(ids))

        return planned(
            spec(document(desired), shared=["/sourceConnectionSpecIds"]),
            document(held),
            base=None if base is None else document(base),
        )

    def test_an_element_only_in_live_is_no_change(self):
        assert self.entry("a", "a", "abc").action is Action.NONE

    def test_an_element_added_in_git_is_added(self):
        entry = self.entry("a", "ax", "abc")
        assert lines(entry.changes) == ["add /sourceConnectionSpecIds/x repo"]
        assert entry.body["sourceConnectionSpecIds"] == ["a", "b", "c", "x"]

    def test_only_an_element_removed_in_git_is_removed(self):
        entry = self.entry("ax", "a", "abx")
        assert lines(entry.changes) == ["remove /sourceConnectionSpecIds/x repo"]
        assert entry.body["sourceConnectionSpecIds"] == ["a", "b"]

    def test_an_element_removed_on_the_target_is_drift_and_restored(self):
        assert lines(self.entry("ab", "ab", "a").changes) == [
            "add /sourceConnectionSpecIds/b drift"
        ]

    def test_without_a_base_nothing_is_removed(self):
        assert self.entry(None, "a", "ab").action is Action.NONE

    def test_a_keyed_list_is_shared_by_name_with_the_elements_of_the_file(self):
        def document(**specs):
            entries = [{"name": name, "spec": {"title": text}} for name, text in specs.items()]
            return flow_spec(transformationSpecs=entries)

        entry = planned(
            spec(document(mine="new"), shared=["/transformationSpecs"]),
            document(theirs="x", mine="old"),
            base=document(mine="old"),
        )
        assert lines(entry.changes) == ["replace /transformationSpecs/mine/spec/title repo"]
        assert [item["name"] for item in entry.body["transformationSpecs"]] == ["theirs", "mine"]

    def test_a_list_that_live_lacks_comes_from_the_file(self):
        desired = spec(flow_spec(), shared=["/sourceConnectionSpecIds"])
        entry = planned(desired, flow_spec(sourceConnectionSpecIds=None))
        assert entry.body["sourceConnectionSpecIds"] == ["s1", "s2"]


class TestIgnored:
    def test_the_body_has_the_live_value(self):
        desired = spec(flow_spec(version="2", attributes={"ui": 1}), ignore=["/attributes/ui"])
        entry = planned(desired, flow_spec(attributes={"ui": {"theirs": [3, 1]}}))
        assert lines(entry.changes) == ["replace /version unknown"]
        assert entry.body["attributes"] == {"ui": {"theirs": [3, 1]}}

    def test_a_parent_that_the_file_lacks_is_kept(self):
        desired = spec(flow_spec(), ignore=["/attributes/ui"])
        entry = planned(desired, flow_spec(attributes={"ui": 1, "other": 2}))
        assert lines(entry.changes) == ["remove /attributes/other unknown"]
        assert entry.body["attributes"] == {"ui": 1}

    def test_a_field_that_live_lacks_is_not_added(self):
        desired = spec(flow_spec(attributes={"ui": 1, "x": 1}), ignore=["/attributes/ui"])
        assert planned(desired, flow_spec(attributes={"x": 1})).action is Action.NONE

    def test_an_element_of_an_ordered_list_is_ignored_by_its_index(self):
        def document(first, second):
            return flow_spec(attributes={"steps": [{"n": first}, {"n": second}]})

        desired = spec(document(1, 5), ignore=["/attributes/steps/0/n"])
        entry = planned(desired, document(9, 2))
        assert lines(entry.changes) == ["replace /attributes/steps/1/n unknown"]
        assert entry.body["attributes"] == {"steps": [{"n": 9}, {"n": 5}]}

    def test_an_element_of_a_keyed_list_is_ignored_beside_others(self):
        def document(first, second):
            specs = [{"name": "A", "spec": first}, {"name": "B", "spec": second}]
            return flow_spec(transformationSpecs=specs)

        desired = spec(document({}, {}), ignore=["/transformationSpecs/A/spec"])
        entry = planned(desired, document({"theirs": 1}, {"theirs": 2}))
        assert lines(entry.changes) == ["remove /transformationSpecs/B/spec/theirs unknown"]
        assert (
            entry.body["transformationSpecs"] == document({"theirs": 1}, {})["transformationSpecs"]
        )

    def test_the_last_element_of_an_ordered_list_is_ignored_as_live_has_it(self):
        desired = spec(flow_spec(attributes={"steps": [1, 2, 3]}), ignore=["/attributes/steps/1"])
        entry = planned(desired, flow_spec(attributes={"steps": [9, 8, 7]}))
        assert entry.body["attributes"] == {"steps": [1, 8, 3]}

    def test_a_pointer_past_the_end_of_a_list_or_into_a_string_changes_nothing(self):
        desired = spec(
            flow_spec(attributes={"steps": [1]}), ignore=["/attributes/steps/7", "/version/x"]
        )
        assert planned(desired, flow_spec(attributes={"steps": [1]})).action is Action.NONE

    def test_a_pointer_that_matches_neither_side_is_a_warning(self):
        desired = spec(flow_spec(), ignore=["/attributes/mine", "/attributes/theirs"])
        warnings = plan_of(desired, flow_spec(attributes={"theirs": 1})).warnings
        assert len(warnings) == 1
        assert "/attributes/mine matches nothing" in warnings[0]
        assert plan_of(desired, None).warnings == ()


class TestUnknownFields:
    def test_an_unknown_field_is_kept_and_named(self):
        entry = planned(spec(flow_spec(version="2")), flow_spec(newToUs={"a": 1}))
        assert lines(entry.changes) == ["replace /version unknown"]
        assert entry.body["newToUs"] == {"a": 1}
        assert entry.carried.unknown == ("newToUs",)

    def test_an_unknown_field_in_the_base_is_removed(self):
        entry = planned(spec(flow_spec()), flow_spec(newToUs=1), base=flow_spec(newToUs=1))
        assert lines(entry.changes) == ["remove /newToUs repo"]

    def test_a_known_field_that_the_file_lacks_is_removed(self):
        entry = planned(spec(flow_spec(runSpec=None)), flow_spec(runSpec={"name": "r"}))
        assert lines(entry.changes) == ["remove /runSpec unknown"]


class TestIgnoredBelowLists:
    """`ignore` through a list that one side lacks, or with elements that cannot be matched."""

    @staticmethod
    def steps(*names, **spec_of):
        return flow_spec(
            transformationSpecs=[{"name": name, "spec": spec_of.get(name, {})} for name in names]
        )

    def target(self, desired, held, pointer="/transformationSpecs/A/spec", **how):
        entry = planned(spec(desired, ignore=[pointer]), held, **how)
        result = held if entry.body is None else entry.body
        assert planned(spec(desired, ignore=[pointer]), result, **how).action is Action.NONE
        return result.get("transformationSpecs")

    def test_a_list_that_the_file_lacks_keeps_the_element_whole(self):
        held = self.steps("A", "B", A={"theirs": 1})
        kept = [{"name": "A", "spec": {"theirs": 1}}]
        assert self.target(flow_spec(transformationSpecs=None), held, base=held) == kept
        assert self.target({**flow_spec(), "transformationSpecs": None}, held) == kept

    def test_an_element_that_the_file_lacks_is_kept_whole(self):
        held = self.steps("A", "B", A={"theirs": 1})
        assert self.target(self.steps("B"), held) == [
            {"name": "A", "spec": {"theirs": 1}},
            {"name": "B", "spec": {}},
        ]

    def test_an_element_that_only_the_file_has_is_sent_whole(self):
        desired = self.steps("B", "A", A={"ours": 1})
        assert self.target(desired, self.steps("B")) == desired["transformationSpecs"]
        assert (
            self.target(desired, flow_spec(transformationSpecs=None))
            == (desired["transformationSpecs"])
        )

    def test_an_ignored_field_that_the_live_element_lacks_is_not_sent(self):
        held = flow_spec(transformationSpecs=[{"name": "A"}])
        assert self.target(self.steps("A", A={"ours": 1}), held) == [{"name": "A"}]

    def test_the_key_of_an_element_is_always_kept(self):
        desired, held = self.steps("A", "B"), self.steps("B", "C")
        assert self.target(desired, held, "/transformationSpecs/A/name") == [
            {"name": "B", "spec": {}},
            {"name": "A", "spec": {}},
        ]

    def test_a_list_with_two_elements_of_one_name_cannot_be_matched_and_stays(self):
        held = self.steps("A", A={"theirs": 1})
        assert self.target(self.steps("A", "A"), held) == held["transformationSpecs"]

    def test_an_element_of_an_ordered_list_that_the_file_lacks_stays_at_its_index(self):
        held = flow_spec(attributes={"steps": [{"n": 1}, {"n": 2}, {"n": 3}]})
        desired = spec(
            flow_spec(attributes={"steps": [{"n": 9}]}), ignore=["/attributes/steps/2/n"]
        )
        assert planned(desired, held).body["attributes"] == {
            "steps": [{"n": 9}, {"n": 2}, {"n": 3}]
        }


class TestSharedListThatTheFileLacks:
    def target(self, desired, base=("a",)):
        held = flow_spec(sourceConnectionSpecIds=["a", "theirs"])
        wanted = spec(
            {**flow_spec(), "sourceConnectionSpecIds": desired}, shared=["/sourceConnectionSpecIds"]
        )
        if desired is ...:
            del wanted.document["sourceConnectionSpecIds"]
        entry = planned(wanted, held, base=flow_spec(sourceConnectionSpecIds=list(base)))
        return (entry.body or held).get("sourceConnectionSpecIds", ...)

    @pytest.mark.parametrize("desired", [..., None], ids=["absent", "null"])
    def test_elements_that_others_added_are_kept(self, desired):
        assert self.target(desired) == ["theirs"]

    @pytest.mark.parametrize("desired", [..., None], ids=["absent", "null"])
    def test_a_list_without_elements_of_others_is_removed(self, desired):
        assert self.target(desired, base=("a", "theirs")) is desired
