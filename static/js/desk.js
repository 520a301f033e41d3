// Keys, menus and the toast of every desk page. A key is whatever element says it in aria-keyshortcuts.
(() => {
  "use strict";
  // The browser gives the focus only when it paints; a letter typed before that would be taken for a key.
  document.querySelector("[autofocus]")?.focus();

  // The page's links stay at its front desk. A page that was opened without saying which says it from now on,
  // so that a reload or the way back shows the same one, whatever another tab has chosen since.
  const home = document.querySelector(".bar-home")?.getAttribute("href") ?? "";
  if (/\/at\/\d+\/$/.test(home) && !window.location.pathname.startsWith(home)) {
    const { pathname, search, hash } = window.location;
    window.history.replaceState(null, "", home + pathname.slice(1) + search + hash);
  }
  // A page that answers a form has no address of its own: the way back to it would end on the browser's error page.
  const from = document.querySelector("[data-came-from]");
  if (from) window.history.replaceState(null, "", from.dataset.cameFrom || from.href);

  const dialogOpen = () => document.querySelector("dialog[open]");

  // The key that was meant, or "" while somebody types, holds a modifier or has a dialog before them.
  function keyOf(event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return "";
    const box = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (box || dialogOpen() || event.key.length !== 1) return "";
    const letter = event.key.toLowerCase();
    // With Caps Lock on a plain press is a capital; with Shift held it is a modifier.
    return event.shiftKey && letter !== letter.toUpperCase() ? "" : letter;
  }

  document.addEventListener("keydown", (event) => {
    const key = keyOf(event);
    if (!key || event.repeat) return;
    const target = document.querySelector(`[aria-keyshortcuts="${CSS.escape(key)}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input, textarea, select")) target.focus();
    else target.click();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // Names hidden or shown, on every page of this tab until it is closed.
  const root = document.documentElement;
  function hush(on) {
    root.classList.toggle("hush", on);
    if (on) sessionStorage.setItem("hush", "1");
    else sessionStorage.removeItem("hush");
    for (const button of document.querySelectorAll("[data-hush]")) button.setAttribute("aria-pressed", on);
  }
  for (const button of document.querySelectorAll("[data-hush]")) {
    button.addEventListener("click", () => hush(!root.classList.contains("hush")));
  }
  hush(root.classList.contains("hush"));

  // What was done, with a way back; it stays until something else is said.
  const toast = document.getElementById("toast");
  function say(words, undo) {
    toast.replaceChildren(document.createTextNode(words));
    if (undo) {
      const button = document.createElement("button");
      button.type = "button";
      button.append("Undo", Object.assign(document.createElement("kbd"), { textContent: "u" }));
      button.addEventListener("click", undo);
      toast.append(" ", button);
    }
    toast.hidden = !words;
  }

  // The mark of a form says who the page was made for, and when.
  const personOf = (mark) => mark?.split(".")[0];

  // A page opened before another login has that login's token; this puts the new one into every form of the page.
  async function renewToken() {
    const answer = await fetch(root.dataset.token, { headers: { "HX-Request": "true" }, redirect: "manual" });
    if (!answer.ok) return answer;
    const { token, by } = await answer.json();
    // A page made for one person must not go on as another.
    if (personOf(document.querySelector("[name=typed_by]")?.value) !== personOf(by)) return window.location.reload();
    for (const box of document.querySelectorAll("[name=csrfmiddlewaretoken]")) box.value = token;
    for (const box of document.querySelectorAll("[name=typed_by]")) box.value = by;
    return answer;
  }

  // One post of a script. A stale token is put right and the post repeated, once. An answer of the type
  // "opaqueredirect" means that nobody is logged in any more.
  async function send(address, body, options = {}) {
    const attempt = () => {
      body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
      return fetch(address, { method: "POST", body, headers: { "HX-Request": "true" }, redirect: "manual", ...options });
    };
    const answer = await attempt();
    if (answer.headers.get("Token") !== "stale") return answer;
    const renewed = await renewToken();
    return renewed?.ok ? attempt() : renewed ?? answer;
  }

  // Why nothing was changed: not for this role, in the server's sentence, or something that may pass.
  async function whyNot(answer) {
    const said = answer.status === 403 ? (await answer.text()).trim() : "";
    return said || "Nothing was changed. Press it again in a moment.";
  }

  // What was typed goes as a form instead: the server keeps it for the person who typed it until they logged in.
  function sendAsForm(address, body) {
    const form = Object.assign(document.createElement("form"), { method: "post", action: address, hidden: true });
    for (const [name, value] of body) form.append(Object.assign(document.createElement("input"), { name, value }));
    const by = document.querySelector("[name=typed_by]")?.value;
    if (by && !body.has("typed_by")) form.append(Object.assign(document.createElement("input"), { name: "typed_by", value: by }));
    document.body.append(form);
    form.submit();
  }

  // Whether the page is behind: it speaks of a child that is another by now, and nothing was written.
  const isBehind = (answer) => answer.headers.get("Page") === "behind";

  window.desk = { keyOf, say, send, sendAsForm, isBehind, whyNot };
})();
