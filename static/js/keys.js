// Every keyboard shortcut. `data-key` is the key of a button, link or field; modules register other keys
// here. Only this file decides what a key means, and when keys are off. The one meaning of each key is in
// `checkin/rules/shortcut_keys.py`.

const CHOICE_BOX = "input:is([type=radio], [type=checkbox])";
const TEXT_BOX = `input:not([type=hidden], ${CHOICE_BOX}), textarea, select, [contenteditable]`;
const BAR = ".bar";
// Undo is of the page's own last act first; the item chosen in a list is undone by its button.
const PAGE_FIRST = "u";

const commands = [];
const lists = [];
const presses = [];
const watchers = [];

/**
 * Register what keys without an element do. `run(key, event)` returns false if it does not apply. A command
 * is off while somebody types, while the key is held down and while a dialog is open, unless its options say
 * otherwise: `whileTyping`, `whileHeld`, `inDialogs`. `inside`: only while the focus is in this element.
 * `isThere()`: whether the page has anything for it now; without it the key counts as live.
 */
export function registerKey(keys, run, { whileTyping, whileHeld, inDialogs, inside, isThere } = {}) {
  commands.push({ keys: [keys].flat(), run, whileTyping, whileHeld, inDialogs, inside, isThere });
}

/**
 * In a list of items with the same keys, a key means the chosen one, before anything else on the page.
 * `selector`: an item of the list; `findChosen(key)`: the chosen one, if any.
 */
export function registerList(selector, findChosen) {
  lists.push({ selector, findChosen });
  announceKeys();
}

/** Make the key of matching elements call `press(element)` instead of clicking. */
export function registerPress(selector, press) {
  presses.push({ selector, press });
}

/** Call `watch` for every key, whatever it means: somebody is there. */
export function watchKeys(watch) {
  watchers.push(watch);
}

export const findOpenDialog = () => document.querySelector("dialog[open]");

/** Return whether this person's single-letter keys are on; other keys always are (WCAG 2.1.4). */
export const areKeysOn = () => document.documentElement.dataset.keys !== "off";

/** Switch single-letter keys on or off on this page. */
export function switchKeys(isOn) {
  document.documentElement.dataset.keys = isOn ? "on" : "off";
  announceKeys();
}

/** Return the keys that do something on the page now, while no dialog is open. */
export function listLiveKeys() {
  const all = [...document.querySelectorAll("[data-key]")];
  const shown = all.filter((element) => !element.closest("[hidden], dialog") && mayBeChosen(element));
  const ofPage = commands.filter(({ inside, isThere }) => !inside && (!isThere || isThere()));
  const registered = ofPage.flatMap(({ keys }) => keys);
  return new Set([...shown.map((one) => one.dataset.key), ...registered]);
}

