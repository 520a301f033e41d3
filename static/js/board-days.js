// Visits of another day stand apart, under their day, below today's. `window.boardDays` is used by board.js.
(() => {
  "use strict";
  const table = document.querySelector("#board table.board");
  const today = document.getElementById("rows");
  const HALF_A_DAY = 12 * 3600;

  const all = () => [...table.querySelectorAll("tr[data-v]")];
  const bodies = () => [...table.querySelectorAll("tbody.of-day")];

  // The part of the table that this row belongs in; made where it is the first of its day.
  function bodyOf(row) {
    const { day, dayWords } = row.dataset;
    if (!day) return today;
    const known = bodies().find((body) => body.dataset.day === day);
    if (known) return known;
    const body = document.createElement("tbody");
    body.className = "of-day";
    body.dataset.day = day;
    const head = body.insertRow();
    head.className = "day";
    const cell = document.createElement("th");
    cell.colSpan = 7;
    cell.scope = "rowgroup";
    cell.textContent = dayWords;
    head.append(cell);
    table.insertBefore(body, bodies().find((other) => other.dataset.day < day) ?? null);
    return body;
  }

  function dropEmpty() {
    for (const body of bodies()) if (!body.querySelector("tr[data-v]")) body.remove();
  }

  // Hours of waiting say nothing of a visit that nobody closed: it keeps the time at which it began.
  const isLong = (row, seconds) => Boolean(row.dataset.day) && seconds >= HALF_A_DAY;

  window.boardDays = { all, bodyOf, dropEmpty, isLong };
})();
