// Passkeys need https or localhost: show what works in this browser, and say so when one was not read.
const works = Boolean(window.isSecureContext && window.PublicKeyCredential);

// allauth's scripts listen to their buttons from this event on: one shown earlier does nothing when pressed.
document.addEventListener("DOMContentLoaded", () => {
  for (const part of document.querySelectorAll("[data-passkeys]")) {
    part.hidden = (part.dataset.passkeys === "yes") !== works;
  }
});

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const said = document.querySelector("[data-passkey-failed]");
  if (said) said.hidden = false;
});
