// A row that moved under a resting mouse must not take a click meant for another.
import { table } from "./board-page.js";

const SEEN_AFTER = 700; // ms after which a moved mouse means the row it is on

let pointer = null;
let slide = null;

const findIdUnderPointer = () => document.elementFromPoint(pointer.x, pointer.y)?.closest("tr[data-v]")?.id;

/** Return the row that the mouse rests on. */
export const findPointedRow = () => pointer && document.getElementById(pointer.id);

/** Rows have moved: remember if another one is under the mouse now. */
export function notePointedRow() {
  if (!pointer || slide || findIdUnderPointer() === pointer.id) return;
  slide = { from: pointer.id, at: performance.now(), hasMoved: false };
}

/** Return whether this click was meant for another row than the one that got it. */
export function isPressMisplaced(event, row) {
  const isMeant =
    !slide || slide.from === row.id || (slide.hasMoved && performance.now() - slide.at > SEEN_AFTER);
  slide = null;
  // `detail` is 0 for a press by keyboard, which always means the focused button.
  return Boolean(event.detail) && !isMeant;
}

table.addEventListener("pointermove", (event) => {
  if (event.pointerType !== "mouse") return;
  pointer = { x: event.clientX, y: event.clientY, id: event.target.closest("tr")?.id };
  if (slide) slide.hasMoved = true;
});
table.addEventListener("pointerleave", () => {
  pointer = null;
  slide = null;
});
