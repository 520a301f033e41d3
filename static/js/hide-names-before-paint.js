// Not a module and not deferred: such scripts run after the first paint, so hidden names would show briefly.
if (sessionStorage.getItem("hush")) document.documentElement.classList.add("hush");
