// Decisions on which child this is: none is made on something out of view, and none is sent twice.
import { registerKey, registerPress } from "./keys.js";
import { sendFormsOnce } from "./once.js";

// Return whether the whole element is visible, below the sticky bar.
function isInView(element) {
  const box = element.getBoundingClientRect();
  const top = Math.max(0, document.querySelector(".bar")?.getBoundingClientRect().bottom ?? 0);
  const { clientHeight, clientWidth } = document.documentElement;
  return (
    box.top >= top - 1 && box.bottom <= clientHeight + 1 && box.left >= -1 && box.right <= clientWidth + 1
  );
}

// Nobody decides on what they cannot see: the first press shows it, the next decides.
function showOrDecide(button) {
  if (isInView(button)) return button.click();
  button.scrollIntoView({ block: "center", inline: "nearest" });
  button.focus({ preventScroll: true });
}

// For a missing answer the browser only shows the field; scroll to its question above.
function showMissingAnswer({ target, currentTarget: form }) {
  if (target === form.querySelector(":invalid:not(fieldset)")) {
    target.closest("fieldset").scrollIntoView({ block: "start" });
  }
}

function leaveSearchBox(_key, { target }) {
  if (target.matches("input[type=search]")) target.blur();
  return false;
}

registerPress(":is(.match form, .told form, .merging) [data-key]", showOrDecide);
registerKey("Escape", leaveSearchBox, { whileTyping: true });
sendFormsOnce(".match form, .told form, .papers, .merging");
document.querySelector(".papers")?.addEventListener("invalid", showMissingAnswer, true);
