// Copies the box beside the button. Without permission, or without TLS, the box is selected for Ctrl+C.

const said = document.getElementById("copied");

async function copyBox(box) {
  box.select();
  try {
    await navigator.clipboard.writeText(box.value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("[data-copies]")) {
  button.addEventListener("click", async () => {
    const isDone = await copyBox(document.getElementById(button.dataset.copies));
    said.textContent = isDone ? said.dataset.done : said.dataset.failed;
  });
  button.disabled = false;
}
