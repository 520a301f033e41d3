"""What a key does on any page: one file decides it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import Clinic, Location, PatientMerge, Staff
from tests import make
from tests.differing import put_leo_and_ana_on_record, sign_in_otherwise
from tests.journeys.desk_screen import arrive, logged_in, row, scripts_are_there, select
from tests.journeys.full_desk import FullDesk

pytestmark = pytest.mark.django_db(transaction=True)

# Elements whose announced key differs from the key that works.
TOLD_OTHERWISE = """() => [...document.querySelectorAll("[data-key], [aria-keyshortcuts]")]
  .filter((one) => one.matches("a, button, input") || one.hasAttribute("aria-keyshortcuts"))
  .filter((one) => !one.matches("[data-idle]"))
  .filter((one) => one.dataset.key !== one.getAttribute("aria-keyshortcuts"))
  .map((one) => one.outerHTML)"""


# Move the focus and change the page, many times before the next paint. Count how often it is looked through.
LOOKED_THROUGH = """async () => {
  let count = 0;
  document.querySelectorAll = (selector) => {
    count += selector === "[data-key]";
    return Document.prototype.querySelectorAll.call(document, selector);
  };
  for (const need of document.querySelectorAll(".need")) {
    need.focus();
    need.append(document.createElement("kbd"));
    await Promise.resolve();
  }
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return count;
}"""


def press_with_caps_lock(page: Page, letter: str) -> None:
    page.locator("body").dispatch_event("keydown", {"key": letter.upper(), "bubbles": True})


@pytest.fixture
def compared(board: Page, brook: Clinic) -> Page:
    """Open the comparison of two records of one child."""
    emma = make.patient(brook, "Emma Johnson", "2017-04-04", city="Aurora")
    emmy = make.patient(brook, "Emma Johnson", "2017-04-04", city="Joliet")
    board.goto(f"/patients/{emma.pk}/merge/{emmy.pk}/")
    scripts_are_there(board)
    return board


def test_aria_keyshortcuts_match_the_keys_on_later_content_too(
    board: Page, brook: Clinic, front: Location
) -> None:
    make.guardian(make.patient(brook, "Leo Ruiz", "2018-03-14"), "Ana Ruiz")
    visit = arrive(front, notes_wanted="school")
    board.goto(f"/visits/{visit.pk}/")
    scripts_are_there(board)
    assert board.evaluate(TOLD_OTHERWISE) == []
    need = board.locator(".need:not(.need-answered)").last
    expect(need.locator("[data-key=q]")).to_have_attribute("aria-keyshortcuts", "q")
    need.focus()
    board.keyboard.press("q")
    undo = board.locator(".need-answered [data-key=u]").first
    expect(undo).not_to_have_attribute("aria-keyshortcuts", "u")
    board.locator(".need-answered").first.focus()
    expect(undo).to_have_attribute("aria-keyshortcuts", "u")
    assert board.evaluate(TOLD_OTHERWISE) == []


def test_the_page_is_looked_through_once_however_much_changes_before_a_paint(
    board: Page, front: Location
) -> None:
    board.goto(f"/visits/{arrive(front, notes_wanted='school').pk}/")
    scripts_are_there(board)
    assert board.locator(".need").count() > 1
    assert board.evaluate(LOOKED_THROUGH) == 1


def test_keys_work_with_caps_lock(board: Page, front: Location) -> None:
    visit = arrive(front, name="Ana Berg")
    board.goto(f"/visits/{visit.pk}/")
    scripts_are_there(board)
    press_with_caps_lock(board, "r")
    expect(board.locator("main")).to_contain_text("In a room")
    visit.refresh_from_db()
    assert visit.state == "roomed"


def test_with_focus_on_a_radio_page_keys_work_and_bar_keys_are_off(compared: Page) -> None:
    compared.get_by_role("row", name="City").get_by_role("radio").last.check()
    address = compared.url
    compared.keyboard.press("b")
    compared.keyboard.press("x")
    expect(compared).to_have_url(address)
    # Out of view, the first press would only scroll to the button, and a second could reach the next page.
    compared.get_by_role("button", name="Merge the two records").scroll_into_view_if_needed()
    compared.keyboard.press("1")
    expect(compared.get_by_role("status").first).to_contain_text("was merged into")
    assert PatientMerge.objects.count() == 1


def test_a_repeated_keydown_does_nothing(compared: Page) -> None:
    compared.locator("body").dispatch_event("keydown", {"key": "1", "bubbles": True, "repeat": True})
    compared.locator("body").dispatch_event("keydown", {"key": "b", "bubbles": True, "repeat": True})
    compared.wait_for_timeout(300)
    expect(compared).to_have_url(re.compile(r"/merge/"))
    assert not PatientMerge.objects.exists()


def test_escape_leaves_the_search_box_and_closes_the_menu(
    board: Page, front: Location, brook: Clinic
) -> None:
    visit = arrive(front, name="Zoltan Kiss")
    board.goto(f"/match/{visit.pk}/")
    scripts_are_there(board)
    board.keyboard.press("/")
    expect(board.get_by_role("searchbox")).to_be_focused()
    board.keyboard.press("Escape")
    expect(board.get_by_role("searchbox")).not_to_be_focused()
    menu = board.locator("details.bar-person")
    menu.locator("summary").click()
    board.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


# Press each key that a control of the page shows, and find the control it presses instead. In a list of items
# with the same keys, a key means the chosen one, so those are passed over.
PRESSED_INSTEAD = """() => {
  const clicked = [];
  const take = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    clicked.push(event.target.closest("[data-key]"));
  };
  window.addEventListener("click", take, true);
  window.addEventListener("submit", (event) => event.preventDefault(), true);
  const shown = [...document.querySelectorAll("main [data-key]")]
    .filter((one) => one.matches("a, button") && one.checkVisibility())
    .filter((one) => one.querySelector("kbd")?.checkVisibility({ checkVisibilityCSS: true }));
  const isOfList = (one) => one.closest(".need, [data-promises] tr, [data-difference]");
  const isAlone = (one) => shown.filter((other) => other.dataset.key === one.dataset.key).length === 1;
  const wrong = [];
  for (const one of shown.filter((each) => !isOfList(each) || (isAlone(each) && each.matches("a")))) {
    document.activeElement?.blur();
    one.scrollIntoView({ block: "center" });
    clicked.length = 0;
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: one.dataset.key, bubbles: true }));
    if (clicked[0] !== one) wrong.push(`${one.dataset.key}: ${one.outerHTML}, not ${clicked[0]?.outerHTML}`);
  }
  return wrong;
}"""


def test_a_key_on_a_button_of_the_page_presses_that_button(
    browser: Browser, live_server: LiveServer, brook: Clinic, front: Location, max_: Staff
) -> None:
    put_leo_and_ana_on_record(brook)
    differing = sign_in_otherwise(front)
    arrive(front, name="Mia Chen", minutes=8)
    later = arrive(front, name="Anna Lindqvist", minutes=3)
    page = logged_in(browser, live_server.url, max_).new_page()
    page.goto(f"/visits/{later.pk}/")
    expect(page.get_by_role("link", name="Match this child")).to_contain_text("m")
    scripts_are_there(page)
    page.keyboard.press("m")
    expect(page).to_have_url(re.compile(f"/match/{later.pk}/$"))
    page.goto(f"/visits/{differing.pk}/")
    expect(page.get_by_role("link", name="Decide discrepancies")).to_contain_text("x")
    scripts_are_there(page)
    page.keyboard.press("x")
    expect(page).to_have_url(re.compile(f"/visits/{differing.pk}/discrepancies/"))


def test_no_page_shows_a_key_on_a_button_that_presses_another(full_desk: FullDesk) -> None:
    page, paths = full_desk
    wrong = []
    for name, path in paths.items():
        if not path.startswith(("/account/", "/verify/", "/nothing-here/")):
            page.goto(path)
            scripts_are_there(page)
            wrong += [f"{name}: {one}" for one in page.evaluate(PRESSED_INSTEAD)]
    assert wrong == []


LISTED = """() => [...document.querySelectorAll("#keys dl > :not([data-always]) kbd")]
  .filter((one) => one.checkVisibility())
  .map((one) => one.dataset.for ?? one.textContent)
  .filter((key) => key.length === 1).sort()"""

# Press every single key from the page itself and from each item that has keys; nothing is sent or opened.
PRESSED = """() => {
  const stop = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };
  for (const kind of ["click", "submit"]) window.addEventListener(kind, stop, true);
  HTMLFormElement.prototype.submit = HTMLFormElement.prototype.requestSubmit = () => {};
  HTMLDialogElement.prototype.showModal = () => {};
  window.fetch = () => new Promise(() => {});
  const live = new Set();
  const items = ".need, [data-open], [data-difference], a.open";
  const places = [document.body, ...document.querySelectorAll(items)];
  for (const place of places) for (const key of "0123456789abcdefghijklmnopqrstuvwxyz/?.") {
    document.activeElement?.blur();
    for (const form of document.querySelectorAll("form[data-asking]")) delete form.dataset.asking;
    if (place !== document.body) place.focus();
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
    if (event.defaultPrevented) live.add(key);
  }
  return [...live].sort();
}"""


def test_each_page_lists_the_keys_that_do_something_there_and_no_other(full_desk: FullDesk) -> None:
    page, paths = full_desk
    wrong, seen = [], set()
    for name, path in paths.items():
        if path.startswith(("/account/", "/verify/", "/nothing-here/")):
            continue
        page.goto(path)
        scripts_are_there(page)
        page.locator("[data-opens=keys]").click()
        listed = page.evaluate(LISTED)
        page.keyboard.press("Escape")
        pressed = page.evaluate(PRESSED)
        seen |= set(listed)
        if listed != pressed:
            wrong.append(
                f"{name}: only listed {set(listed) - set(pressed)}, only live {set(pressed) - set(listed)}"
            )
    assert wrong == []
    assert seen >= set("/?.0123abcdefghijklmnopqrtuvwxyz")


def test_letters_switched_off_do_nothing_anywhere_and_stay_off_on_another_machine(
    board: Page, browser: Browser, live_server: LiveServer, front: Location, dana: Staff
) -> None:
    visit = arrive(front, notes_wanted="school")
    expect(row(board, visit)).to_be_visible()
    board.locator(".bar-person summary").click()
    switch = board.get_by_role("switch", name="Shortcut keys")
    expect(switch).to_have_attribute("aria-checked", "true")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(board.locator("#toast")).to_contain_text("Shortcut keys are off")
    dana.refresh_from_db()
    assert not dana.has_shortcut_keys
    other = logged_in(browser, live_server.url, dana).new_page()
    other.goto("/")
    for page in (board, other):
        expect(row(page, visit)).to_be_visible()
        expect(page.locator("main kbd:visible, [aria-keyshortcuts]")).to_have_count(0)
        select(page, visit)
        for key in "?/nmxobpjkrcdlwegtiu12":
            page.keyboard.press(key)
        page.wait_for_timeout(200)
        assert page.locator("dialog[open]").count() == 0
        expect(page).to_have_url(re.compile(r"^[^/]+//[^/]+/$"))
        visit.refresh_from_db()
        assert visit.state == "arrived"
    other.locator("[data-opens=keys]").click()
    assert other.evaluate(LISTED) == []
    expect(other.locator("#keys")).to_contain_text("Shortcut keys are off")
    other.keyboard.press("Escape")
    select(other, visit)
    other.keyboard.press("Enter")
    expect(other).to_have_url(re.compile(f"/visits/{visit.pk}/$"))
    expect(other.locator("main .need").first).to_be_visible()
    assert other.locator("main kbd:visible").count() == 0
    other.locator(".bar-person summary").click()
    other.get_by_role("switch", name="Shortcut keys").click()
    expect(other.locator("main kbd:visible").first).to_be_visible()
    other.keyboard.press("b")
    expect(other.locator("#rows")).to_be_visible()


def test_of_two_undos_on_a_visit_the_moves_has_the_key(board: Page, front: Location) -> None:
    visit = arrive(front, notes_wanted="school")
    board.goto(f"/visits/{visit.pk}/")
    scripts_are_there(board)
    board.keyboard.press("r")
    expect(board.locator(".steps [data-key=u]")).to_be_visible()
    scripts_are_there(board)
    board.locator(".needs-list .need:not(.need-answered)").first.focus()
    board.keyboard.press("q")
    expect(board.locator(".need-answered [data-key=u]")).to_be_visible()
    assert board.locator("[data-key=u] kbd:visible").count() == 1
    assert board.locator("[data-key=u][aria-keyshortcuts]").count() == 1
    board.locator(".need-answered").first.focus()
    board.keyboard.press("u")
    expect(board.locator("main")).to_contain_text("Arrived since")
    visit.refresh_from_db()
    assert visit.state == "arrived"
    assert visit.needs.filter(status="declined").count() == 1
