// Where a row has no room for its chips they are cut: the whole is a title under the mouse, and stands
// under the row while a key has chosen it. Escape puts that away.
(() => {
  "use strict";
  const board = document.getElementById("board");
  const words = (chip) => chip.querySelector(":scope > span")?.textContent ?? chip.textContent;

  function isCut(chip) {
    const text = chip.querySelector(":scope > span");
    const [own, line] = [chip, chip.parentElement].map((one) => one.getBoundingClientRect());
    const sticksOut = own.right > line.right + 1 || own.left < line.left - 1;
    return sticksOut || Boolean(text && text.scrollWidth > text.clientWidth + 1);
  }

  function tell(row, isChosen) {
    const needs = row?.querySelector(".needs");
    if (!needs) return;
    const chips = [...needs.querySelectorAll(".chip:not([title^='+'])")];
    const cut = chips.filter(isCut);
    for (const chip of cut) {
      chip.dataset.hint ??= chip.title;
      chip.title = [words(chip), chip.dataset.hint].filter(Boolean).join(". ");
    }
    if (isChosen && cut.length) needs.dataset.cut = chips.map(words).join(" · ");
    else if (isChosen) delete needs.dataset.cut;
  }

  const rowOf = (target) => target.closest?.("#rows tr");
  const putAway = (row) => delete row?.querySelector(".needs")?.dataset.cut;
  board?.addEventListener("pointerover", (event) => event.target.closest(".needs") && tell(rowOf(event.target), false));
  board?.addEventListener("focusin", (event) => tell(rowOf(event.target), event.target.matches(":focus-visible")));
  board?.addEventListener("focusout", (event) => putAway(rowOf(event.target)));
  window.addEventListener("keydown", (event) => event.key === "Escape" && putAway(rowOf(document.activeElement)));
})();
