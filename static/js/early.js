// Runs before anything is painted, so that hidden names are not seen for a moment on every page.
if (sessionStorage.getItem("hush")) document.documentElement.classList.add("hush");
