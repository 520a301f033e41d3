// Say what was done, with undo; it stays until the next message. An open dialog makes the rest of the page
// inert, so it is said inside the dialog.
import { findOpenDialog } from "./keys.js";

const toast = document.getElementById("toast");

// Words may name a family, so they are masked while names are hidden, unless the program's own.
function writeWords(element, words, isPublic) {
  element.textContent = words;
  element.classList.toggle("public", isPublic);
}

/** Say these words in the dialog that is open, if any. Return whether one is. */
export function sayInDialog(words, dialog = findOpenDialog(), isPublic = false) {
  const said = dialog?.querySelector("[data-dialog-said]");
  if (said) writeWords(said, words, isPublic);
  return Boolean(said);
}

/** A dialog that opens just after a message would keep it from being read out: say it again inside. */
export function repeatToastInDialog() {
  if (!toast.hidden) sayInDialog(toast.firstChild?.textContent ?? "");
}

/** Show a message at the bottom of the page, with an Undo button if `undo` is given. No words hide it. */
export function showToast(words, undo, isPublic = false) {
  if (sayInDialog(words, findOpenDialog(), isPublic) && !undo) return;
  const line = document.createElement("span");
  writeWords(line, words, isPublic);
  toast.replaceChildren(line);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.append("Undo", Object.assign(document.createElement("kbd"), { textContent: "u" }));
    button.addEventListener("click", undo);
    toast.append(" ", button);
  }
  toast.hidden = !words;
}

/** Show a sentence of the program's own, which names no family: it stays readable while names are hidden. */
export const showNotice = (sentence) => showToast(sentence, undefined, true);

/** Show this sentence of the program's own as long as `isWanted`, and say it once. */
export function toggleNotice(sentence, isWanted) {
  const isShown = !toast.hidden && toast.firstChild?.textContent === sentence;
  if (isWanted && !isShown) showNotice(sentence);
  else if (isShown && !isWanted) showNotice("");
}
