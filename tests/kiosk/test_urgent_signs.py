"""“I am worried: my child is getting worse”: one tap at every step, in every language, script or none."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checkin.actions import visits
from checkin.models import Clinic, Location, SignIn, SignInReplay, Staff, Visit
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse

    from tests.kiosk.conftest import Tell


ADDRESS = "/kiosk/sign-ins/"
BUTTON = re.compile(r"<button[^>]*\bdata-worried>.*?</button>", re.DOTALL)


def send(tablet: Client, form: dict[Any, Any] | dict[str, str] | dict[str, Any]) -> ClientResponse:
    return tablet.post(ADDRESS, form, headers={"Accept": "text/html"})


@pytest.mark.parametrize(
    ("language", "words"), [("en", "my child is getting worse"), ("es", "está empeorando")]
)
def test_the_worried_button_is_on_every_step_and_in_the_dialog(
    tablet: Client, language: str, words: str
) -> None:
    page = tablet.get(f"/kiosk/?language={language}").content.decode()
    buttons = BUTTON.findall(page)
    assert len(buttons) == 2, "the buttons of every step, and “Are you still there?”"
    assert all(words in button and 'name="worried"' in button for button in buttons)


def test_the_enter_key_never_presses_the_worried_button(tablet: Client) -> None:
    page = tablet.get("/kiosk/").content.decode()
    first = re.search(r"<form id=\"sign-in\".*?(<button[^>]*>)", page, re.DOTALL)[1]
    assert "data-worried" not in first and 'type="submit"' in first


def test_a_tap_alone_makes_a_raised_visit_and_the_usual_answer(tell: Tell) -> None:
    answer = tell({"worried": True})
    assert (answer.status_code, answer.json().keys()) == (201, {"token", "received_at"})
    assert Visit.objects.get().raised_at is not None


def test_a_page_without_the_worried_field_signs_in_as_before(tell: Tell) -> None:
    tell({"child_given_name": "Leo"})
    assert Visit.objects.get().raised_at is None


def test_a_truncated_claim_with_the_tap_raises_the_visit(tell: Tell) -> None:
    key = str(uuid.uuid4())
    tell(f'{{"key": "{key}", "worried": true, "child_given_name": "Le')
    visit = Visit.objects.get()
    assert (visit.sign_in.key, visit.raised_by) == (uuid.UUID(key), "family")


def test_without_script_a_tap_shows_that_a_person_is_coming(tablet: Client) -> None:
    answer = send(
        tablet, {"key": str(uuid.uuid4()), "worried": "1", "child_given_name": "Leo", "language": "es"}
    )
    assert (answer.status_code, answer["Location"]) == (303, "/kiosk/done/blue-castle/?language=es&coming=1")
    page = tablet.get(answer["Location"]).content.decode()
    assert "Ya viene una persona" in page and "Castillo" in page
    assert Visit.objects.get().sign_in.child_given_name == "Leo"


def test_without_script_a_tap_on_the_last_screen_raises_the_same_visit(tablet: Client) -> None:
    answer = send(tablet, {"key": str(uuid.uuid4()), "child_given_name": "Leo"})
    assert answer["Location"] == "/kiosk/done/blue-castle/?language=en"
    page = tablet.get(answer["Location"]).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    assert len(BUTTON.findall(page)) == 1
    send(tablet, {"key": key, "language": "en", "worried": "1"})
    visit = Visit.objects.get()
    assert (visit.raised_by, visit.sign_in.child_given_name) == ("family", "Leo")


def test_without_script_a_tap_after_staff_ended_the_visit_makes_a_new_one(
    tablet: Client, dana: Staff
) -> None:
    answer = send(tablet, {"key": str(uuid.uuid4()), "child_given_name": "Leo"})
    key = re.search(r'name="key" value="([^"]+)"', tablet.get(answer["Location"]).content.decode())[1]
    gone = Visit.objects.get()
    visits.move_visit(visit=gone, to="left_without_being_seen", by=dana, at=timezone.now(), reason="x")
    answer = send(tablet, {"key": key, "language": "en", "worried": "yes"})
    assert "coming=1" in answer["Location"]
    assert Visit.objects.open().get().raised_by == "family"


def test_without_script_signing_in_after_a_tap_still_says_a_person_is_coming(tablet: Client) -> None:
    key = str(uuid.uuid4())
    send(tablet, {"key": key, "worried": "1", "language": "en"})
    answer = send(tablet, {"key": key, "child_given_name": "Leo", "language": "en"})
    page = tablet.get(answer["Location"]).content.decode()
    assert "A person is coming to you now." in page and "take a seat" not in page
    other = send(tablet, {"key": str(uuid.uuid4()), "child_given_name": "Mia", "language": "en"})
    assert "take a seat" in tablet.get(other["Location"]).content.decode()


@pytest.mark.parametrize("how", [{}, {"worried": "yes"}])
def test_without_script_the_last_screen_names_no_child_if_the_patient_came_alone(
    tablet: Client, how: dict[str, str]
) -> None:
    key = str(uuid.uuid4())
    answer = send(tablet, {"key": key, "is_patient": "1", "language": "en"} | how)
    again = send(tablet, {"key": key, "worried": "yes", "language": "en"})
    for address in (answer["Location"], again["Location"]):
        assert 'class="kiosk is-self"' in tablet.get(address).content.decode()
    other = send(tablet, {"key": str(uuid.uuid4()), "language": "en"})
    assert "is-self" not in tablet.get(other["Location"]).content.decode()


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_sentence_about_a_child_has_one_for_a_patient_who_came_alone(
    tablet: Client, language: str
) -> None:
    page = tablet.get(f"/kiosk/?language={language}").content.decode()
    told = re.sub(r'<section class="step welcome.*?</section>', "", page, flags=re.DOTALL)
    told = re.sub(r'<fieldset class="step"[^>]*data-not-self.*?</fieldset>', "", told, flags=re.DOTALL)
    spoken = re.findall(r">([^<>]*)<", re.sub(r"<(script|template)\b.*?</\1>", "", told, flags=re.DOTALL))
    pairs = re.findall(r'class="for-child">([^<]*)</span>\s*<span class="for-self">([^<]*)<', told)
    of_a_child = re.compile(r"\b(child|our turn|niñ[oa]|hij[oa]|nuestro turno)\b", re.IGNORECASE)
    assert [line for line in spoken if of_a_child.search(line) and line not in dict(pairs)] == []
    assert [line for _, line in pairs if of_a_child.search(line)] == []
    assert len(pairs) >= 7


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "A person is coming to you now. Please stay"), ("es", "atenderle. Por favor")],
)
def test_the_last_screen_has_the_text_shown_after_a_tap(tablet: Client, language: str, words: str) -> None:
    page = tablet.get(f"/kiosk/?language={language}").content.decode()
    line = re.search(r"<p[^>]*data-comes hidden>(.*?)</p>", page)[1]
    assert words in line and page.count("data-sit>") == 3


def test_a_page_that_cannot_send_has_no_worried_button(client: Client, db: None) -> None:
    assert BUTTON.findall(client.get("/kiosk/").content.decode()) == []


def test_a_tap_with_a_sign_in_costs_at_most_fifteen_queries(
    tell: Tell, brook: Clinic, front: Location
) -> None:
    make.appointment(make.patient(brook), front)
    with CaptureQueriesContext(connection) as queries:
        tell(make.claim(worried=True))
    # BEGIN and COMMIT do not count; inside a test they appear as savepoints.
    assert sum("SAVEPOINT" not in one["sql"] for one in queries) <= 15


def test_a_truncated_tap_keeps_its_key_and_stays_one_visit(tell: Tell, dana: Staff) -> None:
    torn = f'{{"worried":"{uuid.uuid4()}","key":"{uuid.uuid4()}","child_given_name":"Le'
    tell(torn)
    gone = Visit.objects.get()
    visits.move_visit(visit=gone, to="left", by=dana, at=timezone.now(), reason="x", reading="read")
    assert tell(torn).status_code == 200
    assert Visit.objects.count() == 1


def test_without_script_a_reloaded_page_repeats_its_tap_and_a_new_page_makes_one(
    tablet: Client, dana: Staff
) -> None:
    def tap_of(page: ClientResponse) -> Any:
        return re.search(r'name="worried" value="([^"]+)"', page.content.decode())[1]

    form = {"key": str(uuid.uuid4()), "worried": tap_of(tablet.get("/kiosk/")), "language": "en"}
    assert uuid.UUID(form["worried"]).version == 4
    last = tablet.get(send(tablet, form)["Location"])
    gone = Visit.objects.get()
    visits.move_visit(visit=gone, to="entered_in_error", by=dana, at=timezone.now())
    send(tablet, form)
    assert Visit.objects.count() == 1, "reloaded: the same page, sent again"
    send(tablet, form | {"worried": tap_of(last)})
    assert Visit.objects.open().get().raised_by == "family"


def test_a_tap_sent_again_makes_no_second_visit(tell: Tell) -> None:
    said = {"key": str(uuid.uuid4()), "worried": True, "typed_at": timezone.now().isoformat()}
    assert [tell(said).status_code for _ in range(3)] == [201, 200, 200]
    assert (Visit.objects.count(), SignIn.objects.count(), SignInReplay.objects.get().times) == (1, 1, 2)
