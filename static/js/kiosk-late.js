// Tokens that came after their family had left the screen: the welcome screen shows them for a while.
import { findOne, readStep } from "./kiosk-page.js";
import { sayToken } from "./kiosk-token.js";

const LATE_LASTS = 60; // seconds on the welcome screen
let timer = 0;

export const isLateNameShown = () => !findOne("[data-late]").hidden;

/** Show it so that whoever is there now does not take the name for theirs. */
export function showLateName(token, whenHidden) {
  const names = findOne("[data-late-tokens]");
  const shown = names.textContent ? names.textContent.split(", ") : [];
  names.textContent = [...new Set([...shown, sayToken(token)])].join(", ");
  findOne("[data-late]").hidden = false;
  if (readStep() === "welcome") hideLateNamesSoon(whenHidden);
}

/** Hide them after a while, and then call `whenHidden` if this is the welcome screen. */
export function hideLateNamesSoon(whenHidden) {
  clearTimeout(timer);
  if (!isLateNameShown()) return;
  timer = setTimeout(() => {
    findOne("[data-late]").hidden = true;
    findOne("[data-late-tokens]").textContent = "";
    if (readStep() === "welcome") whenHidden();
  }, LATE_LASTS * 1000);
}
