// The preview of a note follows what is typed. If the server does not draw it, say so; the sheet stays.
import { toggleNotice } from "./toast.js";

const BEHIND = "The preview is behind. What you typed is still here: you can save the draft or issue it.";
const sheet = document.querySelector(".note-sheet");
const address = sheet.getAttribute("hx-post");

// Whoever is logged out gets the login page, from its own address.
function takeAnswer({ detail }) {
  const isBehind = detail.isError || new URL(detail.xhr.responseURL).pathname !== address;
  if (isBehind) detail.shouldSwap = false;
  toggleNotice(BEHIND, isBehind);
}

sheet.addEventListener("htmx:beforeSwap", takeAnswer);
for (const kind of ["htmx:sendError", "htmx:timeout"]) {
  sheet.addEventListener(kind, () => toggleNotice(BEHIND, true));
}
