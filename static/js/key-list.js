// The Keys dialog lists the keys that do something on this page now, with the one meaning that each key has.
import { areKeysOn, listLiveKeys } from "./keys.js";

/** Show in this dialog the lines of the keys that are live on the page, and no other. */
export function showLiveKeys(dialog) {
  const live = listLiveKeys();
  const isLive = (key) => live.has(key) && (areKeysOn() || key.length > 1);
  for (const line of dialog.querySelectorAll("dl > :not([data-always])")) {
    const keys = [...line.querySelectorAll("kbd")];
    for (const key of keys) key.hidden = !isLive(key.dataset.for ?? key.textContent);
    line.hidden = keys.every((key) => key.hidden);
  }
}
