// One key per act. It means the promise that is picked: the one with the focus, or else the first.
(() => {
  "use strict";
  const rows = [...document.querySelectorAll("[data-promises] tbody tr")];
  const typing = (target) => target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  const held = () => rows.find((row) => row.contains(document.activeElement));

  function pick(row) {
    for (const one of rows) one.classList.toggle("picked", one === row);
  }

  function walk(by) {
    const at = rows.indexOf(held() ?? rows.find((row) => row.classList.contains("picked")));
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    next.querySelector("[data-open]").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("focusin", () => held() && pick(held()));

  // On window, in capture: on these pages a letter is an act, whatever it is elsewhere.
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
      if (document.querySelector("dialog[open]") || typing(event.target)) return;
      if (rows.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        return walk(event.key === "ArrowDown" ? 1 : -1);
      }
      const row = held() ?? rows.find((one) => one.classList.contains("picked"));
      const key = `[data-key="${CSS.escape(event.key.toLowerCase())}"]`;
      const wanted = row?.querySelector(key) ?? document.querySelector(key);
      if (!wanted) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      wanted.click();
    },
    true,
  );

  // Sent once, however often Enter is pressed; coming back to the page allows it again.
  const forms = document.querySelectorAll(".promise-form, .do-form form");
  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of forms) delete form.dataset.sent;
  });

  // Day and time stand there only for “another time”; without script they always do.
  const other = document.querySelector(".other-time");
  const due = [...document.querySelectorAll("input[name=due]")];
  if (other && due.length) {
    const show = () => {
      other.hidden = due.find((one) => one.checked)?.value !== "at";
    };
    for (const one of due) one.addEventListener("change", show);
    show();
  }

  if (rows.length) pick(rows[0]);
})();
