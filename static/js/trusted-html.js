// The one policy by which our scripts turn an answer of our server into elements or a worker (Trusted Types).
// Its name is in CONTENT_SECURITY_POLICY; a browser that enforces it refuses any other text.

function checkOwnScript(address) {
  const { origin, pathname } = new URL(address, location.href);
  if (origin === location.origin && pathname.startsWith("/static/")) return address;
  throw new TypeError("Not a script of ours");
}

const policy = window.trustedTypes?.createPolicy("server-answer", {
  createHTML: (html) => html,
  createScriptURL: checkOwnScript,
});

/** Return an answer of our server as HTML that may become elements. Never pass it what somebody typed. */
export function trustAnswer(html) {
  return policy ? policy.createHTML(html) : html;
}

/** Return the address of one of our static scripts, for a worker. Throws for any other. */
export function trustScript(address) {
  return policy ? policy.createScriptURL(address) : checkOwnScript(address);
}
