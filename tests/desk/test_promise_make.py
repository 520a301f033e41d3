"""Making a promise from the board, a visit or a patient."""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client

from checkin.actions import promise_attempts
from checkin.models import Clinic, Escort, Location, Patient, Promise, Staff
from checkin.rules import clocks
from checkin.rules.clocks import DueTimePick
from checkin.web.desk import promise_forms
from tests import make
from tests.promising import promise

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


FORM = {
    "to_whom": "Ana Ruiz",
    "way": "phone",
    "reach_at": "555-010-0123",
    "about": "the bill that came twice",
    "best_words": "after 17:00",
    "due": "",
    "owner": "role:manager",
}


@pytest.fixture(autouse=True)
def _five_past_nine(db: None) -> Iterator[None]:
    with time_machine.travel(make.at("9:05"), tick=False):
        yield


def post(browser: Client, address: str = "/promises/new/", **changes: Any) -> ClientResponse:
    return browser.post(address, {"key": str(uuid.uuid4()), **FORM, **changes})


def due(**changes: Any) -> str:
    made = Promise.objects.latest("pk")
    return f"{made.due_at.astimezone(make.CHICAGO):%d %H:%M}"


def values_of(browser: Client, address: str) -> dict[str, str]:
    """Return what the empty form sends if somebody presses Enter in it."""
    form = browser.get(address).context["form"]
    return {name: form[name].value() or "" for name in form.fields if name != "past_is_right"}


def test_the_form_works_out_each_due_time_once(brook: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[DueTimePick] = []
    real = clocks.due_time_of_pick

    def count(pick: DueTimePick, **facts: Any) -> dt.datetime:
        asked.append(pick)
        return real(pick, **facts)

    monkeypatch.setattr(promise_forms.clocks, "due_time_of_pick", count)
    form = promise_forms.PromiseForm(clinic=brook, at=make.at("9:05"))
    assert form.initial["due"] == DueTimePick.HOUR
    assert sorted(asked) == sorted(DueTimePick)


def test_the_forms_own_values_and_a_text_make_a_promise(desk_client: Client, front: Location) -> None:
    visit = make.visit(front, escort_phone="3125550199")
    address = f"/promises/new/?visit={visit.pk}"
    sent = values_of(desk_client, address)
    assert (sent["due"], sent["reach_at"]) == ("hour", "(312) 555-0199")
    assert desk_client.post(address, sent | {"about": "the result"}).url == f"/visits/{visit.pk}/"
    assert due() == "10 10:05"


def test_a_known_best_time_is_the_forms_own_due_time(desk_client: Client, front: Location) -> None:
    visit = make.visit(front, best_time="after 18:00")
    address = f"/promises/new/?visit={visit.pk}"
    sent = values_of(desk_client, address)
    assert (sent["due"], sent["best_words"]) == ("", "after 18:00")
    assert desk_client.post(address, sent | {"about": "the result"}).url == f"/visits/{visit.pk}/"
    assert due() == "10 18:30"


def test_on_a_closed_day_the_forms_own_due_time_is_the_next_open_day(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    brook.promise_settings = {"open_days": [0, 2, 3, 4]}  # not on Tuesday
    brook.save()
    address = f"/promises/new/?visit={make.visit(front).pk}"
    sent = values_of(desk_client, address)
    assert sent["due"] == "tomorrow"
    assert desk_client.post(address, sent | {"about": "the result"}).status_code == 302
    assert due() == "11 09:00"


def test_the_best_time_box_does_not_look_filled_in(desk_client: Client, front: Location) -> None:
    page = desk_client.get("/promises/new/").content.decode()
    box = page.split('name="best_words"')[1].partition(">")[0]
    assert "placeholder" not in box
    assert "Such as “after 5 pm”." in page
    assert "Save promise" in page


def test_a_best_time_alone_sets_the_due_time(desk_client: Client, front: Location, dana: Staff) -> None:
    assert post(desk_client).url == "/promises/"
    made = Promise.objects.get()
    assert (made.best_from, made.due_at) == (make.at("17:00"), make.at("17:30"))
    assert (made.owner_role, made.promised_by, made.location) == ("manager", dana, front)
    page = desk_client.get("/promises/").content.decode()
    assert "Promised to Ana Ruiz, due 5:30 PM. Manager will keep it." in page


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ({"due": "hour", "best_words": ""}, "10 10:05"),
        ({"due": "today", "best_words": ""}, "10 17:00"),
        ({"due": "tomorrow", "best_words": ""}, "11 09:00"),
        ({"due": "today"}, "10 17:30"),
        ({"due": "tomorrow"}, "11 17:30"),
        ({"due": "at", "due_on": "2026-03-12", "due_time": "11:15", "best_words": ""}, "12 11:15"),
        ({"due_time": "11:15", "best_words": ""}, "10 11:15"),
        ({"best_words": "after 8:00"}, "11 08:30"),
    ],
)
def test_each_due_choice_sets_its_time(desk_client: Client, said: dict[str, str], moment: str) -> None:
    post(desk_client, **said)
    assert due() == moment


