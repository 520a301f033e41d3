// Say what was done, with undo; it stays until the next message. An open dialog makes the rest of the page
// inert, so it is said inside the dialog.
import { findOpenDialog } from "./keys.js";

const toast = document.getElementById("toast");

/** Say these words in the dialog that is open, if any. Return whether one is. */
export function sayInDialog(words, dialog = findOpenDialog()) {
  const said = dialog?.querySelector("[data-dialog-said]");
  if (said) said.textContent = words;
  return Boolean(said);
}

/** A dialog that opens just after a message would keep it from being read out: say it again inside. */
export function repeatToastInDialog() {
  if (!toast.hidden) sayInDialog(toast.firstChild?.textContent ?? "");
}

/** Show a message at the bottom of the page, with an Undo button if `undo` is given. No words hide it. */
export function showToast(words, undo) {
  if (sayInDialog(words) && !undo) return;
  toast.replaceChildren(document.createTextNode(words));
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.append("Undo", Object.assign(document.createElement("kbd"), { textContent: "u" }));
    button.addEventListener("click", undo);
    toast.append(" ", button);
  }
  toast.hidden = !words;
}
