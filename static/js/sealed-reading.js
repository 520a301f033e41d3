// What was opened with a reason is taken off the page after its seconds, or when the page is left.
const sealed = document.querySelector("[data-sealed]");

function close() {
  sealed.replaceChildren();
  document.querySelector("[data-sealed-closed]").hidden = false;
}

setTimeout(close, Number(sealed.dataset.sealed) * 1000);
window.addEventListener("pagehide", close);
document.addEventListener("visibilitychange", () => document.hidden && close());
document.addEventListener("desk-locked", close);
