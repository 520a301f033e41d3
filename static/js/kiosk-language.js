// Changes the language. That leaves the page, so it waits until nothing is held in it and the server answers.
"use strict";

window.KioskLanguage = class {
  #form;
  #post;
  #isFree;
  #isQuiet;
  #wanted = null;
  #timer = 0;

  static AGAIN = 3000; // ms between two looks whether the page may go
  static SILENT = 1000; // ms of waiting before we say so
  static PATIENCE = 5000; // ms that the server may take to answer

  /** `isFree()`: nobody has begun to sign in. `isQuiet()`: nothing stands there that somebody still has to read. */
  constructor(form, post, { isFree, isQuiet }) {
    this.#form = form;
    this.#post = post;
    this.#isFree = isFree;
    this.#isQuiet = isQuiet;
    for (const link of this.#links()) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.#choose(link);
      });
    }
    window.addEventListener("online", () => this.#look());
  }

  /** The next family should not find the last one's language. */
  backToFirst() {
    const { home, language, firstLanguage } = this.#form.dataset;
    if (language === firstLanguage) return;
    this.#wanted ??= { address: home, mayGo: () => this.#isFree() && this.#isQuiet() };
    this.#look();
  }

  /** Somebody began to sign in: the page stays as it is. */
  forget() {
    this.#wanted = null;
    clearTimeout(this.#timer);
    for (const words of this.#form.querySelectorAll("[data-hold]")) words.hidden = true;
  }

  #links() {
    return this.#form.querySelectorAll(".languages a");
  }

  #choose(link) {
    this.forget();
    const words = this.#form.querySelector(`[data-hold="${link.hreflang}"]`);
    this.#wanted = { address: link.href, words, mayGo: this.#isFree };
    const mine = this.#wanted;
    setTimeout(() => mine === this.#wanted && (mine.words.hidden = false), KioskLanguage.SILENT);
    this.#look();
  }

  async #look() {
    clearTimeout(this.#timer);
    const mine = this.#wanted;
    const mayGo = () => mine === this.#wanted && !this.#post.waiting && mine.mayGo();
    if (!mine) return;
    if (mayGo() && (await this.#reached()) && mayGo()) return location.replace(mine.address);
    if (mine !== this.#wanted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), KioskLanguage.AGAIN);
  }

  async #reached() {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), KioskLanguage.PATIENCE);
    try {
      const { ok } = await fetch(this.#form.dataset.home, { method: "HEAD", cache: "no-store", signal: patience.signal });
      return ok;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
};
