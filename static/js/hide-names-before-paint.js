// Not a module, and not deferred: both run after the first paint, and hidden names would be seen for a moment
// on every page.
if (sessionStorage.getItem("hush")) document.documentElement.classList.add("hush");
