// One form, one screen at a time: moving through it, and sending the answers.
import {
  bringAdultBack,
  bringAnswersBack,
  collectClaim,
  forgetAnswers,
  hasAnswers,
  packAnswers,
  putAnswersAway,
  updateAnswers,
} from "./kiosk-answers.js";
import "./kiosk-bar.js";
import { takeCarried } from "./kiosk-carry.js";
import { IdleTimer } from "./kiosk-idle.js";
import { listenToAnswers } from "./kiosk-input.js";
import { LanguageChange } from "./kiosk-language.js";
import { Outbox } from "./kiosk-outbox.js";
import { findAll, findOne, form, listSteps, readStep, showLabel, showScreen } from "./kiosk-page.js";
import { clearToken, sayToken, showToken } from "./kiosk-token.js";
import { makeRandomId } from "./random-id.js";

const IDLE = 60; // seconds without a sign of life before asking
const DONE_LASTS = 30; // seconds that the last screen stays, counted anew at each sign of life
const COMING_LASTS = 120; // seconds that "a person is coming" stays
const LATE_LASTS = 60; // seconds that a late token is shown on the welcome screen
const SLOW = 4; // seconds of sending before saying that it takes longer

const SCREEN_LIMITS = {
  done: { seconds: DONE_LASTS },
  kept: { seconds: IDLE },
  coming: { seconds: COMING_LASTS },
};

const outbox = new Outbox(form.action, { onEmpty: () => language.goBackToFirst() });
const language = new LanguageChange(form, outbox, {
  isFree: () => readStep() === "welcome" && !sending,
  isQuiet: () => findOne("[data-late]").hidden,
  pack: () => ({ ...packAnswers(), isPersonComing: !findOne("[data-comes]").hidden }),
});
const idle = new IdleTimer(findOne("[data-still]"), {
  readLimit: () => {
    const limit = SCREEN_LIMITS[readStep()] ?? { seconds: IDLE, ask: true };
    if (readStep() !== "welcome") return limit;
    // A family that went back to the welcome has left its answers in the form.
    if (hasAnswers()) return { seconds: IDLE, ask: true };
    // Otherwise only its language may be left over.
    return language.isFirst ? null : { seconds: IDLE };
  },
  clear: () => (readStep() === "welcome" && !hasAnswers() ? language.goBackToFirst() : startAnew()),
});

let sitting = makeRandomId();
let sending = null;
let lateTimer = 0;
let cameFrom = "";

// --- navigation -------------------------------------------------------------

const mayGoOn = () => listSteps().includes(cameFrom);
const isKeptOrComing = () => ["kept", "coming"].includes(readStep());

function chooseLabel(name) {
  const labels = {
    welcome: "start",
    done: "close",
    kept: "next-family",
    coming: mayGoOn() ? "go-on" : "close",
    [listSteps().at(-1)]: "finish",
  };
  return labels[name] || "next";
}

function show(name, { moveFocus = true } = {}) {
  showScreen(name, moveFocus);
  showLabel(chooseLabel(name));
  findOne("[data-gentle]").hidden = true;
  if (name === "welcome") hideLateNamesSoon();
  else language.cancel();
  idle.start();
}

function remember(name, how = "pushState") {
  history[how]({ sitting, step: name }, "");
}

function goOn() {
  const order = listSteps();
  if (readStep() === "coming" && mayGoOn()) return show(cameFrom === "welcome" ? order[1] : cameFrom);
  const here = order.indexOf(readStep());
  if (here < 0) return startAnew(); // done, kept or coming
  if (asksForName()) return;
  if (here === order.length - 1) return send();
  remember(order[here + 1]);
  show(order[here + 1]);
}

// Ask once, kindly, and never block: the second press goes on.
function asksForName() {
  const gentle = findOne("[data-gentle]");
  const box = form.elements.child_given_name;
  if (readStep() !== "child" || box.value.trim() || !gentle.hidden) return false;
  gentle.hidden = false;
  box.focus();
  return true;
}

function startSitting() {
  sitting = makeRandomId();
  form.elements.key.value = makeRandomId();
  form.classList.remove("for-help");
  forgetComing();
  updateAnswers();
}

function startAnew() {
  idle.closeQuestion();
  forgetAnswers();
  sending = null;
  setPersonComes(false);
  clearToken();
  startSitting();
  remember("welcome", "replaceState");
  show("welcome");
  language.goBackToFirst();
}

// The adult's answers were kept only as long as the last screen.
function startAnotherChild() {
  bringAdultBack();
  findOne("[data-token]").textContent = "";
  startSitting();
  remember("child");
  show("child");
}

// --- sending ----------------------------------------------------------------

