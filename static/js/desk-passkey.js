// Unlock a desk with a passkey: ask for a challenge, let the browser ask the passkey, send its answer.
const NOT_READ = "Your passkey was not read. Try again, or use your PIN or password.";

function say(words) {
  const line = document.querySelector("[data-unlock-said]");
  line.textContent = words;
  line.hidden = !words;
}

async function readPasskey(form) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.passkey, { method: "POST", body, redirect: "manual" });
  const publicKey = window.PublicKeyCredential.parseRequestOptionsFromJSON((await answer.json()).publicKey);
  const given = await navigator.credentials.get({ publicKey });
  return JSON.stringify(given.toJSON());
}

async function unlock(form) {
  const { passkey } = form.elements;
  try {
    passkey.value = await readPasskey(form);
    say("");
    form.requestSubmit();
  } catch {
    say(NOT_READ);
  }
}

// Show the button where this browser can read passkeys: over https or on localhost.
export function offerPasskey(form) {
  if (!window.isSecureContext || !window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  form.hidden = false;
  form.querySelector("button").addEventListener("click", () => void unlock(form));
}
