// Needs on the visit's page and before leaving, and consent: one key each for the chosen need.
import "./consent-form.js";
import { explainRefusal, isPageBehind, postFields, sendAsForm } from "./desk-requests.js";
import { findOpenDialog, registerKey, registerList, registerPress } from "./keys.js";
import { beginSending, endSending } from "./once.js";
import { showNotice, showToast } from "./toast.js";
import { trustAnswer } from "./trusted-html.js";

const DIGITS = [..."123456789"];

const listShown = (selector, panel = document) =>
  [...panel.querySelectorAll(selector)].filter((one) => one.checkVisibility());
const listNeeds = (panel) => listShown(".need", panel);
const isOpen = (need) => !need.classList.contains("need-answered");
const findChosenNeed = () => document.activeElement?.closest?.(".need");

/** Prepare a panel of needs for its keys; before leaving, choose the first open need. */
export function startPanel(panel) {
  panel.dataset.live = "";
  if (panel.id === "leaving") (listNeeds(panel).find(isOpen) ?? panel.querySelector("[data-go]"))?.focus();
}

// Find what to focus next: the next open need, or else the leave button.
function findNext(panel, place) {
  const left = listNeeds(panel).filter(isOpen);
  const leaveButton = panel.querySelector("[data-go]") ?? panel.querySelector("h2, h3");
  return left[Math.min(Math.max(place ?? 0, 0), left.length - 1)] ?? leaveButton;
}

const readHeight = (element) => element.getBoundingClientRect().height;

// In the dialog nothing moves under a hand that aims at a button: an answered need keeps its place and height
// in the list, and the dialog its own height.
function keepPlaces(old, panel) {
  const [before, list] = [old, panel].map((one) => one.querySelector("[data-places]"));
  const dialog = old.closest("dialog");
  if (!dialog || !before || !list) return;
  dialog.style.setProperty("min-block-size", `${readHeight(dialog)}px`);
  const stays = [...before.children].map((need) => [panel.querySelector(`#${need.id}`), readHeight(need)]);
  const kept = stays.filter(([need]) => need);
  for (const [need, height] of kept) need.style.setProperty("min-block-size", `${height}px`);
  list.prepend(...kept.map(([need]) => need));
  const others = panel.querySelector("[data-answered]");
  const count = others?.querySelectorAll(".need").length;
  if (count) others.querySelector("[data-count]").textContent = count;
  else others?.remove();
}

function replacePanel(old, fresh, place) {
  const hadFocus = old.contains(document.activeElement);
  const panel = document.adoptNode(fresh);
  keepPlaces(old, panel);
  old.replaceWith(panel);
  panel.dataset.live = "";
  if (panel.dataset.said) showToast(panel.dataset.said);
  const asked = panel.querySelector("[data-asking] input[type=radio]");
  if (asked) asked.focus();
  else if (hadFocus) findNext(panel, place).focus();
}

// Replace the page's panels with those of an answer.
function applyPanels(html, need) {
  const place = need && listNeeds(need.closest("[data-panel]")).filter(isOpen).indexOf(need);
  const page = new DOMParser().parseFromString(trustAnswer(html), "text/html");
  for (const fresh of page.querySelectorAll("[data-panel]")) {
    const old = document.getElementById(fresh.id);
    // A late answer must not show one family's needs in the next family's panel.
    if (old?.dataset.panel === fresh.dataset.panel) replacePanel(old, fresh, place);
  }
}

async function sendAnswer(form, outcome) {
  if (!beginSending(form)) return;
  const body = new URLSearchParams(new FormData(form));
  if (outcome) body.set(outcome.name, outcome.value);
  let answer;
  try {
    answer = await postFields(form.action, body);
  } catch {
    showNotice("No connection: nothing was changed. Press it again in a moment.");
    return;
  } finally {
    endSending(form);
  }
  // The page that answers a form says what changed, and keeps what was typed.
  if (answer.type === "opaqueredirect" || isPageBehind(answer)) sendAsForm(form.action, body);
  else if (answer.ok || [409, 422].includes(answer.status)) {
    applyPanels(await answer.text(), form.closest(".need"));
  } else showToast(await explainRefusal(answer));
}

