// Sends sign-ins, and keeps those that could not be sent: in this page's memory, and nowhere else.
// A claim carries its own key, so sending it twice makes one visit.
"use strict";

window.KioskPost = class {
  #waiting = [];
  #address;
  #busy = false;
  #timer = 0;

  static PATIENCE = 20_000; // ms that one try may take
  static LONGEST_WAIT = 30_000; // ms between two tries

  constructor(address) {
    this.#address = address;
    window.addEventListener("online", () => this.#run());
  }

  /** Send `claim` until it is kept. `kept(token)` is called once; `later()` after every try that failed. */
  send(claim, { kept, later }) {
    this.#waiting.push({ body: JSON.stringify(claim), kept, later, tries: 0 });
    this.#run();
  }

  get waiting() {
    return this.#waiting.length;
  }

  async #run() {
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    let wait = 0;
    while (this.#waiting.length && !wait) {
      const entry = this.#waiting.shift();
      const answer = await this.#attempt(entry);
      if (answer.token) {
        entry.kept(answer.token);
      } else {
        // To the end of the row: one claim that cannot be sent must not hold up the others.
        this.#waiting.push(entry);
        wait = answer.wait;
        entry.later();
      }
    }
    this.#busy = false;
    if (wait) this.#timer = setTimeout(() => this.#run(), wait);
  }

  async #attempt(entry) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), KioskPost.PATIENCE);
    const backOff = Math.min(1000 * 2 ** entry.tries++, KioskPost.LONGEST_WAIT);
    const wait = backOff * (0.75 + Math.random() / 4);
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
      if (response.ok) return { token: (await response.json()).token };
      const asked = Number(response.headers.get("Retry-After")) * 1000;
      return { wait: asked > 0 ? asked : wait };
    } catch {
      return { wait };
    } finally {
      clearTimeout(timer);
    }
  }
};
