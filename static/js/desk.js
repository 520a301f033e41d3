// Common to every desk page: its URL, menus, list of keys, and hidden names.
import "./desk-lock.js";
import "./hidden-names.js";
import { showLiveKeys } from "./key-list.js";
import "./key-switch.js";
import { registerKey } from "./keys.js";
import "./no-connection.js";
import "./notices.js";
import { focusKeptRow } from "./return-focus.js";

// The page's links stay at its front desk. Put a missing desk into the URL, so that a reload or Back shows
// the same one, whatever another tab has chosen since.
function putDeskIntoAddress() {
  const home = document.querySelector(".bar-home")?.getAttribute("href") ?? "";
  if (!/\/at\/\d+\/$/.test(home) || window.location.pathname.startsWith(home)) return;
  const { pathname, search, hash } = window.location;
  window.history.replaceState(null, "", home + pathname.slice(1) + search + hash);
}

// A page that answers a form has no URL of its own; going back to it would show a browser error.
function putOriginIntoAddress() {
  const from = document.querySelector("[data-came-from]");
  if (from) window.history.replaceState(null, "", from.dataset.cameFrom || from.href);
}

function openDialog(dialog) {
  if (dialog.id === "keys") showLiveKeys(dialog);
  dialog.showModal();
}

function closeMenu() {
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  return false;
}

function closeMenusElsewhere(target) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
}

// The browser focuses only when it paints; a letter typed before that would count as a key.
document.querySelector("[autofocus]")?.focus();
putDeskIntoAddress();
putOriginIntoAddress();
focusKeptRow();

registerKey("Escape", closeMenu, { whileTyping: true, whileHeld: true, inDialogs: true });
document.addEventListener("click", ({ target }) => {
  const opener = target.closest("[data-opens]");
  if (opener) openDialog(document.getElementById(opener.dataset.opens));
  closeMenusElsewhere(target);
});
for (const opener of document.querySelectorAll("[data-opens]")) opener.disabled = false;
