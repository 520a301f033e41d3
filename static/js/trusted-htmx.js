// htmx has no policy of its own, so the default one takes what it reads, without anything that runs.

import { trustAnswer } from "./trusted-html.js";

const RUNS = "script, iframe, object, embed, base";
const MAY_RUN = /<(?:script|iframe|object|embed|base)\b|\son\w+\s*=|javascript:/i;

function removeWhatRuns(root) {
  for (const one of root.querySelectorAll(RUNS)) one.remove();
  for (const one of root.querySelectorAll("*")) {
    for (const name of one.getAttributeNames()) {
      const runs = name.startsWith("on") || /^\s*javascript:/i.test(one.getAttribute(name));
      if (runs) one.removeAttribute(name);
    }
    // htmx wraps a fragment in a template, whose content is a document of its own.
    if (one.localName === "template") removeWhatRuns(one.content);
  }
}

function cleanAnswer(html) {
  if (!MAY_RUN.test(html)) return html;
  const page = new DOMParser().parseFromString(trustAnswer(html), "text/html");
  removeWhatRuns(page);
  return page.documentElement.outerHTML;
}

window.trustedTypes?.createPolicy("default", { createHTML: cleanAnswer });
