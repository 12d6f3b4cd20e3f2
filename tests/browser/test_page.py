"""The HTML report in a browser: layout, search, folding and keyboard navigation."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.plans import SCRIPT, of_repo_only, on, plan_of_many, varied_plan

from reconciler.reports.html import plan_html


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def report(folder):
    """The HTML report of a plan that contains everything a report can show."""
    return written(folder, "varied", varied_plan())


def written(folder, name, *plans):
    file = folder / f"{name} #1.html"
    file.write_text(plan_html(plans), encoding="utf-8")
    return file


def names(page):
    """The visible specs, in order."""
    return page.locator(".card:visible h3").all_inner_texts()


def card(page, name):
    return page.locator(".card").filter(has=page.get_by_role("heading", name=name, exact=True))


ALL = ["Created", "Both", "Drifted", "Sources", "Wording", SCRIPT]


def test_the_verdict_and_the_refusals_come_first(open_page, report):
    page = open_page(report)
    assert page.get_by_role("heading", level=1).inner_text() == ("Blocked by 2 guards on local")
    assert "1 to create, 5 to update, 2 unchanged" in page.locator(".counts").inner_text()
    refusals = page.locator(".notices.refusals").inner_text()
    assert refusals.index("removals") < refusals.index("conflicts")
    page.get_by_text("To override (discards 2 values on the target):").click()
    assert "--allow-removals" in page.locator(".notices.refusals").inner_text()
    assert sorted(names(page)) == sorted(ALL)
    assert names(page)[:2] == ["Both", "Drifted"]


def test_filters_by_action_and_origin(open_page, report):
    page = open_page(report)
    page.get_by_label("create 1", exact=True).click()
    assert names(page) == ["Created"]
    assert page.get_by_role("status").inner_text() == "1 of 6 shown"
    page.get_by_label("update 5", exact=True).click()
    assert sorted(names(page)) == sorted(ALL)
    page.get_by_role("button", name="Clear filters").click()
    page.get_by_label("drift 1", exact=True).click()
    assert names(page) == ["Drifted"]
    page.get_by_label("conflict 1", exact=True).click()
    assert sorted(names(page)) == ["Both", "Drifted"]
    page.get_by_label("blocked 2", exact=True).click()
    assert sorted(names(page)) == ["Both", "Drifted"]
    page.get_by_label("unchanged 2", exact=True).click()
    assert names(page) == []
    assert page.get_by_text("No spec matches these filters.").is_visible()


def test_searches_names_ids_files_and_values(open_page, report):
    page = open_page(report)
    search = page.get_by_label("Search")
    for words, found in (
        ("WORDING", ["Wording"]),
        ("id-of-sources", ["Sources"]),
        ("flowspecs/id-of-drifted.yaml", ["Drifted"]),
        ("team two", ["Wording"]),
        ("acme orders", ["Sources"]),
        ("nothing like this", []),
    ):
        search.fill(words)
        assert names(page) == found
    search.fill("quiet")
    assert page.locator(".quiet.unchanged").get_by_text("Quiet", exact=True).is_visible()


def test_unchanged_lines_are_folded_until_expanded(open_page, report):
    page = open_page(report)
    fold = card(page, "Wording").locator(".fold").first
    assert fold.locator("summary").inner_text().endswith("unchanged lines")
    assert not fold.get_by_text("providerId").is_visible()
    fold.locator("summary").click()
    assert fold.get_by_text("providerId").is_visible()


def test_specs_fold_and_unfold_all_at_once(open_page, report):
    page = open_page(report)
    page.get_by_role("button", name="Close all").click()
    assert page.locator(".card details[open] .diff").count() == 0
    page.get_by_role("button", name="Open all").click()
    assert page.locator(".card > details[open]").count() == len(ALL)


def test_both_sides_are_shown_side_by_side_or_stacked(open_page, report):
    page = open_page(report)
    row = card(page, "Wording").locator(".row.changed").first
    old, new = row.locator("del").bounding_box(), row.locator("ins").bounding_box()
    assert old["y"] == new["y"]
    assert old["x"] < new["x"]
    page.get_by_label("inline", exact=True).click()
    old, new = row.locator("del").bounding_box(), row.locator("ins").bounding_box()
    assert old["y"] < new["y"]
    assert old["x"] == new["x"]


def test_changed_words_are_marked(open_page, report):
    page = open_page(report)
    row = card(page, "Wording").locator(".row.changed").filter(has_text="5 of the notes")
    assert row.locator("del mark").all_inner_texts() == ["line"]
    assert row.locator("ins mark").all_inner_texts() == ["row"]


def test_the_map_draws_added_and_removed_connections(open_page, report):
    page = open_page(report)
    drawn = card(page, "Sources").locator("svg")
    assert drawn.locator("path.line.kept").count() == 2
    assert drawn.locator("path.line.added").count() == 1
    assert drawn.locator("path.line.removed").count() == 1
    boxes = drawn.locator(".box text").all_text_contents()
    assert boxes == ["MailChimp", "+ Acme Orders", "− s2", "Sources", "t1"]  # noqa: RUF001
    thin, thick = (
        drawn.locator(f"path.line.{state}").first.evaluate(
            "line => [getComputedStyle(line).stroke, getComputedStyle(line).strokeDasharray]"
        )
        for state in ("removed", "added")
    )
    assert thin[0] != thick[0]
    assert thin[1] != thick[1] == "none"
    whole = page.locator(".maps svg")
    flows = whole.locator(".box.flows text").all_text_contents()
    assert sorted(flows) == ["Created", "Drifted", "Sources"]
    assert whole.locator(".box.targets.removed").count() == 1


def test_it_follows_the_system_s_theme_until_the_button_is_used(open_page, report):
    paper = "getComputedStyle(document.body).backgroundColor"
    light = open_page(report, color_scheme="light").evaluate(paper)
    page = open_page(report, color_scheme="dark")
    dark = page.evaluate(paper)
    assert light != dark
    page.get_by_role("button", name="Light theme").click()
    assert page.evaluate(paper) == light
    page.get_by_role("button", name="Dark theme").click()
    assert page.evaluate(paper) == dark


def test_it_fits_a_phone_screen(open_page, report):
    page = open_page(report, width=390)
    page.get_by_role("button", name="Open all").click()
    for fold in page.locator(".fold > summary").all():
        fold.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("document.documentElement.scrollHeight") > 900
    row = card(page, "Wording").locator(".row.changed").first
    assert row.locator("ins").bounding_box()["width"] > 300
    assert not page.get_by_text("side by side").is_visible()


def test_everything_can_be_reached_by_keyboard(open_page, report):
    page = open_page(report)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the changes"
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    page.keyboard.type("sources")
    assert names(page) == ["Sources"]
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("input[value=create]").is_checked()
    assert names(page) == []
    page.keyboard.press("Space")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    assert len(names(page)) == len(ALL)
    summary = card(page, "Both").locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert not card(page, "Both").locator(".diff").is_visible()
    outline = summary.evaluate("node => getComputedStyle(node).outlineStyle")
    assert outline == "solid"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing(open_page, report, scheme, width):
    page = open_page(report, width=width, color_scheme=scheme)
    page.evaluate("for (const node of document.querySelectorAll('details')) node.open = true")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_script_in_the_name_of_a_spec_is_shown_and_not_run(open_page, report):
    page = open_page(report)
    assert SCRIPT in names(page)
    assert page.evaluate("window.ran") is None
    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0


def test_the_page_s_own_policy_lets_nothing_else_run_or_load(open_page, report, watched):
    page = open_page(report)
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.ran = 3";
          document.body.append(script);
          document.body.insertAdjacentHTML("beforeend", "<b onclick='window.ran = 4'>b</b>");
          document.body.lastChild.click();
        }"""
    )
    assert page.evaluate("fetch('data:,x').then(() => 'read', () => 'refused')") == "refused"
    loading = """new Promise((done) => {
      const image = new Image();
      image.onload = () => done("loaded");
      image.onerror = () => done("refused");
      image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
    })"""
    assert page.evaluate(loading) == "refused"
    assert page.evaluate("window.ran") is None
    assert len(watched.console) >= 4
    watched.console[:] = [said for said in watched.console if "Content Security" not in said]


