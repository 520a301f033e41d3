// With no server there, the browser would show its own error page, and what was typed would be gone. So ask
// first whether the server answers, before any form is sent that no other script has sent by itself.
import { canReachServer } from "./desk-requests.js";
import { endSending } from "./once.js";
import { showNotice } from "./toast.js";

const SENTENCE =
  "No connection: nothing was changed. What you typed or chose is still here. Press it again in a moment.";

const asking = new Set();
let isAnswered = false;

async function sendIfServerAnswers(form, button) {
  asking.add(form);
  const isThere = await canReachServer();
  asking.delete(form);
  // It has not been sent yet: it is submitted again below, or pressed again later.
  endSending(form);
  if (!isThere) return showNotice(SENTENCE);
  isAnswered = true;
  form.requestSubmit(button);
  isAnswered = false;
}

// On the window, so after any script that sends its form by itself.
window.addEventListener("submit", (event) => {
  if (isAnswered || event.defaultPrevented) return;
  event.preventDefault();
  if (!asking.has(event.target)) void sendIfServerAnswers(event.target, event.submitter);
});
