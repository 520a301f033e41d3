// A child who cannot wait: a banner, a sound and the page title on every board, until somebody goes. Muting
// applies to this board only.
import { answerCall, listCalls } from "./board-moves.js";
import { board, findPart } from "./board-page.js";
import { watchKeys } from "./keys.js";
import { RING_EVERY, allowSound, isSoundHeld, playTones } from "./ring.js";
import { sayInDialog } from "./toast.js";

const PRESENT_EVERY = 45_000; // ms between two reports that this person is here
const PRESENT_EVERY_CALLED = 5000; // ms between two such reports while somebody is called

const banner = findPart("alarm");
const title = document.title;
const muteKey = `muted-${board.dataset.location}`;
let isMuted = localStorage.getItem(muteKey) === "1";
let rangAt = 0;
let presentAt = 0;

function describeCall(row) {
  const [sign, token] = [".cannot-wait", ".open b"].map((one) => row.querySelector(one).textContent);
  return `${sign}: ${token}. ${row.dataset.goes}.`;
}

// Sound. Until the browser allows it, the board says so.

function unblockSound() {
  if (!isMuted) allowSound(updateAlarm);
}

function ring(row) {
  const off = findPart("sound-off");
  const isBlocked = row && !isMuted && isSoundHeld();
  const said = isMuted
    ? "Sound is muted on this board."
    : "Your browser holds the sound back until you press a key.";
  off.hidden = !row || !(isMuted || isBlocked);
  if (!off.hidden && off.textContent !== said) off.textContent = said;
  if (!row || isMuted || isBlocked || Date.now() - rangAt < RING_EVERY) return;
  rangAt = Date.now();
  playTones();
}

function muteSound(on) {
  isMuted = on;
  if (on) localStorage.setItem(muteKey, "1");
  else localStorage.removeItem(muteKey);
  findPart("mute").dataset.mute = on ? "on" : "";
  findPart("mute").querySelector("span").textContent = on ? "Sound muted" : "Sound on";
  updateAlarm();
}

// Words

function updateAlarm() {
  const calls = listCalls();
  const [first] = calls;
  // A locked desk goes on ringing until locked-call.js hears from the server. Its title says nothing, and
  // nobody is there.
  const { locked } = document.documentElement.dataset;
  if (locked !== undefined) return ring(locked === "heard" ? undefined : first);
  const words = first ? describeCall(first) : "";
  const more = calls.length > 1 ? ` And ${calls.length - 1} more.` : "";
  banner.hidden = !first;
  const line = findPart("alarm-words");
  if (line.textContent !== words + more) {
    line.textContent = words + more;
    if (words) sayInDialog(words + more);
  }
  const name = first ? `(${calls.length}) ${words} · ${title}` : title;
  if (document.title !== name) document.title = name;
  ring(first);
  sayPresent(first ? PRESENT_EVERY_CALLED : PRESENT_EVERY);
}

// Whoever has a board open is on shift. This also calls the next person without waiting for another process.
function sayPresent(every) {
  if (!board.dataset.here || Date.now() - presentAt < every) return;
  presentAt = Date.now();
  const body = new URLSearchParams({
    location: board.dataset.location,
    csrfmiddlewaretoken: document.querySelector("#move [name=csrfmiddlewaretoken]").value,
  });
  fetch(board.dataset.here, { method: "POST", body, redirect: "manual" }).catch(() => {});
}

findPart("mute").addEventListener("click", () => muteSound(!isMuted));
findPart("mute").disabled = false;
findPart("going")?.addEventListener("click", () => answerCall());
document.addEventListener("pointerdown", unblockSound, true);
watchKeys(unblockSound);
document.body.addEventListener("board-changed", updateAlarm);
muteSound(isMuted);
setInterval(updateAlarm, 1000);
