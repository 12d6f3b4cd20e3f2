/* The report's controls: filters, search, the two views, opening and closing, light and dark.
   It shows and hides what the page holds; it makes no markup and fetches nothing. */
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);

  /* Light and dark: what the system prefers, until the reader says otherwise. */
  const theme = byId("theme");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
  const showTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    showTheme();
  });
  prefersDark.addEventListener("change", showTheme);
  showTheme();

  /* A link to a spec opens it. */
  const openLinked = () => {
    const linked = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
    const details = linked && linked.querySelector(":scope > details");
    if (!details) return;
    if (linked.hidden) toolbar.reset();
    details.open = true;
    linked.scrollIntoView();
  };

  /* On paper everything that is in sight stands open. */
  let openedToPrint = [];
  addEventListener("beforeprint", () => {
    openedToPrint = all(".card:not([hidden]) > details:not([open])");
    for (const details of openedToPrint) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of openedToPrint) details.open = false;
  });

  const toolbar = byId("toolbar");
  if (!toolbar) return;
  root.dataset.script = "";
  const search = byId("search");
  const cards = all(".card");
  const lists = all(".quiet.order");
  const ofTarget = all("[data-of-target]");

  const chosen = (name) => all(`input[name="${name}"]:checked`, toolbar).map((input) => input.value);
  const fits = (values, wanted) => !wanted.length || values.some((value) => wanted.includes(value));

  /* What a search looks through: a spec's first line, its facts and its changes, not its folds. */
  const texts = new WeakMap();
  const textOf = (node) => {
    if (!texts.has(node)) {
      const parts = node.matches(".card")
        ? all(":scope > details > summary, .facts, .change, ul.refusals", node)
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
    const refused = chosen("refused").length > 0;
    const found = (node) => words.every((word) => textOf(node).includes(word));

    let shown = 0;
    for (const card of cards) {
      const { action, target } = card.dataset;
      card.hidden = !(
        fits([action], actions) &&
        fits(card.dataset.origins.split(" "), origins) &&
        fits([target], targets) &&
        (!refused || "refused" in card.dataset) &&
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
        !fits(["none"], actions) || origins.length > 0 || refused || items.every((item) => item.hidden);
      if (!list.hidden && (words.length || actions.includes("none"))) list.open = true;
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
  /* What is scrolled to, or focused, must not end up below the controls. */
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

  addEventListener("hashchange", openLinked);
  filter();
  openLinked();
})();
