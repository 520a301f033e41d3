// Clear the screen after somebody walked away, but never while somebody is there.
import { watchKeys } from "./keys.js";

// Also what no finger does: a screen reader moves the focus or the selection, a switch only clicks.
const SIGNS_OF_LIFE =
  "pointerdown pointermove touchmove wheel scroll input click focusin selectionchange".split(" ");

/** Call `note` at every sign that somebody is there. */
export function watchLife(note) {
  const options = { capture: true, passive: true };
  for (const sign of SIGNS_OF_LIFE) document.addEventListener(sign, () => note(), options);
  watchKeys(() => note());
}

export class IdleTimer {
  #dialog;
  #asked; // seconds to answer before the screen is cleared
  #readLimit;
  #clear;
  #timers = [];
  #endsAt = Infinity; // when the screen should be cleared
  #isAsking = false;

  /**
   * `dialog` asks whether somebody is there, and says in `data-asked` for how many seconds. `readLimit()`:
   * how long this screen stays, as { seconds, ask }, or null if it may stay. `clear()` clears it.
   */
  constructor(dialog, { readLimit, clear }) {
    this.#dialog = dialog;
    this.#asked = Number(dialog.dataset.asked);
    this.#readLimit = readLimit;
    this.#clear = clear;
    watchLife(() => this.#noteSign());
    // A tap anywhere on the question means yes; only one button means no.
    dialog.addEventListener("click", (event) => event.target.closest("[data-clear]") || this.#stay());
    dialog.addEventListener("cancel", () => this.#stay());
    document.addEventListener("visibilitychange", () => document.hidden || this.#clearIfOver());
  }

  /** Start counting for the current screen. */
  start() {
    this.#reset();
    const limit = this.#readLimit();
    if (!limit) return;
    this.#setEnd(limit.seconds + (limit.ask ? this.#asked : 0));
    this.#callIn(limit.seconds, () => (limit.ask ? this.#ask() : this.#clear()));
  }

  /** Close the question. Stop its timers first: closing moves the focus, which would ask again. */
  closeQuestion() {
    this.#reset();
    if (this.#dialog.open) this.#dialog.close();
  }

  #reset() {
    this.#timers.forEach(clearTimeout);
    this.#timers = [];
    this.#endsAt = Infinity;
    this.#isAsking = false;
  }

  #setEnd(seconds) {
    this.#endsAt = Date.now() + seconds * 1000;
  }

  #callIn(seconds, what) {
    this.#timers.push(setTimeout(what, seconds * 1000));
  }

  // Reading, scrolling and moving the focus count as activity, as much as typing.
  #noteSign() {
    if (this.#isAsking) this.#ask();
    else this.start();
  }

  // The sentence that describes the dialog stays as it is, so it is read once. Only the eye sees the count.
  #ask() {
    this.#reset();
    this.#isAsking = true;
    this.#setEnd(this.#asked);
    const left = this.#dialog.querySelector("[data-seconds]");
    left.textContent = this.#asked;
    for (let gone = 1; gone < this.#asked; gone += 1) {
      this.#callIn(gone, () => {
        left.textContent = this.#asked - gone;
      });
    }
    this.#callIn(this.#asked, this.#clear);
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  #stay() {
    this.closeQuestion();
    this.start();
  }

  // Timers pause while the tablet sleeps.
  #clearIfOver() {
    if (Date.now() > this.#endsAt) this.#clear();
  }
}
