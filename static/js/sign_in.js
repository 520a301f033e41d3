// Type-ahead over patients while the desk types a name, a birth date or a phone. Choosing fills boxes; every
// box stays free text. Without this script the form signs in all the same.
const form = document.getElementById("sign-in");
const list = document.getElementById("people");
const said = document.querySelector("[data-people-said]");
const address = list.parentElement.dataset.people;
const chosen = document.querySelector("[data-chosen]");
const known = document.querySelector("[data-known]");
const box = (name) => form.elements.namedItem(name);
const names = ["child_given_name", "child_family_name"];
const asks = [...names, "child_birth_date", "escort_phone"];
const PAUSE = 120;
let timer, asking, current;

function question(name) {
  const text = names.map((one) => box(one).value.trim()).filter(Boolean).join(" ");
  if (name === "escort_phone") return text ? "" : box(name).value.trim();
  const born = box("child_birth_date").value.trim();
  return [text, born.length > 5 || name === "child_birth_date" ? born : ""].filter(Boolean).join(" ");
}

async function ask(name) {
  const q = question(name);
  asking?.abort();
  if (!q) return close();
  asking = new AbortController();
  const body = new URLSearchParams({ q });
  try {
    const answer = await window.desk.send(address, body, { signal: asking.signal });
    if (!answer.ok || document.activeElement !== box(name)) return close();
    list.innerHTML = await answer.text();
    open(box(name));
  } catch (problem) {
    if (problem.name !== "AbortError") close();
  }
}

function open(input) {
  const count = list.children.length;
  current = undefined;
  list.hidden = !count;
  for (const name of names) box(name).setAttribute("aria-expanded", String(Boolean(count) && box(name) === input));
  input.removeAttribute("aria-activedescendant");
  said.textContent = count ? `${count} like this. Arrow down to choose.` : "Nobody on file is like this.";
}

// An answer still under way is not wanted any more; it would open the list again.
function close() {
  clearTimeout(timer);
  asking?.abort();
  list.hidden = true;
  list.replaceChildren();
  current = undefined;
  for (const name of names) {
    box(name).setAttribute("aria-expanded", "false");
    box(name).removeAttribute("aria-activedescendant");
  }
}

function mark(step) {
  const options = [...list.children];
  const next = current ? options.indexOf(current) + step : step > 0 ? 0 : options.length - 1;
  current?.setAttribute("aria-selected", "false");
  current = options[next];
  current?.setAttribute("aria-selected", "true");
  current?.scrollIntoView({ block: "nearest" });
  if (current) document.activeElement.setAttribute("aria-activedescendant", current.id);
  else document.activeElement.removeAttribute("aria-activedescendant");
}

function choose(option) {
  const { patient, drawn, given, family, born } = option.dataset;
  box("patient").value = patient;
  box("drawn_beside").value = drawn;
  box("child_given_name").value = given;
  box("child_family_name").value = family;
  box("child_birth_date").value = born;
  chosen.querySelector("[data-chosen-name]").textContent = option.querySelector(".who b").textContent;
  chosen.querySelector("[data-chosen-born]").textContent = option.querySelector(".born").textContent;
  chosen.hidden = false;
  offer(option.querySelectorAll("[data-escort]"));
  close();
  box("escort_name").focus();
}

function offer(escorts) {
  const rows = [...escorts].map((one) => {
    const row = document.createElement("li");
    const button = document.createElement("button");
    const name = document.createElement("b");
    const words = document.createElement("i");
    name.dir = words.dir = "auto";
    name.textContent = one.dataset.escort || "No name given";
    words.textContent = one.dataset.relationship;
    button.type = "button";
    button.className = "fill";
    Object.assign(button.dataset, { escort: one.dataset.escort, relationship: one.dataset.relationship });
    button.append(name, " ", words);
    row.append(button);
    return row;
  });
  known.querySelector("ul").replaceChildren(...rows);
  known.hidden = !rows.length;
}

function unchoose() {
  box("patient").value = box("drawn_beside").value = "";
  chosen.hidden = true;
  offer([]);
}

form.addEventListener("input", (event) => {
  const name = event.target.name;
  // Another name is another child: what was chosen for the first must not be linked to the second.
  if (box("patient").value && [...names, "child_birth_date"].includes(name)) unchoose();
  if (!asks.includes(name) || box("patient").value) return;
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE, name);
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return close();
  if (list.hidden) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    mark(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && current) {
    event.preventDefault();
    choose(current);
  }
});

// Before the box loses the focus, or the list would be gone under the pointer.
list.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[role=option]");
  if (!option) return;
  event.preventDefault();
  choose(option);
});

form.addEventListener("focusout", () => setTimeout(() => !asks.includes(document.activeElement?.name) && close()));

document.addEventListener("click", (event) => {
  const fill = event.target.closest(".fill");
  if (fill) {
    box("escort_name").value = fill.dataset.escort;
    box("relationship").value = fill.dataset.relationship;
    box("escort_phone").focus();
  }
  if (event.target.closest("[data-unchoose]")) {
    unchoose();
    box("child_given_name").focus();
  }
});

form.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => delete form.dataset.sent);

(box("patient").value ? box("escort_name") : box("child_given_name")).focus();
