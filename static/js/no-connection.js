// Without a network the browser would show its own error page, and what was typed would be gone: stay here.
import { endSending } from "./once.js";
import { showNotice } from "./toast.js";

// On the window, so after any script that sends its form by itself.
window.addEventListener("submit", (event) => {
  if (navigator.onLine || event.defaultPrevented) return;
  event.preventDefault();
  endSending(event.target);
  showNotice(
    "No connection: nothing was changed. What you typed is still here. Press it again in a moment.",
  );
});
