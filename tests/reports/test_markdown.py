"""Markdown as GitHub renders it: changes made in Git first, and content escaped."""

import re
from html import unescape

import pytest
from builders import ID, TARGET, flow_spec, live, plan_of, spec
from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options
from documents import documents
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from reconciler.model.specs import SpecKey
from reconciler.model.text import escape_control
from reconciler.model.verdicts import AffectedFlow, Impact
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.git_facts import GitFacts
from reconciler.planning.multi_plan import Failure
from reconciler.planning.plan import Origin, Plan, Unmanaged
from reconciler.planning.plan_file import change_digest
from reconciler.planning.refusal import Guard, Refusal
from reconciler.reports.markdown import Links, plan_markdown
from reconciler.reports.markdown.escape import LONGEST, LONGEST_NAME
from reconciler.reports.text.wrap import cut

COMMIT = "c" * 40
LINKS = Links("https://git.example/o/r/blob/", "", "https://git.example/o/r/actions/runs/7")
HOSTILE = [
    "```\n</details>\n# Heading",
    "~~~\n@octocat",
    "`` ` ``` @octocat",
    "@octocat and @org/team",
    "[click](https://evil.example)",
    "<https://evil.example> www.evil.example",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</summary></details><b>",
    "a | b \\| c \\",
    "\r\n\r\n> [!NOTE]",
    "&lt;b&gt; &#64;octocat",
    "#1 GH-2 org/repo#3 deadbeefcafe",
    "$`x`$ $$y$$ :smile:",
    "evil@mail.example",
    "\u202egnp.exe \u2066",
    "\x1b[31m\x00\x07",
    "-->",
    "</code></summary>@octocat <code>",
    " ",
    "",
]


def html(markdown: str) -> str:
    return github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)


def outside_code(page: str) -> str:
    """The parts of a rendered page in which GitHub links names, issues and commits."""
    bare = re.sub(r"<(pre|code)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", " ", bare))


def elements(page: str) -> set[str]:
    bare = re.sub(r"<(pre|code)\b.*?</\1>", r"<\1>", page, flags=re.DOTALL)
    return set(re.findall(r"<(\w+)", bare))


