// Every keyboard shortcut. `data-key` is the key of a button, link or field; modules register other keys
// here. Only this file decides what a key means, and when keys are off.

const CHOICE_BOX = "input:is([type=radio], [type=checkbox])";
const TEXT_BOX = `input:not([type=hidden], ${CHOICE_BOX}), textarea, select, [contenteditable]`;
const BAR = ".bar";

const commands = [];
const lists = [];
const presses = [];
const watchers = [];

/**
 * Register what keys without an element do. `run(key, event)` returns false if it does not apply. A command
 * is off while somebody types, while the key is held down and while a dialog is open, unless its options say
 * otherwise: `whileTyping`, `whileHeld`, `inDialogs`. `inside`: only while the focus is in this element.
 */
export function registerKey(keys, run, { whileTyping, whileHeld, inDialogs, inside } = {}) {
  commands.push({ keys: [keys].flat(), run, whileTyping, whileHeld, inDialogs, inside });
}

/**
 * In a list of items with the same keys, a key means the chosen one, before anything else on the page.
 * `selector`: an item of the list; `findChosen(key)`: the chosen one, if any.
 */
export function registerList(selector, findChosen) {
  lists.push({ selector, findChosen });
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

function isInChosen(element, key) {
  const list = findList(element);
  return Boolean(list) && element.closest(list.selector) === list.findChosen(key);
}

// Find the element with this key: in an open dialog; else in the chosen item of a list, on the page, or in
// the bar. Keys of the bar leave the page, so they are off while somebody chooses an answer.
function findElement(key, target) {
  const root = findOpenDialog() ?? document;
  const all = [...root.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  const shown = all.filter((element) => !element.closest("[hidden]"));
  const single = shown.filter((element) => !findList(element));
  return (
    shown.find((element) => isInChosen(element, key)) ??
    single.find((element) => !isInBar(element)) ??
    (target.closest?.(CHOICE_BOX) ? undefined : single.find(isInBar))
  );
}

function pressElement(key, event) {
  if (event.repeat || isTyping(event.target)) return false;
  const element = findElement(key, event.target);
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
  if (key && (runCommand(key, event) || pressElement(key, event))) event.preventDefault();
}

// Tell screen readers the keys, also of elements added later.
function announceKeys(root) {
  for (const element of root.querySelectorAll(":is(a, button, input)[data-key]")) {
    element.setAttribute("aria-keyshortcuts", element.dataset.key);
  }
}

function announceNewKeys(changes) {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node.parentElement) announceKeys(node.parentElement);
  }
}

announceKeys(document);
new MutationObserver(announceNewKeys).observe(document, { childList: true, subtree: true });
// Captured: a key means what it means here, whatever else listens on the page.
document.addEventListener("keydown", handleKey, true);
