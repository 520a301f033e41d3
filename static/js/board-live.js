// Keep the board live: ask for changes, and say so if no answer comes.
import { announceChange, board, findPart, setClinicClock, todayRows } from "./board-page.js";
import { applyRows } from "./board-rows.js";
import { trustScript } from "./trusted-html.js";

/** The time of the last answer, as the server writes it. */
let lastLiveClock = board.dataset.clock;
let failures = 0;
let isAskedByTimer = false;

/** Ask for changes now. */
export function askForRows() {
  document.body.dispatchEvent(new CustomEvent("look"));
}

function showLive(xhr) {
  failures = 0;
  lastLiveClock = xhr.getResponseHeader("Clock") ?? lastLiveClock;
  findPart("not-live").hidden = true;
}

function showNotLive() {
  failures += 1;
  if (failures < 2) return;
  const words = `Not live since ${lastLiveClock}, trying again`;
  const line = findPart("not-live");
  if (line.textContent !== words) line.textContent = words;
  line.hidden = false;
}

// The numbers in the menu: each answer that has read them sends them along.
function showOpenWork(xhr) {
  const work = JSON.parse(xhr.getResponseHeader("Open-Work") ?? "{}");
  for (const [name, number] of Object.entries(work)) {
    const count = document.querySelector(`[data-open-work="${name}"]`);
    if (!count) continue;
    count.querySelector("b").textContent = number;
    count.hidden = number === 0;
  }
}

function takeAnswer(xhr) {
  if (!xhr.status || xhr.status >= 500) return showNotLive();
  // Logged out, or moved to another clinic: reload, so that no names stay on the page.
  if (!xhr.getResponseHeader("Board")) return window.location.reload();
  showLive(xhr);
  setClinicClock(Date.parse(xhr.getResponseHeader("Date")));
  if (xhr.status !== 200) return;
  const facts = applyRows(xhr.responseText);
  todayRows.dataset.version = facts.version;
  announceChange();
}

board.addEventListener("htmx:configRequest", (event) => {
  if (event.target !== board) return;
  const { location, day } = board.dataset;
  Object.assign(event.detail.parameters, { v: todayRows.dataset.version, location, day });
});
board.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target === board && document.hidden && !isAskedByTimer) event.preventDefault();
});
document.body.addEventListener("htmx:afterRequest", ({ target, detail: { xhr } }) => {
  if (target === board) takeAnswer(xhr);
  if (xhr.status === 200) showOpenWork(xhr);
});

window.addEventListener("pageshow", (event) => event.persisted && askForRows());
window.addEventListener("online", askForRows);
document.addEventListener("visibilitychange", () => !document.hidden && askForRows());
// In a hidden tab the page's own timers run once a minute at best, so use a worker's.
new Worker(trustScript(board.dataset.timer), { type: "module" }).addEventListener("message", () => {
  if (!document.hidden) return;
  isAskedByTimer = true;
  askForRows();
  isAskedByTimer = false;
});
