// What a script of the desk asks of the server, or sends to it.

const HEADERS = { "HX-Request": "true" };

/** Ask for a part of a page. An answer of the type "opaqueredirect": nobody is logged in any more. */
export function fetchPart(address) {
  return fetch(address, { headers: HEADERS, redirect: "manual" });
}

// The mark of a form says who the page was made for, and when.
const readPerson = (mark) => mark?.split(".")[0];

// A page opened before another login has that login's token; this puts the new one into every form of it.
async function renewToken() {
  const answer = await fetchPart(document.documentElement.dataset.token);
  if (!answer.ok) return answer;
  const { token, by } = await answer.json();
  // A page made for one person must not go on as another.
  if (readPerson(document.querySelector("[name=typed_by]")?.value) !== readPerson(by)) {
    window.location.reload();
    return undefined;
  }
  for (const box of document.querySelectorAll("[name=csrfmiddlewaretoken]")) box.value = token;
  for (const box of document.querySelectorAll("[name=typed_by]")) box.value = by;
  return answer;
}

/** Post from a script. A stale token is put right and the post repeated, once. */
export async function postFields(address, body, options = {}) {
  const attempt = () => {
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    return fetch(address, { method: "POST", body, headers: HEADERS, redirect: "manual", ...options });
  };
  const answer = await attempt();
  if (answer.headers.get("Token") !== "stale") return answer;
  const renewed = await renewToken();
  return renewed?.ok ? attempt() : (renewed ?? answer);
}

/** Send as a form does: the server keeps what was typed for the person who typed it until they logged in. */
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

/** Whether the page is behind: it speaks of a child that is another by now, and nothing was written. */
export const isPageBehind = (answer) => answer.headers.get("Page") === "behind";

/** Why nothing was changed: not for this role, in the server's sentence, or something that may pass. */
export async function explainRefusal(answer) {
  const said = answer.status === 403 ? (await answer.text()).trim() : "";
  return said || "Nothing was changed. Press it again in a moment.";
}
