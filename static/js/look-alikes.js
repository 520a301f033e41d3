// `j` and `k` go to the next and previous pair, and to the next page; Enter compares, and Tab leads to "Not
// the same".
import { registerKey } from "./keys.js";

const pairs = [...document.querySelectorAll("[data-pair]")];

function showNextPair(by) {
  const current = document.activeElement?.closest("tr")?.querySelector("[data-pair]");
  const next = pairs[pairs.indexOf(current) + (current || by > 0 ? by : 0)];
  if (next) {
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  } else if (current) document.querySelector(`[rel="${by > 0 ? "next" : "prev"}"]`)?.click();
}

registerKey("j", () => showNextPair(1), { isThere: () => pairs.length });
registerKey("k", () => showNextPair(-1), { isThere: () => pairs.length });