def test_it_can_be_read_without_scripts(open_page, report):
    page = open_page(report, java_script_enabled=False)
    assert not page.locator(".toolbar").is_visible()
    assert not page.locator("#theme").is_visible()
    assert page.get_by_role("heading", name="Wording").is_visible()
    assert page.get_by_text("team two").is_visible()


def test_a_link_to_a_spec_opens_it_and_clears_the_filter_that_hides_it(open_page, report):
    page = open_page(report)
    page.get_by_role("button", name="Close all").click()
    page.get_by_label("create 1", exact=True).click()
    blocked = page.locator(".notices.refusals")
    blocked.locator("summary").first.click()
    blocked.get_by_role("link", name="Drifted").click()
    assert card(page, "Drifted").locator(".diff").is_visible()
    assert len(names(page)) == len(ALL)
    assert 0 <= card(page, "Drifted").bounding_box()["y"] < 450
    page.get_by_role("button", name="Close all").click()
    page.evaluate("scrollTo(0, 0)")
    blocked.get_by_role("link", name="Drifted").click()
    assert card(page, "Drifted").locator(".diff").is_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_specs_start_on_the_first_screen_and_links_jump_below_them(open_page, report, width):
    page = open_page(report, width=width)
    assert page.locator("#changes").bounding_box()["y"] < 900
    assert page.locator("#changes").bounding_box()["y"] < page.locator("#maps").bounding_box()["y"]
    page.get_by_role("link", name="Other specs").click()
    assert page.locator("#others").bounding_box()["y"] < 900


