// Ask every few seconds, on every desk page, what this person must know now: a visit to look at, that
// somebody has opened charts in an emergency, or that their login is over: who was deactivated does not
// read on.
import { fetchPart, postFields } from "./desk-requests.js";
import { trustAnswer } from "./trusted-html.js";

const ASK_EVERY = 5000; // ms; people must know within ten seconds
const PATIENCE = 30_000; // ms; a server that is slow is not asked again meanwhile
const root = document.documentElement;
const place = document.getElementById("notices"); // none for who is told nothing

// The tokens in the forms differ each time; the addresses tell whether anything is new.
const readAddresses = (html) => (html.match(/\b(?:href|action)="[^"]*"/g) ?? []).join();
let shown = place && readAddresses(place.innerHTML);
place?.setAttribute("aria-live", "assertive"); // nothing comes later without this script

// A page in the background or a locked desk asks nothing.
async function ask() {
  if (document.hidden || "locked" in root.dataset) return;
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await fetchPart(place?.dataset.address ?? root.dataset.token, { signal });
  if (answer.type === "opaqueredirect") document.dispatchEvent(new Event("desk-ended"));
  if (!place || !answer.ok) return;
  const html = await answer.text();
  const addresses = readAddresses(html);
  if (addresses === shown) return; // what is focused stays so
  shown = addresses;
  place.innerHTML = trustAnswer(html);
}

let isAsking = false;

async function askQuietly() {
  if (isAsking) return;
  isAsking = true;
  await ask().catch(() => {});
  isAsking = false;
}

// Whoever has read a notice goes on where they were: what they have typed there stays.
async function sendRead(event) {
  const form = event.target;
  if (!form.matches("[data-notice-read]")) return;
  event.preventDefault();
  try {
    const answer = await postFields(form.action, new FormData(form));
    if (answer.ok) await ask();
    else form.submit();
  } catch {
    form.submit();
  }
}

place?.addEventListener("submit", sendRead);
document.addEventListener("visibilitychange", askQuietly);
setInterval(askQuietly, ASK_EVERY);
askQuietly();
