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
import { findCalled, forgetNames, setPersonComes } from "./kiosk-called.js";
import { takeCarried } from "./kiosk-carry.js";
import { showAskedFor, showStaying } from "./kiosk-done.js";
import { IdleTimer, watchLife } from "./kiosk-idle.js";
import { listenToAnswers } from "./kiosk-input.js";
import { LanguageChange } from "./kiosk-language.js";
import { hideLateNamesSoon, isLateNameShown, showLateName } from "./kiosk-late.js";
import { Outbox } from "./kiosk-outbox.js";
import {
  findAll,
  findOne,
  form,
  listSteps,
  readStep,
  showLabel,
  showNameHint,
  showScreen,
} from "./kiosk-page.js";
import { isServerThere } from "./kiosk-server.js";
import { clearToken, sayToken, showToken } from "./kiosk-token.js";
import { makeRandomId } from "./random-id.js";

const IDLE = 60; // seconds without a sign of life before asking
const DONE_LASTS = 30; // seconds that the last screen stays, counted again from each sign of life
const COMING_LASTS = 120; // seconds that "a person is coming" stays
const SETTLED = 1000; // ms after which a new screen has settled
const SLOW = 4; // seconds of sending before saying that it takes longer

const SCREEN_LIMITS = {
  done: { seconds: DONE_LASTS },
  kept: { seconds: IDLE },
  coming: { seconds: COMING_LASTS },
};

const goBackToFirst = () => language.goBackToFirst();
const outbox = new Outbox(form.action, { onEmpty: goBackToFirst });
const language = new LanguageChange(form, outbox, {
  isFree: () => readStep() === "welcome" && !sending,
  isQuiet: () => !isLateNameShown() && !hasAnswers(),
  pack: () => ({
    ...packAnswers(),
    isForHelp: form.classList.contains("for-help"),
    isPersonComing: !findOne("[data-comes]").hidden,
  }),
  start: goOn,
});
const idle = new IdleTimer(findOne("[data-still]"), {
  readLimit: () => {
    const limit = SCREEN_LIMITS[readStep()] ?? { seconds: IDLE, ask: true };
    if (readStep() !== "welcome") return limit;
    // A family that went back to the welcome has left its answers in the form.
    // Otherwise only its language may be left over, or one that it waits for.
    return { seconds: IDLE, ask: hasAnswers() };
  },
  // Names shown late on the welcome screen keep their time.
  clear: () => (readStep() === "welcome" && !hasAnswers() ? language.forgetFamily() : startAnew()),
});

let sitting = makeRandomId();
let sending = null;
let cameFrom = "";
let shownAt = 0;

// --- navigation -------------------------------------------------------------

const mayGoOn = () => listSteps().includes(cameFrom);
const isPersonCalled = () => ["coming", "talk"].includes(readStep());
const isKeptOrCalled = () => readStep() === "kept" || isPersonCalled();

function chooseLabel(name) {
  const labels = {
    welcome: "start",
    done: "close",
    kept: "next-family",
    coming: mayGoOn() ? "go-on" : "close",
    talk: "go-on",
    [listSteps().at(-1)]: "finish",
  };
  return labels[name] || "next";
}

function show(name, { moveFocus = true } = {}) {
  showScreen(name, moveFocus);
  showLabel(chooseLabel(name));
  showNameHint(false);
  showStaying(false);
  shownAt = Date.now();
  if (name === "welcome") hideLateNamesSoon(goBackToFirst);
  else language.cancel();
  idle.start();
}

function remember(name, how = "pushState") {
  history[how]({ sitting, step: name }, "");
}

function goOn() {
  const order = listSteps();
  if (isPersonCalled() && mayGoOn()) return goOnAfterCall();
  const here = order.indexOf(readStep());
  if (here < 0) return startAnew(); // done, kept, or a person was called
  if (asksForName()) return;
  if (here === order.length - 1) return send();
  if (here === 0) void isServerThere(); // a revoked tablet stops before anybody types
  remember(order[here + 1]);
  show(order[here + 1]);
}

function goOnAfterCall() {
  const name = cameFrom === "welcome" ? listSteps()[1] : cameFrom;
  // Back leads to the welcome screen, as it does after “Start”.
  if (name !== cameFrom) remember(name);
  show(name);
}

