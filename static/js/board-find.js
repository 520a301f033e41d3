// Find on the board: typed words narrow the rows by child, who brought them, token and need, and who is
// expected by child and clinician.
import { board, findPart, findRow, findRowLink, focusRow, listRows, table } from "./board-page.js";
import { registerKey } from "./keys.js";

const CELLS = ".open, .child, td:nth-of-type(2), .needs, #expected .name";

const box = findPart("find");
const said = findPart("found");
const button = findPart("find-all");
const expected = document.getElementById("expected");
// What each row says, folded; a row that changes is a new element.
const texts = new WeakMap();
let cameFrom = "";

// No accents, apostrophes or punctuation; either keyboard of Arabic. Only the full search finds Иван by Ivan.
const APOSTROPHES = /['’‘`´ʻʼʹ＇׳״ـ]/g;
const LATIN_SPELLINGS = { ß: "ss", ø: "o", đ: "d", ð: "d", ł: "l", æ: "ae", œ: "oe", ı: "i" };
const SPELLINGS = { ي: "ی", ى: "ی", ك: "ک", ة: "ه", ...LATIN_SPELLINGS };
const SPELLED_OTHERWISE = new RegExp(`[${Object.keys(SPELLINGS).join("")}]`, "g");
const MOST_JOINED_WORDS = 8;

function listFoldedWords(text) {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const alike = plain.replace(APOSTROPHES, "").replace(SPELLED_OTHERWISE, (letter) => SPELLINGS[letter]);
  return alike.split(/[^\p{L}\p{N}\p{S}]+/u).filter(Boolean);
}

const readWords = () => listFoldedWords(box.value);
const findSignIn = (row) => row.querySelector("a");
const listTexts = (node) => (node.data === undefined ? [...node.childNodes].flatMap(listTexts) : [node.data]);

/** Return a name joined from each of its words on: "van der Berg" as vanderberg, "小明 王" as 王小明. */
function listJoined(words) {
  if (words.length > MOST_JOINED_WORDS) return [];
  return words.map((_word, at) => [...words.slice(at), ...words.slice(0, at)].join(""));
}

function readRow(row) {
  if (!texts.has(row)) {
    const parts = [...row.querySelectorAll(CELLS)].flatMap(listTexts).map(listFoldedWords);
    texts.set(row, { text: parts.flat().join(" "), joined: parts.flatMap(listJoined) });
  }
  return texts.get(row);
}

function isInRow(word, row) {
  const { text, joined } = readRow(row);
  return text.includes(word) || joined.some((name) => name.startsWith(word));
}

const matchRows = (words, rows) => rows.filter((row) => words.every((word) => isInRow(word, row)));
const listHits = (words) => matchRows(words, listRows());
const listExpectedHits = (words) => matchRows(words, [...expected.querySelectorAll("tbody tr")]);

// A child who cannot wait stays in view until somebody goes, and so does the row that somebody is on.
const isPinned = (row) =>
  ("raised" in row.dataset && !("taken" in row.dataset)) || row.contains(document.activeElement);

function describeHits(hits, all, expectedHits) {
  const more = expectedHits ? ` Expected today: ${expectedHits}.` : "";
  if (hits) return `${hits} of ${all} ${hits === 1 ? "matches" : "match"}${more && `.${more}`}`;
  return `Nobody here matches.${more || " Press Enter to search all patients."}`;
}

/** Show the expected who match, and return how many do. */
function applyFindToExpected(words) {
  const hits = listExpectedHits(words);
  for (const row of expected.querySelectorAll("tbody tr")) row.hidden = !hits.includes(row) && !isPinned(row);
  expected.hidden = words.length > 0 && !expected.querySelector("tbody tr:not([hidden])");
  return hits.length;
}

/** Show the rows that match the typed words, or all, and say how many. Rows that arrive obey too. */
export function applyFind() {
  const words = readWords();
  const rows = listRows();
  const hits = listHits(words);
  for (const row of rows) row.hidden = !hits.includes(row) && !isPinned(row);
  const expectedHits = applyFindToExpected(words);
  const line = words.length ? describeHits(hits.length, rows.length, expectedHits) : "";
  if (said.textContent !== line) said.textContent = line;
  button.hidden = !words.length;
}

/** Return the rows that are in view: those that match. */
export const listShownRows = () => listRows().filter((row) => !row.hidden);

function leaveFind() {
  focusRow(findRow(cameFrom) ?? listShownRows()[0]);
}

function clearFind() {
  const isHere = document.activeElement === box;
  if (!box.value && !isHere) return false;
  const hadText = Boolean(box.value);
  box.value = "";
  board.dispatchEvent(new CustomEvent("rows-found"));
  if (isHere && !hadText) leaveFind();
  else if (!isHere) document.activeElement.scrollIntoView({ block: "nearest" });
  return true;
}

// With nobody found, Enter submits the form: it searches all patients.
function takeFirstHit() {
  const words = readWords();
  if (!words.length) return true;
  const [first] = [...listHits(words).map(findRowLink), ...listExpectedHits(words).map(findSignIn)];
  if (!first) return false;
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "nearest" });
  return true;
}

box.addEventListener("input", () => board.dispatchEvent(new CustomEvent("rows-found")));
box.addEventListener("focus", ({ relatedTarget }) => {
  cameFrom = table.contains(relatedTarget) ? (relatedTarget.closest("tr[data-v]")?.id.slice(1) ?? "") : "";
});
registerKey("Escape", clearFind, { whileTyping: true });
registerKey(["Enter", "ArrowDown"], takeFirstHit, { whileTyping: true, inside: box });
expected.addEventListener("htmx:afterSwap", applyFind);
