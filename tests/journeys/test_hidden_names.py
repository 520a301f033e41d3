"""“Hide names” hides on every page: what families are called, birth dates, phones and what they typed.

“Not visible” means: each text node that contains such a text is drawn in a color with alpha 0, or not drawn
at all; so is each text in a field; no tooltip or page title has it. A field shows its text
while one types in it.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from checkin.actions import consent, match_decisions
from checkin.models import (
    AfterWord,
    Clinic,
    Escort,
    ExcuseNote,
    Guardian,
    Location,
    Patient,
    Promise,
    SignIn,
    Staff,
    StandingProxy,
)
from checkin.rules.local_formats import date_words
from tests import make
from tests.journeys.desk_screen import arrive, minutes_ago, row, scripts_are_there, select
from tests.journeys.full_desk import FullDesk

pytestmark = pytest.mark.django_db(transaction=True)

CLEAR = "rgba(0, 0, 0, 0)"
NO_DESK_PAGE = re.compile(r"^/(account|verify|nothing-here)/")

FIND_VISIBLE = """([words, phones]) => {
  document.activeElement?.blur();
  for (const one of document.querySelectorAll("details")) one.open = true;
  const plain = (text) => text.toLowerCase().replace(/\\s+/g, " ");
  const digits = (text) => text.replace(/[^0-9]/g, "");
  const tells = (text) =>
    words.find((one) => plain(text).includes(one)) ?? phones.find((one) => digits(text).includes(one));
  const isMasked = (e) => {
    const s = getComputedStyle(e), box = e.getBoundingClientRect();
    const heardOnly = e.closest(".visually-hidden") || box.width <= 1 || box.height <= 1;
    const isClear = s.color.startsWith("rgba") && /, 0\\)$/.test(s.color);
    return isClear || s.visibility === "hidden" || heardOnly || !e.getClientRects().length;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement: e } = walker.currentNode;
    if (e.closest("script, style") || !tells(data) || isMasked(e)) continue;
    found.push(`text ${tells(data)} in ${e.outerHTML.slice(0, 160)}`);
  }
  const fields = "input:not([type=hidden], [type=radio], [type=checkbox]), textarea";
  for (const e of document.querySelectorAll(fields)) {
    if (tells(e.value) && !isMasked(e)) found.push(`field ${e.name}: ${e.value}`);
  }
  for (const e of document.querySelectorAll("[title], [placeholder]")) {
    if (tells(`${e.title} ${e.placeholder ?? ""}`)) found.push(`tooltip ${e.outerHTML.slice(0, 160)}`);
  }
  if (tells(document.title)) found.push(`page title ${document.title}`);
  return [...new Set(found)];
}"""

BLANK_BUTTONS = """() => [...document.querySelectorAll("main input:is([type=submit], [type=button])")]
  .filter((one) => one.checkVisibility() && getComputedStyle(one).color === "rgba(0, 0, 0, 0)")
  .map((one) => one.value)"""


def read_secrets(brook: Clinic) -> tuple[list[str], list[str]]:
    """Return every name and typed text of the clinic's families, and the digits of their phones."""
    texts: set[str] = set()
    phones: set[str] = set()
    for who in Patient.objects.filter(clinic=brook):
        texts |= {
            who.name,
            who.given_name,
            who.family_name,
            who.preferred_name,
            who.address,
            who.access_needs,
            date_words(who.birth_date, brook.region) if who.birth_date else "",
        }
        phones.add(who.phone)
    for adult in [*Guardian.objects.all(), *Escort.objects.all()]:
        texts |= {adult.name, adult.relationship if " " in adult.relationship else ""}
        texts.add(getattr(adult, "email", ""))
        phones.add(getattr(adult, "phone", ""))
    for proxy in StandingProxy.objects.all():
        texts |= {proxy.name, proxy.granted_by, proxy.limits}
    for said in SignIn.objects.all():
        texts |= {
            said.child_name,
            said.child_birth_date,
            said.escort_name,
            said.relationship,
            said.reason,
            said.also,
            said.access_needs,
            said.email,
        }
        phones.add(said.escort_phone)
    for owed in Promise.objects.all():
        texts |= {owed.to_whom, owed.about}
        phones.add(owed.reach_at)
    for word in AfterWord.objects.all():
        texts.add(word.line)
        phones.add(word.phone)
    for note in ExcuseNote.objects.all():
        texts.add(note.name_spelling)
    words = {" ".join(text.lower().split())[:60].strip() for text in texts}
    numbers = {re.sub(r"\D", "", phone) for phone in phones}
    return sorted(one for one in words if len(one) > 3), sorted(one for one in numbers if len(one) > 6)