@pytest.mark.parametrize(
    ("lacks", "sentence"),
    [
        ({"to_whom": ""}, "Please write to whom this is promised."),
        ({"way": ""}, "Choose how they want to be reached."),
        ({"owner": ""}, "Choose who will keep it"),
        ({"owner": "role:auditor"}, "Choose who will keep it"),
        ({"owner": "role:administrator"}, "Choose who will keep it"),
        ({"owner": "staff:999999"}, "Choose who will keep it"),
        ({"owner": "staff:\x00"}, "Choose who will keep it"),
        ({"best_words": ""}, "Choose a time, or write"),
        ({"due": "at"}, "Write a time such as 9:30."),
        ({"way": "pigeon"}, "Choose how they want to be reached."),
        ({"due": "yesterday"}, "Choose another."),
        ({"due": "at", "due_time": "noon"}, "Write a time such as 9:30."),
        ({"due": "at", "due_on": "soon", "due_time": "9:30"}, "Choose a date."),
        ({"due": "at", "due_time": "16:00"}, "It would be due before their best time."),
    ],
)
def test_an_invalid_field_is_explained_and_input_is_kept(
    desk_client: Client, lacks: dict[str, str], sentence: str
) -> None:
    answer = post(desk_client, **lacks)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in page
    assert "the bill that came twice" in page
    assert not Promise.objects.exists()


def test_a_promise_cannot_be_given_to_another_clinics_staff(desk_client: Client, sol: Staff) -> None:
    assert "Choose who will keep it" in post(desk_client, owner=f"staff:{sol.pk}").content.decode()


def test_only_active_staff_who_work_with_families_are_offered(
    desk_client: Client, brook: Clinic, noor: Staff, ada: Staff, otto: Staff, sol: Staff
) -> None:
    make.staff(brook, "gone", is_active=False)
    offered = desk_client.get("/promises/new/").content.decode().partition('name="owner"')[2]
    assert "Noor (Clinician)" in offered
    assert [name for name in ("Ada (", "Otto (", "Sol (", "Gone (") if name in offered] == []


def test_a_due_time_in_the_past_needs_confirmation(desk_client: Client) -> None:
    late = {"due": "at", "due_time": "8:00", "best_words": ""}
    page = post(desk_client, **late).content.decode()
    assert "This time has passed already." in page
    assert 'name="past_is_right"' in page
    assert not Promise.objects.exists()
    assert post(desk_client, **late, past_is_right="on").status_code == 302
    assert due() == "10 08:00"


def test_the_empty_form_does_not_ask_about_a_past_time(desk_client: Client) -> None:
    assert 'name="past_is_right"' not in desk_client.get("/promises/new/").content.decode()


def test_a_due_choice_that_has_passed_is_not_offered(desk_client: Client) -> None:
    with time_machine.travel(make.at("18:00"), tick=False):
        page = desk_client.get("/promises/new/").content.decode()
    assert "Today 5:00 PM" not in page
    assert "Tomorrow 9:00 AM" in page


def test_an_invalid_phone_number_is_kept_and_marked(desk_client: Client) -> None:
    post(desk_client, reach_at="ask his mother", contact_is_right="on")
    page = desk_client.get("/promises/").content.decode()
    assert "ask his mother" in page
    assert "not a phone number" in page


