// Needs take two lines, so that rows are equally high. Chips that would start a third show only their icon,
// the least urgent first; a tooltip and the selected row say their words.
import { board, table } from "./board-page.js";

const LINES = 2;
const GAP = 4; // px between two chips, as in board.css
const ICON_ONLY = 28; // px, the width of a chip without its words

const widths = new WeakMap();

const isTick = (chip) => chip.matches(".read");

function countLines(chips, room) {
  let lines = 1;
  let used = -GAP;
  for (const { chip, isShort, width } of chips) {
    if (isShort && isTick(chip)) continue;
    const wanted = Math.min(room, isShort ? ICON_ONLY : width);
    if (used >= 0 && used + GAP + wanted > room) {
      lines += 1;
      used = wanted;
    } else {
      used += GAP + wanted;
    }
  }
  return lines;
}

// The tick that somebody has read it goes first. What to read is never shortened; what staff must do, last.
function listShortenable(chips) {
  const quiet = chips.filter(({ chip }) => !chip.matches(".unread, .ask, .more, .read")).toReversed();
  const asks = chips.filter(({ chip }) => chip.matches(".ask")).toReversed();
  return [...chips.filter(({ chip }) => isTick(chip)), ...quiet, ...asks];
}

function measureChips(cell) {
  const chips = [...cell.children].map((chip) => ({
    chip,
    width: chip.getBoundingClientRect().width,
    isShort: false,
  }));
  return { chips, room: cell.clientWidth };
}

function shortenChips({ chips, room }) {
  const order = listShortenable(chips);
  for (const each of order) {
    if (countLines(chips, room) <= LINES) break;
    each.isShort = true;
  }
  // A long one that had to be shortened may have left space for those before it.
  for (const each of order.filter(({ isShort }) => isShort).toReversed()) {
    each.isShort = false;
    each.isShort = countLines(chips, room) > LINES;
  }
  for (const { chip, isShort } of chips) {
    chip.classList.toggle("short", isShort);
    if (isShort && !chip.title) chip.title = chip.textContent;
  }
}

// All is written, then all is read, then written: two layouts, however many rows.
function fitChips(cells) {
  for (const chip of cells.flatMap((cell) => [...cell.children])) chip.classList.remove("short");
  for (const measured of cells.map(measureChips)) shortenChips(measured);
}

const observer = new ResizeObserver((entries) => {
  const changed = entries.filter(({ target, contentRect }) => {
    const isOther = contentRect.width && widths.get(target) !== contentRect.width;
    if (isOther) widths.set(target, contentRect.width);
    return isOther;
  });
  fitChips(changed.map(({ target }) => target));
});

function watchRows() {
  for (const cell of table.querySelectorAll(".needs > span")) {
    if (widths.has(cell)) continue;
    widths.set(cell, 0);
    observer.observe(cell);
  }
}

// Hidden names have chips of another width.
function fitAllChips() {
  fitChips([...table.querySelectorAll(".needs > span")].filter((cell) => cell.clientWidth));
}

board.addEventListener("rows-drawn", watchRows);
document.addEventListener("names-hidden", () => requestAnimationFrame(fitAllChips));
watchRows();
