// Not a module and not deferred: both run after the first paint, and hidden names would flash on every page.
if (sessionStorage.getItem("hush")) document.documentElement.classList.add("hush");
