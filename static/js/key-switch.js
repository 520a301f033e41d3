// Single-letter keys on or off, in the person's menu: kept with the account, so the same on each machine.
import { explainRefusal, postFields } from "./desk-requests.js";
import { switchKeys } from "./keys.js";
import { showNotice, showToast } from "./toast.js";

const form = document.querySelector("[data-shortcut-keys]");

function showState(button, isOn) {
  button.setAttribute("aria-checked", isOn);
  button.value = isOn ? "off" : "on";
  button.querySelector("b").textContent = isOn ? "on" : "off";
}

// The page stays as it is, with what was typed.
async function sendSwitch(event) {
  event.preventDefault();
  const { submitter: button } = event;
  const isOn = button.value === "on";
  try {
    const answer = await postFields(form.action, new URLSearchParams({ shortcut_keys: button.value }));
    if (answer.type === "opaqueredirect") return window.location.reload();
    if (!answer.ok) return showToast(await explainRefusal(answer));
    switchKeys(isOn);
    showState(button, isOn);
    showNotice(await answer.text());
  } catch {
    showNotice("No connection: nothing was changed. Press it again in a moment.");
  }
}

form?.addEventListener("submit", sendSwitch);
