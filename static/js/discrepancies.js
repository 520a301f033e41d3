// One key per choice, on the difference one looks at; `j` and `k` go to the next and the one before.
"use strict";

const differences = [...document.querySelectorAll("[data-difference]")];
const typing = (target) => target.closest("input:not([type=hidden]), textarea, select, [contenteditable]");
let current = null;

function lookAt(one, { focus = true } = {}) {
  if (!one) return;
  for (const each of differences) each.classList.toggle("current", each === one);
  current = one;
  if (!focus) return;
  one.focus({ preventScroll: true });
  one.scrollIntoView({ block: "nearest" });
}

function step(by) {
  lookAt(differences[differences.indexOf(current) + by]);
}

// In capture: what a key means in the whole desk gives way to what it means here.
window.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (document.querySelector("dialog[open]") || typing(event.target)) return;
    const key = event.key.toLowerCase();
    const within = current?.querySelector(`[data-key="${CSS.escape(key)}"]`);
    const wanted = within || document.querySelector(`.told [data-key="${CSS.escape(key)}"]`);
    if (!wanted && key !== "j" && key !== "k") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (wanted) wanted.click();
    else step(key === "j" ? 1 : -1);
  },
  true,
);

for (const one of differences) {
  for (const kind of ["focusin", "pointerdown"]) one.addEventListener(kind, () => lookAt(one, { focus: false }));
}

// A decision is sent once, however often the key is pressed; coming back to the page allows it again.
for (const form of document.querySelectorAll(".choices, .told form, .settled form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

const wanted = location.hash && document.getElementById(location.hash.slice(1));
const asked = differences.find((one) => one.hasAttribute("data-asked"));
if (asked) lookAt(asked);
else if (differences.includes(wanted)) lookAt(wanted);
else lookAt(differences[0], { focus: false });
