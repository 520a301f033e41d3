// Sends sign-ins, and holds those that have not arrived: in this page's memory, and nowhere else.
// A claim carries its own key, so sending it twice makes one visit.
"use strict";

window.KioskPost = class {
  // Every claim that the server has not answered for, also while it is on its way.
  #waiting = [];
  #address;
  #empty;
  #retrying = false;
  #timer = 0;

  static PATIENCE = 20_000; // ms that one try may take
  static LONGEST_WAIT = 30_000; // ms between two tries
  static SOON = 3_000; // ms between two tries of what goes first, whatever the server asks for
  static LONGEST_ASKED = 60_000; // ms between two tries, where the server asks for more: never a day

  /** `empty()` is called each time that the last waiting claim has arrived. */
  constructor(address, { empty }) {
    this.#address = address;
    this.#empty = empty;
    window.addEventListener("online", () => this.#retry());
    window.addEventListener("pageshow", () => this.#retry());
    window.addEventListener("pagehide", () => this.#lastTry());
    window.addEventListener("beforeunload", (event) => this.waiting && event.preventDefault());
  }

  /** Send `claim` until it has arrived. `kept(token)` is called once; `later()` after every try that failed.
      `first`: it goes before all that waits, and is tried again soon. */
  send(claim, { kept, later, first = false }) {
    const entry = { body: JSON.stringify(claim), kept, later, first, tries: 0, flying: false };
    this.#wait(entry);
    entry.flying = true;
    this.#retry();
    // Beside those: the one before may hang for as long as our patience lasts.
    this.#deliver(entry).then((wait) => (wait ? this.#schedule(wait) : this.#retry()));
  }

  get waiting() {
    return this.#waiting.length;
  }

  // One after the other, until one fails: a server that comes back is not met by everything at once.
  async #retry() {
    if (this.#retrying) return;
    this.#retrying = true;
    clearTimeout(this.#timer);
    let wait = 0;
    for (let entry; !wait && (entry = this.#waiting.find((each) => !each.flying)); ) wait = await this.#deliver(entry);
    this.#retrying = false;
    this.#schedule(wait);
  }

  #schedule(wait) {
    if (!wait || this.#retrying) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#retry(), wait);
  }

  // One try. Returns 0 when it arrived, or else the ms to wait before the next.
  async #deliver(entry) {
    entry.flying = true;
    const { token, wait } = await this.#attempt(entry);
    entry.flying = false;
    this.#waiting.splice(this.#waiting.indexOf(entry), 1);
    if (token) {
      entry.kept(token);
      if (!this.waiting) this.#empty();
      return 0;
    }
    // To the end of the row: one claim that cannot be sent must not hold up the others.
    this.#wait(entry);
    entry.later();
    return entry.first ? Math.min(wait, KioskPost.SOON) : wait;
  }

  #wait(entry) {
    if (entry.first) this.#waiting.unshift(entry);
    else this.#waiting.push(entry);
  }

  async #attempt(entry) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), KioskPost.PATIENCE);
    const backOff = Math.min(1000 * 2 ** entry.tries++, KioskPost.LONGEST_WAIT);
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
      const asked = Number(response.headers.get("Retry-After")) * 1000;
      if (asked > 0) wait = Math.min(Math.max(asked, 1000), KioskPost.LONGEST_ASKED);
      const { token } = response.ok ? await response.json() : {};
      // An answer without a token comes from something in between, not from the clinic: it kept nothing.
      return typeof token === "string" && token ? { token } : { wait };
    } catch {
      return { wait };
    } finally {
      clearTimeout(timer);
    }
  }

  // The page goes, and its memory with it. A beacon outlives the page; the key makes it safe to send twice.
  #lastTry() {
    for (const { body } of this.#waiting) {
      navigator.sendBeacon(this.#address, new Blob([body], { type: "application/json" }));
    }
  }
};
