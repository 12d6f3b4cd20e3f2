"""The HTML page as a string: self-contained, reproducible, without markup from content."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from builders import TARGET, flow_spec, live, plan_of, spec
from documents import documents
from hypothesis import given, settings
from msgspec.structs import replace

from reconciler.model.specs import SpecKey
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.plan_file import change_digest
from reconciler.planning.refusal import Guard, Refusal
from reconciler.reports.html import plan_html
from reconciler.reports.html.word_diff import marked_words

OURS = {
    *("html", "head", "meta", "title", "style", "script", "body", "a", "header", "main", "h1"),
    *("h2", "h3", "h4", "p", "section", "article", "details", "summary", "div", "span", "dl"),
    *("dt", "dd", "ul", "li", "code", "pre", "b", "bdi", "small", "mark", "ins", "del", "form"),
    *("fieldset", "legend", "label", "input", "button", "svg", "desc", "g", "rect", "text", "path"),
    "nav",
}


class Page(HTMLParser):
    """Collects the elements of a page, their attributes, and the text outside of code."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.texts, self.open = set(), [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.texts.append(data)

    @property
    def text(self):
        return "\n".join(self.texts)


def test_it_is_a_self_contained_file():
    text = plan_html([plan_of(spec(flow_spec(version="2")), flow_spec())])
    page = Page(text)
    assert text.startswith("<!doctype html>\n<html lang=")
    linked = [value for name, value in page.attributes if name in ("src", "href", "action")]
    assert all(value.startswith("#") for value in linked)
    assert not re.search(r"url\(|@import", text)


def test_the_policy_names_exactly_its_own_script_and_style():
    text = plan_html([plan_of(spec(flow_spec(version="2")), flow_spec())])
    [policy] = re.findall(r'Security-Policy" content="([^"]*)"', text)
    assert policy.startswith("default-src &#x27;none&#x27;; script-src ")
    for tag in ("script", "style"):
        [content] = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = b64encode(sha256(content.encode()).digest()).decode()
        assert f"{tag}-src &#x27;sha256-{digest}&#x27;" in policy


def test_the_same_plan_gives_the_same_bytes_with_its_change_digest():
    plan = plan_of(spec(flow_spec(version="2")), flow_spec())
    assert plan_html([plan]) == plan_html([plan])
    assert change_digest(plan) in plan_html([plan])
    with pytest.raises(ValueError, match="at least one plan"):
        plan_html([])


def test_a_plan_without_changes_says_so():
    page = Page(plan_html([plan_of(spec(flow_spec()), flow_spec())]))
    assert "No changes on local" in page.text
    assert "All specs match." in page.text
    assert "form" not in page.tags


def test_an_unconverged_value_is_marked():
    plan = plan_of(spec(flow_spec(version="2")), flow_spec())
    [planned] = plan.specs
    again = replace(planned, changes=(replace(planned.changes[0], unconverged=True),))
    quiet, marked = (
        Page(plan_html([one])).text.count("not kept by the service")
        for one in (plan, replace(plan, specs=(again,)))
    )
    assert quiet == 0
    assert marked == 2


def test_notices_beyond_the_first_are_folded_and_a_changed_target_comes_before_them():
    plan = plan_of(spec(flow_spec(version="2")), flow_spec())
    [planned] = plan.specs
    noted = replace(
        plan,
        specs=(replace(planned, changes=(replace(planned.changes[0], pending=True),)),),
        refusals=(Refusal(Guard.LIMIT, (), "5 specs would change.", ""),),
        target_changes=("imsUrl is another one",),
        warnings=tuple(f"warning {number}" for number in range(5)),
    )
    text = Page(plan_html([noted])).text
    found = ["imsUrl is another one", "5 specs would change", "known after apply", "and 2 more"]
    places = [text.index(each) for each in [*found, "warning 4"]]
    assert places == sorted(places)


def many(number, **fields):
    desired = [spec({**flow_spec(**fields), "id": f"i{n}", "name": f"N{n}"}) for n in range(number)]
    held = {one.key: live({**flow_spec(), "id": one.id, "name": one.name}) for one in desired}
    return build_plan(desired, PlanInputs(TARGET, held))


