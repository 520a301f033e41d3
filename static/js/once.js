// The one guard against sending twice, however often a key or a button is pressed. Coming back to the page as
// it was when it was left allows it again.

const underWay = new Set();

/** Whether this form may be sent now. From then on it may not, until `endSending(form)`. */
export function beginSending(form) {
  if (underWay.has(form)) return false;
  underWay.add(form);
  return true;
}

/** Nothing was kept of what was sent: it may be sent again. */
export function endSending(form) {
  underWay.delete(form);
}

/** Let each form that matches be sent once. */
export function sendFormsOnce(selector) {
  for (const form of document.querySelectorAll(selector)) {
    form.addEventListener("submit", (event) => beginSending(form) || event.preventDefault());
  }
}

window.addEventListener("pageshow", (event) => event.persisted && underWay.clear());
