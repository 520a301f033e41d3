// Asks every few seconds whether somebody has opened charts in an emergency. Only managers' and auditors'
// pages have this: they must know within ten seconds, whatever page is open.
import { fetchPart, postFields } from "./desk-requests.js";
import { trustAnswer } from "./trusted-html.js";

const ASK_EVERY = 4000; // ms
const place = document.getElementById("emergency-notices");
let shown = null;

// The reason in it was typed by somebody; the server has escaped it.
async function show(answer) {
  if (!answer.ok) return;
  const html = await answer.text();
  if (html === shown) return; // what is focused stays so
  place.innerHTML = trustAnswer(html);
  shown = html;
}

// A page in the background or a locked desk asks nothing.
async function ask() {
  if (document.hidden || !place.isConnected) return;
  await show(await fetchPart(place.dataset.address));
}

place.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    const answer = await postFields(form.action, new FormData(form));
    if (answer.ok) await show(answer);
    else form.submit();
  } catch {
    form.submit();
  }
});
setInterval(() => ask().catch(() => {}), ASK_EVERY);
document.addEventListener("visibilitychange", () => ask().catch(() => {}));