@pytest.mark.parametrize(
    ("way", "typed", "told"),
    [
        ("phone", "none", "This is not a phone number."),
        ("phone", "911", "This is not a phone number."),
        ("text", "555-555-5555", "Nobody answers at this number."),
        ("email", "ana at example", "This is not an e-mail address."),
    ],
)
def test_a_number_that_reaches_nobody_is_asked_about_and_saved_if_wished(
    desk_client: Client, way: str, typed: str, told: str
) -> None:
    said = {"key": str(uuid.uuid4()), "way": way, "reach_at": typed}
    asked = post(desk_client, **said)
    assert asked.status_code == 400
    assert told in asked.content.decode() and "Yes, save it as it is" in asked.content.decode()
    assert not Promise.objects.exists()
    assert post(desk_client, **said, contact_is_right="on").status_code == 302
    assert Promise.objects.get().reach_at == typed


def test_a_number_typed_by_the_family_that_reaches_nobody_is_said_at_the_form(
    desk_client: Client, front: Location
) -> None:
    visit = make.visit(front, escort_phone="none")
    page = desk_client.get(f"/promises/new/?visit={visit.pk}").content.decode()
    assert "This is not a phone number." in page
    right = make.visit(front, name="Zoltan Kiss", escort_phone="(312) 555-0199")
    assert "This is not" not in desk_client.get(f"/promises/new/?visit={right.pk}").content.decode()


@pytest.mark.parametrize("name", ["to_whom", "reach_at", "about", "best_words", "who_may_answer"])
def test_a_text_too_long_to_keep_is_never_cut_silently(desk_client: Client, name: str) -> None:
    typed = "a@" + "b" * 2000 + ".org" if name == "about" else "a@" + "b" * 200 + ".org"
    told = post(desk_client, way="email", **{"reach_at": "a@b.org", name: typed})
    assert told.status_code == 400
    assert "nothing is cut yet" in told.content.decode() and typed in told.content.decode()
    assert not Promise.objects.exists()


def test_the_same_form_twice_makes_one_promise(desk_client: Client) -> None:
    key = str(uuid.uuid4())
    for _ in range(2):
        assert post(desk_client, key=key).status_code == 302
    assert Promise.objects.count() == 1


def test_the_form_opened_from_a_visit_is_prefilled_from_its_escort(
    desk_client: Client, front: Location
) -> None:
    visit = make.visit(front, escort_phone="555-010-0199", best_time="after 18:00", best_way="text")
    page = desk_client.get(f"/promises/new/?visit={visit.pk}").content.decode()
    for known in ("Rosa Delgado", "555-010-0199", "after 18:00", 'value="text" selected'):
        assert known in page
    assert post(desk_client, f"/promises/new/?visit={visit.pk}").url == f"/visits/{visit.pk}/"
    made = Promise.objects.get()
    assert (made.visit, made.patient) == (visit, visit.patient)


def test_the_form_opened_from_a_patient_is_prefilled_from_the_guardian(
    desk_client: Client, brook: Clinic
) -> None:
    leo = make.patient(brook)
    make.guardian(leo)
    page = desk_client.get(f"/promises/new/?patient={leo.pk}").content.decode()
    assert "Ana Ruiz" in page
    assert "555-010-0123" in page
    assert post(desk_client, f"/promises/new/?patient={leo.pk}").url == f"/patients/{leo.pk}/"
    assert Promise.objects.get().patient == leo


def first_values(browser: Client, address: str) -> tuple[Any, ...]:
    """Return the empty form's recipient, number, best time and way."""
    form = browser.get(address).context["form"]
    return tuple(form[name].value() for name in ("to_whom", "reach_at", "best_words", "way"))


def remember(patient: Patient, name: str = "Rosa Delgado", **wishes: Any) -> Escort:
    facts = {"phone": "555-010-0155", "best_way": "text", "best_time": "after 18:00"} | wishes
    return Escort.objects.create(
        clinic=patient.clinic, patient=patient, name=name, remembered_at=make.at("9:00"), **facts
    )


