// The dialog on the board: what is still open when a family is ready or leaves, and unread text. Escape goes
// back to the row.
import { fetchPart } from "./desk-requests.js";
import { findOpenDialog } from "./keys.js";
import { startPanel } from "./needs.js";
import { repeatToastInDialog, sayInDialog, showNotice } from "./toast.js";
import { trustAnswer } from "./trusted-html.js";

const DOUBLE_CLICK = 500; // ms

const dialog = document.getElementById("leaving-dialog");
const place = dialog.querySelector("[data-panel-place]");
let proceedWith = () => {};
let goBack = () => {};
let pressedAt = -Infinity;

const sayOffline = () =>
  showNotice("No connection: nothing was changed. Press it again when the board is live.");

/**
 * Open the panel at this URL. `proceed(said)` continues with what was said; `back()` returns to the row;
 * `whenOffline()` is for a panel that follows what has been done.
 */
export async function openPanel(address, proceed, back, whenOffline = sayOffline) {
  let answer;
  try {
    answer = await fetchPart(address);
  } catch {
    return whenOffline();
  }
  if (!answer.ok) return window.location.assign(address);
  const page = new DOMParser().parseFromString(trustAnswer(await answer.text()), "text/html");
  const panel = page.querySelector("[data-panel]");
  const other = findOpenDialog();
  if (!panel || (other && other !== dialog)) return;
  [proceedWith, goBack] = [proceed, back];
  place.replaceChildren(document.adoptNode(panel));
  if (!dialog.open) dialog.showModal();
  dialog.setAttribute("aria-labelledby", panel.querySelector("h2").id);
  startPanel(place.firstElementChild);
  repeatToastInDialog();
  if (!dialog.contains(document.activeElement)) dialog.querySelector("h2").focus();
}

// An answer given here must not leave keys behind on the board, so empty a closed dialog.
function emptyDialog() {
  place.replaceChildren();
  sayInDialog("", dialog);
  dialog.style.removeProperty("min-block-size");
  goBack();
}

function proceedBySubmit(event) {
  const form = event.target.closest("form.panel-go");
  if (!form) return;
  event.preventDefault();
  const said = Object.fromEntries(new FormData(form, event.submitter));
  if (form.querySelector(".need-reasons") && !said.quick && !said.reason?.trim()) {
    return form.querySelector(".need-reasons input").focus();
  }
  dialog.close();
  proceedWith(said);
}

// “Not yet” and “Go to the board” are links for pages without JavaScript; here they close the dialog.
function closeByClick(event) {
  const link = event.target.closest("a.btn")?.closest(".panel-go, [data-to-board]");
  if (event.target !== dialog && !link) return;
  event.preventDefault();
  dialog.close();
}

// The second click of a double click that closed the dialog would be on the row behind it. `detail` is 0 for
// a press by keyboard.
function dropSecondClick(event) {
  if (dialog.open || !event.detail || event.timeStamp - pressedAt > DOUBLE_CLICK) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function notePress(event) {
  pressedAt = event.detail ? event.timeStamp : -Infinity;
}

dialog.addEventListener("click", notePress, { capture: true });
document.addEventListener("mousedown", dropSecondClick, { capture: true });
document.addEventListener("click", dropSecondClick, { capture: true });
dialog.addEventListener("close", emptyDialog);
dialog.addEventListener("submit", proceedBySubmit);
dialog.addEventListener("click", closeByClick);
