// Requests to the server from desk scripts.

const HEADERS = { "HX-Request": "true" };
const PATIENCE = 8000; // ms that the server may take to say that it is there

// Wait until the next page has taken this one's place, so that a second press sends nothing more. The wait
// ends if no page came, or if Back has brought this one back.
function waitForNextPage() {
  return new Promise((resolve) => {
    setTimeout(resolve, PATIENCE);
    window.addEventListener("pageshow", resolve, { once: true });
  });
}

// Locked: what was asked for is not here, and the page is emptied. A confidential visit that is closed
// answers with the page that opens it instead.
async function followAnswer(answer) {
  if (answer.status === 423) document.dispatchEvent(new Event("desk-locked"));
  const onward = answer.headers.get("HX-Redirect");
  if (!onward) return answer;
  window.location.assign(onward);
  await waitForNextPage();
  return answer;
}

/** Fetch a part of a page. An answer of type "opaqueredirect" means logged out; 423 means locked. */
export async function fetchPart(address, options = {}) {
  return followAnswer(await fetch(address, { headers: HEADERS, redirect: "manual", ...options }));
}

/** Return whether the server answers now, whatever it answers. */
export async function canReachServer() {
  try {
    const { token } = document.documentElement.dataset;
    await fetch(token, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    return true;
  } catch {
    return false;
  }
}

/** Return whose a form's marker is: it says who the page was made for, and when. */
export const readPerson = (mark) => mark?.split(".")[0];

/** Whose this page is. What its lock puts in its place does not say it. */
export const person = readPerson(document.querySelector("[name=typed_by]")?.value);

/** Put this login's token into every form of the page. */
export function putToken({ token, by }) {
  for (const box of document.querySelectorAll("[name=csrfmiddlewaretoken]")) box.value = token;
  for (const box of document.querySelectorAll("[name=typed_by]")) box.value = by;
}

// A page opened before another login has an old token; put the new one into every form.
async function renewToken() {
  const answer = await fetchPart(document.documentElement.dataset.token);
  if (!answer.ok) return answer;
  const facts = await answer.json();
  // A page made for one person must not continue as another.
  if (person !== readPerson(facts.by)) {
    window.location.reload();
    return undefined;
  }
  putToken(facts);
  return answer;
}

/** Post from a script. With a stale token, renew it and post again, once. */
export async function postFields(address, body, options = {}) {
  const attempt = () => {
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    return fetchPart(address, { method: "POST", body, ...options });
  };
  const answer = await attempt();
  if (answer.headers.get("Token") !== "stale") return answer;
  const renewed = await renewToken();
  return renewed?.ok ? attempt() : (renewed ?? answer);
}

/** Submit as a form: the server keeps what was typed until its author logs in again. */
export function sendAsForm(address, body) {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: address, hidden: true });
  const fields = [...body];
  const by = document.querySelector("[name=typed_by]")?.value;
  if (by && !body.has("typed_by")) fields.push(["typed_by", by]);
  for (const [name, value] of fields) {
    form.append(Object.assign(document.createElement("input"), { name, value }));
  }
  document.body.append(form);
  form.submit();
}

/** Return whether the page is outdated: its child has changed, and nothing was written. */
export const isPageBehind = (answer) => answer.headers.get("Page") === "behind";

/** Return why nothing was changed: the server's refusal for this role, or a temporary failure. */
export async function explainRefusal(answer) {
  const said = answer.status === 403 ? (await answer.text()).trim() : "";
  return said || "Nothing was changed. Press it again in a moment.";
}
