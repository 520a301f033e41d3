// The answers in the tablet's form. They leave it only in the one POST at the end.
import { findAll, findOne, form, isPatient, showNameHint, showProgress, showTitle } from "./kiosk-page.js";
import { whenRevoked } from "./kiosk-server.js";

const namesAboutTheChild = form.dataset.aboutChild.split(" ").map((name) => `[name=${name}]`);
// What only opens a box (data-opens) is closed with it.
const ABOUT_THE_CHILD = ["[data-step=child] input", "[data-opens]", ...namesAboutTheChild].join();
const ANSWERS = "input:not([type=hidden]), textarea";

// Kept for "Another child?" after the form is cleared.
let adultAnswers = null;

const isTicked = (box) => /checkbox|radio/.test(box.type);

/** Return whether `wanted`, a field's name or id, has an answer; with “=”, whether it has this one. */
function isAnswered(wanted) {
  const [name, value] = wanted.split("=");
  const said = new FormData(form).get(name);
  return value ? said === value : Boolean(said || form.elements[name].checked);
}

/** Update what depends on the answers: texts, conditional fields, the name at the top. */
export function updateAnswers() {
  // The last screens, shown after the form is cleared, are still worded for whoever signed in.
  if (!adultAnswers) document.body.classList.toggle("is-self", isPatient());
  showTitle();
  const typed = ["child_given_name", "child_family_name"].map((name) => form.elements[name].value.trim());
  const name = typed.filter(Boolean).join(" ");
  findOne("[data-with] bdi").textContent = name;
  findOne("[data-with]").hidden = !name;
  if (typed[0]) showNameHint(false);
  for (const each of findAll("[type=radio]")) each.dataset.was = each.checked ? "1" : "";
  for (const each of findAll("[data-when]")) {
    // Read again for each: the previous one may have hidden what this one depends on.
    each.hidden = !each.dataset.when.split(" ").some(isAnswered);
    // Hidden fields are not sent, and keep their values in case they are shown again.
    for (const box of findAll("input, textarea", each)) box.disabled = each.hidden;
  }
  for (const chip of findAll("[data-fill]")) {
    const isSaid = form.elements[chip.dataset.fill].value === chip.textContent;
    chip.setAttribute("aria-pressed", String(isSaid));
  }
  // “I am the patient” leaves a screen out.
  showProgress();
}

/** Return all answers, as they are sent. */
export function collectClaim({ help = false } = {}) {
  const said = {};
  for (const [name, value] of new FormData(form)) {
    said[name] = name === "notes_wanted" ? [...(said[name] || []), value] : value;
  }
  return { ...said, ...(help && { help: true }), typed_at: new Date().toISOString() };
}

/** Clear the form once it is sent. The adult's answers are kept for "Another child?". */
export function putAnswersAway() {
  const boxes = findAll(ANSWERS, form).filter((box) => !box.matches(ABOUT_THE_CHILD));
  adultAnswers ??= boxes.map((box) => [box, isTicked(box) ? box.checked : box.value]);
  form.reset();
  updateAnswers();
}

export function bringAdultBack() {
  for (const [box, said] of adultAnswers ?? []) {
    if (isTicked(box)) box.checked = said;
    else box.value = said;
  }
  adultAnswers = null;
}

const readAnswers = () => findAll(ANSWERS, form).map((box) => (isTicked(box) ? box.checked : box.value));

/** Return whether anything is typed, ticked or chosen. */
export const hasAnswers = () => readAnswers().some(Boolean);

/** Return every answer and the key of the sign-in, to be put back by `bringAnswersBack`. */
export const packAnswers = () => ({ key: form.elements.key.value, said: readAnswers() });

export function bringAnswersBack({ key, said }) {
  form.elements.key.value = key;
  findAll(ANSWERS, form).forEach((box, at) => {
    if (isTicked(box)) box.checked = said[at];
    else box.value = said[at];
  });
}

export function forgetAnswers() {
  form.reset();
  adultAnswers = null;
}

whenRevoked(forgetAnswers);