function send({ help = false } = {}) {
  if (sending) return;
  const mine = sitting;
  sending = mine;
  form.classList.toggle("for-help", help);
  showLabel("wait");
  const isStillHere = () => sending === mine && sitting === mine;
  const showKept = () => {
    if (!isStillHere() || isKeptOrComing()) return;
    putAnswersAway();
    show("kept");
  };
  const slow = setTimeout(showKept, SLOW * 1000);
  outbox.send(collectClaim({ help }), {
    onKept: (token) => {
      clearTimeout(slow);
      if (!isStillHere()) showLateName(token);
      else if (readStep() === "coming") endSitting();
      else welcome(token);
    },
    onLate: showKept,
  });
}

// Send “I am worried” at once, at any step, in parallel with anything else, without further questions. What
// was typed stays in the form; going on completes the same sign-in.
function callPerson() {
  idle.closeQuestion();
  setPersonComes(true);
  if (readStep() !== "coming") cameFrom = sending ? "kept" : readStep();
  const key = form.elements.key.value;
  const isStillHere = () => form.elements.key.value === key && readStep() === "coming";
  const sayLate = (isLate) => {
    if (isStillHere()) findOne("[data-coming-late]").hidden = !isLate;
  };
  findOne("[data-coming-late]").hidden = true;
  show("coming");
  // Its own key, created now: repeats of this tap are one row, the next tap is another.
  outbox.send(
    { worried: makeRandomId(), key, ...collectClaim() },
    {
      isFirst: true,
      onKept: (token) => {
        sayLate(false);
        if (!isStillHere()) return;
        findOne("[data-coming-token]").textContent = sayToken(token);
        findOne("[data-coming-name]").hidden = false;
      },
      onLate: () => sayLate(true),
    },
  );
  setTimeout(() => outbox.count && sayLate(true), SLOW * 1000);
}

// Once a person comes, do not tell this family to take a seat, even after they sign in another child.
function setPersonComes(comes) {
  for (const each of findAll("[data-sit]")) each.hidden = comes;
  findOne("[data-comes]").hidden = !comes;
}

function forgetComing() {
  cameFrom = "";
  findOne("[data-coming-token]").textContent = "";
  for (const line of ["[data-coming-name]", "[data-coming-late]"]) findOne(line).hidden = true;
}

function welcome(token) {
  showToken(token);
  endSitting();
  show("done");
}

function endSitting() {
  sending = null;
  putAnswersAway();
  // Back must not return to a finished sign-in.
  sitting = makeRandomId();
  remember("welcome", "replaceState");
}

// The family left the screen before its answer came. Whoever is there now must not take the name for theirs.
function showLateName(token) {
  const names = findOne("[data-late-tokens]");
  names.textContent = [names.textContent, sayToken(token)].filter(Boolean).join(", ");
  findOne("[data-late]").hidden = false;
  if (readStep() === "welcome") hideLateNamesSoon();
}

function hideLateNamesSoon() {
  clearTimeout(lateTimer);
  if (findOne("[data-late]").hidden) return;
  lateTimer = setTimeout(() => {
    findOne("[data-late]").hidden = true;
    findOne("[data-late-tokens]").textContent = "";
    if (readStep() === "welcome") language.goBackToFirst();
  }, LATE_LASTS * 1000);
}

// --- taps, and the browser's own buttons ---------------------------------------

function takeSubmit(event) {
  event.preventDefault();
  const pressed = event.submitter?.dataset ?? {};
  if ("worried" in pressed) callPerson();
  else if ("help" in pressed) send({ help: true });
  else if (!sending || isKeptOrComing()) goOn();
}

function goBackTo(state) {
  // While sending, Back must not leave the page that has the claim.
  if (sending) return remember(readStep());
  if (state.sitting === sitting && listSteps().includes(state.step)) return show(state.step);
  startAnew();
  if (outbox.count) remember("welcome");
}

// A page restored by the browser still has its unsent claims.
function takeReturn() {
  if (outbox.count) startAnew();
  else location.reload();
}

form.addEventListener("submit", takeSubmit);
// The second tap of a double tap would answer a question that nobody has read.
findOne("[data-next]").addEventListener("click", (event) => event.detail > 1 && event.preventDefault());
findOne("[data-back]").addEventListener("click", () => history.back());
findOne("[data-another]").addEventListener("click", startAnotherChild);
findOne("[data-clear]").addEventListener("click", startAnew);
listenToAnswers((isHeld) => !sending && !isHeld && goOn());
window.addEventListener("popstate", (event) => goBackTo(event.state || {}));
window.addEventListener("pageshow", (event) => event.persisted && takeReturn());

form.reset();
form.elements.key.value = makeRandomId();
const carried = takeCarried();
if (carried) bringAnswersBack(carried);
setPersonComes(Boolean(carried?.isPersonComing));
updateAnswers();
remember("welcome", "replaceState");
show("welcome", { moveFocus: false });
