// Visits of another day stand apart, under their day, below today's.
import { table, todayRows } from "./board-page.js";

const HALF_A_DAY = 12 * 3600;

const listDays = () => [...table.querySelectorAll("tbody.of-day")];

function makeDay(day, words) {
  const body = document.createElement("tbody");
  body.className = "of-day";
  body.dataset.day = day;
  const head = body.insertRow();
  head.className = "day";
  const cell = Object.assign(document.createElement("th"), {
    colSpan: 7,
    scope: "rowgroup",
    textContent: words,
  });
  head.append(cell);
  table.insertBefore(body, listDays().find((other) => other.dataset.day < day) ?? null);
  return body;
}

/** The part of the table that this row belongs in; made where it is the first of its day. */
export function findDayOf(row) {
  const { day, dayWords } = row.dataset;
  if (!day) return todayRows;
  return listDays().find((body) => body.dataset.day === day) ?? makeDay(day, dayWords);
}

export function removeEmptyDays() {
  for (const body of listDays()) if (!body.querySelector("tr[data-v]")) body.remove();
}

/** Hours of waiting say nothing of a visit that nobody closed: it keeps the time at which it began. */
export const isNeverClosed = (row, seconds) => Boolean(row.dataset.day) && seconds >= HALF_A_DAY;
