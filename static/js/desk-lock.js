// Lock a desk that is left alone. The page's content leaves the document and comes back as it was, with what
// was typed, once its person unlocks. All tabs lock and unlock together; they exchange times, and no names.
import { fetchPart, postFields } from "./desk-requests.js";
import { person, putToken, readPerson, sendAsForm } from "./desk-requests.js";
import { watchKeys } from "./keys.js";
import "./locked-call.js";
import { beginSending, endSending } from "./once.js";
import "./sealed-reading.js";
import "./switch-user-key.js";
import { showNotice } from "./toast.js";
import { trustAnswer } from "./trusted-html.js";

const ACTIVE = "desk-active"; // storage: when somebody last used any tab
const TOLD = "desk-told"; // storage: when the server last heard of it
const LOCK = "desk-lock"; // storage: "locked" or "open", and since when
const FULL_LOGIN_AFTER = 30 * 60_000; // ms; the server's own limit
const NOTED_EVERY = 1000; // ms
const NO_CONNECTION = "No connection. What was typed is kept. Press it again in a moment.";
const NOT_NOW = "Nothing was changed. Press it again in a moment.";

const root = document.documentElement;
const idleLimit = Number(root.dataset.lockAfter) * 60_000;
const toldEvery = Math.min(60_000, idleLimit / 3);

let held = null; // the page's content while it is locked
let dirtyForm = null;
let notedAt = 0;
let timer = 0;
let isShown = false; // what unlocks is there
let token = null; // of a newer login of the same person
let isLeaving = false;

const readTime = (key) => Math.min(Number(localStorage.getItem(key)) || 0, Date.now());
const idleFor = () => Date.now() - Math.max(readTime(ACTIVE), notedAt);
const isLockedElsewhere = () => (localStorage.getItem(LOCK) ?? "").startsWith("locked");
const addressOf = (act) => root.dataset.lock.replace("lock", act);
const announce = (state) => localStorage.setItem(LOCK, `${state} ${Date.now()}`);
const post = (act, fields) => postFields(addressOf(act), new URLSearchParams(fields));

// Activity. The server counts from what it is told here, since a long form is typed without any request.

async function tellServer() {
  timer = 0;
  localStorage.setItem(TOLD, Date.now());
  const idle = Math.round(idleFor() / 1000);
  await post("active", { idle }).catch(() => {});
}

function noteActivity() {
  const now = Date.now();
  if (held || now - notedAt < NOTED_EVERY) return;
  if (notedAt && idleFor() >= idleLimit) return lockPage("idle");
  notedAt = now;
  localStorage.setItem(ACTIVE, now);
  const wait = readTime(TOLD) + toldEvery - now;
  if (wait <= 0) void tellServer();
  else timer ||= setTimeout(tellServer, wait);
}

// Locking and unlocking

function takeContent() {
  const scrolled = [...document.querySelectorAll("*")].filter((one) => one.scrollTop || one.scrollLeft);
  const page = {
    content: document.createDocumentFragment(),
    title: document.title,
    className: document.body.className,
    focused: document.activeElement,
    dialogs: [...document.querySelectorAll("dialog:modal")],
    scrolls: scrolled.map((one) => [one, one.scrollLeft, one.scrollTop]),
  };
  page.content.append(...document.body.childNodes);
  return page;
}

// Tell the server, and show its page for unlocking; until it answers, only that the desk is locked.
async function showUnlocking(how, isAgain = false) {
  const fields = held?.content ?? document;
  const csrfmiddlewaretoken = token ?? fields.querySelector("[name=csrfmiddlewaretoken]")?.value;
  const body = new URLSearchParams({ how, csrfmiddlewaretoken });
  const headers = { Accept: "text/html" };
  const answer = await fetch(root.dataset.lock, { method: "POST", body, headers, redirect: "manual" });
  if (answer.type === "opaqueredirect") return leaveForLogin();
  if (answer.status === 403 && !isAgain && (await renewOwnToken())) return showUnlocking(how, true);
  // If a later question has shown it, it may hold a PIN by now.
  if (answer.status !== 423 || !held || isShown) return;
  const page = new DOMParser().parseFromString(trustAnswer(await answer.text()), "text/html");
  document.querySelector("dialog.sheet").replaceChildren(...page.querySelector("main").childNodes);
  isShown = true;
  document.getElementById("unlock-with").focus();
  const form = document.querySelector("[data-passkey]");
  if (form) (await import(form.dataset.script)).offerPasskey(form);
}

function lockPage(how) {
  if (held) return;
  held = takeContent();
  document.dispatchEvent(new Event("desk-locked")); // what was opened with a reason closes for good
  isShown = false;
  root.dataset.locked = "";
  document.title = "Locked · Brought By";
  document.body.className = "desk plain";
  const sheet = Object.assign(document.createElement("dialog"), { className: "sheet", open: true });
  sheet.setAttribute("aria-label", "This desk is locked");
  sheet.append(Object.assign(document.createElement("h1"), { textContent: "This desk is locked" }));
  document.body.append(sheet);
  clearTimeout(timer);
  timer = 0;
  if (how) announce("locked");
  showUnlocking(how ?? "idle").catch(() => {});
}

// htmx asks no more for what has left the document, so it is started again.
function restartPolls() {
  for (const one of document.querySelectorAll("[hx-trigger]")) {
    one.dataset.unlocked = Date.now();
    window.htmx?.process(one);
  }
  document.body.dispatchEvent(new CustomEvent("look"));
}

