// A page that Back restores from the browser's memory may offer what is done by now: ask the server again.

window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
