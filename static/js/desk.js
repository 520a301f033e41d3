// What every desk page has around it: its address, its menus, the list of keys, and names hidden or shown.
import { registerKey } from "./keys.js";

const root = document.documentElement;
const hideButtons = document.querySelectorAll("[data-hush]");

// The page's links stay at its front desk. A page that was opened without saying which says it from now on,
// so that a reload or the way back shows the same one, whatever another tab has chosen since.
function putDeskIntoAddress() {
  const home = document.querySelector(".bar-home")?.getAttribute("href") ?? "";
  if (!/\/at\/\d+\/$/.test(home) || window.location.pathname.startsWith(home)) return;
  const { pathname, search, hash } = window.location;
  window.history.replaceState(null, "", home + pathname.slice(1) + search + hash);
}

// A page that answers a form has no address of its own: the way back to it would end on an error page of the
// browser.
function putOriginIntoAddress() {
  const from = document.querySelector("[data-came-from]");
  if (from) window.history.replaceState(null, "", from.dataset.cameFrom || from.href);
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

// On every page of this tab, until it is closed.
function hideNames(isHidden) {
  root.classList.toggle("hush", isHidden);
  if (isHidden) sessionStorage.setItem("hush", "1");
  else sessionStorage.removeItem("hush");
  for (const button of hideButtons) button.setAttribute("aria-pressed", isHidden);
}

// The browser gives the focus only when it paints; a letter typed before that would be taken for a key.
document.querySelector("[autofocus]")?.focus();
putDeskIntoAddress();
putOriginIntoAddress();

registerKey("Escape", closeMenu, { whileTyping: true, whileHeld: true, inDialogs: true });
document.addEventListener("click", ({ target }) => {
  const opener = target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  closeMenusElsewhere(target);
});

for (const button of hideButtons) {
  button.addEventListener("click", () => hideNames(!root.classList.contains("hush")));
}
hideNames(root.classList.contains("hush"));
