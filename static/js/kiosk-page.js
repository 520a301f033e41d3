// The tablet's one form, and its screens: what is shown of them, and in which order they come.

export const form = document.getElementById("sign-in");
export const findOne = (selector, root = document) => root.querySelector(selector);
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

const plainSteps = findAll(".step[data-part]");

export const isPatient = () => form.elements.is_patient.checked;
export const readStep = () => form.dataset.step;
export const findScreen = (name) => findOne(`.step[data-step="${name}"]`);

/** The names of the screens that this family walks through, in order. */
export function listSteps() {
  const asked = plainSteps.filter((each) => !(isPatient() && "notSelf" in each.dataset));
  return ["welcome", ...asked.map((each) => each.dataset.step)];
}

/** Show one of the words that the main button may have. */
export function showLabel(name) {
  for (const each of findAll("[data-label]")) each.hidden = each.dataset.label !== name;
}

/** Show how far they have come; on a screen of no part nothing is past. */
export function showProgress(part) {
  let isBefore = true;
  for (const each of findAll(".progress li")) {
    const isHere = each.dataset.part === part;
    if (isHere) isBefore = false;
    each.classList.toggle("past", Boolean(part) && isBefore);
    if (isHere) each.setAttribute("aria-current", "step");
    else each.removeAttribute("aria-current");
  }
}

/** Put this screen in the place of the one before. A screen that opens with a box is answered at once. */
export function showScreen(name, moveFocus) {
  const screen = findScreen(name);
  for (const each of findAll(".step")) each.classList.toggle("on", each === screen);
  form.dataset.step = name;
  showProgress(screen.dataset.part);
  const heading = findOne("h1", screen);
  findOne("[data-heard]").textContent = name === "welcome" ? "" : heading.innerText.replace(/\s+/g, " ");
  // One that opens with tiles is read from its heading.
  const box = findOne("legend + .boxes :is(input, textarea)", screen);
  if (moveFocus) (box || heading).focus();
  window.scrollTo(0, 0);
}
