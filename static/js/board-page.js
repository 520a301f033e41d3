// The parts of the board's page, its rows, and the clinic's clock.

export const board = document.getElementById("board");
export const table = board.querySelector("table.board");
export const todayRows = document.getElementById("rows");
/** The form of every move; there is none for whoever only reads. */
export const moveForm = document.getElementById("move");

export const findPart = (name) => document.querySelector(`[data-${name}]`);
export const findRow = (id) => document.getElementById(`v${id}`);
export const listRows = () => [...table.querySelectorAll("tr[data-v]")];
export const findRowLink = (row) => row?.querySelector("a.open");

/** The row that has the focus. */
export function findSelectedRow() {
  const held = document.activeElement;
  return table.contains(held) ? held.closest("tr[data-v]") : null;
}

/** Put the focus on this row, or on the board where the row has left. */
export function focusRow(row) {
  (findRowLink(row) ?? board).focus({ preventScroll: true });
}

/** An address of the board, made for visit 0, for the visit of this row. */
export const addressFor = (address, row) => address.replace("/0/", `/${row.id.slice(1)}/`);

/** Tell the other parts of the page that rows have changed. */
export function announceChange() {
  document.body.dispatchEvent(new CustomEvent("board-changed"));
}

let clockOffset = Number(board.dataset.now) - Date.now();

/** A time of this machine, in milliseconds, on the clinic's clock. */
export const toClinicTime = (time) => time + clockOffset;

/** Set the clock by the server's `Date`, of whole seconds: only one that was set or slept is put right. */
export function setClinicClock(serverTime) {
  const now = Date.now();
  if (serverTime && Math.abs(serverTime - toClinicTime(now)) > 5000) clockOffset = serverTime - now;
}
