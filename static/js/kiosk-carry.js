// Carry a family's answers to the same page in another language.
//
// window.name outlives one page in this tab, in memory only: nothing is stored on the tablet or sent. The
// next page empties it before it does anything else.

const LASTS = 20_000; // ms: a page that loads later than that is for another family

export function carry(answers) {
  window.name = JSON.stringify({ at: Date.now(), answers });
}

/** Return what the page before carried here, once; null if nothing, or too long ago. */
export function takeCarried() {
  const text = window.name;
  window.name = "";
  try {
    const { at, answers } = JSON.parse(text);
    return Math.abs(Date.now() - at) < LASTS ? answers : null;
  } catch {
    return null;
  }
}
