"""Several discrepancies settled on one page by keyboard, and how that page looks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.actions import match_decisions
from checkin.models import Clinic, Escort, Location, Staff, Visit
from tests import make
from tests.journeys.desk_screen import arrive, logged_in

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Maximiliano de la Fuente-Villanueva y Santibáñez de los Ángeles"
NAMES = ("Leo Ruiz", "ليلى الحسن", LONG)


def families(brook: Clinic, front: Location) -> list[Visit]:
    """Return visits of three families whose phone, guardian and address all differ: nine discrepancies."""
    visits = []
    for name in NAMES:
        patient = make.patient(brook, name, address="12 Elm St", city="Springfield", postcode="62701")
        make.guardian(patient, "Ana Ruiz")
        Escort.objects.create(clinic=brook, patient=patient, name="Rosa Delgado", phone="555-010-0001")
        visits.append(
            arrive(
                front,
                name=name,
                minutes=20 - len(visits),
                escort_phone="555-010-0002",
                guardian_name="عمتها ليلى" if name == NAMES[1] else "Eva " + name,
                address="14 Oak Road, the blue door behind the bakery, second floor "
                * (1 + 3 * (name == LONG)),
                relationship=("aunt", "عمها، أبوها مسافر للعمل", "x" * 500)[len(visits)],
            )
        )
    return visits


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.fixture
def desk(
    browser: Browser, live_server: LiveServer, brook: Clinic, front: Location, dana: Staff
) -> Iterator[Page]:
    context = logged_in(browser, live_server.url, dana)
    yield context.new_page()
    context.close()


def current(page: Page) -> Locator:
    return page.locator(".difference.current")


def test_nine_discrepancies_can_be_settled_by_keyboard_alone(
    desk: Page, brook: Clinic, front: Location
) -> None:
    visits = families(brook, front)
    desk.goto("/discrepancies/")
    expect(desk.locator(".difference")).to_have_count(9)
    for n in range(9):
        desk.keyboard.press("12"[n % 2])
        expect(desk.locator(".difference")).to_have_count(8 - n)
    assert {visit.discrepancies.open().count() for visit in visits} == {0}
    expect(desk.get_by_text("Everything that was typed agrees")).to_be_visible()
    desk.keyboard.press("u")
    expect(desk.locator(".difference")).to_have_count(1)


SIZES = {"desk": (1280, 800), "tablet": (820, 1180), "phone": (320, 640)}
IN_VIEW = """() => {
  const bar = document.querySelector(".bar");
  const top = getComputedStyle(bar).position === "sticky" ? bar.getBoundingClientRect().bottom : 0;
  const next = document.querySelector(".difference.current");
  const heads = [next.querySelector("h3")];
  if (next.previousElementSibling.matches("header")) heads.push(next.closest(".family").querySelector("h2"));
  return [document.querySelector(".told-done"), ...heads].map((one) => {
    const box = one.getBoundingClientRect();
    return box.top >= top && box.bottom <= window.innerHeight ? "in view" : `${box.top} to ${box.bottom}`;
  });
}"""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("skipped", [0, 1, 4])
def test_what_was_done_and_the_next_discrepancy_are_in_view(
    desk: Page, brook: Clinic, front: Location, size: str, skipped: int
) -> None:
    families(brook, front)
    desk.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    desk.goto("/discrepancies/")
    for key in "j" * skipped + "2":
        desk.keyboard.press(key)
    expect(desk.locator(".told-done").get_by_role("button", name="Undo")).to_be_visible()
    expect(current(desk)).to_be_focused()
    assert set(desk.evaluate(IN_VIEW)) == {"in view"}
    desk.keyboard.press("u")
    expect(desk.locator(".told-done")).to_contain_text("undone")
    expect(current(desk)).to_be_focused()
    assert set(desk.evaluate(IN_VIEW)) == {"in view"}


def test_j_and_k_select_and_asking_keeps_the_selection(desk: Page, brook: Clinic, front: Location) -> None:
    visits = families(brook, front)
    ids = [f"d{one.pk}" for visit in visits for one in visit.discrepancies.order_by("pk")]
    desk.goto("/discrepancies/")
    expect(current(desk)).to_have_id(ids[0])
    for key in "jjjk":
        desk.keyboard.press(key)
    expect(current(desk)).to_have_id(ids[2])
    desk.keyboard.press("3")
    expect(desk.locator(f"#{ids[2]} .tag")).to_contain_text("Asking the family since")
    expect(current(desk)).to_have_id(ids[2])
    desk.keyboard.press("2")
    expect(current(desk)).to_have_id(ids[3])
    desk.keyboard.press("u")
    expect(current(desk)).to_have_id(ids[2])
    expect(desk.locator(f"#{ids[2]} .tag")).to_be_visible()


@pytest.mark.parametrize("light", ["light", "dark"])
def test_discrepancy_pages_fit_and_pass_axe(
    browser: Browser, live_server: LiveServer, brook: Clinic, front: Location, dana: Staff, light: str
) -> None:
    visits = families(brook, front)
    context = logged_in(browser, live_server.url, dana, color_scheme=light)
    page = context.new_page()
    for address in ("/discrepancies/", f"/visits/{visits[2].pk}/discrepancies/"):
        page.goto(address)
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 1280
    page.goto(f"/visits/{visits[0].pk}/preferences/")
    assert serious(page) == []
    context.close()


def test_repeating_key_1_does_not_rename_a_record_to_its_twin(
    desk: Page, brook: Clinic, front: Location, dana: Staff
) -> None:
    hanna, _ = (make.patient(brook, f"{name} Lindqvist", "2019-05-08") for name in ("Hanna", "Anna"))
    leo = families(brook, front)[0]
    visit = arrive(front, name="Anna Lindqvist", born="2019-05-08", minutes=5)
    match_decisions.link_visit_to_patient(visit=visit, patient=hanna, by=dana, at=visit.arrived_at)
    name = visit.discrepancies.open().get(field="name")
    desk.goto(f"/discrepancies/#d{name.pk}")
    for _ in range(3):
        desk.keyboard.press("1")
        expect(current(desk)).to_have_id(f"d{name.pk}")
        expect(current(desk).get_by_role("alert")).to_contain_text("has exactly this name and birth date.")
    assert serious(desk) == []
    assert leo.discrepancies.open().count() == 3
    desk.get_by_role("link", name="Match to another child").click()
    expect(desk).to_have_url(re.compile(f"/match/{visit.pk}/$"))
    hanna.refresh_from_db()
    assert hanna.name == "Hanna Lindqvist"
