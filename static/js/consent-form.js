// Recording consent: the person chosen decides whether it was said here, and another kind of care sets the
// item due for it, or none.

function setHow({ how, person }) {
  if (!person.value || how.dataset.chosen !== undefined) return;
  how.value = JSON.parse(how.dataset.here).includes(person.value) ? "verbal" : "telephone";
}

function setItem({ care, to_what: item }) {
  const due = JSON.parse(care.dataset.due);
  const own = due.filter(([kind]) => kind === care.value);
  const isOfAnother = due.some(([kind, label]) => kind !== care.value && label === item.value);
  if (!item.value || isOfAnother) item.value = own.length === 1 ? own[0][1] : "";
}

document.addEventListener("change", ({ target: { name, form } }) => {
  if (!form?.closest(".consent-write")) return;
  if (name === "how") form.elements.how.dataset.chosen = "";
  if (name === "person") setHow(form.elements);
  if (name === "care") setItem(form.elements);
});
