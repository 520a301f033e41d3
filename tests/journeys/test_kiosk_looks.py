"""Every screen of the tablet, held either way, light and dark: nothing scrolls, is cut off or too small."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.kiosk_tablet import SIZES, enrolled, press

pytestmark = pytest.mark.django_db(transaction=True)

WINCES = """() => {
  const found = [], size = (e) => e.getBoundingClientRect(), all = (s) => [...document.querySelectorAll(s)];
  const shown = (e) => size(e).width && getComputedStyle(e).visibility !== "hidden";
  const page = document.documentElement, foot = size(document.querySelector(".moves"));
  if (page.scrollHeight > innerHeight || page.scrollWidth > innerWidth) found.push("the page scrolls");
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
CONTRAST = {"rules": {"color-contrast-enhanced": {"enabled": True}}}


def look(page: Page, axe: Axe) -> list[str]:
    step = page.locator("#sign-in").get_attribute("data-step")
    wrong = [f"{step}: {each}" for each in page.evaluate(WINCES)]
    for each in axe.run(page, options=CONTRAST).response["violations"]:
        wrong += [f"{step}: {each['id']}: {node['html']}" for node in each["nodes"]]
    return wrong


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("held", SIZES)
def test_every_step_is_whole_large_and_legible(browser, live_server, kiosk, held, light, language):
    context = enrolled(browser, live_server.url, kiosk, viewport=SIZES[held], color_scheme=light)
    page, axe = context.new_page(), Axe()
    # The last screen goes back to the first language after a while: not before it has been looked at.
    page.route("**/kiosk/", lambda home: home.abort())
    page.goto(f"/kiosk/?language={language}")
    wrong = look(page, axe)
    press(page)
    press(page)
    wrong += look(page, axe)
    page.locator("#child_given_name").fill("Maximiliano Alejandro")
    page.locator("#child_family_name").fill("de la Fuente-Villanueva")
    while page.locator("#sign-in").get_attribute("data-step") != "today-ease":
        press(page)
        page.locator(".step.on .chip").first.click() if page.locator(".step.on .chip").count() else None
        wrong += look(page, axe)
    context.set_offline(True)
    press(page)
    page.wait_for_selector(".kept.on")
    wrong += look(page, axe)
    context.set_offline(False)
    page.wait_for_selector(".done.on")
    wrong += look(page, axe)
    context.close()
    assert wrong == []
