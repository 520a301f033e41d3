// Which child is this? The queue, and what was typed next to the candidates.
import "./decisions.js";

// On a narrow or zoomed screen the list scrolls separately: keep the current visit in view.
function scrollListToCurrent() {
  const current = document.querySelector(".queue [aria-current]");
  if (!current) return;
  const list = current.closest("ul");
  const [own, around] = [current, list].map((one) => one.getBoundingClientRect());
  list.scrollTop += own.top - around.top - (list.clientHeight - own.height) / 2;
}

// On the typed side, mark the letters that differ from the candidate being looked at.
function markAgainst(sides, candidate) {
  if (!candidate) return;
  for (const one of sides.querySelectorAll("[data-against]")) {
    one.hidden = one.dataset.against !== candidate.dataset.candidate;
  }
  for (const one of sides.querySelectorAll("[data-candidate]")) {
    one.classList.toggle("looked-at", one === candidate);
  }
}

scrollListToCurrent();
const sides = document.querySelector("[data-sides]");
for (const kind of ["pointerover", "focusin"]) {
  sides.addEventListener(kind, ({ target }) => markAgainst(sides, target.closest("[data-candidate]")));
}
markAgainst(sides, sides.querySelector("[data-candidate]"));
