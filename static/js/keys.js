// Every keyboard shortcut. `data-key` says the key of a button, a link or a box; what no element stands for
// is registered here by its module. Which one is meant, and when keys are off, is decided in this file alone.

const CHOICE_BOX = "input:is([type=radio], [type=checkbox])";
const TEXT_BOX = `input:not([type=hidden], ${CHOICE_BOX}), textarea, select, [contenteditable]`;
const BAR = ".bar";

const commands = [];
const lists = [];
const presses = [];
const watchers = [];

/**
 * Say what these keys do, where no element stands for it. `run(key, event)` returns false where the key meant
 * something else. A command is off while somebody types, while the key is held down and while a dialog is
 * open, unless its options say otherwise: `whileTyping`, `whileHeld`, `inDialogs`. `inside`: only while the
 * focus is in this element.
 */
export function registerKey(keys, run, { whileTyping, whileHeld, inDialogs, inside } = {}) {
  commands.push({ keys: [keys].flat(), run, whileTyping, whileHeld, inDialogs, inside });
}

/**
 * Where a page lists many of a kind with the same keys, a key means the one that is chosen, before anything
 * else on the page. `selector`: one of the list; `findChosen(key)`: the chosen one, if any.
 */
export function registerList(selector, findChosen) {
  lists.push({ selector, findChosen });
}

/** Let the key of elements like these do `press(element)` instead of a click. */
export function registerPress(selector, press) {
  presses.push({ selector, press });
}

/** Call `watch` at every key, whatever it means: somebody is there. */
export function watchKeys(watch) {
  watchers.push(watch);
}

export const findOpenDialog = () => document.querySelector("dialog[open]");

// The key that was meant, or "". With Caps Lock on a plain press is a capital; Shift is a modifier.
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

// The element whose key it is: in the open dialog if there is one; else in the chosen one of a list, on the
// page, or in the bar. The bar leads away from the page: its keys are off while somebody chooses an answer.
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

// A screen reader is told the same key that works, also of what comes into the page later.
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
// In capture: a key means what it means here, whatever else listens on the page.
document.addEventListener("keydown", handleKey, true);
