// Send sign-ins, and keep unsent ones in this page's memory only. Each claim has its own key, so sending it
// twice makes one visit.
import { stopIfRevoked, whenRevoked } from "./kiosk-server.js";

const PATIENCE = 20_000; // ms allowed for one try
const LONGEST_WAIT = 30_000; // ms between two tries
const SOON = 3_000; // ms between two tries of a priority claim, whatever the server asks for
const LONGEST_ASKED = 60_000; // ms between two tries at most, even if the server asks for more

export class Outbox {
  // Every claim that the server has not confirmed, including those being sent.
  #entries = [];
  #address;
  #onEmpty;
  #isRetrying = false;
  #timer = 0;

  /** `onEmpty()` is called each time the last unsent claim has arrived. */
  constructor(address, { onEmpty }) {
    this.#address = address;
    this.#onEmpty = onEmpty;
    whenRevoked(() => this.#forgetAll());
    window.addEventListener("online", () => this.#retryAll());
    window.addEventListener("pageshow", () => this.#retryAll());
    window.addEventListener("pagehide", () => this.#sendBeacons());
    window.addEventListener("beforeunload", (event) => this.count && event.preventDefault());
  }

  /**
   * Send `claim` until it has arrived. `onKept(token)` is called once, `onLate()` after each failed try.
   * `isFirst`: sent before all others, and retried soon.
   */
  send(claim, { onKept, onLate, isFirst = false }) {
    const entry = { body: JSON.stringify(claim), onKept, onLate, isFirst, tries: 0, isUnderWay: true };
    this.#add(entry);
    this.#retryAll();
    // In parallel with those: one of them may hang until its timeout.
    this.#deliver(entry).then((wait) => (wait ? this.#schedule(wait) : this.#retryAll()));
  }

  /** The number of claims that have not arrived. */
  get count() {
    return this.#entries.length;
  }

  // Send one claim after another until one fails, so that a server that comes back is not flooded.
  async #retryAll() {
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    clearTimeout(this.#timer);
    let wait = 0;
    while (!wait) {
      const entry = this.#entries.find((each) => !each.isUnderWay);
      if (!entry) break;
      wait = await this.#deliver(entry);
    }
    this.#isRetrying = false;
    this.#schedule(wait);
  }

  #schedule(wait) {
    if (!wait || this.#isRetrying) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#retryAll(), wait);
  }

  // Try once. Return 0 if the claim arrived, else the ms to wait before the next try.
  async #deliver(entry) {
    entry.isUnderWay = true;
    const { token, wait } = await this.#post(entry);
    if (!this.#entries.includes(entry)) return 0; // forgotten meanwhile
    entry.isUnderWay = false;
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    if (token) {
      entry.onKept(token);
      if (!this.count) this.#onEmpty();
      return 0;
    }
    // Move it to the end: one claim that cannot be sent must not block the others.
    this.#add(entry);
    entry.onLate();
    return entry.isFirst ? Math.min(wait, SOON) : wait;
  }

  #add(entry) {
    if (entry.isFirst) this.#entries.unshift(entry);
    else this.#entries.push(entry);
  }

  async #post(entry) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    const backOff = Math.min(1000 * 2 ** entry.tries, LONGEST_WAIT);
    entry.tries += 1;
    let wait = backOff * (0.75 + Math.random() / 4);
    try {
      const response = await fetch(this.#address, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: entry.body,
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: patience.signal,
      });
      stopIfRevoked(response);
      const asked = Number(response.headers.get("Retry-After")) * 1000;
      if (asked > 0) wait = Math.min(Math.max(asked, 1000), LONGEST_ASKED);
      const { token } = response.ok ? await response.json() : {};
      // An answer without a token comes from a proxy, not the clinic: nothing was saved.
      return typeof token === "string" && token ? { token } : { wait };
    } catch {
      return { wait };
    } finally {
      clearTimeout(timer);
    }
  }

  // A revoked tablet's claims would be refused for ever.
  #forgetAll() {
    clearTimeout(this.#timer);
    this.#entries = [];
  }

  // The page is closing, and its memory with it. A beacon outlives the page; the key makes sending twice
  // safe.
  #sendBeacons() {
    for (const { body } of this.#entries) {
      navigator.sendBeacon(this.#address, new Blob([body], { type: "application/json" }));
    }
  }
}
