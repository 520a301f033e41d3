// The tablet's one form and its screens: what they show, and their order.

export const form = document.getElementById("sign-in");
export const findOne = (selector, root = document) => root.querySelector(selector);
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

const questions = findAll("fieldset.step");
let isTouched = false; // the last pointer was a finger

export const isPatient = () => form.elements.is_patient.checked;
export const readStep = () => form.dataset.step;
export const findScreen = (name) => findOne(`.step[data-step="${name}"]`);

/** Return the names of this family's screens, in order. */
export function listSteps() {
  const asked = questions.filter((each) => !(isPatient() && "notSelf" in each.dataset));
  return ["welcome", ...asked.map((each) => each.dataset.step)];
}

/** Show one of the main button's labels. */
export function showLabel(name) {
  for (const each of findAll("[data-label]")) each.hidden = each.dataset.label !== name;
}

/** Show which of this family's screens this is: “2 of 6”; nothing on the first and last ones. */
export function showProgress() {
  const order = [...listSteps(), "done"];
  const here = order.indexOf(readStep());
  const line = findOne("[data-progress]");
  line.hidden = here < 1 || here === order.length - 1;
  line.textContent = line.dataset.words.replace("{here}", here + 1).replace("{all}", order.length);
}

/** Show or hide the hint about the name. It describes its box only while shown: hidden text is read, too. */
export function showNameHint(isShown) {
  const box = form.elements.child_given_name;
  findOne("[data-gentle]").hidden = !isShown;
  if (isShown) box.setAttribute("aria-describedby", "gentle");
  else box.removeAttribute("aria-describedby");
}

// A screen reader enters the question's group, and reads with it which question this is.
function describeByProgress(screen) {
  if (screen.matches("fieldset")) screen.setAttribute("aria-describedby", "progress");
}

/** Name the page after its screen. The last screen's heading is a name, so it has a title of its own. */
export function showTitle() {
  const screen = findScreen(readStep());
  const title = screen.dataset.title || findOne("h1", screen).innerText.replace(/\s+/g, " ").trim();
  document.title = `${title} · ${form.dataset.clinic}`;
}

/** Show this screen. If it starts with a box, focus that, so it can be answered at once. */
export function showScreen(name, moveFocus) {
  const screen = findScreen(name);
  for (const each of findAll(".step")) each.classList.toggle("on", each === screen);
  form.dataset.step = name;
  showProgress();
  const heading = findOne("h1", screen);
  showTitle();
  describeByProgress(screen);
  // A screen that starts with tiles is read from its heading. So is one that can be answered by tapping, if
  // the last tap was a finger's: the on-screen keyboard would cover the words to tap.
  const mayType = !(isTouched && "tappable" in screen.dataset);
  const box = mayType && findOne("legend + .boxes :is(input, textarea)", screen);
  if (moveFocus) (box || heading).focus();
  window.scrollTo(0, 0);
}

const notePointer = ({ pointerType }) => {
  isTouched = pointerType === "touch";
};
document.addEventListener("pointerdown", notePointer, { capture: true, passive: true });