def test_the_filters_show_the_counts_of_the_header(open_page, folder):
    page = open_page(written(folder, "counts", of_repo_only()))
    head = page.locator(".counts").inner_text()
    for words, label in (("1 to create", "create 1"), ("4 to update", "update 4")):
        assert words in head
        assert page.get_by_label(label, exact=True).is_visible()
    for words in ("unchanged", "skipped"):
        number = re.search(rf"(\d+) {words}", head)[1]
        page.get_by_label(f"{words} {number}", exact=True).click()
        page.get_by_label(f"{words} {number}", exact=True).click()


def test_printing_unfolds_every_visible_spec(open_page, report):
    page = open_page(report)
    page.get_by_role("button", name="Close all").click()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".card > details[open]").count() == len(ALL)
    assert page.locator(".notices details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".card > details[open]").count() == 0


def test_four_hundred_changes_start_folded_and_can_be_searched(open_page, folder):
    page = open_page(written(folder, "many", plan_of_many(400)))
    assert page.locator(".card:visible").count() == 400
    assert page.locator(".card > details[open]").count() == 0
    page.get_by_label("Search").fill("spec399")
    assert names(page) == ["Spec399"]
    assert page.evaluate("document.documentElement.scrollWidth") == 1280


def test_several_targets_are_in_columns_and_are_filtered(open_page, folder):
    plan = varied_plan()
    page = open_page(written(folder, "targets", on(plan, "prod"), on(plan, "stage")))
    table = page.locator(".columns table")
    assert table.locator("thead th").all_inner_texts() == ["Spec", "prod", "stage"]
    row = table.locator("tbody tr").filter(has_text="Drifted")
    assert row.locator("td").all_inner_texts() == ["update: 1 change blocked"] * 2
    row.get_by_role("link").last.click()
    assert page.evaluate("location.hash").startswith("#spec-")
    page.get_by_label("stage 6", exact=True).click()
    assert page.locator(".card:visible .target").all_inner_texts() == ["stage"] * 6


def test_skipped_changes_are_shown_separately(open_page, folder):
    page = open_page(written(folder, "alone", of_repo_only()))
    left = card(page, "Drifted").locator(".skipped")
    assert left.get_by_role("heading", name="Skipped by this plan (1)").is_visible()
    assert "theirs" in left.inner_text()
    assert card(page, "Drifted").locator(".action").inner_text() == "skipped"
