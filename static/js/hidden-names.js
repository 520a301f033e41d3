// Names hidden or shown: in every tab of this browser, until somebody shows them again, whoever is logged in.
// `names-hidden.css` masks what families are called and have typed; tooltips cannot be masked, so they are
// taken away meanwhile.
import { watchKeys } from "./keys.js";

const KEPT_AS = "names-hidden";
const root = document.documentElement;
const buttons = document.querySelectorAll("[data-hide-names]");
const TIPS = "main [title]:not(time)";
const HELD = "main [data-held-title]";
const WATCHED = { subtree: true, childList: true, attributes: true, attributeFilter: ["title"] };

function holdTips() {
  for (const one of document.querySelectorAll(TIPS)) {
    one.dataset.heldTitle = one.title;
    one.removeAttribute("title");
  }
}

function giveTipsBack() {
  for (const one of document.querySelectorAll(HELD)) {
    one.title = one.dataset.heldTitle;
    delete one.dataset.heldTitle;
  }
}

// A list of choices opens in the color of its field.
function showChoices(field) {
  if (field?.matches?.("select")) field.classList.add("being-typed");
}

const watcher = new MutationObserver(holdTips);

function showState() {
  const isHidden = Boolean(localStorage.getItem(KEPT_AS));
  root.classList.toggle("names-hidden", isHidden);
  for (const button of buttons) {
    button.querySelector("span").textContent = isHidden ? "Names hidden · show" : "Hide names";
  }
  watcher.disconnect();
  if (isHidden) {
    holdTips();
    watcher.observe(document.body, WATCHED);
  } else giveTipsBack();
  document.dispatchEvent(new Event("names-hidden"));
}

function switchNames() {
  if (root.classList.contains("names-hidden")) localStorage.removeItem(KEPT_AS);
  else localStorage.setItem(KEPT_AS, "1");
  showState();
}

document.addEventListener("input", ({ target }) => target.classList.add("being-typed"));
document.addEventListener("pointerdown", ({ target }) => showChoices(target));
watchKeys(() => showChoices(document.activeElement));
document.addEventListener("focusout", ({ target }) => target.classList.remove("being-typed"));
for (const button of buttons) {
  button.addEventListener("click", switchNames);
  button.disabled = false;
}
// Another tab changed it; `null` is all of the storage.
window.addEventListener("storage", ({ key }) => (key === KEPT_AS || key === null) && showState());
// A page that the browser kept for Back has heard of nothing meanwhile.
window.addEventListener("pageshow", ({ persisted }) => persisted && showState());
showState();
