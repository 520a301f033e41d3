// What the screens say about a person who was called.
import { findAll, findOne } from "./kiosk-page.js";

/** Return this part of the screen that says that a person was called. */
export const findCalled = (what) => findOne(`.step.on [data-person-${what}]`);

/** Once a person comes, do not tell this family to take a seat, even after they sign in another child. */
export function setPersonComes(comes) {
  for (const each of findAll("[data-sit]")) each.hidden = comes;
  findOne("[data-comes]").hidden = !comes;
}

export function forgetNames() {
  for (const each of findAll("[data-person-token]")) each.textContent = "";
  for (const each of findAll("[data-person-name], [data-person-late]")) each.hidden = true;
}
