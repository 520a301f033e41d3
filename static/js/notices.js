// Ask every few seconds whether this person is to look at a visit now, on every desk page.
import { fetchPart } from "./desk-requests.js";
import { trustAnswer } from "./trusted-html.js";

const EVERY = 10_000; // ms
const place = document.getElementById("notices");
const { notices } = document.documentElement.dataset;
let shown = "";

async function ask() {
  try {
    const answer = await fetchPart(notices);
    if (answer.status !== 200 && answer.status !== 204) return;
    const html = answer.status === 200 ? await answer.text() : "";
    // The token in its forms differs each time; the links tell whether anything is new.
    const links = (html.match(/href="[^"]*"/g) ?? []).join();
    if (links === shown) return;
    shown = links;
    place.innerHTML = trustAnswer(html);
  } catch {
    // No connection: the page says so elsewhere, and the next question comes soon.
  }
}

if (place && notices) {
  ask();
  setInterval(ask, EVERY);
}
