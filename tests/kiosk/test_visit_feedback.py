"""/kiosk/after/<code>/: five faces, a comment and a call request. The code gives access on any screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from checkin.actions import visit_feedback, visits
from checkin.models import AfterWord, Clinic, Location, Promise, Staff, Visit
from checkin.rules.visit_feedback import FamilyFeedback
from checkin.web import throttle
from tests import make

if TYPE_CHECKING:
    from tests.conftest import Kiosk


pytestmark = pytest.mark.usefixtures("tuesday")
PHONE = "/kiosk/after/{}/"


@pytest.fixture(autouse=True)
def _nobody_guessed(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    make.patient(brook)
    return make.visit(front)


@pytest.fixture
def address(visit: Visit) -> str:
    return PHONE.format(visit_feedback.make_feedback_code(visit=visit, at=make.at("9:40")))


@pytest.fixture
def phone(db: None) -> Client:
    """Return the family's own browser: no cookie, no login."""
    return Client(enforce_csrf_checks=True)


def text(answer: Any) -> Any:
    return answer.content.decode()


def over(front: Location, how: str) -> str:
    """Return the address of a visit that can no longer be answered, or of no visit."""
    visit = make.visit(front, name="Mia Chen")
    code = visit_feedback.make_feedback_code(visit=visit, at=make.at("9:40"))
    if how == "used":
        visit_feedback.save_feedback(visit=visit, said=FamilyFeedback(3), at=make.at("9:41"))
    elif how == "expired":
        code = visit_feedback.make_feedback_code(visit=visit, at=make.at("9:39") - dt.timedelta(days=1))
    elif how == "in error":
        sol = make.staff(front.clinic, "wes")
        visits.move_visit(visit=visit, to="entered_in_error", by=sol, at=make.at("9:41"))
    elif how == "unknown":
        code = "7-1.abc"
    else:
        code = how
    return PHONE.format(code)


OVER = ["used", "expired", "in error", "unknown", "%C3%A9%00", "x" * 4000]


def test_it_shows_five_labeled_faces_and_no_names(phone: Client, address: str) -> None:
    page = text(phone.get(address)).replace(address, "")
    assert page.count('name="face"') == 5
    for word in ("Very good", "Good", "All right", "Not so good", "Not good at all", "Brook Street Clinic"):
        assert word in page
    for name in ("Leo", "Ruiz", "Rosa", "Delgado", "aunt", "Blue", "Castle"):
        assert name not in page


def test_no_field_is_prefilled(phone: Client, front: Location) -> None:
    visit = make.visit(front, escort_phone="555-010-0142")
    page = text(phone.get(PHONE.format(visit_feedback.make_feedback_code(visit=visit, at=make.at("9:40")))))
    assert "555-010-0142" not in page
    assert 'name="phone" type="tel" dir="ltr" inputmode="tel" maxlength="60" value=""' in page
    assert "checked" not in page


ASKS, USES = "Please write the number we may call.", "we use the number you gave us"


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("555-010-0142", USES),
        ("", ASKS),
        ("none", ASKS),
        ("ask his mother", ASKS),
        ("-", ASKS),
        ("000-000-0000", ASKS),
    ]
    + [("(206) 123-4567", ASKS), ("555-010-0100", ASKS), ("(206) 342-8631 ext. 4", USES)],
)
def test_the_hint_mentions_the_sign_in_phone_only_if_it_can_be_called(
    phone: Client, front: Location, given: str, hint: str
) -> None:
    visit = make.visit(front, escort_phone=given)
    page = text(phone.get(PHONE.format(visit_feedback.make_feedback_code(visit=visit, at=make.at("9:40")))))
    assert [one for one in (ASKS, USES) if one in page] == [hint]


def test_without_a_phone_number_it_asks_for_one_in_spanish(phone: Client, front: Location) -> None:
    visit = make.visit(front, language="es")
    page = text(phone.get(PHONE.format(visit_feedback.make_feedback_code(visit=visit, at=make.at("9:40")))))
    assert "Escriba el número al que podemos llamarle." in page


def test_a_call_request_without_a_number_is_on_the_board_at_once(
    phone: Client, address: str, as_: Callable[[Staff], Client], dana: Staff, max_: Staff
) -> None:
    """The front desk has to make the call, but only those who run the clinic read the comment."""
    phone.post(address, {"face": "2", "may_call": "yes", "line": "we waited"})
    for who, reads in ((dana, False), (max_, True)):
        board = text(as_(who).get("/"))
        assert "no number given" in board
        assert ("we waited" in board) is reads


def test_a_low_face_with_a_call_request_makes_a_promise(phone: Client, address: str, visit: Visit) -> None:
    answer = phone.post(
        address, {"face": "1", "line": "two hours!", "may_call": "yes", "phone": "555-010-0199"}
    )
    assert answer.status_code == 303
    word = AfterWord.objects.get(visit=visit)
    assert (word.face, word.line, word.may_call, word.phone) == (1, "two hours!", True, "555-010-0199")
    assert word.at == make.at("9:40") and word.device is None
    assert (word.promise.about, word.promise.reach_at) == ("two hours!", "555-010-0199")
    assert "Thank you" in text(phone.get(answer.url))