// Ask once, kindly, and never block: the second press goes on.
function asksForName() {
  const box = form.elements.child_given_name;
  if (readStep() !== "child" || box.value.trim() || !findOne("[data-gentle]").hidden) return false;
  showNameHint(true);
  box.focus();
  return true;
}

function startSitting() {
  sitting = makeRandomId();
  form.elements.key.value = makeRandomId();
  form.classList.remove("for-help");
  showAskedFor({});
  forgetCall();
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
  language.forgetFamily();
}

// The adult's answers were kept only as long as the last screen.
function startAnotherChild() {
  bringAdultBack();
  findOne("[data-token]").textContent = "";
  startSitting();
  remember("child");
  show("child");
  void isServerThere();
}

// --- sending ----------------------------------------------------------------

function send() {
  if (sending) return;
  const mine = sitting;
  sending = mine;
  showLabel("wait");
  const isStillHere = () => sending === mine && sitting === mine;
  const showKept = () => {
    if (!isStillHere() || isKeptOrCalled()) return;
    putAnswersAway();
    show("kept");
  };
  const slow = setTimeout(showKept, SLOW * 1000);
  const claim = collectClaim({ help: form.classList.contains("for-help") });
  showAskedFor(claim);
  outbox.send(claim, {
    onKept: (token) => {
      clearTimeout(slow);
      if (!isStillHere()) showLateName(token, goBackToFirst);
      else if (readStep() === "coming") endSitting();
      else welcome(token);
    },
    onLate: showKept,
  });
}

// “I am worried” is sent at once, at any step, before and in parallel with anything else. Its own key is
// created now: repeats of this tap are one row, the next tap is another.
function callForWorried() {
  setPersonComes(true);
  callPerson("coming", { worried: makeRandomId() }, { isFirst: true });
}

function callToTalk() {
  if (sending) return;
  form.classList.add("for-help");
  callPerson("talk", { help: true });
}

// Send the call without questions. What was typed stays in the form; going on completes the same sign-in.
function callPerson(screen, call, { isFirst = false } = {}) {
  idle.closeQuestion();
  if (!isPersonCalled()) cameFrom = sending ? "kept" : readStep();
  const key = form.elements.key.value;
  const isStillHere = () => form.elements.key.value === key && readStep() === screen;
  const sayLate = (isLate) => {
    if (isStillHere()) findCalled("late").hidden = !isLate;
  };
  show(screen);
  findCalled("late").hidden = true;
  const onKept = (token) => {
    sayLate(false);
    if (screen === "talk" && form.elements.key.value !== key) showLateName(token, goBackToFirst);
    if (!isStillHere()) return;
    findCalled("token").textContent = sayToken(token);
    findCalled("name").hidden = false;
  };
  outbox.send({ ...call, key, ...collectClaim() }, { isFirst, onKept, onLate: () => sayLate(true) });
  setTimeout(() => outbox.count && sayLate(true), SLOW * 1000);
}

function forgetCall() {
  cameFrom = "";
  forgetNames();
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

// --- taps, and the browser's own buttons ---------------------------------------

function takeSubmit(event) {
  event.preventDefault();
  const pressed = event.submitter?.dataset ?? {};
  if ("worried" in pressed) callForWorried();
  else if ("help" in pressed) callToTalk();
  else if (!sending || isKeptOrCalled()) goOn();
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
for (const button of findAll("[data-clear]")) button.addEventListener("click", startAnew);
// The focus that comes with the screen itself is no sign of life.
watchLife(() => readStep() === "done" && Date.now() - shownAt > SETTLED && showStaying(true));
listenToAnswers((isHeld) => !sending && !isHeld && goOn());
window.addEventListener("popstate", (event) => goBackTo(event.state || {}));
window.addEventListener("pageshow", (event) => event.persisted && takeReturn());

form.reset();
form.elements.key.value = makeRandomId();
const carried = takeCarried();
if (carried) bringAnswersBack(carried);
form.classList.toggle("for-help", Boolean(carried?.isForHelp));
setPersonComes(Boolean(carried?.isPersonComing));
updateAnswers();
remember("welcome", "replaceState");
show("welcome", { moveFocus: false });
if (carried?.isStarting) goOn();
