"""The text format: it fits 80 columns, escapes content and shortens long lists."""

import re

import pytest
from builders import TARGET, flow_spec, live, one_line, plan_of, spec
from documents import documents
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from reconciler.model.safety import Removals, Safety
from reconciler.model.specs import SpecKey
from reconciler.model.text import escape_control
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.git_facts import GitFacts
from reconciler.planning.plan import Action, LastWrite, Origin
from reconciler.planning.results import Outcome, Result
from reconciler.reports.text.apply_result import outcome_line, outcomes_report
from reconciler.reports.text.plan import plan_text_report
from reconciler.reports.text.wrap import columns
from reconciler.reports.view.values import LEAST_ROOM, shown
from reconciler.reports.view.wording import result_in_words


def ids(*numbers):
    return [f"00000000-0000-0000-0000-{number:012}" for number in numbers]


def report(desired, held, *, width=80, **how):
    return plan_text_report(plan_of(desired, held, **how), width=width)


def test_only_added_and_removed_ids_of_a_long_list_are_shown():
    held = flow_spec(sourceConnectionSpecIds=ids(*range(60)))
    text = report(spec(flow_spec(sourceConnectionSpecIds=ids(*range(1, 61)))), held)
    shown_ids = [line.split()[:2] for line in text.splitlines() if " 00000000-" in line]
    assert shown_ids == [["-", *ids(0)], ["+", *ids(60)]]


def test_the_first_of_many_elements_are_shown_and_the_others_counted():
    text = report(
        spec(flow_spec(sourceConnectionSpecIds=ids(*range(30, 90)))),
        flow_spec(sourceConnectionSpecIds=ids(*range(3))),
    )
    assert "… and 43 more: 43 added" in text
    both = report(
        spec(flow_spec(sourceConnectionSpecIds=ids(*range(30, 49)))),
        flow_spec(sourceConnectionSpecIds=ids(*range(3))),
    )
    assert "… and 2 more: 2 added" in both
    gone = report(
        spec(flow_spec(sourceConnectionSpecIds=[])),
        flow_spec(sourceConnectionSpecIds=ids(*range(22))),
    )
    assert "… and 2 more: 2 removed" in gone


def test_an_id_has_its_name_beside_it_and_a_reference_is_shown_as_known_after_apply():
    known = ids(1, 2)
    held = flow_spec(sourceConnectionSpecIds=[known[0]])
    wanted = spec(flow_spec(sourceConnectionSpecIds=[known[1], "connectionSpec.new"]))
    names = dict(zip(known, ["Old \x1b[31m", "Members " * 20], strict=True))
    inputs = PlanInputs(TARGET, {wanted.key: live(held)}, connections=names)
    plan = build_plan([wanted], inputs)
    text = plan_text_report(plan, width=80)
    assert f"- {known[0]}  Old \\x1b[31m  (blocked)\n" in text
    assert f"+ {known[1]}  Members Members" in text
    assert "+ connectionSpec.new  (known after apply)\n" in text
    assert all(columns(line) <= 80 for line in text.splitlines() if known[1] in line)
    created = build_plan([wanted], PlanInputs(TARGET, {}))
    assert "(known after apply)" in plan_text_report(created, width=80)


def test_a_short_replacement_takes_one_line_and_a_long_one_three():
    assert '~ /version  "1.0" → "2"\n' in report(spec(flow_spec(version="2")), flow_spec())
    long = report(spec(flow_spec(version="x" * 2000)), flow_spec(version="y" * 2000))
    lines = long.splitlines()
    at = next(i for i, line in enumerate(lines) if "~ /version" in line)
    assert lines[at + 1].strip().startswith('- "yyy')
    assert lines[at + 2].strip().startswith('+ "xxx')
    assert len(lines[at + 2]) <= 80


