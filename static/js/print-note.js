// Printing straight from the browser: the print style sheet leaves the note and nothing else.

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
