// On a tablet, the thank-you screen stays some seconds after the last sign of life, then the welcome returns.
import { watchLife } from "./kiosk-idle.js";

const thanks = document.querySelector("[data-then]");
let timer = 0;

function restartTimer() {
  clearTimeout(timer);
  timer = setTimeout(() => location.replace(thanks.dataset.then), thanks.dataset.lasts * 1000);
}

watchLife(restartTimer);
restartTimer();
