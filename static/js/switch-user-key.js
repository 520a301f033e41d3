// The key that switches to another person, also from the empty box of a PIN, where it would be typed.
import { registerKey } from "./keys.js";

function pressSwitch(key, { target }) {
  if (!target.matches?.("#unlock-with[inputmode=numeric]") || target.value) return false;
  document.querySelector("[data-switch-user]")?.click();
  return true;
}

registerKey(".", pressSwitch, { whileTyping: true, inDialogs: true, isThere: () => false });
