// Keys, menus and the toast of every desk page. A key is whatever element says it in aria-keyshortcuts.
(() => {
  "use strict";
  // The browser gives the focus only when it paints; a letter typed before that would be taken for a key.
  document.querySelector("[autofocus]")?.focus();

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

  window.desk = { keyOf, say };
})();