// Return the key that was meant, or "". With Caps Lock on, a plain press is a capital; Shift is a modifier.
function readKey(event) {
  if (!event.key || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return "";
  if (event.key.length > 1) return event.shiftKey ? "" : event.key;
  const letter = event.key.toLowerCase();
  return event.shiftKey && letter !== letter.toUpperCase() ? "" : letter;
}

const isTyping = (target) => Boolean(target.closest?.(TEXT_BOX));

function mayRun(command, event) {
  if (command.inside && !command.inside.contains(event.target)) return false;
  if (!command.whileTyping && isTyping(event.target)) return false;
  if (!command.whileHeld && event.repeat) return false;
  return command.inDialogs || command.inside || !findOpenDialog();
}

function runCommand(key, event) {
  const meant = commands.filter((command) => command.keys.includes(key) && mayRun(command, event));
  return meant.some((command) => command.run(key, event) !== false);
}

const findList = (element) => lists.find(({ selector }) => element.closest(selector));
const isInBar = (element) => Boolean(element.closest(BAR));

// An item of a list that is folded away cannot be chosen.
function mayBeChosen(element) {
  const list = findList(element);
  return !list || element.closest(list.selector).checkVisibility();
}

function isInChosen(element, key) {
  const list = findList(element);
  return Boolean(list) && element.closest(list.selector) === list.findChosen(key);
}

// Find the element with this key in this dialog, or else on the page: in the chosen item of a list, outside
// of lists, or the only item that has it. The bar is last: a key on a button of the page never leaves the
// page for another one. Keys of the bar are off while somebody chooses an answer.
function findElement(key, { target, dialog = findOpenDialog() ?? null } = {}) {
  const all = [...(dialog ?? document).querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  const shown = all.filter((one) => !one.closest("[hidden]") && one.closest("dialog") === dialog);
  const ofPage = shown.filter((one) => !isInBar(one));
  const single = ofPage.find((one) => !findList(one));
  const items = ofPage.filter((one) => findList(one) && mayBeChosen(one));
  const chosen = items.find((one) => isInChosen(one, key));
  if (key === PAGE_FIRST) return single ?? chosen;
  const only = items.length === 1 ? items[0] : undefined;
  const found = chosen ?? single ?? only;
  return found ?? (target?.closest?.(CHOICE_BOX) ? undefined : shown.find(isInBar));
}

function pressElement(key, event) {
  if (event.repeat || isTyping(event.target)) return false;
  const element = findElement(key, { target: event.target });
  if (!element) return false;
  if (element.matches("input")) {
    element.focus();
    element.select();
    return true;
  }
  const own = presses.find(({ selector }) => element.matches(selector));
  if (own) own.press(element);
  else element.click();
  return true;
}

function handleKey(event) {
  for (const watch of watchers) watch();
  const key = readKey(event);
  if (key.length === 1 && !areKeysOn()) return;
  if (key && (runCommand(key, event) || pressElement(key, event))) event.preventDefault();
}

const isKeyOfBar = (key) => Boolean(document.querySelector(`${BAR} [data-key="${CSS.escape(key)}"]`));

// A key is shown only where it works. Items of a list all show theirs, which means the chosen item, unless
// the key does something else while none is chosen.
function isIdle(element, reached) {
  const key = element.dataset.key;
  if (element === reached || element.closest("[hidden]")) return false;
  return !findList(element) || key === PAGE_FIRST || isKeyOfBar(key);
}

function markIdleKeys() {
  const reached = new Map();
  for (const element of document.querySelectorAll("[data-key]")) {
    const dialog = element.closest("dialog");
    const place = `${element.dataset.key} ${dialog?.id}`;
    if (!reached.has(place)) reached.set(place, findElement(element.dataset.key, { dialog }));
    element.toggleAttribute("data-idle", isIdle(element, reached.get(place)));
  }
}

// Tell screen readers the keys, also of elements added later. The hint in a button, or after a field, is no
// part of its name.
function announceKeys() {
  markIdleKeys();
  for (const element of document.querySelectorAll(":is(a, button, input)[data-key]")) {
    if (areKeysOn() && !element.matches("[data-idle]")) {
      element.setAttribute("aria-keyshortcuts", element.dataset.key);
    } else element.removeAttribute("aria-keyshortcuts");
  }
  for (const hint of document.querySelectorAll(":is(a, button, label, summary) kbd, [data-key] + kbd")) {
    hint.setAttribute("aria-hidden", "true");
    hint.toggleAttribute("data-single", hint.textContent.length === 1);
  }
}

// However much changes before the next paint, the page is looked through once: 4 ms with 68 promises.
let isFrameAsked = false;
function announceKeysInFrame() {
  if (isFrameAsked) return;
  isFrameAsked = true;
  requestAnimationFrame(() => {
    isFrameAsked = false;
    announceKeys();
  });
}

announceKeys();
new MutationObserver(announceKeysInFrame).observe(document, { childList: true, subtree: true });
// Another item of a list may be chosen now.
for (const kind of ["focusin", "focusout"]) {
  document.addEventListener(kind, () => lists.length && announceKeysInFrame());
}
// Captured: a key means what it means here, whatever else listens on the page.
document.addEventListener("keydown", handleKey, true);
