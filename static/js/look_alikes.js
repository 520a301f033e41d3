// `j` and `k` go to the next pair and the one before, and on to the next page; Enter compares, Tab is "Not the same".
"use strict";

const pairs = [...document.querySelectorAll("[data-pair]")];

window.addEventListener("keydown", (event) => {
  if (event.repeat) return;
  const key = window.desk.keyOf(event);
  if (key !== "j" && key !== "k") return;
  event.preventDefault();
  const step = key === "j" ? 1 : -1;
  const row = document.activeElement?.closest("tr")?.querySelector("[data-pair]");
  const next = pairs.indexOf(row) + (row || step > 0 ? step : 0);
  if (pairs[next]) {
    pairs[next].focus();
    pairs[next].scrollIntoView({ block: "nearest" });
  } else if (row) {
    document.querySelector(`[rel="${step > 0 ? "next" : "prev"}"]`)?.click();
  }
});
