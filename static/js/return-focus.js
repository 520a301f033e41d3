// Coming back to a list, by its link, its key or the browser's Back, the row one left from has the focus
// again; after an undo from the list, the row that it was about.
import { findOpenDialog } from "./keys.js";

const ROWS = "main :is(tbody tr, .queue li, .owed li)";
const KEPT = "came-from";

// Without the front desk, which a link may name or not.
const readPage = () => window.location.pathname.replace(/^\/at\/\d+/, "");
const readPath = (link) => new URL(link.href, window.location.href).pathname;
const listLinks = () => [...document.querySelectorAll(`${ROWS} a[href]`)];

function keepRow(list, path, isUndone = false) {
  sessionStorage.setItem(KEPT, JSON.stringify({ list, path, isUndone }));
}

function keepRowOf(element) {
  const link = element?.closest?.("a[href]") ?? element?.closest?.(ROWS)?.querySelector("a[href]");
  if (link?.closest(ROWS)) keepRow(readPage(), readPath(link));
}

let isUndoing = false;

// `/promises/7/undo/` of a form is about the row with a link to `/promises/7/`.
function keepRowOfUndo({ target: form }) {
  const about = new URL(form.action, window.location.href).pathname.match(/^(.*\/\d+\/)undo\/$/);
  if (!about) return;
  isUndoing = true;
  keepRow(readPage(), about[1], true);
}

function focusRowOf(link) {
  if (!link || findOpenDialog()) return;
  link.focus({ preventScroll: true });
  link.scrollIntoView({ block: "nearest" });
}

/** Focus the row that a message is about, or the row of this list from which one has left or which an
 * undo was about. */
export function focusKeptRow() {
  const told = document.querySelector("[data-to-row]");
  if (told) return focusRowOf(document.getElementById(told.hash.slice(1))?.querySelector("a[href]"));
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  if (kept.list !== readPage()) return;
  sessionStorage.removeItem(KEPT);
  const link = listLinks().find((one) => readPath(one) === kept.path);
  if (link && kept.isUndone) link.closest(ROWS).dataset.undone = "";
  focusRowOf(link);
}

// A key that presses a link without focusing it goes on to the next one; it does not leave from this row.
document.addEventListener("click", ({ target, detail }) => {
  if (detail || target === document.activeElement) keepRowOf(target);
});
document.addEventListener("submit", keepRowOfUndo);
// A key may leave from the focused row without pressing anything in it.
window.addEventListener("pagehide", () => isUndoing || keepRowOf(document.activeElement));
window.addEventListener("pageshow", () => {
  isUndoing = false;
});
