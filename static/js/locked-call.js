// A locked desk asks every few seconds whether a child who cannot wait is waiting for an answer here. It
// learns yes or no, says so and rings. It asks where the page for unlocking has the sentence, and only there.
import { watchKeys } from "./keys.js";
import { RING_EVERY, allowSound, isSoundHeld, playTones } from "./ring.js";

const ASK_EVERY = 5000; // ms
const RANG = "desk-rang"; // storage: when a tab last rang; several locked tabs ring as one
const TITLE = "Locked · Brought By";

const root = document.documentElement;
let isCalled = false;
let askedAt = 0;
let asked = null; // the sentence that the last question was for

const findLine = () => document.querySelector("[data-call]");

// A board that is muted stays so. Pages of no front desk belong to a clinic with one.
function isMuted(address) {
  const here = /\/at\/(\d+)\//.exec(address)?.[1];
  if (here) return localStorage.getItem(`muted-${here}`) === "1";
  return Object.keys(localStorage).some((key) => key.startsWith("muted-"));
}

function ring() {
  const since = Date.now() - Number(localStorage.getItem(RANG));
  if (since >= 0 && since < RING_EVERY) return;
  localStorage.setItem(RANG, Date.now());
  playTones();
}

function show() {
  const line = findLine();
  if (!line) return;
  const mayRing = isCalled && !isMuted(line.dataset.call);
  const isHeld = mayRing && isSoundHeld();
  line.hidden = !isCalled;
  document.querySelector("[data-call-held]").hidden = !isHeld;
  document.title = isCalled ? `(!) ${TITLE}` : TITLE;
  if (mayRing && !isHeld) ring();
}

// Without an answer, what was last known stays.
async function ask(line) {
  [asked, askedAt] = [line, Date.now()];
  const answer = await fetch(line.dataset.call, { headers: { "HX-Request": "true" }, redirect: "manual" });
  if (answer.type === "opaqueredirect" && line.isConnected) document.dispatchEvent(new Event("desk-ended"));
  if (!answer.ok) return;
  const { urgent } = await answer.json();
  if (!line.isConnected) return; // unlocked meanwhile
  isCalled = urgent;
  root.dataset.locked = "heard"; // from here on this file rings, not the board that was locked
  show();
}

function tick() {
  const line = findLine();
  if (!line) isCalled = false;
  else if (line !== asked || Date.now() - askedAt >= ASK_EVERY) ask(line).catch(() => {});
  show();
}

function unblockSound() {
  if (isCalled) allowSound(show);
}

document.addEventListener("pointerdown", unblockSound, true);
watchKeys(unblockSound);
setInterval(tick, 1000);
tick();