def test_a_long_sentence_is_wrapped_and_not_cut():
    text = report(
        spec(flow_spec(version="one two three four " * 8, attributes={"a": "word " * 30})),
        flow_spec(version="one two 3 four " * 8, attributes={}),
    )
    for shown_whole in ("one two three four " * 8, "one two 3 four " * 8, "word " * 30):
        assert f'"{shown_whole.strip()} "' in one_line(text)
    assert max(map(len, text.splitlines())) <= 80


def test_a_new_spec_shows_its_name_and_its_id_once():
    text = report(spec(flow_spec()), None)
    assert text.count("RestStorageToAEP") == 1
    assert "+ /providerId" in text


def test_an_ordered_list_shows_which_elements_differ():
    text = report(
        spec(flow_spec(attributes={"steps": ["a", "x", "c"]})),
        flow_spec(attributes={"steps": ["a", "b", "c"]}),
    )
    assert '- [1] "b"' in text
    assert '+ [1] "x"' in text
    assert '"a"' not in text


def test_a_long_ordered_list_is_cut():
    text = report(
        spec(flow_spec(attributes={"steps": list(range(600))})),
        flow_spec(attributes={"steps": list(range(1000, 1600))}),
    )
    assert "- [19] 1019" in text
    assert "- [20] 1020" not in text
    assert "… and 1,180 more: 600 added, 580 removed" in text


def test_a_large_object_is_cut_with_the_number_of_lines_that_are_left_out():
    value = {f"field{n}": {"a": ["text"] * 20} for n in range(30)}
    text = report(spec(flow_spec(attributes={"new": value})), flow_spec(attributes={}))
    assert re.search(r"… \d+ more lines", text)
    assert max(map(len, text.splitlines())) <= 80
    assert '      "field0": ' in text


def test_a_small_object_is_shown_whole():
    value = {"title": "Interval", "description": "The time between two runs, in minutes."}
    text = report(spec(flow_spec(attributes={"new": value})), flow_spec(attributes={}))
    assert '"description": "The time between two runs, in minutes."' in text


def test_a_plan_without_changes_says_so():
    assert "No changes. The spec matches the target." in report(spec(flow_spec()), flow_spec())


def test_skipped_changes_are_shown_and_counted():
    text = report(
        spec(flow_spec()),
        flow_spec(version="9"),
        base=flow_spec(),
        only=frozenset({Origin.REPO}),
    )
    assert "skipped (--only-origin): 1 drifted" in text
    assert "No changes. 0 specs unchanged, 1 skipped." in text


def test_the_first_line_names_the_base():
    text = report(
        spec(flow_spec()), flow_spec(), git=GitFacts("c" * 40, False, "b" * 40, "--base x")
    )
    assert text.splitlines()[0] == f"Target local · base: {'b' * 12} (--base x)"


def test_unknown_fields_are_named():
    text = report(spec(flow_spec(version="2")), flow_spec(fromTomorrow=1))
    assert "keeps fields that reconciler does not know: fromTomorrow" in text


def test_an_invalid_time_is_shown_unchanged():
    held = flow_spec()
    plan = plan_of(spec(flow_spec(version="2")), held)
    for at, words in ((10**20, f"at {10**20}"), (None, "by x")):
        odd = replace(plan, specs=(replace(plan.specs[0], last_write=LastWrite("x", at)),))
        assert words in plan_text_report(odd, verbose=True)


def test_limits_warnings_and_the_specs_of_others_are_at_the_end():
    desired = [spec({**flow_spec(version="2"), "id": f"{n}"}) for n in range(12)]
    held = {SpecKey("flowSpec", s.id): live({**flow_spec(), "id": s.id}) for s in desired}
    others = [live({**flow_spec(name=f"Other{n}"), "id": f"o{n}"}) for n in range(7)]
    plan = build_plan(
        desired,
        PlanInputs(
            TARGET,
            held,
            safety=Safety(max_changes=1),
            unmanaged=others,
            unmanaged_since_base=[spec(flow_spec(name="Gone"))],
            warnings=["the list was refused"],
        ),
    )
    *_, notes, blocked, summary = plan_text_report(plan, verbose=True).split("\n\n")
    assert "warning: the list was refused" in notes
    assert "7 specs on the target are not managed here: Other0" in one_line(notes)
    assert "and 2 more" in one_line(notes)
    assert "Gone  flowSpec" in notes
    assert blocked.startswith("Blocked by 1 guard:\n  limit: ")
    assert all(map(str.strip, blocked.splitlines()))
    assert "Limits cannot be overridden." in blocked
    assert summary.startswith("Plan: 0 to create, 12 to update")


