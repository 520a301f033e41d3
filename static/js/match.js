// One key per decision. A key is the `data-key` of a button, a link or a box on the page.
const typing = (target) => target.closest("input:not([type=hidden], [type=radio], [type=checkbox]), textarea, select, [contenteditable]");
const visible = (element) => element.closest("[hidden]") === null;

// Whether all of it can be seen, below the bar that stays on top.
function inView(element) {
  const box = element.getBoundingClientRect();
  const top = Math.max(0, document.querySelector(".bar")?.getBoundingClientRect().bottom ?? 0);
  const { clientHeight, clientWidth } = document.documentElement;
  return box.top >= top - 1 && box.bottom <= clientHeight + 1 && box.left >= -1 && box.right <= clientWidth + 1;
}

// On window, in capture: here “n” is a new patient and “u” takes a decision back, whatever they are elsewhere.
window.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && event.target.matches("input[type=search]")) event.target.blur();
    if (typing(event.target)) return;
    const wanted = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find(visible);
    if (!wanted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (wanted.matches("input")) {
      wanted.focus();
      wanted.select();
    } else if (wanted.closest(".match form, .told form, .merging") && !inView(wanted)) {
      // Nobody decides on what they do not see: the first press shows it, the next decides.
      wanted.scrollIntoView({ block: "center", inline: "nearest" });
      wanted.focus({ preventScroll: true });
    } else {
      wanted.click();
    }
  },
  true,
);

// A decision is sent once, however often the key is pressed; coming back to the page allows it again.
for (const form of document.querySelectorAll(".match form, .told form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}

// Answers go only where somebody hears them: without a network the browser would put its own page in their place.
async function sendOnce(event) {
  const form = event.target;
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  try {
    await fetch(document.documentElement.dataset.token, { redirect: "manual", signal: AbortSignal.timeout(8000) });
    form.submit();
  } catch {
    delete form.dataset.sent;
    window.desk.say("No connection: nothing was changed. What you chose is still here. Press it again in a moment.");
  }
}
for (const form of document.querySelectorAll(".papers, .merging")) form.addEventListener("submit", sendOnce);

// An answer that is missing: the browser shows the box alone; its question stood above, out of view.
document.querySelector(".papers")?.addEventListener("invalid", ({ target, currentTarget: form }) => {
  if (target === form.querySelector(":invalid:not(fieldset)")) target.closest("fieldset").scrollIntoView({ block: "start" });
}, true);

// Which of two records is right follows the one that stays, but where a hand has chosen.
document.querySelector(".merging")?.addEventListener("change", ({ target, currentTarget: form }) => {
  if (target.name !== "stays") {
    if (target.type === "radio") target.closest("tr").dataset.byHand = "";
    return;
  }
  for (const row of form.querySelectorAll("[data-follows]:not([data-by-hand])")) {
    const [one, other] = row.querySelectorAll("input");
    const [wanted, before] = target.value === one.value ? [one, other] : [other, one];
    if (before.checked && before.value === form.elements.ticked_for.value) wanted.checked = true;
  }
  form.elements.ticked_for.value = target.value;
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// On a narrow or enlarged screen the list of who waits scrolls by itself: whoever is shown is in its view.
const current = document.querySelector(".queue [aria-current]");
if (current) {
  const list = current.closest("ul");
  const [own, around] = [current, list].map((one) => one.getBoundingClientRect());
  list.scrollTop += own.top - around.top - (list.clientHeight - own.height) / 2;
}

// The letters marked on the typed side are those that differ from the candidate one looks at.
const sides = document.querySelector("[data-sides]");
function lookAt(candidate) {
  if (!candidate) return;
  for (const one of sides.querySelectorAll("[data-against]")) {
    one.hidden = one.dataset.against !== candidate.dataset.candidate;
  }
  for (const one of sides.querySelectorAll("[data-candidate]")) one.classList.toggle("looked-at", one === candidate);
}
if (sides) {
  for (const kind of ["pointerover", "focusin"]) {
    sides.addEventListener(kind, (event) => lookAt(event.target.closest("[data-candidate]")));
  }
  lookAt(sides.querySelector("[data-candidate]"));
}
