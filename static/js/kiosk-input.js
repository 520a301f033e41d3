// Typing and tapping: Enter, chips, boxes that a tap opens, and tapping a choice again.
import { updateAnswers } from "./kiosk-answers.js";
import { findAll, findOne, findScreen, form, readStep } from "./kiosk-page.js";
import { registerKey } from "./keys.js";

// Enter goes to the next box of the screen, and after the last one calls `goOn(isHeld)`.
function goToNextBox(event, goOn) {
  const box = event.target;
  if (!box.matches(".box input, .box textarea")) return false;
  const boxes = findAll(".box :is(input, textarea):enabled", findScreen(readStep()));
  const following = boxes[boxes.indexOf(box) + 1];
  if (following) following.focus();
  else goOn(event.repeat);
  return true;
}

// A box that a tap opened starts with its usual answer and is in sight. Focus stays where it was.
function openBoxes(wasHidden) {
  for (const box of wasHidden.filter((each) => !each.hidden)) {
    const input = findOne("[data-usual]", box);
    if (input && !input.value) input.value = input.dataset.usual;
    box.scrollIntoView({ block: "nearest" });
  }
}

// Browsers bring only the line of the cursor into sight, not the whole box with its label.
function showBox({ target }) {
  const box = target.closest(".box");
  if (box) for (const each of [box, target]) each.scrollIntoView({ block: "nearest" });
}

function takeInput() {
  const wasHidden = findAll(".box[data-when][hidden]");
  updateAnswers();
  openBoxes(wasHidden);
}

function fillFromChip(chip, isByKey) {
  const box = form.elements[chip.dataset.fill];
  box.value = chip.textContent;
  updateAnswers();
  // For a finger, focus would only open the on-screen keyboard.
  if (isByKey) box.focus();
}

function takeClick(event) {
  const chip = event.target.closest("[data-fill]");
  if (chip) fillFromChip(chip, event.detail === 0);
  if (event.target.type !== "radio") return;
  // Tapping a choice again clears it.
  if (event.target.dataset.was) event.target.checked = false;
  updateAnswers();
}

/** Start listening. `goOn(isHeld)` is called for Enter in the last box of a screen. */
export function listenToAnswers(goOn) {
  const options = { inside: form, whileTyping: true, whileHeld: true };
  registerKey("Enter", (_key, event) => goToNextBox(event, goOn), options);
  form.addEventListener("focusin", showBox);
  form.addEventListener("input", takeInput);
  form.addEventListener("click", takeClick);
}