def test_every_unmanaged_spec_is_named_if_requested():
    others = [live({**flow_spec(name=f"Other{n}"), "id": f"o{n}"}) for n in range(7)]
    plan = build_plan([], PlanInputs(TARGET, {}, unmanaged=others))
    text = plan_text_report(plan, every_unmanaged=True)
    assert all(f"Other{n}  flowSpec o{n}" in text for n in range(7))


def test_the_options_that_override_all_refusals_are_one_command():
    desired = spec(flow_spec(sourceConnectionSpecIds=["s1"]), protect=True)
    text = report(desired, flow_spec())
    assert "To override (discards 1 value on the target):\n" in text
    assert "\n  reconciler apply --target local --allow-removals --allow-protected\n" in text


def test_control_characters_in_names_are_printed_as_escapes():
    name = "\x1b[31mred\x07\u202e\ud800"
    text = report(spec(flow_spec(name=name)), flow_spec())
    assert "\\x1b[31mred\\x07\\u202e\\ud800" in text
    assert escape_control("plain ü") == "plain ü"


def test_strings_that_only_look_the_same_are_distinguished():
    assert escape_control("cafe\u0301") == "cafe\\u0301"
    assert escape_control("\u212b") == "\\u212b"
    assert (
        escape_control("caf\xe9 \u0627\u0650 \u0915\u093c") == "caf\xe9 \u0627\u0650 \u0915\u093c"
    )


@given(documents(), documents(), st.integers(20, 200), st.booleans())
def test_no_document_prints_a_control_character(desired, held, width, color):
    text = plan_text_report(plan_of(spec(desired), held), width=width, color=color)
    bare = re.sub(r"\x1b\[[0-9;]+m", "", text)
    assert all(character == "\n" or character.isprintable() for character in bare)
    text.encode()


@given(documents(), documents())
def test_color_changes_nothing_but_color(desired, held):
    plan = plan_of(spec(desired), held)
    painted = plan_text_report(plan, color=True)
    assert re.sub(r"\x1b\[[0-9;]+m", "", painted) == plan_text_report(plan)


@given(documents() | st.text(), st.integers(1, 100))
def test_a_value_never_exceeds_its_width(value, room):
    assert columns(shown(value, room)) <= max(room, LEAST_ROOM)


WIDE = "\u540c\u671f\u30bd\u30fc\u30b9"
"""Six East Asian characters of two columns each."""


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_every_line_fits_with_any_content(width):
    desired = spec(
        flow_spec(
            name=WIDE * 20,
            version=WIDE * 40,
            attributes={WIDE: [WIDE * 9] * 9, "words": "word " * 60, "new": {WIDE: WIDE}},
            sourceConnectionSpecIds=["new"],
        ),
        protect=True,
    )
    plan = plan_of(desired, flow_spec(name=WIDE, attributes={"words": "word " * 50}))
    plan = replace(plan, names={"new": WIDE * 9}, warnings=(f"{WIDE} " * 30,))
    text = plan_text_report(plan, width=width)
    unbroken = (
        "flowSpec 6499120c",
        "specs/flowSpecs/",
        "add to specs",
        "reconciler ",
        "x-reconciler",
    )
    lines = [line for line in text.splitlines() if not line.strip().startswith(unbroken)]
    assert [line for line in lines if columns(line) > width] == []