def test_the_form_opened_from_a_visit_uses_remembered_preferences(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    remember(make.patient(brook))
    visit = make.visit(front)
    address = f"/promises/new/?visit={visit.pk}"
    assert first_values(desk_client, address) == ("Rosa Delgado", "555-010-0155", "after 18:00", "text")
    post(desk_client, address, best_words="after 18:00", way="text")
    assert due() == "10 18:30"


def test_todays_preferences_win_over_remembered_ones(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    remember(make.patient(brook))
    visit = make.visit(front, escort_phone="555-010-0199", best_time="before 12:00", best_way="phone")
    found = first_values(desk_client, f"/promises/new/?visit={visit.pk}")
    assert found == ("Rosa Delgado", "555-010-0199", "before 12:00", "phone")


def test_a_phone_number_is_not_prefilled_as_an_email_address(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    remember(make.patient(brook), best_way="email")
    visit = make.visit(front)
    found = first_values(desk_client, f"/promises/new/?visit={visit.pk}")
    assert found == ("Rosa Delgado", "", "after 18:00", "email")


def test_the_email_address_is_prefilled_for_whoever_wants_email(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    remember(make.patient(brook), best_way="email", email="rosa@mail.example")
    visit = make.visit(front)
    found = first_values(desk_client, f"/promises/new/?visit={visit.pk}")
    assert found == ("Rosa Delgado", "rosa@mail.example", "after 18:00", "email")
    today = make.visit(front, email="rd@work.example")
    assert "rd@work.example" in first_values(desk_client, f"/promises/new/?visit={today.pk}")


def test_without_guardians_the_last_escort_with_a_phone_is_prefilled(
    desk_client: Client, brook: Clinic
) -> None:
    leo = make.patient(brook, phone="555-010-0100")
    remember(leo, "Uncle Bo", last_came_at=make.at("8:00"))
    remember(leo, last_came_at=make.at("9:00"))
    remember(leo, "No Number", phone="", last_came_at=make.at("9:30"))
    found = first_values(desk_client, f"/promises/new/?patient={leo.pk}")
    assert found == ("Rosa Delgado", "555-010-0155", "after 18:00", "text")


def test_a_guardian_with_a_phone_wins_and_uses_only_their_own_preferences(
    desk_client: Client, brook: Clinic
) -> None:
    leo = make.patient(brook)
    make.guardian(leo, "Over Ruiz", position=1, ended_on=dt.date(2026, 1, 1))
    make.guardian(leo, "Silent Ruiz", phone="", position=2)
    make.guardian(leo, position=3)
    remember(leo)
    address = f"/promises/new/?patient={leo.pk}"
    assert first_values(desk_client, address) == ("Ana Ruiz", "555-010-0123", "", "phone")
    remember(leo, "ana RUIZ")
    assert first_values(desk_client, address) == ("Ana Ruiz", "555-010-0123", "after 18:00", "text")


def test_without_escort_details_the_form_is_prefilled_from_the_record(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    make.guardian(make.patient(brook))
    visit = make.visit(front, escort_name="", relationship="")
    found = first_values(desk_client, f"/promises/new/?visit={visit.pk}")
    assert found[:2] == ("Ana Ruiz", "555-010-0123")


def test_a_patient_who_came_alone_is_prefilled_with_the_recorded_phone(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    make.patient(brook, "Ada Stone", phone="555-010-0177")
    visit = make.visit(front, name="Ada Stone", is_patient="yes", escort_name="", relationship="")
    found = first_values(desk_client, f"/promises/new/?visit={visit.pk}")
    assert found[:2] == ("Ada Stone", "555-010-0177")


def test_a_promise_for_a_merged_record_goes_to_its_target(desk_client: Client, brook: Clinic) -> None:
    leo, twin = make.patient(brook), make.patient(brook, "Leo Ruis")
    Patient.objects.filter(pk=twin.pk).update(status="merged", merged_into=leo)
    assert post(desk_client, f"/promises/new/?patient={twin.pk}").url == f"/patients/{leo.pk}/"
    assert Promise.objects.get().patient == leo


def test_replacing_a_promise_ends_the_old_one(desk_client: Client, front: Location, dana: Staff) -> None:
    old = promise(front, at=make.at("9:00"))
    page = desk_client.get(f"/promises/new/?replaces={old.pk}").content.decode()
    assert "the bill that came twice" in page
    post(desk_client, f"/promises/new/?replaces={old.pk}", best_words="after 18:00")
    old.refresh_from_db()
    assert (old.status, old.find_replacement().due_at) == ("replaced", make.at("18:30"))


def test_replacing_an_ended_promise_says_who_ended_it(
    desk_client: Client, front: Location, noor: Staff
) -> None:
    old = promise(front, at=make.at("9:00"))
    promise_attempts.keep_promise(promise=old, by=noor, at=make.at("9:04"))
    answer = post(desk_client, f"/promises/new/?replaces={old.pk}")
    assert answer.status_code == 400
    assert "Noor already ended this at 9:04 AM" in answer.content.decode()


def test_promising_again_makes_a_separate_promise(desk_client: Client, front: Location, noor: Staff) -> None:
    old = promise(front, at=make.at("9:00"))
    promise_attempts.keep_promise(promise=old, by=noor, at=make.at("9:04"))
    assert "Ana Ruiz" in desk_client.get(f"/promises/new/?again={old.pk}").content.decode()
    post(desk_client, f"/promises/new/?again={old.pk}")
    new = Promise.objects.latest("pk")
    assert (new.replaces, new.status) == (None, "open")


@pytest.mark.parametrize("whose", ["visit", "patient", "replaces", "again"])
def test_another_clinics_visit_patient_or_promise_is_404(
    as_: Callable[[Staff], Client], sol: Staff, front: Location, whose: str
) -> None:
    visit = make.visit(front)
    pk = {"visit": visit.pk, "patient": visit.patient_id}.get(whose) or promise(front).pk
    browser = as_(sol)
    before = Promise.objects.count()
    assert browser.get(f"/promises/new/?{whose}={pk}").status_code == 404
    assert post(browser, f"/promises/new/?{whose}={pk}").status_code == 404
    assert Promise.objects.count() == before


@pytest.mark.parametrize("pk", ["x", "-1", "9" * 40, "1.5", ""])
def test_an_invalid_visit_or_patient_number_opens_an_empty_form(
    desk_client: Client, front: Location, pk: str
) -> None:
    assert desk_client.get("/promises/new/", {"visit": pk}).status_code == 200


def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, front: Location) -> None:
    assert post(client).url.startswith("/account/login/")
    assert not Promise.objects.exists()


@pytest.mark.parametrize("who", ["ada", "otto"])
def test_administrators_and_auditors_are_403(
    as_: Callable[[Staff], Client], front: Location, who: str, request: pytest.FixtureRequest
) -> None:
    browser = as_(request.getfixturevalue(who))
    assert browser.get("/promises/new/").status_code == 403
    assert post(browser).status_code == 403
    assert not Promise.objects.exists()


@pytest.mark.parametrize("who", ["dana", "noor", "max_"])
def test_every_role_that_works_with_families_may_promise(
    as_: Callable[[Staff], Client], who: str, request: pytest.FixtureRequest
) -> None:
    assert post(as_(request.getfixturevalue(who))).status_code == 302


def test_other_methods_are_405(desk_client: Client) -> None:
    assert desk_client.put("/promises/new/").status_code == 405


def test_typed_html_is_escaped(desk_client: Client) -> None:
    post(desk_client, to_whom="<script>x</script>", about="<b>bold</b>")
    page = desk_client.get("/promises/").content.decode()
    assert "<script>x" not in page
    assert "<b>bold" not in page


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ({"best_words": "after 3:30"}, "10 16:00"),
        ({"best_words": "a las 5:30 de la tarde"}, "10 18:00"),
        ({"best_words": "no later than 18:00"}, "10 18:00"),
        ({"best_words": "antes de las 10:00"}, "10 10:00"),
        ({"best_words": "before 9:00"}, "11 09:00"),
        ({"best_words": "before 9:30", "due": "hour"}, "10 09:30"),
        ({"best_words": "hasta las 15:00", "due": "today"}, "10 15:00"),
        ({"best_words": "before 8:00", "due": "tomorrow"}, "11 08:00"),
        ({"best_words": "any time but 12:00", "due": "today"}, "10 17:00"),
    ],
)
def test_the_due_time_respects_the_best_time(desk_client: Client, said: dict[str, str], moment: str) -> None:
    post(desk_client, **said)
    assert due() == moment
    assert Promise.objects.get().best_words == said["best_words"]


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("19:13", "due 8:13 PM. Manager will keep it."),
        ("16:59", "due 5:59 PM. Manager will keep it."),
        (
            "12:00",
            "due 5:30 PM. Manager will keep it. "
            "That is not 1:00 PM as picked: their best time is “after 17:00”.",
        ),
    ],
)
def test_within_the_hour_moves_to_the_best_time_and_says_why(
    as_: Callable[[Staff], Client], dana: Staff, now: str, told: str
) -> None:
    with time_machine.travel(make.at(now), tick=False):
        browser = as_(dana)
        post(browser, due="hour")
        page = browser.get("/promises/").content.decode()
    shown = " ".join(html.unescape(re.sub("<[^>]+>", "|", page)).split())
    assert f"Promised to Ana Ruiz, {told} |" in shown or f"Promised to Ana Ruiz, {told}|" in shown


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"best_words": "any time but 12:00"}, "Choose a time, or write"),
        ({"best_words": "not between 9:00 and 11:00"}, "Choose a time, or write"),
        ({"best_words": "before 9:00", "due": "hour"}, "They asked to be reached before then."),
        (
            {"best_words": "up to 3 pm", "due": "at", "due_time": "15:30"},
            "They asked to be reached before then.",
        ),
        ({"due": "at", "due_on": "2026-03-14", "due_time": "18:00"}, "The clinic is closed that day."),
    ],
)
def test_an_impossible_time_is_explained_and_input_is_kept(
    desk_client: Client, said: dict[str, str], sentence: str
) -> None:
    answer = post(desk_client, **said)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in page
    assert f'value="{said.get("best_words", "after 17:00")}"' in page
    assert not Promise.objects.exists()


