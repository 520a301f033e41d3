// The page of a locked desk: other tabs lock too, and this one goes on as soon as one of them is unlocked.
import { offerPasskey } from "./desk-passkey.js";
import "./locked-call.js";
import { sendFormsOnce } from "./once.js";
import "./switch-user-key.js";

const LOCK = "desk-lock";
const next = document.querySelector("[data-unlock] [name=next]").value;

// The answer to a wrong PIN has no address of its own: a reload shows the page that was wanted.
if (next) window.history.replaceState(null, "", next);
localStorage.setItem(LOCK, `locked ${Date.now()}`);
sendFormsOnce("[data-unlock]");
const passkey = document.querySelector("[data-passkey]");
if (passkey) offerPasskey(passkey);
const goOn = () => window.location.replace(window.location.href);
document.addEventListener("desk-ended", goOn);
window.addEventListener("storage", ({ key, newValue }) => {
  if (key === LOCK && newValue?.startsWith("open")) goOn();
});
