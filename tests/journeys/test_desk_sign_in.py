"""Dana signs a family in at the desk without touching the mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from checkin.models import Clinic, Escort, MatchState, Patient, Staff, Visit
from tests import make
from tests.journeys.desk_screen import scripts_are_there

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def jose(brook: Clinic) -> Patient:
    child = make.patient(brook, "José García", born="2018-03-14")
    make.patient(brook, "Josefa García", born="2018-03-14")
    Escort.objects.create(clinic=brook, patient=child, name="Rosa Delgado", relationship="his aunt")
    return child


@pytest.fixture
def form(board: Page, jose: Patient) -> Page:
    board.keyboard.press("n")
    expect(board.get_by_label("Given name")).to_be_focused()
    scripts_are_there(board)
    return board


COVERED = """box => {
  const at = box.getBoundingClientRect();
  return document.elementFromPoint(at.x + 9, at.y + 9) !== box;
}"""


def listed(page: Page) -> Locator:
    return page.get_by_role("option")


def test_a_family_can_be_signed_in_by_keyboard_alone(form: Page, jose: Patient, dana: Staff) -> None:
    keys = form.keyboard
    keys.type("jose garcia", delay=15)
    expect(listed(form)).to_have_count(1)
    expect(form.get_by_label("Given name")).to_have_attribute("aria-expanded", "true")
    keys.press("ArrowDown")
    expect(form.get_by_label("Given name")).to_have_attribute("aria-activedescendant", f"person-{jose.pk}")
    keys.press("Enter")
    expect(form.get_by_label("Given name")).to_have_value("José")
    expect(form.get_by_label("Family name")).to_have_value("García")
    expect(form.get_by_label("Birth date")).to_have_value("3/14/2018")
    expect(form.locator("[data-chosen]")).to_contain_text("Links to José García")
    name = form.get_by_role("textbox", name="Name", exact=True)
    expect(name).to_be_focused()
    fill = form.get_by_role("button", name="Rosa Delgado his aunt")
    fill.focus()
    keys.press("Enter")
    expect(name).to_have_value("Rosa Delgado")
    expect(form.get_by_role("textbox", name="Phone")).to_be_focused()
    keys.type("555 010 0199")
    keys.press("Enter")
    expect(form).to_have_url(form.url.split("/sign-in/")[0] + "/")
    visit = Visit.objects.get()
    assert (visit.patient, visit.sign_in.by, visit.sign_in.relationship) == (jose, dana, "his aunt")
    expect(form.locator(f"#v{visit.pk}")).to_contain_text("Rosa Delgado")


def test_enter_signs_in_the_typed_name_if_no_option_is_selected(form: Page) -> None:
    form.keyboard.type("garcia", delay=15)
    expect(listed(form)).to_have_count(2)
    form.keyboard.press("Enter")
    expect(form.locator("#rows tr")).to_have_count(1)
    assert Visit.objects.get().sign_in.child_given_name == "garcia"


def test_typing_another_name_after_choosing_clears_the_choice(form: Page, jose: Patient) -> None:
    form.keyboard.type("jose g", delay=15)
    expect(listed(form)).not_to_have_count(0)
    form.keyboard.press("ArrowDown")
    form.keyboard.press("Enter")
    expect(form.locator("[data-chosen]")).to_be_visible()
    form.get_by_label("Given name").fill("Luis")
    expect(form.locator("[data-chosen]")).to_be_hidden()
    form.keyboard.press("Enter")
    expect(form.locator("#rows tr")).to_have_count(1)
    visit = Visit.objects.get()
    assert visit.patient != jose
    assert visit.match != MatchState.CONFIRMED


def test_escape_closes_the_list_and_keeps_what_was_typed(form: Page) -> None:
    form.keyboard.type("garcia", delay=15)
    expect(listed(form)).to_have_count(2)
    form.keyboard.press("Escape")
    expect(form.locator("#people")).to_be_hidden()
    expect(form.get_by_label("Given name")).to_have_value("garcia")


def test_the_list_never_covers_the_box_that_one_types_in(form: Page) -> None:
    form.set_viewport_size({"width": 1280, "height": 800})
    form.keyboard.type("jose", delay=15)
    form.keyboard.press("Tab")
    form.keyboard.type("garcia", delay=15)
    expect(listed(form)).to_have_count(1)
    born = form.get_by_label("Birth date")
    assert born.evaluate(COVERED)
    form.keyboard.press("Tab")
    expect(born).to_be_focused()
    expect(form.locator("#people")).to_be_hidden()
    form.keyboard.type("3/14/2018", delay=15)
    expect(listed(form)).to_have_count(1)
    assert not born.evaluate(COVERED)


def test_an_answer_after_escape_does_not_open_the_list(form: Page) -> None:
    held: list[Route] = []
    form.route("**/sign-in/people/", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no built-in
    with form.expect_request("**/sign-in/people/"):
        form.keyboard.type("garcia", delay=1)
    form.keyboard.press("Escape")
    held[-1].continue_()
    form.wait_for_timeout(500)
    expect(form.locator("#people")).to_be_hidden()


def test_a_phone_alone_finds_the_child(form: Page, jose: Patient) -> None:
    jose.phone = "555-010-0199"
    jose.save()
    form.get_by_role("textbox", name="Phone").press_sequentially("5550100199", delay=15)
    expect(listed(form)).to_have_count(1)
    form.keyboard.press("ArrowDown")
    form.keyboard.press("Enter")
    expect(form.get_by_label("Given name")).to_have_value("José")


@pytest.mark.parametrize("is_refused", [True, False])
def test_a_search_without_an_answer_says_so_and_the_family_is_signed_in(
    form: Page, dana: Staff, is_refused: bool
) -> None:
    form.route("**/sign-in/people/", lambda route: route.fulfill(status=403) if is_refused else route.abort())
    form.keyboard.type("garcia", delay=1)
    told = form.get_by_role("status").filter(has_text="The search got no answer.")
    expect(told).to_be_visible()
    form.unroute("**/sign-in/people/")
    form.keyboard.type(" l", delay=1)
    expect(told).to_be_hidden()
    form.keyboard.press("Enter")
    expect(form.locator("#board")).to_be_visible()
    assert Visit.objects.get().sign_in.child_given_name == "garcia l"
