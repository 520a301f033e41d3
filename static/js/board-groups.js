// Group today's rows by step or by clinician, as this browser's user has chosen. A child who cannot wait
// stays above all groups.
import { board, findPart, listRows, table, todayRows } from "./board-page.js";

const KEPT_AS = "board-groups";
const UNNAMED = "No clinician named";

const choice = findPart("groups");
const labels = new Map(JSON.parse(board.dataset.states));
const states = [...labels.keys()];

const GROUPINGS = {
  state: {
    readKey: (row) => row.dataset.state,
    nameGroup: (key) => labels.get(key) ?? key,
    compare: (one, other) => states.indexOf(one) - states.indexOf(other),
  },
  clinician: {
    readKey: (row) => row.dataset.clinician ?? "",
    nameGroup: (key) => key || UNNAMED,
    compare: (one, other) => !one - !other || one.localeCompare(other),
  },
};

const findGrouping = () => GROUPINGS[choice.value];
const listGroups = () => [...table.querySelectorAll("tbody.of-group")];

function makeGroup(key, { nameGroup, compare }) {
  const body = document.createElement("tbody");
  body.className = "of-group";
  body.dataset.group = key;
  const head = body.insertRow();
  head.className = "group";
  const cell = Object.assign(document.createElement("th"), { colSpan: 7, scope: "rowgroup" });
  // A step or a colleague: it stays readable while names are hidden.
  const told = { textContent: nameGroup(key), className: "public" };
  const name = Object.assign(document.createElement("bdi"), told);
  cell.append(name, " ", document.createElement("b"));
  head.append(cell);
  const next = listGroups().find((other) => compare(key, other.dataset.group) < 0);
  table.insertBefore(body, next ?? table.querySelector("tbody.of-day"));
  return body;
}

/** Return the part of the table for this row of today, creating it for the first row of its group. */
export function findGroupOf(row) {
  const grouping = findGrouping();
  if (!grouping || "raised" in row.dataset) return todayRows;
  const key = grouping.readKey(row);
  return listGroups().find((body) => body.dataset.group === key) ?? makeGroup(key, grouping);
}

/** Remove groups whose last row has left. */
export function removeEmptyGroups() {
  for (const body of listGroups()) if (!body.querySelector("tr[data-v]")) body.remove();
}

/** Write how many families are in each group, and hide headings without a row in view. */
export function updateHeadings() {
  for (const head of table.querySelectorAll("tr:is(.day, .group)")) {
    const rows = [...head.parentElement.querySelectorAll("tr[data-v]")];
    const shown = rows.filter((row) => !row.hidden).length;
    head.hidden = !shown;
    const count = head.querySelector("b");
    const words = shown === rows.length ? `${shown}` : `${shown} of ${rows.length}`;
    if (count && count.textContent !== words) count.textContent = words;
  }
}

/** Call `regroup` now and whenever another grouping is chosen. */
export function watchGrouping(regroup) {
  choice.value = localStorage.getItem(KEPT_AS) ?? "";
  if (choice.selectedIndex < 0) choice.value = "";
  choice.addEventListener("change", () => {
    if (choice.value) localStorage.setItem(KEPT_AS, choice.value);
    else localStorage.removeItem(KEPT_AS);
    regroup();
  });
  if (choice.value) regroup();
}

/** Return today's rows: a row of another day is never in a group. */
export const listRowsOfToday = () => listRows().filter((row) => !row.dataset.day);
