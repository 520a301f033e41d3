// Names hidden or shown, on every page of this tab until it is closed. `names-hidden.css` masks what families
// are called and have typed; tooltips cannot be masked, so they are taken away meanwhile.

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

const watcher = new MutationObserver(holdTips);

function hideNames(isHidden) {
  root.classList.toggle("names-hidden", isHidden);
  if (isHidden) sessionStorage.setItem("names-hidden", "1");
  else sessionStorage.removeItem("names-hidden");
  for (const button of buttons) {
    button.querySelector("span").textContent = isHidden ? "Names hidden · show" : "Hide names";
  }
  watcher.disconnect();
  if (isHidden) {
    holdTips();
    watcher.observe(document.body, WATCHED);
  } else giveTipsBack();
}

for (const button of buttons) {
  button.addEventListener("click", () => hideNames(!root.classList.contains("names-hidden")));
}
hideNames(root.classList.contains("names-hidden"));
