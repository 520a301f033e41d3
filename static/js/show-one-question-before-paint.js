// Not a module and not deferred: both may run after the first paint, and the whole form would flash. If one
// of the page's modules fails to load, fall back to the plain form, which needs none.
document.documentElement.classList.add("js");
document.addEventListener(
  "error",
  (event) => event.target.matches?.("script") && document.documentElement.classList.remove("js"),
  true,
);
