"use strict";
(() => {
  const root = document.documentElement;
  const all = (query, from = document) => [...from.querySelectorAll(query)];
  const byId = (id) => document.getElementById(id);

  // Theme: what the system says, light, dark.
  const theme = byId("theme");
  const themes = ["auto", "light", "dark"];
  let chosen = "auto";
  const wear = (name) => {
    chosen = themes.includes(name) ? name : "auto";
    if (chosen === "auto") delete root.dataset.theme;
    else root.dataset.theme = chosen;
    theme.textContent = `Theme: ${chosen}`;
  };
  try { wear(localStorage.getItem("connect-audit-theme")); } catch { wear("auto"); }
  theme.hidden = false;
  theme.addEventListener("click", () => {
    wear(themes[(themes.indexOf(chosen) + 1) % themes.length]);
    try { localStorage.setItem("connect-audit-theme", chosen); } catch { /* a file may not be let to */ }
  });

  // Copying.
  const copy = (source, what, text) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${what}`);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text());
      } catch {
        getSelection().selectAllChildren(source);
        document.execCommand("copy");
      }
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    source.after(button);
  };
  all(".code > pre").forEach((pre) => copy(pre, "the text", () => pre.textContent));
  all("a.fp").forEach((link) => copy(link, "the fingerprint", () => link.textContent));

  // Filters.
  const tools = byId("tools");
  const rows = all(".card > .evidence tbody, #undecided tbody > tr, #passed tr[data-s]").map((node) => {
    const card = node.closest(".card");
    const head = card ? card.querySelector("header").textContent : "";
    return {
      node,
      text: `${head} ${node.textContent}`.toLowerCase(),
      severity: node.closest("[data-s]").dataset.s,
      verdict: node.closest("[data-v]").dataset.v,
      places: (node.dataset.i ?? node.dataset.is ?? "*").split(" "),
    };
  });
  const holders = all(".card, .level, #undecided .blind, #passed tbody");
  const off = (name) => new Set(all(`[data-${name}][aria-pressed=false]`, tools).map((chip) => chip.dataset[name]));
  const filter = () => {
    const words = byId("words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = off("severity");
    const verdicts = off("verdict");
    const place = byId("instance") ? byId("instance").value : "";
    let left = 0;
    for (const row of rows) {
      const here = !severities.has(row.severity) && !verdicts.has(row.verdict)
        && (!place || row.places.includes(place) || row.places[0] === "*")
        && words.every((word) => row.text.includes(word));
      row.node.hidden = !here;
      if (here && row.verdict === "fail") left += 1;
    }
    for (const holder of holders) {
      holder.hidden = !holder.querySelector("tr[data-s]:not([hidden]), .rows > tbody:not([hidden])");
    }
    for (const verdict of ["unknown", "pass"]) {
      const section = document.querySelector(`section[data-v=${verdict}]`);
      section.hidden = verdicts.has(verdict);
    }
    const total = rows.filter((row) => row.verdict === "fail").length;
    byId("count").textContent = left === total ? `${total} failures` : `${left} of ${total} failures`;
  };
  const clear = () => {
    tools.reset();
    all(".chip", tools).forEach((chip) => chip.setAttribute("aria-pressed", "true"));
    filter();
  };
  if (tools) {
    let waiting;
    tools.hidden = false;
    tools.addEventListener("submit", (event) => event.preventDefault());
    tools.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); });
    tools.addEventListener("click", (event) => {
      const chip = event.target.closest(".chip");
      if (chip) {
        chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
        filter();
      } else if (event.target.type === "reset") {
        event.preventDefault();
        clear();
      }
    });
    filter();
  }

  // Links to one finding.
  const go = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const goal = id && byId(id);
    if (id.startsWith("f=") && !goal && tools) {
      byId("count").textContent = "The finding of this link is not on this page.";
      return tools.scrollIntoView();
    }
    if (!goal) return;
    if (tools && goal.closest("[hidden]")) clear();
    for (let at = goal; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    goal.scrollIntoView();
  };
  addEventListener("hashchange", go);
  go();

  // Paper shows everything.
  let shut = [];
  addEventListener("beforeprint", () => {
    shut = all("details:not([open])");
    shut.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => shut.forEach((one) => { one.open = false; }));
})();
