// One key per action, for the picked promise: the focused one, or else the first.
import { registerKey, registerList } from "./keys.js";
import { sendFormsOnce } from "./once.js";

const ROW = "[data-promises] tbody tr";
const rows = [...document.querySelectorAll(ROW)];

const findFocusedRow = () => rows.find((row) => row.contains(document.activeElement));
const findPickedRow = () => findFocusedRow() ?? rows.find((row) => row.classList.contains("picked"));

function pickRow(row) {
  for (const one of rows) one.classList.toggle("picked", one === row);
}

function pickNextRow(by) {
  const next = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(findPickedRow()) + by))];
  next.querySelector("[data-open]").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

// Day and time are shown only for “another time”; without JavaScript always.
function showOtherTimeWhenAsked() {
  const other = document.querySelector(".other-time");
  const choices = [...document.querySelectorAll("input[name=due]")];
  if (!other || !choices.length) return;
  const showOrHide = () => {
    other.hidden = choices.find((one) => one.checked)?.value !== "at";
  };
  for (const one of choices) one.addEventListener("change", showOrHide);
  showOrHide();
}

// Nobody’s act is undone by a key in a row that nobody has chosen.
registerList(ROW, (key) => (key === "u" ? findFocusedRow() : findPickedRow()));
if (rows.length) {
  registerKey(["ArrowDown", "j"], () => pickNextRow(1));
  registerKey(["ArrowUp", "k"], () => pickNextRow(-1));
  document.addEventListener("focusin", () => findFocusedRow() && pickRow(findFocusedRow()));
  pickRow(rows[0]);
}
sendFormsOnce(".promise-form, .do-form form, .undo-line, .promise-undo, .note form");
showOtherTimeWhenAsked();
