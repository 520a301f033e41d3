// The last screen repeats what was asked for in this sitting: kinds of things, never a name or a number.
import { findAll, findOne } from "./kiosk-page.js";

// `data-asked-for` lists what must have been said for its sentence: "name" or "name=value"; "!": must not.
function isSaid(claim, wanted) {
  if (wanted.startsWith("!")) return !isSaid(claim, wanted.slice(1));
  const [name, value] = wanted.split("=");
  const said = [claim[name] ?? []].flat();
  return value ? said.includes(value) : said.some((each) => String(each).trim());
}

/** Show the sentence of each thing that this claim asks for. */
export function showAskedFor(claim) {
  for (const each of findAll("[data-asked-for]")) {
    each.hidden = !each.dataset.askedFor.split(" ").every((wanted) => isSaid(claim, wanted));
  }
  findOne("[data-asked-list]").hidden = !findOne("[data-asked-for]:not([hidden])");
}

/** Say whether the last screen was touched: it then stays a little longer. */
export function showStaying(isTouched) {
  findOne("[data-goes-soon]").hidden = isTouched;
  findOne("[data-stays-longer]").hidden = !isTouched;
}