OURS = {
    *("h3", "h4", "p", "sub", "code", "pre", "blockquote", "ul", "li", "strong", "b"),
    *("table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
}


def plan_of_many(number, *, changed=None, drift=None, base=True, names=None) -> Plan:
    """A plan of many updates: `changed` are changes made in Git, `drift` those of others."""
    was = [
        flow_spec(id=f"id-{n}", name=names[n] if names else f"Spec{n:03}ToAEP")
        for n in range(number)
    ]
    desired = [spec({**doc, **(changed(n) if changed else {})}) for n, doc in enumerate(was)]
    held = [live({**doc, **(drift(n) if drift else {})}) for n, doc in enumerate(was)]
    return build_plan(
        desired,
        PlanInputs(
            TARGET,
            {SpecKey("flowSpec", one.id): one for one in held},
            base={SpecKey("flowSpec", doc["id"]): spec(doc) for doc in was} if base else None,
            git=GitFacts(COMMIT, False, "b" * 40 if base else None, "--base main" if base else ""),
        ),
    )


def other_sources(number):
    return {"sourceConnectionSpecIds": ["s1", "s2", f"source-{number}"]}


def test_it_starts_with_the_verdict_and_contains_the_change_digest():
    plan = plan_of(spec(flow_spec(version="2")), flow_spec())
    text = plan_markdown([plan])
    assert text.startswith("### 1 spec to write on local\n\n0 to create, 1 to update")
    assert change_digest(plan) in text
    assert plan_markdown([plan_of(spec(flow_spec()), flow_spec())]).startswith("### No changes on ")


def test_refusals_come_before_the_changes_with_the_options_that_override_them():
    plan = plan_of(spec(flow_spec(sourceConnectionSpecIds=["s1"])), flow_spec())
    plan = replace(plan, warnings=("the list was refused",))
    text = plan_markdown([plan])
    assert text.startswith("### Blocked by 1 guard on local\n")
    places = [
        text.index(part)
        for part in (
            "> [!CAUTION]",
            "> - **removals**: `RestStorageToAEP`: ",
            "> To override (discards 1 value on the target):\n",
            "> reconciler apply --target local --allow-removals\n",
            "> [!WARNING]",
            "> - the list was refused",
            "#### Changes",
        )
    ]
    assert places == sorted(places)


def test_words_with_special_characters_are_code_and_numbers_are_plain():
    plan = plan_of(spec(flow_spec(version="2")), flow_spec())
    sentence = "1. in a/b: x_y, it must be 60. Ask (them) for {a: [b, c]}."
    text = plan_markdown([replace(plan, warnings=(sentence,))])
    assert "> - `1`. in `a/b`: `x_y`, it must be 60. Ask (them) for `{a: [b, c]}`.\n" in text


def test_the_first_of_many_warnings_are_visible_and_the_last_are_counted():
    plan = plan_of(spec(flow_spec(version="2")), flow_spec())
    plan = replace(plan, warnings=tuple(f"specs/a-{n}.yaml: /b holds x-{n}" for n in range(14)))
    text = plan_markdown([plan])
    sight, folded = text.split("<summary>and 11 more</summary>")
    assert "> - `specs/a-2.yaml`: `/b` holds `x-2`\n>\n> <details>" in sight
    assert "> - `specs/a-3.yaml`" in folded
    assert "> - and 4 more warnings\n" in folded
    assert html(text).count("<blockquote>") == 1


def test_the_table_says_what_happens_to_each_spec_and_links_its_file():
    plan = plan_of(
        spec(flow_spec(version="2", sourceConnectionSpecIds=["s1", "new"])),
        flow_spec(),
        git=GitFacts(COMMIT, False, None),
    )
    [line] = [line for line in plan_markdown([plan], LINKS).splitlines() if line[:9] == "| update "]
    address = f"https://git.example/o/r/blob/{COMMIT}/specs/flowSpecs/{ID}.yaml"
    assert line == (
        f"| update **blocked** | `RestStorageToAEP` | +1 | −1 | ~1 | [`{ID}.yaml`]({address}) |"  # noqa: RUF001
    )


def test_a_file_is_linked_from_the_folder_that_the_command_ran_in():
    plan = plan_of(spec(flow_spec(version="2")), flow_spec(), git=GitFacts(COMMIT))
    inside = plan_markdown([plan], replace(LINKS, folder="deep/er"))
    assert f"/blob/{COMMIT}/deep/er/specs/flowSpecs/{ID}.yaml)" in inside
    [planned] = plan.specs
    astray = replace(plan, specs=(replace(planned, file="../../x (y).yaml"),))
    assert f"/blob/{COMMIT}" not in plan_markdown([astray], LINKS)
    odd = replace(plan, specs=(replace(planned, file="a b/x (y).yaml"),))
    assert f"/blob/{COMMIT}/a%20b/x%20%28y%29.yaml)" in plan_markdown([odd], LINKS)


def test_a_diff_is_yaml_below_its_pointer():
    plan = plan_of(
        spec(flow_spec(version="2", attributes={"a": {"on": True, "n": [1, 2]}})),
        flow_spec(attributes={"a": {"on": False, "n": [1, 3]}}),
    )
    assert (
        '```diff\n@@ /version @@\n- "1.0"\n+ "2"\n'
        "@@ /attributes/a/n @@ (blocked)\n  - 1\n- - 3\n+ - 2\n"
        "@@ /attributes/a/on @@\n- false\n+ true\n```\n"
    ) in plan_markdown([plan])


def test_a_long_value_and_a_long_list_are_cut_and_counted():
    items = [f"line {n}" for n in range(200)]
    plan = plan_of(
        spec(
            flow_spec(
                attributes={"text": "\n".join(items), "long": "x" * 5000},
                sourceConnectionSpecIds=[f"id-{n}" for n in range(100)],
            )
        ),
        flow_spec(sourceConnectionSpecIds=[]),
    )
    text = plan_markdown([plan])
    assert "… 60 more lines" in text
    assert max(map(len, text.splitlines())) < 400


def test_unchanged_lines_of_a_value_are_counted():
    steps = [f"step {n}" for n in range(30)]
    plan = plan_of(
        spec(flow_spec(attributes={"steps": ["first", *steps, "last"]})),
        flow_spec(attributes={"steps": ["1st", *steps, "end"]}),
    )
    text = plan_markdown([plan])
    assert '- - "1st"\n+ - first\n  - step 0\n  - step 1\n  … 26 unchanged lines' in text


def test_a_new_spec_is_shown_as_its_file():
    text = plan_markdown([plan_of(spec(flow_spec()), None)])
    assert "+ name: RestStorageToAEP\n+ providerId: " in text
    assert "+ sourceConnectionSpecIds:\n+   - s1\n+   - s2\n" in text


def test_changes_from_git_are_shown_apart_from_drift_and_first():
    plan = plan_of_many(
        4,
        changed=lambda n: {"version": "2"} if n == 1 else {},
        drift=lambda n: {"attributes": {"theirs": n}} if n in (1, 2) else {},
    )
    text = plan_markdown([plan])
    ours, theirs = text.split("#### Drift (2 specs)")
    assert "#### Changes from Git (1 spec)" in ours
    assert "/version" in ours
    assert "theirs" not in ours
    assert "theirs: 1" in theirs
    assert "theirs: 2" in theirs
    assert "last written by `someone@AdobeID`" in theirs


def test_without_a_base_there_is_one_section_that_says_why():
    text = plan_markdown([plan_of_many(1, changed=lambda _: {"version": "2"}, base=False)])
    assert "#### Changes of unknown origin (1 spec)\n\nNo base." in text
    assert "Drift" not in text


def test_skipped_changes_are_a_section_of_their_own():
    plan = plan_of(
        spec(flow_spec()), flow_spec(version="9"), base=flow_spec(), only=frozenset({Origin.REPO})
    )
    text = plan_markdown([plan])
    assert text.startswith("### No changes on local")
    assert "#### Skipped (1 spec)" in text
    assert "| skipped |" in text


def test_the_same_change_in_many_specs_is_shown_once_with_the_specs_it_is_in():
    plan = plan_of_many(
        9,
        changed=lambda n: {
            "version": "1.1" if n != 4 else "1.0",
            "attributes": {"on": True},
            **(other_sources(n) if n == 8 else {}),
        },
    )
    text = plan_markdown([plan])
    assert text.count("@@ /version @@") == 1
    assert text.count("@@ /attributes @@") == 1
    assert "**The same in 8 specs:**" in text
    assert "**The same in 9 specs:**" in text
    [listed] = re.findall(r"<summary>which 8 specs</summary>\n\n(.*)", text)
    assert "`Spec003ToAEP`, `Spec005ToAEP`" in listed
    assert "- and 2 changes that several specs share, above" in text
    assert text.count("<summary>update") == 1


def test_a_few_specs_with_the_same_change_are_named_beside_it():
    text = plan_markdown([plan_of_many(3, changed=lambda _: {"version": "2"})])
    assert "**The same in 3 specs:** `Spec000ToAEP`, `Spec001ToAEP`, `Spec002ToAEP`" in text


def test_the_name_of_a_connection_spec_is_beside_its_id():
    plan = plan_of(spec(flow_spec(sourceConnectionSpecIds=["s1", "s2", "new"])), flow_spec())
    text = plan_markdown([replace(plan, names={"new": "MailChimp ``` Members"})])
    assert "+ new  MailChimp ``` Members\n````\n" in text


def test_an_unconverged_value_is_marked_and_explained():
    plan = plan_of(spec(flow_spec(version="2")), flow_spec())
    [planned] = plan.specs
    again = replace(planned, changes=(replace(planned.changes[0], unconverged=True),))
    text = plan_markdown([replace(plan, specs=(again,))])
    assert "@@ /version @@ (not kept by the service)" in text
    assert "> - 1 change not kept by the service: the last apply wrote this" in text


def test_specs_unmanaged_since_the_base_are_named_and_others_are_not():
    others = [live(flow_spec(name="Other", id="o"))]
    inputs = PlanInputs(
        TARGET, {}, unmanaged=others, unmanaged_since_base=[spec(flow_spec(name="Gone"))]
    )
    text = plan_markdown([build_plan([], inputs)])
    assert "(the API cannot delete): `Gone`" in text
    assert "Other" not in text


def on(plan: Plan, name: str) -> Plan:
    return replace(plan, target=replace(plan.target, name=name))


def test_several_targets_have_a_column_each_and_the_same_changes_once():
    changed = [spec(flow_spec(version="2")), spec(flow_spec(id="b", name="B"))]
    held = {one.key: live({**one.document, "version": "1.0"}) for one in changed}
    both = build_plan(changed, PlanInputs(TARGET, held))
    only_b = build_plan(changed[1:], PlanInputs(TARGET, {}))
    text = plan_markdown([on(both, "prod"), on(both, "stage"), on(only_b, "dev")])
    assert text.startswith("### 3 specs to write on 3 targets")
    assert "| kind | spec | `prod` | `stage` | `dev` | file |" in text
    assert "| flowSpec | `RestStorageToAEP` | update ~1 | update ~1 | – | " in text  # noqa: RUF001
    assert "| flowSpec | `B` | unchanged | unchanged | create +8 | " in text
    assert text.count("@@ /version @@") == 1
    assert "on <code>prod</code>, <code>stage</code></summary>" in text
    for plan in (both, only_b):
        assert change_digest(on(plan, "prod")) in text or change_digest(on(plan, "dev")) in text


def test_targets_with_and_without_a_base_are_not_grouped_as_unchanged_or_blocked():
    known = plan_of_many(1, drift=lambda _: {"targetConnectionSpecIds": ["t1", "theirs"]})
    unknown = plan_of_many(
        1, drift=lambda _: {"targetConnectionSpecIds": ["t1", "theirs"]}, base=False
    )
    text = plan_markdown([on(known, "prod"), on(unknown, "lab")])
    assert "No base on lab." in text.replace("`", "")
    assert "unchanged |" not in text
    for name in ("prod", "lab"):
        assert f"**Blocked on `{name}` by 1 guard:**" in text
        assert f"reconciler pull --target {name} Spec000ToAEP" in text
    assert text.count("Reconciler-Allow:") == 1


@pytest.mark.parametrize("number", [1, 40, 400])
def test_it_fits_into_a_comment_and_names_what_was_cut(number):
    plan = plan_of_many(
        number, changed=other_sources, drift=lambda n: {"attributes": {"theirs": [n] * 9}}
    )
    text = plan_markdown([plan], LINKS)
    assert len(text) <= 65_000
    assert text == plan_markdown([plan], LINKS)
    assert change_digest(plan) in text
    assert html(text).count("<details") == html(text).count("</details>")
    cut = [line for line in text.splitlines() if line.startswith("**Truncated:**")]
    assert bool(cut) == (number == 400)
    for line in cut:
        assert re.search(r" \d+ of 400 specs not shown in full \(`Spec\d+ToAEP`, ", line)
        assert "(https://git.example/o/r/actions/runs/7)" in line
        shown = text.count("<summary>update")
        assert 20 < shown < 2 * number


def test_whole_specs_are_cut_and_drift_before_changes_made_in_git():
    plan = plan_of_many(
        30, changed=other_sources, drift=lambda n: {"attributes": {"theirs": [n] * 9}}
    )
    text = plan_markdown([plan], room=9_000)
    assert len(text) <= 9_000
    assert "See `reconciler show PLAN_FILE --format html`." in text
    assert text.count("```diff") == text.count("\n```\n")
    assert "@@ /sourceConnectionSpecIds @@" in text
    assert "@@ /attributes @@" not in text


def plan_that_breaks_for_many_reasons(number: int, flows: int) -> Plan:
    """A plan of specs that each break this many dataflows, each for a different reason."""
    plan = plan_of_many(number, changed=other_sources)
    specs = []
    for n, one in enumerate(plan.specs):
        affected = tuple(
            AffectedFlow(f"{n}-{k}", f"Flow {n} {k}", "/a", f"b must be {n}") for k in range(flows)
        )
        refusal = Refusal(Guard.BREAKING, (), "breaks", Guard.BREAKING.flag)
        specs.append(replace(one, impact=Impact(flows, affected), refusals=(refusal,)))
    return replace(plan, specs=tuple(specs))


def test_the_impact_is_cut_last_and_line_by_line():
    plan = plan_that_breaks_for_many_reasons(10, 120)
    whole = plan_markdown([plan])
    assert whole.count("- **breaking**") == whole.count("<summary>update") == 10
    some = plan_markdown([plan], room=7_000)
    assert some.count("- **breaking**") == 10
    assert some.count("<summary>update") < 10
    few = plan_markdown([plan], room=5_000)
    assert 2 < few.count("- **breaking**") < 10
    assert "reasons not shown" in few


def test_advice_of_any_length_keeps_its_reason_visible():
    plan = plan_that_breaks_for_many_reasons(1, 1)
    long = Refusal(Guard.REMOVALS, (), f"would delete it.\nadd:\n  x: {'y' * 90_000}", "--x")
    plan = replace(plan, specs=(replace(plan.specs[0], refusals=(long,)),))
    text = plan_markdown([plan])
    assert "would delete it" in text
    assert "(90,005 characters, in the text report)" in text
    assert "Truncated" not in text


@pytest.mark.parametrize("room", [5_000, 9_000, 20_000, 60_000])
def test_the_available_length_is_used(room):
    plan = plan_that_breaks_for_many_reasons(200, 12)
    plan = replace(plan, warnings=tuple(f"{n} " + "word " * 30 for n in range(10)))
    assert 0.8 * room < len(plan_markdown([plan], room=room)) <= room


def test_it_fits_with_any_number_of_targets():
    refused = plan_of(spec(flow_spec(sourceConnectionSpecIds=["s1"])), flow_spec())
    refused = replace(refused, unmanaged=(Unmanaged("flowSpec", "i", "Other"),))
    plans = [on(refused, f"target-{n}") for n in range(90)]
    failures = [Failure(plan.target, "because of this " * 50) for plan in plans]
    text = plan_markdown(plans, failures=failures)
    assert len(text) <= 65_000
    assert "> **Blocked on `target-0`, `target-1`" in text
    assert "> - and 78 more\n" in text
    assert "<sub>and 78 more targets</sub>" in text


def test_warnings_leave_room_for_the_changes():
    plan = plan_of(spec(flow_spec(version="2", sourceConnectionSpecIds=["s1"])), flow_spec())
    plan = replace(plan, warnings=tuple(f"{n} " + "word " * 100 for n in range(10)))
    text = plan_markdown([plan], room=5_000)
    assert len(text) <= 5_000
    assert "**Truncated:** 1 notice not shown" in text
    assert "> [!CAUTION]" in text
    assert "@@ /version @@" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_content_is_shown_escaped(text):
    document = flow_spec(
        id=f"id {text}",
        name=text,
        version=text,
        attributes={text: text, "lines": f"a\n{text}\nb"},
        sourceConnectionSpecIds=["s1", text],
    )
    desired = replace(spec({**document, "version": "2"}), file=f"specs/{text}.yaml")
    other = {**document, "version": text, "attributes": {text: "x"}}
    plan = build_plan(
        [desired, replace(spec(flow_spec(name=text)), file=text)],
        PlanInputs(
            replace(TARGET, name=text, url=text, ims_org=text, sandbox=text),
            {desired.key: live({**other, "updatedBy": text, text or "x": 1})},
            base={desired.key: spec(other)},
            git=GitFacts(COMMIT, True, "b" * 40, f"--base {text}"),
            warnings=[text, f"a sentence with {text} in it"],
            unmanaged=[live(flow_spec(name=text, id=text))],
            unmanaged_since_base=[spec(flow_spec(name=text))],
        ),
    )
    for plans in ([plan], [plan, on(plan, "prod")]):
        written = plan_markdown(plans, LINKS)
        assert written.isascii() or all(c == "\n" or c.isprintable() for c in written)
        page = html(written)
        links = re.findall(r'<a href="([^"]*)"', page)
        assert all(link.startswith("https://git.example/o/r/") for link in links)
        assert elements(page) <= OURS | {"a"}
        prose = outside_code(page)
        for sign in ("@", "#", "evil", "octocat", "<", "smile", "deadbeef", "$"):
            assert sign not in prose


@given(documents(), documents())
@settings(max_examples=40)
def test_no_document_injects_an_element_or_a_link(desired, held):
    plan = plan_of(spec({**desired, "name": "Name"}), held)
    page = html(plan_markdown([plan]))
    assert elements(page) <= OURS
    assert page.count("<details") == page.count("</details>")


def in_code(text: str) -> str:
    """The visible content of inline code: escapes, cut to the length of a name."""
    shown = cut(escape_control(text), LONGEST_NAME)
    return shown if shown.strip(" ") else repr(shown)


@given(st.text() | st.text("|\\`a"), st.text() | st.text("|\\`a"))
@settings(max_examples=60)
def test_no_name_escapes_its_table_cell(name, file):
    plan = plan_of(spec(flow_spec(name=name, version="2")), flow_spec(name=name))
    planned = replace(plan.specs[0], file=file or "f", name=name or "n")
    page = html(plan_markdown([replace(plan, specs=(planned,))]))
    cells = [unescape(re.sub("<[^>]*>", "", one)) for one in re.findall(r"<td.*?>(.*?)</td>", page)]
    assert len(cells) == 6
    assert cells[1].strip() == in_code(name or "n").strip()
    assert cells[5].strip() == cut(in_code_of_file(file or "f"), LONGEST).strip()
    assert elements(page) <= OURS
    assert not re.search("[@#<&]", outside_code(page))


def in_code_of_file(file: str) -> str:
    shown = escape_control(file)
    return shown if shown.strip(" ") else repr(shown)
