// What is still open when a family is ready or leaves: a dialog on the board, one key each. Escape goes back to the row.
(() => {
  "use strict";
  const dialog = document.getElementById("at-door");
  let leave = () => {};
  let back = () => {};

  // `go` takes the family through the door with what was said; `home` puts the focus back on their row.
  async function open(address, go, home) {
    let answer;
    try {
      answer = await fetch(address, { headers: { "HX-Request": "true" }, redirect: "manual" });
    } catch {
      return window.desk.say("No connection: nothing was changed. Press it again when the board is live.");
    }
    if (!answer.ok) return window.location.assign(address);
    const panel = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-panel]");
    if (!panel || document.querySelector("dialog[open]:not(#at-door)")) return;
    leave = go;
    back = home;
    dialog.replaceChildren(document.adoptNode(panel));
    if (!dialog.open) dialog.showModal();
    dialog.setAttribute("aria-labelledby", "door-title");
    window.needs.begin(dialog.firstElementChild);
    if (!dialog.contains(document.activeElement)) dialog.querySelector("h2").focus();
  }

  // An answer at the door must not leave keys behind on the board, so nothing stays in a closed dialog.
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    back();
  });

  dialog.addEventListener("submit", (event) => {
    const form = event.target.closest("form.door-go");
    if (!form) return;
    event.preventDefault();
    const said = Object.fromEntries(new FormData(form, event.submitter));
    if (form.querySelector(".need-reasons") && !said.quick && !said.reason?.trim()) {
      return form.querySelector(".need-reasons input").focus();
    }
    dialog.close();
    leave(said);
  });

  dialog.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.matches("input, textarea")) return;
    const button = dialog.querySelector(`[data-go-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  // “Not yet” and “To the board” are links where there is no script; here the board is behind the dialog.
  dialog.addEventListener("click", (event) => {
    if (event.target !== dialog && !event.target.closest("#door a.btn")) return;
    event.preventDefault();
    dialog.close();
  });

  window.door = { open };
})();
