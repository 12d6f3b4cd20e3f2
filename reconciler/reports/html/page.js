/* The report's controls: filters, search, the two views, folding, light and dark.
   This script shows and hides what the page contains; it makes no markup and fetches nothing. */
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);

  /* Light and dark: what the system prefers, until the reader chooses. The button names its effect. */
  const theme = byId("theme");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
  const showTheme = () => (theme.textContent = isDark() ? "Light theme" : "Dark theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    showTheme();
  });
  prefersDark.addEventListener("change", showTheme);
  showTheme();

  /* A link to a spec or a folded list opens it. */
  const openLinked = () => {
    const linked = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
    const details = linked && linked.querySelector(":scope > details");
    if (!details) return;
    if (linked.hidden) {
      toolbar.reset();
      filter();
    }
    details.open = true;
    linked.scrollIntoView();
  };
  addEventListener("hashchange", openLinked);
  addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) openLinked();
  });

  /* On paper everything in sight is unfolded. */
  let openedToPrint = [];
  addEventListener("beforeprint", () => {
    openedToPrint = all(".card:not([hidden]) > details:not([open]), .notices details:not([open])");
    for (const details of openedToPrint) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of openedToPrint) details.open = false;
  });

  const toolbar = byId("toolbar");
  if (!toolbar) return openLinked();
  root.dataset.script = "";
  const search = byId("search");
  const cards = all(".card");
  const lists = all(".quiet.unchanged");
  const ofTarget = all("[data-of-target]");

  const chosen = (name) => all(`input[name="${name}"]:checked`, toolbar).map((input) => input.value);
  const fits = (values, wanted) => !wanted.length || values.some((value) => wanted.includes(value));

  /* What a search looks through: a spec's first line, its facts and its changes, not its folds. */
  const texts = new WeakMap();
  const textOf = (node) => {
    if (!texts.has(node)) {
      const parts = node.matches(".card")
        ? all(":scope > details > summary, .facts, .change", node)
        : [node];
      texts.set(node, parts.map((part) => part.textContent).join("\n").toLowerCase());
    }
    return texts.get(node);
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const actions = chosen("action");
    const origins = chosen("origin");
    const targets = chosen("target");
    const blocked = chosen("blocked").length > 0;
    const found = (node) => words.every((word) => textOf(node).includes(word));

    let shown = 0;
    for (const card of cards) {
      const { action, target } = card.dataset;
      card.hidden = !(
        fits([action], actions) &&
        fits(card.dataset.origins.split(" "), origins) &&
        fits([target], targets) &&
        (!blocked || "blocked" in card.dataset) &&
        found(card)
      );
      shown += !card.hidden;
    }
    for (const change of all(".card .change")) {
      change.classList.toggle("other", !fits([change.dataset.origin], origins));
    }
    for (const section of ofTarget) section.hidden = !fits([section.dataset.ofTarget], targets);
    for (const list of lists) {
      const items = all("li", list);
      for (const item of items) item.hidden = !found(item);
      list.hidden ||=
        !fits(["unchanged"], actions) || origins.length > 0 || blocked || items.every((item) => item.hidden);
      if (!list.hidden && (words.length || actions.includes("unchanged"))) list.open = true;
    }
    byId("nothing").hidden = shown > 0 || lists.some((list) => !list.hidden);
    byId("shown").textContent =
      shown === cards.length ? `${shown} shown` : `${shown} of ${cards.length} shown`;
  };

  toolbar.addEventListener("input", (event) => {
    if (event.target.name === "view") root.dataset.view = event.target.value;
    else filter();
  });
  toolbar.addEventListener("submit", (event) => event.preventDefault());
  toolbar.addEventListener("reset", () => {
    const view = root.dataset.view || "side";
    setTimeout(() => {
      toolbar.elements.view.value = view;
      filter();
    });
  });
  /* What is scrolled to or focused must not be hidden by the controls. */
  new ResizeObserver(() => {
    const covers = getComputedStyle(toolbar).position === "sticky";
    root.style.scrollPaddingTop = covers ? `${toolbar.offsetHeight + 8}px` : "";
  }).observe(toolbar);

  const setOpen = (open) => {
    for (const card of cards) if (!card.hidden) card.firstElementChild.open = open;
  };
  byId("open-all").addEventListener("click", () => setOpen(true));
  byId("close-all").addEventListener("click", () => setOpen(false));

  addEventListener("keydown", (event) => {
    const typing = event.target.matches("input[type=search], textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape" && event.target === search) {
      search.value = "";
      filter();
    }
  });

  filter();
  openLinked();
})();
