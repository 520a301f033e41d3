// What was opened with a reason is taken off the page after its seconds, or when the page is left or the desk
// locks. A locked page is held outside of the document, so everything is looked up now. What locks a page
// imports this, so that no page can lock before.
const sealed = document.querySelector("[data-sealed]");
const heading = document.querySelector("[data-sealed-heading]"); // a visit's own heading is taken off too
const closedLine = document.querySelector("[data-sealed-closed]");
const toast = document.getElementById("toast"); // it tells what was done here: which need was answered

function close() {
  sealed.replaceChildren();
  toast?.replaceChildren();
  toast?.toggleAttribute("hidden", true);
  if (heading) heading.textContent = heading.dataset.sealedHeading;
  closedLine.hidden = false;
}

if (sealed) {
  setTimeout(close, Number(sealed.dataset.sealed) * 1000);
  window.addEventListener("pagehide", close);
  document.addEventListener("visibilitychange", () => document.hidden && close());
  document.addEventListener("desk-locked", close);
}
