// Actions on the board: a row's next step, undo, note, reading what was typed, and going to a child who
// cannot wait.
import { askForRows } from "./board-live.js";
import {
  addressFor,
  announceChange,
  board,
  findRow,
  findSelectedRow,
  focusRow,
  listRows,
  moveForm,
  table,
} from "./board-page.js";
import { isPressMisplaced } from "./board-pointer.js";
import { applyRows, selectNextRow } from "./board-rows.js";
import { explainRefusal, isPageBehind, postFields, sendAsForm } from "./desk-requests.js";
import { registerKey } from "./keys.js";
import { openPanel } from "./leaving.js";
import { showNotice, showToast } from "./toast.js";

const TOLD_UNDO = "main > .note [data-key=u]";
// What each key does to a visit, by state.
const steps = JSON.parse(board.dataset.steps);
let addressOfUndo = null;
// The row that an undo gave the focus to. Nobody has chosen it, so a second `u` must not undo in it what
// somebody else did before.
let idOfUndone = table.querySelector("tr[data-undone]")?.id;
let isPanelComing = false;

// The row was of a child that has changed: say so and refresh. Typed reasons go to a page that keeps them.
async function takeBehind(answer, address, body, fields) {
  if (fields.reason) return sendAsForm(address, body);
  showToast(await answer.text());
  askForRows();
}

// What was done here since is the last act, so the key is no longer that of the message above the board.
function dropKey(button) {
  delete button.dataset.key;
  button.removeAttribute("aria-keyshortcuts");
  button.querySelector("kbd").remove();
}

async function takeMoved(answer) {
  const facts = applyRows(await answer.text());
  addressOfUndo = facts.undo || null;
  if (addressOfUndo) for (const one of document.querySelectorAll(TOLD_UNDO)) dropKey(one);
  showToast(answer.ok || !facts.asks ? (facts.said ?? "") : "", addressOfUndo && undoMove);
  announceChange();
  if (facts.asks) await openLeaving(facts.asks, answer.ok);
}

async function postMove(address, fields) {
  const body = new URLSearchParams(fields);
  let answer;
  try {
    answer = await postFields(address, body);
  } catch {
    return showNotice("No connection: nothing was changed. Press it again when the board is live.");
  }
  // Logged out: the login page says so, and keeps a typed reason for its author.
  if (answer.type === "opaqueredirect") {
    return fields.reason ? sendAsForm(address, body) : window.location.reload();
  }
  if (isPageBehind(answer)) return takeBehind(answer, address, body, fields);
  if (!answer.ok && answer.status !== 409) return showToast(await explainRefusal(answer));
  return takeMoved(answer);
}

// Show what is still open before they go; then make the same move with the given reason. With the move made
// already, the message about it stays if there is no connection.
function openLeaving(address, isMoved) {
  const [, id] = new URL(address, window.location.href).pathname.match(/\/visits\/(\d+)\//);
  const proceed = (said) => postMove(board.dataset.move.replace("/0/", `/${id}/`), said);
  return openPanel(address, proceed, () => focusRow(findRow(id)), isMoved ? () => {} : undefined);
}

// A key meant for the panel that is about to open must not move anybody on the board.
async function takeStep(row, to) {
  isPanelComing = to === "left" || to === "ready" || "unread" in row.dataset;
  try {
    const { state, drawn } = row.dataset;
    await postMove(addressFor(board.dataset.move, row), { to, from: state, drawn_for: drawn });
  } finally {
    isPanelComing = false;
  }
}

// The row that is back, or has gone back to its place, gets the focus.
async function undoAt(address, fields) {
  const [, id] = new URL(address, window.location.href).pathname.match(/\/visits\/(\d+)\//);
  await postMove(address, fields);
  const row = findRow(id);
  if (!row) return;
  focusRow(row);
  row.scrollIntoView({ block: "nearest" });
  idOfUndone = row.id;
}

function findChosenRow() {
  const row = findSelectedRow();
  return row && row.id !== idOfUndone ? row : null;
}

function chooseNextRow(by) {
  idOfUndone = null;
  selectNextRow(by);
}

// The move made here last; else what the message of the page says; else the chosen row's last move.
function undoMove() {
  if (!addressOfUndo && document.querySelector(TOLD_UNDO)) return false;
  const row = findChosenRow();
  const address = addressOfUndo ?? (row && addressFor(board.dataset.undo, row));
  if (address) undoAt(address, addressOfUndo ? {} : { drawn_for: row.dataset.drawn });
  else showNotice("Choose a row to undo its last move, with j and k.");
  return true;
}

function openNote(row) {
  const { note } = row.dataset;
  if (!note) return showNotice("No note is open for this family. Open the visit to write one.");
  window.location.assign(addressFor(board.dataset.note, row).replace("/school/", `/${note}/`));
}

// Show the text before marking it as read; Escape leaves it unread.
function openReason(row) {
  const address = addressFor(board.dataset.reason, row);
  const id = row.id.slice(1);
  return openPanel(
    address,
    (said) => postMove(address, said),
    () => focusRow(findRow(id)),
  );
}

const isForReader = (row) => row.dataset.called === board.dataset.me;

/** Return visits that nobody goes to yet: those that call this board's reader first, then the earliest. */
export function listCalls() {
  const calls = listRows().filter((row) => "raised" in row.dataset && !("taken" in row.dataset));
  return [...calls.filter(isForReader), ...calls.filter((row) => !isForReader(row))];
}

/** Go to this row if it calls, otherwise to the visit in the banner. */
export function answerCall(row) {
  const calls = listCalls();
  const called = calls.includes(row) ? row : calls[0];
  if (called) postMove(called.querySelector("button.going").getAttribute("formaction"), {});
  else showNotice("Nobody calls now.");
}

function pressStepKey(key) {
  const row = findSelectedRow();
  const to = row && steps[row.dataset.state]?.[key];
  if (to) takeStep(row, to);
  else if (!row) showNotice("Choose a row first, with j and k.");
}

function pressRowButton(event) {
  const button = event.target.closest("button[formaction]");
  if (!button || !moveForm) return;
  event.preventDefault();
  const row = button.closest("tr");
  if (isPressMisplaced(event, row)) {
    showNotice(
      "The board moved under the pointer, so nothing was done. Press again if this is the family you mean.",
    );
  } else if (button.value === "going") answerCall(row);
  else takeStep(row, button.value);
}

function doOnSelected(act) {
  const row = findSelectedRow();
  if (row) act(row);
}

function registerMove(keys, act) {
  registerKey(keys, (key) => isPanelComing || act(key));
}

table.addEventListener("click", pressRowButton);
table.addEventListener("pointerdown", () => {
  idOfUndone = null;
});
table.addEventListener("focusin", () => findChosenRow() && (idOfUndone = null));
registerKey("j", () => chooseNextRow(1), { whileHeld: true, isThere: () => listRows().length });
registerKey("k", () => chooseNextRow(-1), { whileHeld: true, isThere: () => listRows().length });
if (moveForm) {
  registerMove("u", undoMove);
  registerMove("g", () => answerCall(findSelectedRow()));
  registerMove("t", () => doOnSelected(openReason));
  registerMove("i", () => doOnSelected(openNote));
  registerMove([...new Set(Object.values(steps).flatMap(Object.keys))], pressStepKey);
}
