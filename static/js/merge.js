// Two records side by side: each row follows the record that stays, until somebody chooses.
import "./decisions.js";

function followTheOneThatStays(form, stays) {
  const { ticked_for: before } = form.elements;
  for (const row of form.querySelectorAll("[data-follows]:not([data-by-hand])")) {
    const [one, other] = row.querySelectorAll("input");
    const [wanted, old] = stays === one.value ? [one, other] : [other, one];
    if (old.checked && old.value === before.value) wanted.checked = true;
  }
  before.value = stays;
}

document.querySelector(".merging").addEventListener("change", ({ target, currentTarget: form }) => {
  if (target.name === "stays") followTheOneThatStays(form, target.value);
  else if (target.type === "radio") target.closest("tr").dataset.byHand = "";
});
