// The parts of the board page, its rows, and the clinic's clock.

export const board = document.getElementById("board");
export const table = board.querySelector("table.board");
export const todayRows = document.getElementById("rows");
/** The form of every move; null for read-only roles. */
export const moveForm = document.getElementById("move");

/** Return a part of the page, also while the desk is locked and the page is held outside of the document. */
export const findPart = (name) => board.getRootNode().querySelector(`[data-${name}]`);
export const findRow = (id) => document.getElementById(`v${id}`);
export const listRows = () => [...table.querySelectorAll("tr[data-v]")];
export const findRowLink = (row) => row?.querySelector("a.open");

/** Return the row that has the focus. */
export function findSelectedRow() {
  const held = document.activeElement;
  return table.contains(held) ? held.closest("tr[data-v]") : null;
}

/** Focus this row, or the board if the row has left. */
export function focusRow(row) {
  (findRowLink(row) ?? board).focus({ preventScroll: true });
}

/** Return a board URL made for visit 0, for the visit of this row. */
export const addressFor = (address, row) => address.replace("/0/", `/${row.id.slice(1)}/`);

/** Tell the other parts of the page that rows have changed. */
export function announceChange() {
  document.body.dispatchEvent(new CustomEvent("board-changed"));
}

let clockOffset = Number(board.dataset.now) - Date.now();

/** Convert this machine's time, in milliseconds, to the clinic's clock. */
export const toClinicTime = (time) => time + clockOffset;

/** Set the clock by the server's `Date` (whole seconds), only if it is off by more than 5 s. */
export function setClinicClock(serverTime) {
  const now = Date.now();
  if (serverTime && Math.abs(serverTime - toClinicTime(now)) > 5000) clockOffset = serverTime - now;
}
