// Not a module and not deferred: such scripts may run after the first paint, so the whole form would show
// briefly. If one of the page's modules fails to load, fall back to the plain form, which needs none.
document.documentElement.classList.add("js");
document.addEventListener(
  "error",
  (event) => event.target.matches?.("script") && document.documentElement.classList.remove("js"),
  true,
);
