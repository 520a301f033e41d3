// The answers in the tablet's form. Nothing of them leaves it except in the one POST at its end.
import { findAll, findOne, form, isPatient } from "./kiosk-page.js";

const namesAboutTheChild = form.dataset.aboutChild.split(" ").map((name) => `[name=${name}]`);
const ABOUT_THE_CHILD = ["[data-step^=child] input", ...namesAboutTheChild].join();

// What stays for another child, taken out of the page with the rest.
let adultAnswers = null;

const isTicked = (box) => /checkbox|radio/.test(box.type);

/** Bring what follows from the answers up to date: words, boxes that are asked only then, the name on top. */
export function updateAnswers() {
  // The last screens, which come after the answers were put away, still speak of whoever signed in.
  if (!adultAnswers) document.body.classList.toggle("is-self", isPatient());
  const typed = ["child_given_name", "child_family_name"].map((name) => form.elements[name].value.trim());
  const name = typed.filter(Boolean).join(" ");
  findOne("[data-with] bdi").textContent = name;
  findOne("[data-with]").hidden = !name;
  if (typed[0]) findOne("[data-gentle]").hidden = true;
  for (const each of findAll("[type=radio]")) each.dataset.was = each.checked ? "1" : "";
  for (const each of findAll("[data-when]")) {
    // Read again for each: the one before may have taken what this one hangs on out of sight.
    const said = new FormData(form);
    each.hidden = !each.dataset.when.split(" ").some((wanted) => said.get(wanted));
    // What is out of sight is not sent, and is still there if it comes back.
    for (const box of findAll("input, textarea", each)) box.disabled = each.hidden;
  }
  for (const chip of findAll("[data-fill]")) {
    const isSaid = form.elements[chip.dataset.fill].value === chip.textContent;
    chip.setAttribute("aria-pressed", String(isSaid));
  }
}

/** All that was said, as it is sent. */
export function collectClaim({ help = false } = {}) {
  const said = {};
  for (const [name, value] of new FormData(form)) {
    said[name] = name === "notes_wanted" ? [...(said[name] || []), value] : value;
  }
  return { ...said, ...(help && { help: true }), typed_at: new Date().toISOString() };
}

/** Nothing stays in the page once it is sent. The adult's answers wait for "Another child?". */
export function putAnswersAway() {
  const all = findAll("input:not([type=hidden]), textarea", form);
  const boxes = all.filter((box) => !box.matches(ABOUT_THE_CHILD));
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

export function forgetAnswers() {
  form.reset();
  adultAnswers = null;
}