function unlockPage() {
  if (!held) return;
  const { content, title, className, focused, dialogs, scrolls } = held;
  held = null;
  delete root.dataset.locked;
  document.body.replaceChildren(content);
  document.body.className = className;
  document.title = title;
  for (const dialog of dialogs) {
    dialog.removeAttribute("open");
    dialog.showModal();
  }
  for (const [one, left, top] of scrolls) one.scrollTo({ left, top, behavior: "instant" });
  focused?.focus({ preventScroll: true });
  notedAt = Date.now();
  restartPolls();
}

// Return this login's token; null if nobody, or somebody else, is logged in now, which needs another page.
async function renewOwnToken() {
  const answer = await fetchPart(root.dataset.token);
  if (answer.type === "opaqueredirect") void leaveForLogin();
  if (!answer.ok) return null;
  const facts = await answer.json();
  if (readPerson(facts.by) !== person) {
    window.location.reload();
    return null;
  }
  token = facts.token;
  return facts;
}

// Ask the server whether this tab may be open.
async function agreeWithServer() {
  const facts = await renewOwnToken();
  if (!facts) return lockPage();
  unlockPage();
  putToken(facts);
}

// Leaving. What was typed is sent as its form: without a login the server keeps it for whoever typed it.

const readOwnAddress = () => window.location.pathname + window.location.search;

function readDraft() {
  if (!dirtyForm) return null;
  const address = dirtyForm.getAttribute("action") || readOwnAddress();
  return { address, body: new URLSearchParams(new FormData(dirtyForm)) };
}

function sendDraftToLogin() {
  const draft = readDraft();
  if (draft) return sendAsForm(draft.address, draft.body);
  const next = new URLSearchParams({ next: readOwnAddress() });
  return window.location.replace(`${addressOf("login")}?${next}`);
}

// What was asked just before an unlock is answered for the key before it, as if logged out. With a login, the
// server would carry out what was typed, though nobody has sent it: so ask first whether there is none.
async function leaveForLogin() {
  if (isLeaving) return;
  isLeaving = true;
  const answer = await fetchPart(root.dataset.token).catch(() => null);
  if (answer?.type === "opaqueredirect") return sendDraftToLogin();
  isLeaving = false;
  if (answer?.ok && held) await agreeWithServer();
}

async function switchUser() {
  const answer = await post("switch", {});
  if (answer.type !== "opaqueredirect") return say(NOT_NOW);
  const { address, body } = readDraft() ?? {};
  if (address) await fetch(address, { method: "POST", body, redirect: "manual" }).catch(() => {});
  window.location.replace(addressOf("login"));
}

// The lock's own forms

function say(words) {
  const line = document.querySelector("[data-unlock-said]");
  if (!line) return showNotice(words);
  line.textContent = words;
  line.hidden = !words;
}

// A second press while the first is under way would come with a key of the session that the first has ended.
async function tryToUnlock(form) {
  if (!beginSending(form)) return;
  await sendUnlock(form).finally(() => endSending(form));
}

async function sendUnlock(form) {
  const box = document.getElementById("unlock-with");
  const answer = await post("unlock", new FormData(form));
  if (answer.type === "opaqueredirect") return leaveForLogin();
  if (!answer.ok) {
    say(answer.status === 423 ? await answer.text() : NOT_NOW);
    box.value = "";
    return box.focus();
  }
  unlockPage();
  for (const key of [ACTIVE, TOLD]) localStorage.setItem(key, Date.now());
  announce("open");
}

function chooseAct(form, button) {
  if (button?.matches("[data-lock-now]")) return () => lockPage("pressed");
  if (button?.matches("[data-switch-user]")) return switchUser;
  return form.matches("[data-unlock]") ? () => tryToUnlock(form) : null;
}

function handleSubmit(event) {
  const act = chooseAct(event.target, event.submitter);
  if (!act) {
    if (event.target === dirtyForm) dirtyForm = null;
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  Promise.resolve(act()).catch(() => say(NO_CONNECTION));
}

function noteTyping({ target }) {
  const form = target.closest?.("main form");
  if (form?.method === "post") dirtyForm = form;
}

// An answer of 423 means that the server has locked: no page script needs to see it.
function handleHtmxAnswer(event) {
  if (event.detail.xhr?.status !== 423) return;
  event.stopPropagation();
  lockPage();
}

function tick() {
  if (!held && idleFor() >= idleLimit) lockPage("idle");
  if (held && idleFor() >= FULL_LOGIN_AFTER) void leaveForLogin();
  else if (held && !isShown) showUnlocking("idle").catch(() => {});
}

// The browser may keep the page for Back with its names: it stays invisible until the server agrees.
async function showRestored({ persisted }) {
  if (persisted) {
    if (isLockedElsewhere() || idleFor() >= idleLimit) lockPage();
    await agreeWithServer().catch(() => lockPage());
  }
  root.classList.remove("desk-away");
}

function startLock() {
  noteActivity();
  if (isLockedElsewhere()) announce("open"); // this page came from the server just now
  watchKeys(noteActivity);
  for (const kind of ["pointerdown", "pointermove", "wheel", "input"]) {
    document.addEventListener(kind, noteActivity, { capture: true, passive: true });
  }
  document.addEventListener("input", noteTyping, true);
  document.addEventListener("submit", handleSubmit, true);
  document.addEventListener("htmx:afterRequest", handleHtmxAnswer, true);
  document.addEventListener("desk-locked", () => lockPage());
  document.addEventListener("desk-ended", leaveForLogin);
  document.addEventListener("visibilitychange", tick);
  window.addEventListener("storage", ({ key }) => {
    if (key !== LOCK) return;
    if (isLockedElsewhere()) lockPage();
    else if (held) agreeWithServer().catch(() => {});
  });
  window.addEventListener("pagehide", () => root.classList.add("desk-away"));
  window.addEventListener("pageshow", showRestored);
  setInterval(tick, NOTED_EVERY);
}

if (root.dataset.lock) startLock();
