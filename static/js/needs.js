// Needs, the door and consent: one key each while a need is chosen. Loaded before match.js, whose keys also begin on window.
(() => {
  "use strict";
  const say = (words) => words && window.desk?.say(words);
  const typing = (target) => target.closest?.("input:not([type=hidden]):not([type=radio]), textarea, select, [contenteditable]");
  const seen = (selector, panel = document) => [...panel.querySelectorAll(selector)].filter((one) => one.getClientRects().length);
  const needs = (panel) => seen(".need", panel);
  const open = (one) => !one.classList.contains("need-answered");

  function begin(panel) {
    panel.dataset.live = "";
    if (panel.id === "door") (needs(panel).find(open) ?? panel.querySelector("[data-go]"))?.focus();
  }

  // Puts the panels of an answer in the place of those on the page; the focus goes on to the next open need.
  function take(html, need) {
    const held = need && needs(need.closest("[data-panel]")).filter(open).indexOf(need);
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelectorAll("[data-panel]");
    for (const panel of fresh) {
      const old = document.getElementById(panel.id);
      // An answer that comes late must not show one family's needs at the door of the next.
      if (old?.dataset.panel !== panel.dataset.panel) continue;
      const focused = old.contains(document.activeElement);
      const next = document.adoptNode(panel);
      old.replaceWith(next);
      next.dataset.live = "";
      say(next.dataset.said);
      const asked = next.querySelector("[data-asking] input[type=radio]");
      if (asked) asked.focus();
      else if (focused) after(next, held).focus();
    }
  }

  function after(panel, held) {
    const left = needs(panel).filter(open);
    const fallback = panel.querySelector("[data-go]") ?? panel.querySelector("h2");
    return left[Math.min(Math.max(held ?? 0, 0), left.length - 1)] ?? fallback;
  }

  async function send(form, outcome) {
    if (form.dataset.sent) return;
    form.dataset.sent = "yes";
    const body = new URLSearchParams(new FormData(form));
    if (outcome) body.set(outcome.name, outcome.value);
    let answer;
    try {
      answer = await window.desk.send(form.action, body);
    } catch {
      delete form.dataset.sent;
      return say("No connection: nothing was changed. Press it again in a moment.");
    }
    delete form.dataset.sent;
    if (answer.type === "opaqueredirect") return window.desk.sendAsForm(form.action, body);
    // The page that answers a form says what changed, and keeps what was typed.
    if (window.desk.isBehind(answer)) return window.desk.sendAsForm(form.action, body);
    if (!answer.ok && ![409, 422].includes(answer.status)) return say(await window.desk.whyNot(answer));
    take(await answer.text(), form.closest(".need"));
  }

  const picked = (form) => form.querySelector("input[name=quick]:checked") || form.elements.reason?.value.trim();

  // Deferred and not offered say why: the first press asks, a reason answers.
  function ask(form, outcome) {
    form.dataset.asking = outcome;
    form.querySelector(".need-reasons input")?.focus();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-fetch]");
    if (!form || !form.closest("[data-panel]")) return;
    event.preventDefault();
    const button = event.submitter;
    const outcome = button?.name && { name: button.name, value: button.value };
    if (!form.matches(".need-later")) return send(form, outcome);
    // Enter in the box of own words presses the first button, whichever was asked for.
    outcome.value = form.dataset.asking ?? outcome.value;
    if (picked(form)) send(form, outcome);
    else ask(form, outcome.value);
  });

  // A click on a quick reason answers at once; arrows only choose among them.
  document.addEventListener("click", (event) => {
    const why = event.target.closest?.("[data-why]");
    if (why && (event.detail || why === document.activeElement)) why.form.dataset.asking = why.value;
    const radio = event.target.closest?.(".need-quick input[type=radio]");
    const form = radio?.closest("form[data-asking]");
    if (form && event.detail) send(form, { name: "outcome", value: form.dataset.asking });
  });

  // Who is chosen says whether they said it here; another kind of care takes the item along that is due of it, or none.
  document.addEventListener("change", (event) => {
    const { name, value, form } = event.target;
    if (!form?.closest(".consent-write")) return;
    const { how, care, to_what: item } = form.elements;
    if (name === "how") how.dataset.chosen = "";
    if (name === "person" && value && how.dataset.chosen === undefined) how.value = JSON.parse(how.dataset.here).includes(value) ? "verbal" : "telephone";
    if (name !== "care") return;
    const due = JSON.parse(care.dataset.due);
    const own = due.filter(([kind]) => kind === value);
    if (!item.value || due.some(([kind, label]) => kind !== value && label === item.value)) item.value = own.length === 1 ? own[0][1] : "";
  });

  function walk(by) {
    const all = needs();
    const at = all.indexOf(document.activeElement.closest?.(".need"));
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
    return Boolean(next);
  }

  function quick(form, number) {
    const radio = form.querySelectorAll(".need-quick input[type=radio]")[number - 1];
    if (!radio) return false;
    radio.checked = true;
    if (form.matches("[data-asking]")) send(form, { name: "outcome", value: form.dataset.asking });
    else form.requestSubmit(form.querySelector("[data-go]"));
    return true;
  }

  // The key by which a person goes to a child who cannot wait means nothing else on its visit's page.
  const isOfWorry = (key) => !document.querySelector("dialog[open]") && document.querySelector(`.worry-line [aria-keyshortcuts="${CSS.escape(key)}"]`);

  function press(key) {
    if (isOfWorry(key)) return false;
    if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
    const need = document.activeElement?.closest?.(".need");
    const form = need?.querySelector("form[data-asking]") ?? seen(".door-go")[0];
    if (/^[1-9]$/.test(key)) return Boolean(form) && quick(form, Number(key));
    // Not for this person's role: the key says who does it instead.
    const refused = need?.querySelector(`[data-refuses="${CSS.escape(key)}"]`);
    if (refused) {
      // In its own row: at the door a dialog stands over the place where things are said.
      refused.textContent = refused.dataset.whyNot;
      return true;
    }
    const button = need?.querySelector(`[data-answer="${CSS.escape(key)}"]`);
    if (!button) return false;
    if (button.matches("a")) button.click();
    else if (button.matches("[data-why]")) ask(button.form, button.value);
    else send(button.form, button.name && { name: button.name, value: button.value });
    return true;
  }

  window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    const dialog = document.querySelector("dialog[open]");
    if (typing(event.target) || (dialog && !dialog.querySelector("[data-panel]")) || !document.querySelector("[data-panel]")) return;
    if (!press(event.key.toLowerCase())) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  window.needs = { begin };
  for (const panel of document.querySelectorAll("[data-panel]")) begin(panel);
})();
