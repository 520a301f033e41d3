// A tap on a face is an answer. What may follow it is asked next, and sent with it; nothing is sent twice.
"use strict";

document.documentElement.classList.add("js");

document.addEventListener("DOMContentLoaded", () => {
  const IDLE = 60; // seconds without a touch after which the answer goes as it stands, or the screen away
  const thanks = document.querySelector("[data-then]");
  // A tablet thanks for so many seconds, before it welcomes the next family.
  if (thanks) return void setTimeout(() => location.replace(thanks.dataset.then), thanks.dataset.lasts * 1000);

  const form = document.getElementById("after");
  const one = (selector) => form.querySelector(selector);
  let sent = false;
  let idle = 0;

  const tapped = () => Boolean(one("[name=face]:checked"));
  const calls = () => form.classList.toggle("may-call", one("[name=may_call]").checked);

  function show(step) {
    form.dataset.step = step;
    one(`.step[data-step="${step}"] h1`).focus();
    window.scrollTo(0, 0);
  }

  function watch() {
    clearTimeout(idle);
    idle = setTimeout(nobodyThere, IDLE * 1000);
  }

  function nobodyThere() {
    if (sent) return;
    if (tapped()) send();
    else if (form.dataset.home) location.replace(form.dataset.home);
  }

  function send() {
    if (sent) return;
    sent = true;
    form.submit();
  }

  form.addEventListener("click", (event) => {
    // A finger goes on at once; arrow keys only choose, and Enter goes on.
    if (event.target.name === "face" && event.detail > 0) show("more");
  });
  form.addEventListener("change", calls);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!tapped()) {
      show("face");
      one("[data-gentle]").hidden = false;
    } else send();
  });
  one("[data-back]").addEventListener("click", () => show("face"));
  one("[data-leave]")?.addEventListener("click", () => (sent = true));

  // Whoever tapped a face and closed the page has answered all the same.
  window.addEventListener("pagehide", () => {
    if (sent || !tapped()) return;
    sent = navigator.sendBeacon(location.href, new FormData(form));
  });
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, watch, true);

  calls();
  if (one("[data-gentle]").hidden) form.reset();
  watch();
});
