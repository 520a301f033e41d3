// A family's token for the day, in words and as a drawing.
import { findOne } from "./kiosk-page.js";

const words = JSON.parse(findOne("#token-words").textContent);

// A newer server may give a token that this page has no words or drawing for; show its name anyway.
function readToken(token) {
  const [colour, animal, number = ""] = token.toLowerCase().split(" ");
  const known = words[`${colour}-${animal}`];
  const drawing = findOne(`template[data-animal="${CSS.escape(animal ?? "")}"]`);
  return { colour, drawing, said: known ? `${known} ${number}`.trim() : token };
}

/** Return the token in the family's language. */
export const sayToken = (token) => readToken(token).said;

export function showToken(token) {
  const { colour, drawing, said } = readToken(token);
  findOne("[data-drawing]").replaceChildren(...(drawing ? [drawing.content.cloneNode(true)] : []));
  const picture = findOne("[data-drawing] .token");
  if (picture) picture.className = `token token-${colour}`;
  findOne("[data-token]").textContent = said;
}

export function clearToken() {
  findOne("[data-drawing]").replaceChildren();
  findOne("[data-token]").textContent = "";
}
