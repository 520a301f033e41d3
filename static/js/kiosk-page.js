// The tablet's one form and its screens: what they show, and their order.

export const form = document.getElementById("sign-in");
export const findOne = (selector, root = document) => root.querySelector(selector);
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

const plainSteps = findAll(".step[data-part]");

export const isPatient = () => form.elements.is_patient.checked;
export const readStep = () => form.dataset.step;
export const findScreen = (name) => findOne(`.step[data-step="${name}"]`);

/** Return the names of this family's screens, in order. */
export function listSteps() {
  const asked = plainSteps.filter((each) => !(isPatient() && "notSelf" in each.dataset));
  return ["welcome", ...asked.map((each) => each.dataset.step)];
}

/** Show one of the main button's labels. */
export function showLabel(name) {
  for (const each of findAll("[data-label]")) each.hidden = each.dataset.label !== name;
}

/** Show the progress; on a screen without a part nothing is past. */
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

/** Show this screen. If it starts with a box, focus that, so it can be answered at once. */
export function showScreen(name, moveFocus) {
  const screen = findScreen(name);
  for (const each of findAll(".step")) each.classList.toggle("on", each === screen);
  form.dataset.step = name;
  showProgress(screen.dataset.part);
  const heading = findOne("h1", screen);
  findOne("[data-heard]").textContent = name === "welcome" ? "" : heading.innerText.replace(/\s+/g, " ");
  // A screen that starts with tiles is read from its heading.
  const box = findOne("legend + .boxes :is(input, textarea)", screen);
  if (moveFocus) (box || heading).focus();
  window.scrollTo(0, 0);
}