def test_a_face_alone_is_enough(phone: Client, address: str) -> None:
    assert phone.post(address, {"face": "4"}).status_code == 303
    assert AfterWord.objects.get().face == 4
    assert not Promise.objects.exists()


def test_the_same_answer_sent_twice_is_kept_once(phone: Client, address: str) -> None:
    first = phone.post(address, {"face": "2", "may_call": "yes"})
    again = phone.post(address, {"face": "2", "may_call": "yes"})
    assert (first.status_code, first.url) == (again.status_code, again.url)
    assert AfterWord.objects.get().face == 2
    assert Promise.objects.count() == 1


UNKEPT, REACHES = "What was sent just now was not added.", "Whatever you told us reaches"


@pytest.mark.parametrize(
    "other",
    [
        {"face": "5"},
        {"face": "2", "line": "it was <cold>", "may_call": "yes"},
        {"face": "2", "may_call": "yes", "phone": "555-010-0199"},
        {"face": "2"},
        {"line": "one more thing"},
    ],
)
def test_a_different_second_answer_is_shown_as_not_added(
    phone: Client, address: str, other: dict[str, str]
) -> None:
    phone.post(address, {"face": "2", "may_call": "yes"})
    answer = phone.post(address, other)
    page = text(answer)
    assert (answer.status_code, UNKEPT in page, REACHES in page) == (200, True, False)
    assert "or call 555-010-0100" in page
    if line := other.get("line"):
        assert f'<q dir="auto">{line.replace("<", "&lt;").replace(">", "&gt;")}</q>' in page
    assert AfterWord.objects.get().face == 2
    assert Promise.objects.count() == 1