def test_tomorrow_means_the_next_day_the_clinic_is_open(
    as_: Callable[[Staff], Client], dana: Staff, brook: Clinic
) -> None:
    with time_machine.travel(make.at("17:05", dt.date(2026, 3, 13)), tick=False):
        desk_client = as_(dana)
        page = desk_client.get("/promises/new/").content.decode()
        assert "Tomorrow 9:00 AM" not in page
        assert "Mon, Mar 16, 9:00 AM" in page
        post(desk_client, due="tomorrow", best_words="")
        assert due() == "16 09:00"
        post(desk_client, best_words="after 9:30")
        assert due() == "16 10:00"
        brook.promise_settings = {"open_days": [2]}
        brook.save()
        post(desk_client, due="tomorrow", best_words="")
        assert due() == "18 09:00"


def test_on_a_closed_day_no_time_today_is_offered(as_: Callable[[Staff], Client], dana: Staff) -> None:
    with time_machine.travel(make.at("10:00", dt.date(2026, 3, 14)), tick=False):
        desk_client = as_(dana)
        page = desk_client.get("/promises/new/").content.decode()
        assert "Within the hour" not in page
        assert "Today 5:00 PM" not in page
        assert post(desk_client, due="hour", best_words="").status_code == 400


def test_the_same_form_with_changed_text_makes_a_second_promise(desk_client: Client) -> None:
    key = str(uuid.uuid4())
    for words in ("the bill", "the results", "the results"):
        post(desk_client, key=key, about=words)
    assert sorted(Promise.objects.values_list("about", flat=True)) == ["the bill", "the results"]
    assert (
        "a promise with other words before. That promise is still open, too."
        in desk_client.get("/promises/").content.decode()
    )


def test_roles_and_people_of_the_clinic_can_be_chosen_as_owner_in_words(brook: Clinic, dana: Staff) -> None:
    roles, people = promise_forms.promise_owner_choices(brook)
    assert roles == (
        "A role",
        [
            ("role:manager", "Any manager"),
            ("role:front_desk", "Any front desk"),
            ("role:clinician", "Any clinician"),
        ],
    )
    assert people == ("A person", [(f"staff:{dana.pk}", "Dana (Front desk)")])
