// Show how long each family has waited, and how many are here.
import { isNeverClosed } from "./board-days.js";
import { board, findPart, listRows, table, toClinicTime } from "./board-page.js";

const waitingStates = board.dataset.waiting.split(" ");
const lateAfter = Number(board.dataset.mark) * 60;

const isWaiting = (row) => waitingStates.includes(row.dataset.state);

function formatMinutes(seconds) {
  const whole = Math.max(0, Math.floor(seconds / 60));
  return whole < 60 ? `${whole} min` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
}

// Show how long this family has waited. Return whether that is too long.
function updateWait(row) {
  const seconds = toClinicTime(Date.now()) / 1000 - Number(row.dataset.since);
  if (isNeverClosed(row, seconds)) return false;
  const isLate = isWaiting(row) && seconds >= lateAfter;
  const cell = row.querySelector(".wait");
  const said = formatMinutes(seconds);
  const time = cell.querySelector("time");
  // The server writes when it began; that stays as the exact time.
  time.title ||= time.textContent;
  if (time.textContent !== said) time.textContent = said;
  row.classList.toggle("past", isLate);
  // A child who cannot wait has a stronger sign.
  if ("raised" in row.dataset) return isLate;
  cell.querySelector(".late").hidden = !isLate;
  const part = Math.min(1, Math.max(0, seconds / lateAfter));
  cell.querySelector("i").style.setProperty("--part", part.toFixed(2));
  return isLate;
}

/** Update every waiting time and the summary above the board. */
export function updateTally() {
  const rows = listRows();
  const late = rows.filter(updateWait).length;
  const ofToday = rows.filter((row) => !row.dataset.day);
  const here = ofToday.length;
  const other = rows.length - here;
  const past = late ? `, ${late} late` : "";
  const today = here ? `${here} here, ${ofToday.filter(isWaiting).length} waiting${past}` : "";
  const said = [today, other ? `${other} of another day` : ""].filter(Boolean).join(", ");
  const tally = findPart("tally");
  if (tally.textContent !== said) tally.textContent = said;
  tally.title = late ? `Late: waiting ${board.dataset.mark} min or longer` : "";
  table.hidden = !rows.length;
  findPart("nobody").hidden = !table.hidden;
}

updateTally();
setInterval(updateTally, 5000);
