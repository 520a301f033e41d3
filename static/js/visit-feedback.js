// A tap on a face is an answer. Further questions follow and are sent with it; nothing is sent twice.
import { IdleTimer } from "./kiosk-idle.js";
import { beginSending, endSending } from "./once.js";

const IDLE = 60; // seconds without a sign of life before asking; then the answer is sent as it is

const form = document.getElementById("after");
const findInForm = (selector) => form.querySelector(selector);
const clinic = document.title.slice(document.title.indexOf(" · "));

const hasFace = () => Boolean(findInForm("[name=face]:checked"));

function showPhoneWhenAsked() {
  form.classList.toggle("may-call", findInForm("[name=may_call]").checked);
}

function showStep(step) {
  form.dataset.step = step;
  const heading = findInForm(`.step[data-step="${step}"] h1`);
  document.title = heading.textContent.trim() + clinic;
  heading.focus();
  window.scrollTo(0, 0);
}

function send() {
  if (beginSending(form)) form.submit();
}

const idle = new IdleTimer(document.querySelector("[data-still]"), {
  // On a family's own phone, a page without an answer may stay.
  readLimit: () => (hasFace() || form.dataset.home ? { seconds: IDLE, ask: true } : null),
  clear: endWithoutAnswer,
});

function endWithoutAnswer() {
  idle.closeQuestion();
  if (hasFace()) send();
  else if (form.dataset.home && beginSending(form)) location.replace(form.dataset.home);
}

function sendOrAskForFace(event) {
  event.preventDefault();
  if (hasFace()) return send();
  showStep("face");
  findInForm("[data-gentle]").hidden = false;
}

// Somebody who tapped a face and closed the page has still answered.
function sendOnLeaving() {
  if (!hasFace() || !beginSending(form)) return;
  if (!navigator.sendBeacon(location.href, new FormData(form))) endSending(form);
}

function listen() {
  form.addEventListener("click", (event) => {
    // A tap goes on at once; arrow keys only choose, and Enter goes on.
    if (event.target.name === "face" && event.detail > 0) showStep("more");
  });
  form.addEventListener("change", showPhoneWhenAsked);
  form.addEventListener("submit", sendOrAskForFace);
  findInForm("[data-back]").addEventListener("click", () => showStep("face"));
  findInForm("[data-leave]")?.addEventListener("click", () => beginSending(form));
  window.addEventListener("pagehide", sendOnLeaving);
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.querySelector("[data-still] [data-clear]").addEventListener("click", endWithoutAnswer);
}

listen();
showPhoneWhenAsked();
if (findInForm("[data-gentle]").hidden) form.reset();
idle.start();
