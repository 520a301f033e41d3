// Chips that do not fit in their row are cut: the full text is in a tooltip, and below the row while it is
// selected by keyboard. Escape hides it.
import { board } from "./board-page.js";
import { registerKey } from "./keys.js";

const readWords = (chip) => chip.querySelector(":scope > span")?.textContent ?? chip.textContent;
const findRowOf = (target) => target.closest?.("#rows tr");

function isCut(chip) {
  const text = chip.querySelector(":scope > span");
  const [own, line] = [chip, chip.parentElement].map((one) => one.getBoundingClientRect());
  const sticksOut = own.right > line.right + 1 || own.left < line.left - 1;
  return sticksOut || Boolean(text && text.scrollWidth > text.clientWidth + 1);
}

function showCutChips(row, isChosen) {
  const needs = row?.querySelector(".needs");
  if (!needs) return;
  const chips = [...needs.querySelectorAll(".chip:not(.more, .read)")];
  const cut = chips.filter(isCut);
  for (const chip of cut) {
    chip.dataset.hint ??= chip.title;
    chip.title = [readWords(chip), chip.dataset.hint].filter(Boolean).join(". ");
  }
  if (isChosen && cut.length) needs.dataset.cut = chips.map(readWords).join(" · ");
  else if (isChosen) delete needs.dataset.cut;
}

function hideCutChips(row) {
  delete row?.querySelector(".needs")?.dataset.cut;
}

board.addEventListener("pointerover", ({ target }) => {
  if (target.closest(".needs")) showCutChips(findRowOf(target), false);
});
board.addEventListener("focusin", ({ target }) =>
  showCutChips(findRowOf(target), target.matches(":focus-visible")),
);
board.addEventListener("focusout", ({ target }) => hideCutChips(findRowOf(target)));
registerKey(
  "Escape",
  () => {
    hideCutChips(findRowOf(document.activeElement));
    return false;
  },
  { whileTyping: true, whileHeld: true, inDialogs: true },
);