def hide_names(page: Page) -> None:
    page.locator("[data-hide-names]").click()
    expect(page.locator("[data-hide-names]")).to_have_text("Names hidden · show")


def test_no_page_shows_a_name_a_phone_or_typed_words(full_desk: FullDesk, brook: Clinic) -> None:
    page, paths = full_desk
    # Not the date that the search page has as an example.
    Patient.objects.filter(birth_date="2018-03-14").update(birth_date="2018-05-23")
    secrets = read_secrets(brook)
    page.goto("/")
    assert page.evaluate(FIND_VISIBLE, secrets), "shown, they are found"
    hide_names(page)
    wrong = []
    for name, path in paths.items():
        if not NO_DESK_PAGE.match(path):
            page.goto(path)
            expect(page.locator("[data-hide-names]")).to_have_text("Names hidden · show")
            wrong += [f"{name}: {one}" for one in page.evaluate(FIND_VISIBLE, secrets)]
            wrong += [f"{name}: button {one} is blank" for one in page.evaluate(BLANK_BUTTONS)]
    assert wrong == []
    page.goto("/promises/")
    page.keyboard.press("p")
    expect(page.locator("[data-hide-names]")).to_have_text("Hide names")
    assert page.evaluate(FIND_VISIBLE, secrets)


def test_rows_and_panels_that_arrive_later_are_masked_and_have_no_tooltips(
    board: Page, front: Location, brook: Clinic
) -> None:
    hide_names(board)
    visit = arrive(
        front, name="Maximiliano de la Fuente-Villanueva", escort_name="Ana de la Fuente-Villanueva"
    )
    expect(row(board, visit)).to_be_visible()
    secrets = read_secrets(brook)
    assert board.evaluate(FIND_VISIBLE, secrets) == []
    select(board, visit)
    board.keyboard.press("l")
    expect(board.locator("#leaving-dialog")).to_be_visible()
    assert board.evaluate(FIND_VISIBLE, secrets) == []
    board.keyboard.press("Escape")
    board.keyboard.press("p")
    expect(row(board, visit).locator("td[title], span[title]").first).to_be_visible()


def test_messages_about_a_family_are_masked_and_the_programs_own_are_not(
    board: Page, front: Location, brook: Clinic, max_: Staff
) -> None:
    child = make.patient(brook, "Leo Ruiz", "2018-03-14")
    visit = arrive(front, name="Leo Ruiz", access_needs="a quiet place to wait, please")
    match_decisions.link_visit_to_patient(visit=visit, patient=child, by=max_, at=minutes_ago(0))
    consent.record_consent(
        patient=child, visit=visit, care="vaccine", agreed=True, basis="guardian_present", how="verbal",
        who="Ana Ruiz", heard_by=max_, at=minutes_ago(0),
    )  # fmt: skip
    hide_names(board)
    expect(board.locator("[data-groups]")).not_to_have_css("color", CLEAR)
    board.goto(f"/visits/{visit.pk}/")
    scripts_are_there(board)
    toast = board.locator("#toast > span")
    board.locator(".need:not(.need-answered)", has_text="a quiet place").focus()
    board.keyboard.press("y")
    expect(toast).to_contain_text("quiet place")
    assert board.evaluate(FIND_VISIBLE, read_secrets(brook)) == []
    board.get_by_role("button", name="Withdraw").click()
    expect(toast).to_contain_text("What Ana Ruiz said for Leo Ruiz")
    assert board.evaluate(FIND_VISIBLE, read_secrets(brook)) == []
    board.get_by_role("switch", name="Shortcut keys").click()
    expect(toast).to_contain_text("Shortcut keys are off")
    expect(toast).not_to_have_css("color", CLEAR)


def test_forced_colors_do_not_bring_names_back(board: Page, front: Location, brook: Clinic) -> None:
    board.emulate_media(forced_colors="active")
    visit = arrive(front, name="Leo Ruiz")
    expect(row(board, visit)).to_be_visible()
    hide_names(board)
    board.goto(f"/visits/{visit.pk}/")
    scripts_are_there(board)
    assert board.evaluate(FIND_VISIBLE, read_secrets(brook)) == []
