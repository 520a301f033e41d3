"""Visible problems of a screen that families see, for the journeys."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WINCES = """() => {
  const found = [], size = (e) => e.getBoundingClientRect(), all = (s) => [...document.querySelectorAll(s)];
  const shown = (e) => size(e).width && getComputedStyle(e).visibility !== "hidden";
  const page = document.documentElement, foot = size(document.querySelector(".moves"));
  const over = [page.scrollWidth - innerWidth, page.scrollHeight - innerHeight];
  if (Math.max(...over) > 0) found.push("the page scrolls, by " + over.join(" px across and ") + " px down");
  const words = all("h1, h2, p:not(.heard), label, button, a, li, .box input, .box textarea").filter(shown);
  for (const e of words) {
    const box = size(e), what = e.outerHTML.slice(0, 90);
    const out = box.left < 0 || box.top < 0 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
    if (out) found.push("cut off: " + what);
    if (e.closest(".steps") && box.bottom > foot.top) found.push("under the buttons: " + what);
    if (e.matches("button, a, .chip, input, textarea") && box.height < 56) found.push("small: " + what);
    if (parseFloat(getComputedStyle(e).fontSize) < 20) found.push("small print: " + what);
  }
  const targets = all("button, a, .chip").filter(shown).map(size);
  for (const a of targets) for (const b of targets) {
    const beside = a.top < b.bottom && b.top < a.bottom ? b.left - a.right : 99;
    const below = a.left < b.right && b.left < a.right ? b.top - a.bottom : 99;
    const gap = Math.min(beside < 0 ? 99 : beside, below < 0 ? 99 : below);
    if (gap < 11.9) found.push("too close: " + JSON.stringify([a, b]));
  }
  return found;
}"""
# Every rule for WCAG 2.2 up to AAA, also those that axe leaves off.
AAA = ("color-contrast-enhanced", "identical-links-same-purpose", "meta-refresh-no-exceptions", "target-size")
RULES = {"rules": {rule: {"enabled": True} for rule in AAA}}


def stay(page: Page) -> None:
    """Keep a screen from returning to the welcome by itself, however long the check takes."""
    page.route("**/kiosk/", lambda home: home.abort())


def look(page: Page, axe: Axe, what: str) -> list[str]:
    """Return what is cut off, too small, too close or illegible, once the style sheets are loaded."""
    page.wait_for_load_state()
    wrong = [f"{what}: {each}" for each in page.evaluate(WINCES)]
    for each in axe.run(page, options=RULES).response["violations"]:
        wrong += [f"{what}: {each['id']}: {node['html']}" for node in each["nodes"]]
    return wrong
