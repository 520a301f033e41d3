// Clears the screen of whoever walked away, and of nobody who is there.
"use strict";

window.KioskIdle = class {
  #still;
  #lasts;
  #end;
  #timers = [];
  #over = Infinity; // when the screen should be clear, by the clock
  #asked = false;

  static ASKED = 15; // seconds to answer before the screen is wiped
  static SIGNS = ["pointerdown", "pointermove", "touchmove", "wheel", "scroll", "keydown", "input", "focusin"];

  /** `lasts()`: how long this screen stays, as { seconds, ask }, or null where it may stay. `end()` wipes it. */
  constructor(still, { lasts, end }) {
    this.#still = still;
    this.#lasts = lasts;
    this.#end = end;
    for (const sign of KioskIdle.SIGNS) document.addEventListener(sign, () => this.#alive(), { capture: true, passive: true });
    // Anywhere on the question means yes; only one button says otherwise.
    still.addEventListener("click", (event) => event.target.closest("[data-clear]") || this.#stay());
    still.addEventListener("cancel", () => this.#stay());
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
  }

  /** Begin to count for the screen that is now shown. */
  watch() {
    this.#restart();
    const lasts = this.#lasts();
    if (!lasts) return;
    this.#overIn(lasts.seconds + (lasts.ask ? KioskIdle.ASKED : 0));
    this.#later(lasts.seconds, () => (lasts.ask ? this.#ask() : this.#end()));
  }

  /** Take the question away. Its timers go first: closing moves the focus, which would ask anew. */
  close() {
    this.#restart();
    if (this.#still.open) this.#still.close();
  }

  #restart() {
    this.#timers.forEach(clearTimeout);
    this.#timers = [];
    this.#over = Infinity;
    this.#asked = false;
  }

  #overIn(seconds) {
    this.#over = Date.now() + seconds * 1000;
  }

  #later(seconds, what) {
    this.#timers.push(setTimeout(what, seconds * 1000));
  }

  // Reading, scrolling and moving the focus are signs of life as much as typing is.
  #alive() {
    if (this.#asked) this.#ask();
    else this.watch();
  }

  #ask() {
    this.#restart();
    this.#asked = true;
    this.#overIn(KioskIdle.ASKED);
    const left = this.#still.querySelector("[data-seconds]");
    left.textContent = KioskIdle.ASKED;
    for (let gone = 1; gone < KioskIdle.ASKED; gone++) this.#later(gone, () => (left.textContent = KioskIdle.ASKED - gone));
    this.#later(KioskIdle.ASKED, this.#end);
    if (!this.#still.open) this.#still.showModal();
  }

  #stay() {
    this.close();
    this.watch();
  }

  // Timers sleep with the tablet.
  #wake() {
    if (Date.now() > this.#over) this.#end();
  }
};