function hasReason(form) {
  return form.querySelector("input[name=quick]:checked") || form.elements.reason?.value.trim();
}

// Deferred and not offered need a reason: the first press asks, a reason answers.
function askWhy(form, outcome) {
  form.dataset.asking = outcome;
  form.querySelector(".need-reasons input")?.focus();
}

function answerBySubmit(event) {
  const form = event.target.closest("form[data-fetch]");
  if (!form?.closest("[data-panel]")) return;
  event.preventDefault();
  const button = event.submitter;
  const outcome = button?.name && { name: button.name, value: button.value };
  if (!form.matches(".need-later")) return void sendAnswer(form, outcome);
  // Enter in the reason box presses the first button, so use the outcome that was asked about.
  outcome.value = form.dataset.asking ?? outcome.value;
  if (hasReason(form)) sendAnswer(form, outcome);
  else askWhy(form, outcome.value);
}

// A click on a quick reason answers at once; arrows only choose among them.
function answerByClick(event) {
  const why = event.target.closest?.("[data-why]");
  if (why && (event.detail || why === document.activeElement)) why.form.dataset.asking = why.value;
  const radio = event.target.closest?.(".need-quick input[type=radio]");
  const form = radio?.closest("form[data-asking]");
  if (form && event.detail) sendAnswer(form, { name: "outcome", value: form.dataset.asking });
}

// Keys

// They apply if no dialog is open, or one with needs.
function isOfNeeds() {
  return Boolean((findOpenDialog() ?? document).querySelector("[data-panel]"));
}

function chooseNextNeed(by) {
  if (!isOfNeeds()) return false;
  const needs = listNeeds();
  const at = needs.indexOf(findChosenNeed());
  const next = needs[Math.min(needs.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(next);
}

// The reasons that a number gives now: of the need that asks why, or of leaving.
function listQuickReasons() {
  const form = findChosenNeed()?.querySelector("form[data-asking]") ?? listShown(".panel-go")[0];
  return isOfNeeds() && form ? [...form.querySelectorAll(".need-quick input[type=radio]")] : [];
}

function giveQuickReason(digit) {
  const radio = listQuickReasons()[Number(digit) - 1];
  if (!radio) return false;
  const { form } = radio;
  radio.checked = true;
  if (form.matches("[data-asking]")) sendAnswer(form, { name: "outcome", value: form.dataset.asking });
  else form.requestSubmit(form.querySelector("[data-go]"));
  return true;
}

function pressAnswer(button) {
  if (button.matches("a") || !button.form.matches("[data-fetch]")) button.click();
  else if (button.matches("[data-why]")) askWhy(button.form, button.value);
  else sendAnswer(button.form, button.name && { name: button.name, value: button.value });
}

// Say who may do it if this role may not. In the need's row, because a dialog would hide a toast.
function explainRole(line) {
  line.textContent = line.dataset.whyNot;
}

document.addEventListener("submit", answerBySubmit);
document.addEventListener("click", answerByClick);
registerList(".need", findChosenNeed);
registerPress(".need [data-why-not]", explainRole);
registerPress(".need [data-key]", pressAnswer);
registerKey("j", () => chooseNextNeed(1), { inDialogs: true, isThere: () => listNeeds().length });
registerKey("k", () => chooseNextNeed(-1), { inDialogs: true, isThere: () => listNeeds().length });
for (const digit of DIGITS) {
  const isThere = () => Number(digit) <= listQuickReasons().length;
  registerKey(digit, giveQuickReason, { inDialogs: true, isThere });
}
for (const panel of document.querySelectorAll("[data-panel]")) startPanel(panel);
