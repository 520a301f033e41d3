// Logged in again in another tab: this tab goes on where it was. What somebody has begun to type here stays.
(() => {
  "use strict";
  const EVERY = 10_000; // ms between two looks
  const form = document.querySelector("form[data-token]");
  const begun = () => [...form.querySelectorAll("input:not([type=hidden])")].some((box) => box.value);

  async function look() {
    if (document.hidden || begun()) return;
    try {
      const answer = await fetch(form.dataset.token, { headers: { "HX-Request": "true" }, redirect: "manual" });
      if (answer.ok && !begun()) window.location.reload();
    } catch {
      // No connection: the next look tells.
    }
  }

  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
})();
