// Whether the server answers, and still knows this tablet: the desk can revoke it while it is open.
import { findOne, form } from "./kiosk-page.js";

const PATIENCE = 5000; // ms that the server may take to answer

const whatForgets = [];
let isRevoked = false;

/** Call `forget()` when the tablet turns out to be revoked: nothing of a family stays in memory. */
export const whenRevoked = (forget) => whatForgets.push(forget);

/** Stop the tablet if the server says with this answer that it is not set up. */
export function stopIfRevoked({ status, headers }) {
  // The refusal of a proxy, or of a guest network's login, has another header or none.
  const isUnknown = [401, 403].includes(status) && headers.get("WWW-Authenticate") === "Device";
  if (isUnknown && !isRevoked) stop();
}

// Send the family to the front desk at once, even if the server hangs now. Its own page has the same words
// and no script, so no memory of anybody.
function stop() {
  isRevoked = true;
  for (const forget of whatForgets) forget();
  const page = findOne("[data-not-set-up]").content.firstElementChild.cloneNode(true);
  const heading = findOne("h1", page);
  const { home, language, clinic } = form.dataset;
  document.body.replaceChildren(page);
  document.title = `${heading.textContent} · ${clinic}`;
  heading.focus();
  location.replace(`${home}?language=${language}`);
}

/** Return whether the server answers, and may go on with this tablet. */
export async function isServerThere() {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const options = { method: "HEAD", cache: "no-store", signal: patience.signal };
    const answer = await fetch(form.dataset.home, options);
    stopIfRevoked(answer);
    return answer.ok;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

// Whoever wakes the tablet up reads it before they type.
document.addEventListener("visibilitychange", () => document.hidden || isServerThere());
