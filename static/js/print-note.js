// Print from the browser: the print style sheet shows only the note.

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
  button.disabled = false;
}
