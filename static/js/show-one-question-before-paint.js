// Not a module, and not deferred: both may run after the first paint, and the whole form would flash by.
// Where a module of the page does not come, the page is the plain form again, which needs none.
document.documentElement.classList.add("js");
document.addEventListener(
  "error",
  (event) => event.target.matches?.("script") && document.documentElement.classList.remove("js"),
  true,
);