def test_a_change_that_many_specs_share_is_shown_once_above_them():
    text = Page(plan_html([many(4, version="2", attributes={"a": 1})])).text
    shared = text[text.index("The same in many specs") : text.index("Specs with changes")]
    assert shared.count("/version") == 1
    assert shared.count("in 4 specs") == 1
    crowd = replace(
        many(1),
        specs=tuple(
            planned for n in range(25) for planned in many(3 + n, version=f"1.{n}").specs[n : n + 3]
        ),
    )
    assert "The same in many specs: " in plan_html([crowd])


def test_a_map_of_many_flow_specs_starts_folded_and_draws_the_first():
    plan = many(30, sourceConnectionSpecIds=["s1", "s2", "s3"])
    text = Page(plan_html([plan])).text
    assert "Connections on local: 30 flow specs, 30 added" in text
    assert "The first 24 of 30 flow specs." in text


def test_many_unchanged_connections_are_drawn_as_one():
    kept = [f"s{n}" for n in range(9)]
    plan = plan_of(
        spec(flow_spec(sourceConnectionSpecIds=[*kept, "new"])),
        flow_spec(sourceConnectionSpecIds=kept),
    )
    assert "9 unchanged sources" in Page(plan_html([plan])).text


def test_many_specs_blocked_for_one_reason_are_one_line():
    text = Page(plan_html([many(6, sourceConnectionSpecIds=["s1"])])).text
    assert text.count("would delete 6 values that Git never had or did not delete") == 1


def test_specs_of_one_target_only_are_shown_as_unmanaged_on_the_other():
    plan = many(2, version="2")
    other = replace(
        build_plan([], PlanInputs(replace(TARGET, name="stage"), {})),
        warnings=("the list was refused",),
    )
    text = Page(plan_html([plan, other])).text
    assert "not managed" in text
    assert "stage: " in text
    assert "2 specs to write on 1 of 2 targets" in text


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        ("enabled: true", "enabled: false", (["true"], ["false"])),
        ("one two three", "one 2 three", (["two"], ["2"])),
        ("abc", "xyz", (["abc"], ["xyz"])),
        ("same", "same", ([], [])),
        ("a" * 60_000 + "b", "a" * 60_000 + "c", (["b"], ["c"])),
    ],
)
def test_changed_words_are_marked(before, after, marked):
    old, new = marked_words(before, after)
    assert "".join(segment.text for segment in old) == before
    assert "".join(segment.text for segment in new) == after
    assert [s.text for s in old if s.marked] == marked[0]
    assert [s.text for s in new if s.marked] == marked[1]


def test_a_huge_value_is_shown_by_its_start_and_end():
    plan = plan_of(spec(flow_spec(version="x" * 50_000)), flow_spec(version="y" * 50_000))
    text = plan_html([plan])
    assert "characters…]" in text
    assert len(text) < 100_000


@given(documents(), documents())
@settings(max_examples=40)
def test_no_document_injects_an_element(desired, held):
    plan = plan_of(spec(desired), held)
    text = plan_html([plan])
    page = Page(text)
    assert page.tags <= OURS
    assert page.open == []
    assert all(character == "\n" or character.isprintable() for character in text)


def test_hostile_names_are_escaped_everywhere():
    name = "</title></style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e"
    document = flow_spec(name=name, id=name, version=name, sourceConnectionSpecIds=[name])
    desired = replace(spec(document), file=name)
    target = replace(TARGET, name=name, url=name, ims_org=name, sandbox=name)
    inputs = PlanInputs(
        target,
        {SpecKey("flowSpec", name): live({**document, "version": "1", "updatedBy": name, name: 1})},
        warnings=[name],
        unmanaged=[live(document)],
        unmanaged_since_base=[spec(document)],
    )
    plan = replace(build_plan([desired], inputs), names={name: name})
    page = Page(plan_html([plan, plan]))
    assert page.tags <= OURS | {"table", "thead", "tbody", "tr", "th", "td"}
    assert not any(attribute.startswith("on") for attribute, _ in page.attributes)
