"""The plans of several targets as one report: a column per target, shared changes shown once."""

import re

import pytest
from builders import TARGET, flow_spec, live, one_line, plan_of, spec
from documents import documents
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from reconciler.model.safety import Safety
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.git_facts import GitFacts
from reconciler.planning.multi_plan import Failure, Plans
from reconciler.planning.plan import LastWrite, Origin
from reconciler.reports.html import plan_html
from reconciler.reports.markdown import plan_markdown
from reconciler.reports.text.multi_plan import plans_text_report

HELD = flow_spec()
WANTED = spec(flow_spec(version="2"))


def named(name, plan):
    return replace(plan, target=replace(TARGET, name=name))


def at(name, desired=WANTED, held=HELD, **how):
    return named(name, plan_of(desired, held, **how))


def report(*results, width=80, **how):
    return plans_text_report(Plans(results), width=width, **how)


def table(text):
    """Return the rows of the table by their first word, with the words of each cell joined."""
    lines = text.split("\n\n")[1].splitlines()
    lines = [line for line in lines if not re.match(r"[-+~?!] |ok |skip ", line)]
    return [re.split(r"\s{2,}", line.strip()) for line in lines]


def test_a_change_that_targets_share_is_shown_once_with_their_names():
    text = report(at("emea"), at("apac"), at("amer", held=flow_spec(version="9")))
    assert text.count('"1.0" → "2"') == text.count('"9" → "2"') == 1
    assert "~ RestStorageToAEP  on emea, apac" in text
    assert "~ RestStorageToAEP  on amer" in text


def test_the_table_has_a_column_per_target_and_a_sign_for_each_action():
    protected = spec(flow_spec(version="2"), protect=True)
    other = named("no", build_plan([], PlanInputs(TARGET, {})))
    text = report(
        at("new", held=None),
        at("same", held=WANTED.document),
        at("changed"),
        at("refused", protected),
        at("alone", spec(HELD), flow_spec(version="9"), base=HELD, only=frozenset({Origin.REPO})),
        other,
        Failure(replace(TARGET, name="down"), "it is down"),
        width=100,
    )
    assert table(text) == [
        ["new", "same", "changed", "refused", "alone", "no", "down"],
        ["RestStorageToAEP", "+", "ok", "~ 1", "~ 1 !", "skip", "-", "?"],
    ]
    assert max(map(len, text.splitlines())) <= 100
    for meaning in ("+ to create", "ok unchanged", "! blocked", "- not managed there"):
        assert meaning in text


def test_without_changes_there_is_no_table():
    text = report(at("a", held=WANTED.document), at("b", held=WANTED.document))
    assert text.splitlines()[-2:] == [
        f"{name}  No changes. The spec matches the target." for name in "ab"
    ]
    assert "ok" not in text


def test_a_target_without_a_plan_is_in_the_report_with_the_reason():
    down, off = (replace(TARGET, name=name) for name in ("down", "off"))
    text = report(at("up"), Failure(down, "no answer\nf.yaml:1:1: wrong"), Failure(off, "no keys"))
    assert "! down could not be planned: no answer\n  f.yaml:1:1: wrong" in text
    assert "! off could not be planned: no keys" in text
    assert text.splitlines()[-2:] == ["down  Not planned.", "off   Not planned."]
    same = report(Failure(down, "no answer"), Failure(off, "no answer"))
    assert same.count("no answer") == 1
    assert "! down, off could not be planned" in same


def test_values_that_differ_only_in_truncated_parts_are_shown_separately():
    long = "x" * 500
    text = report(
        at("a", spec(flow_spec(attributes={"text": long + "a"}))),
        at("b", spec(flow_spec(attributes={"text": long + "b"}))),
    )
    assert "on a, b" not in text
    assert text.count("/attributes") == 2


def test_a_spec_with_an_id_for_each_target_is_one_spec():
    file = "specs/flowSpecs/one.yaml"
    plans = []
    for name, id_ in (("a", "id-of-a"), ("b", "id-of-b")):
        document = {**HELD, "id": id_}
        desired = replace(spec({**document, "version": "2"}), file=file)
        plans.append(named(name, plan_of(desired, document)))
    text = report(*plans)
    assert table(text) == [["a", "b"], ["RestStorageToAEP", "~ 1", "~ 1"]]
    assert text.count('"1.0" → "2"') == 1
    assert "    on a: id id-of-a\n    on b: id id-of-b\n" in text
    comment = plan_markdown(plans)
    assert comment.count("```diff") == 1
    assert "- on `a`: id `id-of-a`\n- on `b`: id `id-of-b`" in comment


