// What was done, with a way back; it stays until something else is said.

const toast = document.getElementById("toast");

/** Say it at the foot of the page, with a button for `undo` where that is given. No words take it away. */
export function showToast(words, undo) {
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
