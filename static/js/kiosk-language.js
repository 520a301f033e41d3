// A tap on a language starts the sign-in in it. Another language leaves the page, so wait until it has no
// unsent claim and the server answers. After a wait stay at the welcome: somebody else may be there.
import { carry } from "./kiosk-carry.js";
import { isServerThere, whenRevoked } from "./kiosk-server.js";

const AGAIN = 3000; // ms between two checks whether the page may go
const SILENT = 1000; // ms of waiting before we say so
const AT_ONCE = 5000; // ms after the tap in which the same family is surely still there

export class LanguageChange {
  #pack;
  #start;
  #form;
  #outbox;
  #isFree;
  #isQuiet;
  #wanted = null;
  #timer = 0;

  /**
   * `isFree()`: the page may go. `isQuiet()`: nothing unread is shown, and nothing typed would be lost.
   * `pack()`: the answers of a family that went back to choose its language. `start()`: go on to the first
   * question, in the language that the page has already.
   */
  constructor(form, outbox, { isFree, isQuiet, pack, start }) {
    this.#form = form;
    this.#outbox = outbox;
    this.#isFree = isFree;
    this.#isQuiet = isQuiet;
    this.#pack = pack;
    this.#start = start;
    for (const link of form.querySelectorAll(".languages a")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.#choose(link);
      });
    }
    window.addEventListener("online", () => this.#changeWhenFree());
    whenRevoked(() => this.cancel());
  }

  /** Is the page in the language that the next family should get? */
  get isFirst() {
    return this.#form.dataset.language === this.#form.dataset.firstLanguage;
  }

  /** The next family should not get the last one's language. */
  goBackToFirst() {
    if (this.isFirst) return;
    this.#wanted ??= { address: this.#form.dataset.home, mayGo: () => this.#isFree() && this.#isQuiet() };
    this.#changeWhenFree();
  }

  /** The screen is cleared: nor should it get a language that the last one waited for. */
  forgetFamily() {
    this.cancel();
    this.goBackToFirst();
  }

  /** Somebody has started a sign-in: stay on this page. */
  cancel() {
    this.#wanted = null;
    clearTimeout(this.#timer);
    for (const words of this.#form.querySelectorAll("[data-hold]")) words.hidden = true;
  }

  #choose(link) {
    this.cancel();
    if (link.hreflang === this.#form.dataset.language) return void this.#start();
    const words = this.#form.querySelector(`[data-hold="${link.hreflang}"]`);
    const mine = { address: link.href, mayGo: this.#isFree, chosenAt: Date.now() };
    this.#wanted = mine;
    setTimeout(() => {
      if (mine === this.#wanted) words.hidden = false;
    }, SILENT);
    this.#changeWhenFree();
  }

  async #changeWhenFree() {
    clearTimeout(this.#timer);
    const mine = this.#wanted;
    if (!mine) return;
    const mayGo = () => mine === this.#wanted && !this.#outbox.count && mine.mayGo();
    if (mayGo() && (await isServerThere()) && mayGo()) {
      if (mine.chosenAt) carry({ ...this.#pack(), isStarting: Date.now() - mine.chosenAt < AT_ONCE });
      location.replace(mine.address);
      return;
    }
    if (mine !== this.#wanted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#changeWhenFree(), AGAIN);
  }
}
