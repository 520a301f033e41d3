// Not a module and not deferred: such scripts run after the first paint, so hidden names would show briefly.
if (localStorage.getItem("names-hidden")) document.documentElement.classList.add("names-hidden");
