// Prevents sending twice, however often a key or button is pressed. A page restored by Back can send again.

const underWay = new Set();

/** Return whether this form may be sent now, and block it until `endSending(form)`. */
export function beginSending(form) {
  if (underWay.has(form)) return false;
  underWay.add(form);
  return true;
}

/** Nothing was saved: allow sending again. */
export function endSending(form) {
  underWay.delete(form);
}

/** Let each matching form be sent once. */
export function sendFormsOnce(selector) {
  for (const form of document.querySelectorAll(selector)) {
    form.addEventListener("submit", (event) => beginSending(form) || event.preventDefault());
  }
}

window.addEventListener("pageshow", (event) => event.persisted && underWay.clear());
