// Say what was done, with undo; it stays until the next message.

const toast = document.getElementById("toast");

/** Show a message at the bottom of the page, with an Undo button if `undo` is given. No words hide it. */
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
