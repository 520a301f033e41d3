// Without a network the browser would show its own error page, and what was typed would be gone: stay here.
import { canReachServer } from "./desk-requests.js";
import { endSending } from "./once.js";
import { showNotice } from "./toast.js";

let isProven = false;

// A server on this machine answers also without a network.
async function sendIfServerAnswers(form, button) {
  const isThere = await canReachServer();
  endSending(form);
  if (!isThere) {
    showNotice(
      "No connection: nothing was changed. What you typed is still here. Press it again in a moment.",
    );
    return;
  }
  isProven = true;
  form.requestSubmit(button);
  isProven = false;
}

// On the window, so after any script that sends its form by itself.
window.addEventListener("submit", (event) => {
  if (navigator.onLine || isProven || event.defaultPrevented) return;
  event.preventDefault();
  void sendIfServerAnswers(event.target, event.submitter);
});