def test_other_facts_name_their_target_if_they_differ():
    plans = [at(name) for name in "abc"]
    others = replace(plans[2].specs[0], last_write=LastWrite("another@AdobeID", 0))
    text = report(*plans[:2], replace(plans[2], specs=(others,)), verbose=True)
    assert "on a, b: last written by someone@AdobeID" in text
    assert "on c: last written by another@AdobeID" in text
    assert text.count("other values unchanged") == 1


def test_notes_refusals_and_bases_that_targets_share_are_shown_once():
    safety = Safety(max_changes=0, min_specs=0)
    plans = [at(name, safety=safety) for name in "ab"]
    plans.append(at("c", git=GitFacts(base="b" * 40, base_name="--base x"), base=HELD))
    noted = [replace(plan, warnings=("the list was refused",)) for plan in plans[:2]]
    text = report(*noted, plans[2])
    assert text.count("warning: the list was refused") == 1
    assert "On a, b:" in text
    assert "Blocked on a, b by 1 guard:" in text
    assert f"base: {'b' * 12} (--base x)" in one_line(text)
    assert table(text)[0] == ["a !", "b !", "c"]
    assert "! blocked" in text
    alone = report(at("a", spec(flow_spec(version="2"), protect=True)), at("b", held=None))
    assert "Blocked on a by 1 guard:" in alone
    assert "reconciler apply --target a --allow-protected" in alone
    comment = plan_markdown([at("a", spec(flow_spec(version="2"), protect=True)), at("b")])
    assert "> reconciler apply --target a --allow-protected\n" in comment


def test_many_targets_are_summarized_and_fit_into_80_columns():
    plans = [at(f"a-quite-long-name-of-a-target-{n}") for n in range(12)]
    held = live({**HELD, "name": "B" * 60, "id": "other"})
    text = report(*plans)
    assert "on all 12 targets" in text
    assert "on all targets but a-quite-long-name-of-a-target-3" in one_line(
        report(*plans[:3], at("a-quite-long-name-of-a-target-3", held=None), *plans[4:])
    )
    assert max(map(len, text.splitlines())) <= 80
    assert held.name not in text


def test_a_long_table_is_cut_and_says_so():
    desired = [spec({**HELD, "id": f"{n}", "name": f"Spec{n}"}) for n in range(50)]
    text = report(*(named(name, build_plan(desired, PlanInputs(TARGET, {}))) for name in "ab"))
    assert "… and 10 more specs, below" in text
    assert len(table(text)) == 1 + 40 + 1


def test_targets_of_one_name_are_numbered():
    other = replace(TARGET, name="prod", sandbox="second")
    text = report(at("prod"), replace(at("prod", held=None), target=other))
    assert table(text)[0] == ["prod", "prod (2)"]


@settings(max_examples=25)
@given(documents(), documents(), st.text(max_size=8), st.integers(20, 120))
def test_control_characters_are_escaped_and_color_changes_only_color(one, two, text, width):
    results = [
        at("a", spec(one), two),
        at("b", spec(two), None),
        Failure(replace(TARGET, name=text), text),
    ]
    painted = report(*results, width=width, color=True)
    bare = re.sub(r"\x1b\[[0-9;]+m", "", painted)
    assert bare == report(*results, width=width)
    assert all(character == "\n" or character.isprintable() for character in bare)


@pytest.mark.parametrize(
    "report_of",
    [
        plan_html,
        plan_markdown,
        lambda plans, failures: plans_text_report(Plans((*plans, *failures))),
    ],
)
def test_commands_name_the_target_that_was_planned_beside_one_that_was_not(report_of):
    plan = at("up", spec(flow_spec(version="2"), protect=True))
    text = report_of([plan], failures=[Failure(replace(TARGET, name="down"), "no answer")])
    assert "reconciler apply --target up --allow-protected" in text


@pytest.mark.parametrize("report_of", [plan_html, plan_markdown])
def test_without_any_plan_the_report_says_why(report_of):
    failures = [Failure(replace(TARGET, name=name), f"<b>{name}</b> is off\nb") for name in "ab"]
    text = report_of([], failures=failures)
    assert "a, b could not be planned" in text
    assert r"\nb" not in text
    assert "<b>a</b> is off" not in text.replace("`<b>a</b>`", "")
    with pytest.raises(ValueError, match="at least one plan"):
        report_of([])
