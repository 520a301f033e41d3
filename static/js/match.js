// Which child is this? The list of who waits, and what was typed beside whom it may mean.
import "./decisions.js";

// On a narrow or enlarged screen the list scrolls by itself: whoever is shown is in its view.
function scrollListToCurrent() {
  const current = document.querySelector(".queue [aria-current]");
  if (!current) return;
  const list = current.closest("ul");
  const [own, around] = [current, list].map((one) => one.getBoundingClientRect());
  list.scrollTop += own.top - around.top - (list.clientHeight - own.height) / 2;
}

// The letters marked on the typed side are those that differ from the candidate one looks at.
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