def test_an_answer_that_loses_a_race_is_shown_as_not_added(
    phone: Client, address: str, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both pages were open: the other answer arrived while this one was being sent."""
    asked = visit_feedback.find_feedback_visit

    def overtaken(**facts: Any) -> Visit | None:
        found = asked(**facts)
        visit_feedback.save_feedback(
            visit=visit, said=FamilyFeedback(3, "from the other phone"), at=make.at("9:41")
        )
        return found

    monkeypatch.setattr(visit_feedback, "find_feedback_visit", overtaken)
    assert UNKEPT in text(phone.post(address, {"face": "1", "line": "from this one"}))
    assert AfterWord.objects.get().line == "from the other phone"


def test_the_not_added_page_is_in_spanish_and_stays_longer_on_a_tablet(tablet: Client, address: str) -> None:
    tablet.post(address, {"face": "2"})
    page = text(tablet.post(address, {"face": "5", "language": "es"}))
    assert "Lo que se envió ahora no se agregó." in page
    assert 'data-lasts="60"' in page and 'content="120;url=/kiosk/"' in page


def test_without_a_face_it_asks_again_and_keeps_what_was_typed(phone: Client, address: str) -> None:
    answer = phone.post(address, {"line": "all <fine>", "may_call": "yes", "phone": "555"})
    page = text(answer)
    assert answer.status_code == 400
    assert "Please tap one of the faces first." in page
    assert 'value="all &lt;fine&gt;"' in page and 'value="555"' in page and 'value="yes" checked' in page
    assert not AfterWord.objects.exists()


@pytest.mark.parametrize("how", OVER)
@pytest.mark.parametrize("where", ["phone", "tablet"])
def test_used_expired_and_unknown_codes_get_the_same_thank_you(
    where: str, how: str, front: Location, request: pytest.FixtureRequest
) -> None:
    screen = request.getfixturevalue(where)
    wanted = screen.get(PHONE.format("nonsense"))
    answer = screen.get(over(front, how))
    assert (answer.status_code, answer.content) == (200, wanted.content)
    assert "Thank you" in text(answer)


def test_the_thank_you_on_a_phone_names_the_clinic(
    phone: Client, address: str, front: Location, hill: Clinic
) -> None:
    answer = phone.post(address, {"face": "5"})
    assert "Brook Street Clinic" in text(phone.get(answer.url))
    for how in ("used", "expired", "in error"):
        assert "Brook Street Clinic" in text(phone.get(over(front, how)))
    page = text(phone.get(PHONE.format("nonsense")))
    assert [name for name in ("Brook Street", "Hill Clinic") if name in page] == []


@pytest.mark.parametrize("day", ["2026-03-07", "2026-03-10", "2026-10-31"], ids=["spring", "plain", "autumn"])
def test_a_code_expires_24_hours_after_it_was_shown(phone: Client, front: Location, day: str) -> None:
    """24 elapsed hours, also where the clock is set forward or back, and also for a page already open."""
    shown = make.at("16:20", dt.date.fromisoformat(day)).astimezone(dt.UTC)
    with time_machine.travel(shown, tick=False):
        address = PHONE.format(visit_feedback.make_feedback_code(visit=make.visit(front, shown), at=shown))
    last, over = shown + dt.timedelta(hours=24, seconds=-1), shown + dt.timedelta(hours=24)
    with time_machine.travel(last, tick=False):
        assert text(phone.get(address)).count('name="face"') == 5
    with time_machine.travel(over, tick=False):
        assert 'name="face"' not in text(phone.get(address))
        assert UNKEPT in text(phone.post(address, {"face": "1"}))
        assert not AfterWord.objects.exists()
    with time_machine.travel(last, tick=False):
        assert phone.post(address, {"face": "4"}).status_code == 303
        assert AfterWord.objects.get().face == 4


@pytest.mark.parametrize("how", OVER[:5])
def test_an_answer_to_a_closed_code_is_thanked_and_not_kept(phone: Client, front: Location, how: str) -> None:
    """Every such code gets the same answer, so nobody learns which codes exist."""
    address = over(front, how)
    before = AfterWord.objects.count()
    said = {"face": "1", "may_call": "yes", "line": "cold"}
    answer, wanted = phone.post(address, said), phone.post(PHONE.format("nonsense"), said)
    assert (answer.status_code, answer.content) == (200, wanted.content)
    assert UNKEPT in text(answer)
    assert phone.post(address, {}).status_code == 303
    assert AfterWord.objects.count() == before
    assert not Promise.objects.exists()


def test_an_answer_on_a_tablet_records_the_device_and_returns_home(
    tablet: Client, kiosk: Kiosk, address: str
) -> None:
    page = text(tablet.get(address))
    assert 'data-home="/kiosk/"' in page and 'href="/kiosk/"' in page
    answer = tablet.post(address, {"face": "5"})
    assert AfterWord.objects.get().device == kiosk.device
    assert '<meta http-equiv="refresh" content="60;url=/kiosk/">' in text(tablet.get(answer.url))


def test_a_phone_is_never_sent_to_the_tablets_pages(phone: Client, address: str) -> None:
    assert '/kiosk/"' not in text(phone.get(address))
    assert '/kiosk/"' not in text(phone.get(PHONE.format("nonsense")))


def test_it_uses_the_language_of_the_sign_in(phone: Client, front: Location) -> None:
    visit = make.visit(front, language="es")
    address = PHONE.format(visit_feedback.make_feedback_code(visit=visit, at=make.at("9:40")))
    page = text(phone.get(address))
    assert '<html lang="es"' in page and "¿Cómo le fue hoy en su visita?" in page
    answer = phone.post(address, {"face": "5", "language": "es"})
    assert answer.url == f"{address}?language=es"
    assert "Gracias por venir" in text(phone.get(answer.url))


def test_without_a_sign_in_language_it_uses_the_phones_language(phone: Client, address: str) -> None:
    assert '<html lang="es"' in text(phone.get(address, headers={"Accept-Language": "es-MX,es"}))
    assert '<html lang="en"' in text(phone.get(address, headers={"Accept-Language": "fr"}))
    assert '<html lang="en"' in text(phone.get(f"{address}?language=tlh"))


def test_opening_the_page_writes_nothing(phone: Client, address: str) -> None:
    phone.get(address)
    phone.head(address)
    assert not AfterWord.objects.exists()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_any_other_method_is_405(phone: Client, address: str, method: str) -> None:
    assert getattr(phone, method)(address).status_code == 405


def test_the_page_is_not_cached_indexed_or_sent_as_referrer(phone: Client, address: str) -> None:
    answer = phone.get(address)
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert '<meta name="referrer" content="no-referrer">' in text(answer)
    assert "noindex" in text(answer)


def test_guessing_is_throttled_but_not_the_tablet_or_a_real_code(
    phone: Client, tablet: Client, address: str
) -> None:
    for nth in range(throttle.GUESSES_OF_BROWSER):
        assert phone.get(PHONE.format(f"{nth}-9999999999.guess")).status_code == 200
    answer = phone.get(PHONE.format("31-9999999999.guess"))
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= throttle.WINDOW_SECONDS + 1
    assert "A short pause, please" in text(answer)
    assert phone.post(PHONE.format("32-9999999999.guess"), {"face": "1"}).status_code == 429
    assert phone.get(address).content.count(b'name="face"') == 5, "a code of ours is always answered"
    assert tablet.get(address).content.count(b'name="face"') == 5
    assert tablet.get(PHONE.format("33-9999999999.guess")).status_code == 200, "nor is the clinic's tablet"


def test_used_and_expired_codes_do_not_count_as_guesses(phone: Client, front: Location) -> None:
    for how in ("used", "expired"):
        address = over(front, how)
        for _ in range(throttle.GUESSES_OF_BROWSER):
            phone.get(address)
        assert phone.get(address).status_code == 200
