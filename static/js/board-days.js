// Visits of another day are separate, below today's, under their day.
import { table } from "./board-page.js";

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

/** Return the part of the table for a row of another day, creating it for its first; null for today's. */
export function findDayOf(row) {
  const { day, dayWords } = row.dataset;
  if (!day) return null;
  return listDays().find((body) => body.dataset.day === day) ?? makeDay(day, dayWords);
}

export function removeEmptyDays() {
  for (const body of listDays()) if (!body.querySelector("tr[data-v]")) body.remove();
}

/** Return whether nobody closed this visit: its row then keeps the start time instead of hours waited. */
export const isNeverClosed = (row, seconds) => Boolean(row.dataset.day) && seconds >= HALF_A_DAY;
