// One key per choice, for the current difference; `j` and `k` go to the next and the previous one.
import { registerKey, registerList } from "./keys.js";
import { sendFormsOnce } from "./once.js";

const differences = [...document.querySelectorAll("[data-difference]")];
let current = null;

function chooseDifference(one) {
  for (const each of differences) each.classList.toggle("current", each === one);
  current = one;
}

function showDifference(one) {
  if (!one) return;
  chooseDifference(one);
  one.focus({ preventScroll: true });
  one.scrollIntoView({ block: "nearest" });
}

function showNextDifference(by) {
  showDifference(differences[differences.indexOf(current) + by]);
}

// What was done stands above the next difference, with its undo: both are in view, or at least what was done.
function showAfterDecision(next) {
  showDifference(next);
  document.querySelector(".told-done")?.scrollIntoView({ block: "nearest" });
}

function showFirstDifference() {
  const named = location.hash && document.getElementById(location.hash.slice(1));
  const asked = differences.find((one) => "asked" in one.dataset);
  const next = differences.find((one) => "next" in one.dataset);
  if (asked) showDifference(asked);
  else if (next) showAfterDecision(next);
  else if (differences.includes(named)) showDifference(named);
  else if (differences.length) chooseDifference(differences[0]);
}

registerList("[data-difference]", () => current);
registerKey("j", () => showNextDifference(1), { isThere: () => differences.length });
registerKey("k", () => showNextDifference(-1), { isThere: () => differences.length });
for (const one of differences) {
  for (const kind of ["focusin", "pointerdown"]) one.addEventListener(kind, () => chooseDifference(one));
}
sendFormsOnce(".choices, .told form, .settled form");
showFirstDifference();
