// Logged in again in another tab: this tab goes on where it was. What somebody has begun to type here stays.
import { fetchPart } from "./desk-requests.js";

const EVERY = 10_000; // ms between two looks
const form = document.querySelector("form[data-token]");
const isBegun = () => [...form.querySelectorAll("input:not([type=hidden])")].some((box) => box.value);

async function goOnIfLoggedIn() {
  if (document.hidden || isBegun()) return;
  try {
    const answer = await fetchPart(form.dataset.token);
    if (answer.ok && !isBegun()) window.location.reload();
  } catch {
    // No connection: the next look tells.
  }
}

setInterval(goOnIfLoggedIn, EVERY);
document.addEventListener("visibilitychange", goOnIfLoggedIn);
window.addEventListener("focus", goOnIfLoggedIn);
