// Type-ahead over patients while the desk types a name, a birth date or a phone. Choosing one fills boxes;
// every box stays free text. The form works without this script too.
import { postFields } from "./desk-requests.js";
import { registerKey } from "./keys.js";
import { sendFormsOnce } from "./once.js";
import { toggleNotice } from "./toast.js";
import { trustAnswer } from "./trusted-html.js";

const PAUSE = 120; // ms without a key before searching
const NO_ANSWER = "The search got no answer. Type on and sign in the family: the child can be matched later.";
const NAMES = ["child_given_name", "child_family_name"];
const SEARCHED = new Set([...NAMES, "child_birth_date", "escort_phone"]);

const form = document.getElementById("sign-in");
const list = document.getElementById("people");
const said = document.querySelector("[data-people-said]");
const address = list.parentElement.dataset.people;
const chosen = document.querySelector("[data-chosen]");
const known = document.querySelector("[data-known]");
let timer = 0;
let asking = null;
let marked = null;

const findBox = (name) => form.elements.namedItem(name);

function readQuestion(name) {
  const typed = NAMES.map((one) => findBox(one).value.trim())
    .filter(Boolean)
    .join(" ");
  if (name === "escort_phone") return typed ? "" : findBox(name).value.trim();
  const born = findBox("child_birth_date").value.trim();
  return [typed, born.length > 5 || name === "child_birth_date" ? born : ""].filter(Boolean).join(" ");
}

async function searchPeople(name) {
  const q = readQuestion(name);
  asking?.abort();
  if (!q) return closeList();
  asking = new AbortController();
  try {
    const answer = await postFields(address, new URLSearchParams({ q }), { signal: asking.signal });
    toggleNotice(NO_ANSWER, !answer.ok);
    if (!answer.ok || document.activeElement !== findBox(name)) return closeList();
    list.innerHTML = trustAnswer(await answer.text());
    openList(findBox(name));
  } catch (problem) {
    if (problem.name === "AbortError") return;
    toggleNotice(NO_ANSWER, true);
    closeList();
  }
}

function openList(input) {
  const count = list.children.length;
  marked = null;
  // Below the boxes that it is for, so that it never covers the one that somebody types in.
  input.closest(".two").after(list.parentElement);
  list.hidden = !count;
  for (const name of NAMES) {
    findBox(name).setAttribute("aria-expanded", String(Boolean(count) && findBox(name) === input));
  }
  input.removeAttribute("aria-activedescendant");
  said.textContent = count ? `${count} like this. Arrow down to choose.` : "Nobody on file is like this.";
}

// Drop an answer still under way; it would open the list again.
function closeList() {
  clearTimeout(timer);
  asking?.abort();
  list.hidden = true;
  list.replaceChildren();
  marked = null;
  for (const name of NAMES) {
    findBox(name).setAttribute("aria-expanded", "false");
    findBox(name).removeAttribute("aria-activedescendant");
  }
}

function markNextPerson(by) {
  const options = [...list.children];
  const first = by > 0 ? 0 : options.length - 1;
  const next = marked ? options.indexOf(marked) + by : first;
  marked?.setAttribute("aria-selected", "false");
  marked = options[next] ?? null;
  marked?.setAttribute("aria-selected", "true");
  marked?.scrollIntoView({ block: "nearest" });
  if (marked) document.activeElement.setAttribute("aria-activedescendant", marked.id);
  else document.activeElement.removeAttribute("aria-activedescendant");
}

function choosePerson(option) {
  const { patient, drawn, given, family, born } = option.dataset;
  findBox("patient").value = patient;
  findBox("drawn_beside").value = drawn;
  findBox("child_given_name").value = given;
  findBox("child_family_name").value = family;
  findBox("child_birth_date").value = born;
  chosen.querySelector("[data-chosen-name]").textContent = option.querySelector(".who b").textContent;
  chosen.querySelector("[data-chosen-born]").textContent = option.querySelector(".born").textContent;
  chosen.hidden = false;
  offerEscorts(option.querySelectorAll("[data-escort]"));
  closeList();
  findBox("escort_name").focus();
}

function makeEscortButton({ dataset: { escort, relationship } }) {
  const [name, words, button] = ["b", "i", "button"].map((tag) => document.createElement(tag));
  Object.assign(name, { dir: "auto", textContent: escort || "No name given" });
  Object.assign(words, { dir: "auto", textContent: relationship });
  Object.assign(button, { type: "button", className: "fill" });
  Object.assign(button.dataset, { escort, relationship });
  button.append(name, " ", words);
  return button;
}

function offerEscorts(escorts) {
  const rows = [...escorts].map((one) => {
    const row = document.createElement("li");
    row.append(makeEscortButton(one));
    return row;
  });
  known.querySelector("ul").replaceChildren(...rows);
  known.hidden = !rows.length;
}

function forgetPerson() {
  findBox("patient").value = "";
  findBox("drawn_beside").value = "";
  chosen.hidden = true;
  offerEscorts([]);
}

function takeInput({ target: { name } }) {
  // Another name is another child: do not link the record chosen for the first.
  if (findBox("patient").value && [...NAMES, "child_birth_date"].includes(name)) forgetPerson();
  if (!SEARCHED.has(name) || findBox("patient").value) return;
  clearTimeout(timer);
  timer = setTimeout(searchPeople, PAUSE, name);
}

function takeClick({ target }) {
  const fill = target.closest(".fill");
  if (fill) {
    findBox("escort_name").value = fill.dataset.escort;
    findBox("relationship").value = fill.dataset.relationship;
    findBox("escort_phone").focus();
  }
  if (target.closest("[data-unchoose]")) {
    forgetPerson();
    findBox("child_given_name").focus();
  }
}

function registerListKey(key, act) {
  const options = { inside: form, whileTyping: true, whileHeld: true };
  registerKey(key, () => (list.hidden ? false : act()), options);
}

registerListKey("ArrowDown", () => markNextPerson(1));
registerListKey("ArrowUp", () => markNextPerson(-1));
registerListKey("Enter", () => (marked ? choosePerson(marked) : false));
registerKey(
  "Escape",
  () => {
    closeList();
    return false;
  },
  { inside: form, whileTyping: true, whileHeld: true },
);

form.addEventListener("input", takeInput);
// Before the box loses focus, or the list would disappear under the pointer.
list.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[role=option]");
  if (!option) return;
  event.preventDefault();
  choosePerson(option);
});
form.addEventListener("focusout", () => {
  setTimeout(() => {
    const row = document.activeElement?.closest?.(".two");
    if (list.parentElement.previousElementSibling !== row) closeList();
  });
});
document.addEventListener("click", takeClick);
for (const one of document.querySelectorAll("[data-unchoose], .fill")) one.disabled = false;
sendFormsOnce("#sign-in");

(findBox("patient").value ? findBox("escort_name") : findBox("child_given_name")).focus();