def test_a_long_string_of_wide_characters_is_shown_whole():
    text = report(spec(flow_spec(version=WIDE * 20)), flow_spec())
    assert WIDE * 20 in "".join(line.strip() for line in text.splitlines())


def outcome(result, **fields):
    return Outcome(
        SpecKey("flowSpec", "i"), "Name", "specs/a.yaml", Action.UPDATE, result, **fields
    )


def test_a_good_run_names_what_was_applied_and_counts_it():
    done = [outcome(Result.APPLIED), outcome(Result.IN_ORDER)]
    assert outcomes_report(done).splitlines() == [
        "applied: Name",
        "unchanged: Name",
        "",
        "Apply: 1 of 2 applied and verified, 1 unchanged.",
    ]


@pytest.mark.parametrize("result", [Result.STALE, Result.LOST, Result.FAILED])
def test_a_failed_spec_is_shown_with_the_reason(result):
    text = outcomes_report([outcome(result, message="because of this " * 10)], width=50)
    assert f"{result_in_words(result)}: because of this" in text
    assert max(map(len, text.splitlines())) <= 50
    assert "specs/a.yaml" in text


def test_the_reason_for_skipped_specs_is_shown_once():
    specs = [outcome(Result.NOT_DONE, message="another spec changed.")] * 3
    text = outcomes_report(specs)
    assert "not done: Name, Name, Name (another spec changed)" in text


def test_an_unconverged_value_is_shown_with_the_lines_that_resolve_it():
    desired = spec(flow_spec(version="2", sourceConnectionSpecIds=["s1", "s2", "new"]))
    changes = plan_of(desired, flow_spec()).specs[0].changes
    text = outcomes_report([outcome(Result.RESIDUAL, unconverged=changes)])
    assert '~ /version  "2" → "1.0"' in text
    assert "ignore: [/version, /sourceConnectionSpecIds/new]" in text
    assert '/version: "1.0"' in text
    assert "/sourceConnectionSpecIds/new: remove it" in text
    called = outcomes_report(
        [outcome(Result.RESIDUAL, unconverged=changes)], names={"new": "Members"}
    )
    assert "- new  Members\n" in called


def test_the_line_of_a_running_apply_names_the_spec():
    assert outcome_line(outcome(Result.APPLIED, seconds=1.25)) == "applied    Name  1.2 s"


def test_an_unconverged_change_is_marked_and_explained():
    plan = plan_of(spec(flow_spec(version="2")), flow_spec())
    [planned] = plan.specs
    again = replace(planned, changes=(replace(planned.changes[0], unconverged=True),))
    text = plan_text_report(replace(plan, specs=(again,)))
    assert '~ /version  "1.0" → "2"  (not kept by the service)' in text
    assert "not kept by the service: the last apply wrote this, but the service" in text


def blocked_twice(removals):
    """A plan in which two specs would lose each a value of another list on the target."""
    fields = ("sourceConnectionSpecIds", "targetConnectionSpecIds")
    theirs = [
        {**flow_spec(**{field: ["theirs"]}), "id": f"i{n}", "name": f"N{n}"}
        for n, field in enumerate(fields)
    ]
    files = [{**flow_spec(), "id": each["id"], "name": each["name"]} for each in theirs]
    held = {live(each).key: live(each) for each in theirs}
    return build_plan(map(spec, files), PlanInputs(TARGET, held, safety=Safety(removals=removals)))


def test_a_reason_for_several_specs_has_the_ways_out_of_each():
    said = plan_text_report(blocked_twice(Removals.REVIEWED))
    assert "would delete 2 values that Git never had or did not delete" in one_line(said)
    assert "reconciler pull --target local N0 N1" in said
    for field in ("source", "target"):
        assert f"  x-reconciler: {{shared: [/{field}ConnectionSpecIds]}}\n" in said
    never = plan_text_report(blocked_twice(Removals.NEVER))
    assert "would delete 2 values, and this target allows no removals" in one_line(never)
    assert "safety: {removals: ask}" in never
