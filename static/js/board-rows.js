// The rows. They arrive as HTML with their versions, so a late answer never overwrites a newer row.
import { findDayOf, removeEmptyDays } from "./board-days.js";
import { applyFind, listShownRows } from "./board-find.js";
import {
  findGroupOf,
  listRowsOfToday,
  removeEmptyGroups,
  updateHeadings,
  watchGrouping,
} from "./board-groups.js";
import { board, findPart, findRowLink, findSelectedRow } from "./board-page.js";
import { findPointedRow, notePointedRow } from "./board-pointer.js";
import { updateTally } from "./board-tally.js";
import { trustAnswer } from "./trusted-html.js";

const FRESH_LASTS = 6000; // ms for which a family that has just arrived is marked

// The version at which each row left, by id.
const gone = new Map();
let lostPlace = 0;

// Children who cannot wait come first, earliest on top; then by turn.
const readTurn = (row) => [
  Number(row.dataset.raised || Infinity),
  Number(row.dataset.turn),
  Number(row.id.slice(1)),
];

function isBefore(one, other) {
  const [first, second] = [readTurn(one), readTurn(other)];
  const differs = first.findIndex((value, nth) => value !== second[nth]);
  return differs >= 0 && first[differs] < second[differs];
}

const findBodyOf = (row) => findDayOf(row) ?? findGroupOf(row);

function removeEmptyBodies() {
  removeEmptyDays();
  removeEmptyGroups();
}

function placeRow(row) {
  const body = findBodyOf(row);
  const others = [...body.querySelectorAll("tr[data-v]")];
  const next = others.find((other) => other.id !== row.id && isBefore(row, other));
  body.insertBefore(row, next ?? null);
  removeEmptyBodies();
}

// Whatever has changed: which rows are in view, under which headings.
function updateView() {
  applyFind();
  updateHeadings();
  board.dispatchEvent(new CustomEvent("rows-drawn"));
}

// A moved row loses the focus, and the row one came back to has it before the rows are grouped.
function regroupRows() {
  const held = document.activeElement;
  const rows = listRowsOfToday().toSorted((one, other) => (isBefore(one, other) ? -1 : 1));
  for (const row of rows) findBodyOf(row).append(row);
  removeEmptyBodies();
  updateView();
  if (document.activeElement !== held) held.focus({ preventScroll: true });
}

// Find what had the focus in the replacing row: the same link, or else another of its kind.
function findSameElement(fresh, held) {
  const ofItsKind = [...fresh.querySelectorAll(held.tagName)];
  const address = held.getAttribute("href");
  const alike = address === null ? [] : ofItsKind.filter((each) => each.getAttribute("href") === address);
  return alike.find((each) => each.textContent === held.textContent) ?? alike[0] ?? ofItsKind[0];
}

// Nothing else is selected in its place: a key pressed a moment too late must not move the next child.
function removeRow(row) {
  if (!row) return;
  const hadFocus = row.contains(document.activeElement);
  const place = listShownRows().indexOf(row);
  row.remove();
  removeEmptyBodies();
  if (!hadFocus) return;
  lostPlace = place;
  board.focus({ preventScroll: true });
}

function addRow(fresh) {
  placeRow(fresh);
  fresh.classList.add("fresh");
  setTimeout(() => fresh.classList.remove("fresh"), FRESH_LASTS);
}

function replaceRow(old, fresh) {
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  const hasMoved = ["turn", "raised", "day"].some((name) => fresh.dataset[name] !== old.dataset[name]);
  old.replaceWith(fresh);
  if (hasMoved || findBodyOf(fresh) !== fresh.parentElement) placeRow(fresh);
  if (held) findSameElement(fresh, held)?.focus({ preventScroll: true });
}

// Put one row in its place. Return its token if this family has just arrived, else "".
function applyRow(fresh) {
  const old = document.getElementById(fresh.id);
  const version = Number(fresh.dataset.v);
  const known = Math.max(old ? Number(old.dataset.v) : 0, gone.get(fresh.id) ?? 0);
  if (version <= known) return "";
  if ("gone" in fresh.dataset) {
    gone.set(fresh.id, version);
    removeRow(old);
    return "";
  }
  if (old) {
    replaceRow(old, fresh);
    return "";
  }
  addRow(fresh);
  return fresh.querySelector(".open b").textContent;
}

/** Put an answer's rows on the board without moving the one in use. Return the answer's data attributes. */
export function applyRows(html) {
  const body = new DOMParser().parseFromString(trustAnswer(html), "text/html").querySelector("tbody");
  if (!body) return {};
  const held = findSelectedRow() ?? findPointedRow();
  const heldId = held?.id;
  const top = held?.getBoundingClientRect().top;
  const arrived = [...body.rows].map((row) => applyRow(document.adoptNode(row))).filter(Boolean);
  updateTally();
  updateView();
  const still = heldId && document.getElementById(heldId);
  if (still && window.scrollY > 0) window.scrollBy(0, still.getBoundingClientRect().top - top);
  notePointedRow();
  if (arrived.length) findPart("heard").textContent = `Arrived: ${arrived.join(", ")}`;
  return body.dataset;
}

/** Select the next or previous row, continuing from where a selected row left. */
export function selectNextRow(by) {
  const rows = listShownRows();
  const at = rows.indexOf(findSelectedRow());
  const to = at < 0 ? lostPlace - (by < 0 ? 1 : 0) : at + by;
  const next = rows[Math.min(rows.length - 1, Math.max(0, to))];
  findRowLink(next)?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

board.addEventListener("rows-found", updateView);
watchGrouping(regroupRows);
updateView();
