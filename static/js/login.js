// Logged in again in another tab: continue in this one, unless somebody has started typing here.
import { fetchPart } from "./desk-requests.js";

const EVERY = 10_000; // ms between two checks
const form = document.querySelector("form[data-token]");
const isBegun = () => [...form.querySelectorAll("input:not([type=hidden])")].some((box) => box.value);

async function goOnIfLoggedIn() {
  if (document.hidden || isBegun()) return;
  try {
    const answer = await fetchPart(form.dataset.token);
    if (answer.ok && !isBegun()) window.location.reload();
  } catch {
    // No connection: check again next time.
  }
}

setInterval(goOnIfLoggedIn, EVERY);
document.addEventListener("visibilitychange", goOnIfLoggedIn);
window.addEventListener("focus", goOnIfLoggedIn);
