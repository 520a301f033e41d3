// A family's token for the day, in words and as a drawing.
import { findOne } from "./kiosk-page.js";

const { names, further, feminine } = JSON.parse(findOne("#token-words").textContent);

// A newer server may give a token that this page has no words or drawing for; show its name anyway.
function readToken(token) {
  const words = token.toLowerCase().split(" ");
  const [colour, thing] = words.slice(-2);
  return { colour, thing, said: sayInPageLanguage(colour, thing, words.slice(0, -2)) ?? token };
}

function sayInPageLanguage(colour, thing, more) {
  const name = names[`${colour}-${thing}`];
  const gender = feminine.includes(thing) ? 1 : 0;
  if (!name || !more.every((word) => word in further)) return undefined;
  return more.reduceRight((said, word) => further[word][gender].replace("{}", said), name);
}

/** Return the token in the family's language. */
export const sayToken = (token) => readToken(token).said;

export function showToken(token) {
  const { colour, thing, said } = readToken(token);
  const drawing = findOne("[data-token-drawing]").content.firstElementChild.cloneNode(true);
  const isKnown = `${colour}-${thing}` in names;
  drawing.classList.add(`token-${colour}`);
  findOne("use", drawing).setAttribute("href", `#a-${thing}`);
  findOne("[data-drawing]").replaceChildren(...(isKnown ? [drawing] : []));
  findOne("[data-token]").textContent = said;
}

export function clearToken() {
  findOne("[data-drawing]").replaceChildren();
  findOne("[data-token]").textContent = "";
}
