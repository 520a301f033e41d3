"""What the desk remembers of a family because they asked, and forgets when they ask."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from checkin.actions import needs, preferences
from checkin.models import AuditEvent, Clinic, Escort, Location, Patient, Staff, Visit
from checkin.rules.roles import Role, StaffAct, role_refusal
from checkin.web.desk.preference_forms import PreferencesForm
from tests import make
from tests.drawn_forms import draw

pytestmark = pytest.mark.usefixtures("tuesday")

WISHES = {"approach": "leave", "best_way": "text", "best_time": "after 17:00"}


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    return make.visit(front, make.at("9:30"), approach="greet")


def address(visit: Visit, more: str = "") -> str:
    return f"/visits/{visit.pk}/preferences/{more}"


def remembered() -> tuple[str, str, str]:
    return Escort.objects.values_list("approach", "best_way", "best_time").get()


def test_preferences_are_shown_with_their_source(desk_client: Client, visit: Visit) -> None:
    page = desk_client.get(address(visit)).content.decode()
    assert "Greet me" in page
    assert "said today" in page
    assert "Forget these preferences" not in page


def test_todays_preferences_are_shown_but_not_prefilled(
    desk_client: Client, front: Location, leo: Patient
) -> None:
    needs = {"language": "es", "interpreter": "yes", "access_needs": "ramp"}
    answer = desk_client.get(address(make.visit(front, **WISHES, **needs)))
    page = answer.content.decode()
    assert "Leave me be" in page and "Spanish interpreter" in page and "ramp" in page
    leave = page[page.index('value="leave"') - 80 : page.index('value="leave"') + 80]
    assert "checked" not in leave
    assert not any(answer.context["form"].initial.values())


def test_a_visit_without_an_escort_asks_for_no_escort_preferences(
    desk_client: Client, front: Location, leo: Patient
) -> None:
    alone = make.visit(front, is_patient="yes", escort_name="", relationship="")
    page = desk_client.get(address(alone)).content.decode()
    assert "On the child’s record" in page
    assert "Whoever brought them asked us to remember" not in page


def test_long_text_is_cut_to_the_size_of_its_column(desk_client: Client, visit: Visit, leo: Patient) -> None:
    long = {"best_time": "a" * 900, "language": "b" * 900, "access_needs": "c" * 900}
    desk_client.post(address(visit), WISHES | long)
    leo.refresh_from_db()
    assert (len(remembered()[2]), len(leo.language), len(leo.access_needs)) == (200, 40, 500)


def test_opening_the_page_is_audited(desk_client: Client, visit: Visit, dana: Staff) -> None:
    desk_client.get(address(visit))
    assert AuditEvent.objects.filter(action="seen", subject_id=visit.pk, staff=dana).count() == 1


def test_the_visit_links_here(desk_client: Client, visit: Visit) -> None:
    desk_client.post(address(visit), WISHES)
    page = desk_client.get(f"/visits/{visit.pk}/").content.decode()
    assert "Leave me be" in page or "Greet me" in page
    assert "Forget these preferences" in page and f'href="{address(visit)}"' in page
    assert f'href="{address(visit)}"' not in desk_client.get(address(visit)).content.decode()


def test_an_auditor_sees_no_preferences(
    desk_client: Client, as_: Callable[[Staff], Client], otto: Staff, visit: Visit
) -> None:
    desk_client.post(address(visit), WISHES)
    for opened in (f"/visits/{visit.pk}/", address(visit)):
        answer = as_(otto).get(opened)
        page = answer.content.decode()
        assert answer.status_code == 403
        assert role_refusal(Role.AUDITOR, StaffAct.READ_CHARTS) in page
        assert "Leave me be" not in page and "after 17:00" not in page


def test_saved_preferences_are_shown_with_their_date(desk_client: Client, visit: Visit, leo: Patient) -> None:
    answer = desk_client.post(address(visit), {**WISHES, "language": "es", "interpreter_needed": "on"})
    assert answer.url == f"/visits/{visit.pk}/"
    assert remembered() == ("leave", "text", "after 17:00")
    leo.refresh_from_db()
    assert (leo.language, leo.interpreter_needed) == ("es", True)
    page = desk_client.get(address(visit)).content.decode()
    assert "remembered since Mar 10, 2026: they asked us to" in page
    assert "Spanish interpreter" in page
    assert "on record" in page


def test_a_patient_who_came_alone_has_preferences_but_is_no_contact(
    desk_client: Client, front: Location, leo: Patient
) -> None:
    alone = make.visit(front, make.at("9:31"), is_patient="yes", escort_name="", relationship="")
    assert "They asked us to remember" in desk_client.get(address(alone)).content.decode()
    desk_client.post(address(alone), WISHES)
    assert remembered() == ("leave", "text", "after 17:00")
    page = desk_client.get(f"/visits/{alone.pk}/").content.decode()
    assert "Leave me be" in page
    assert "here today" not in page
    shown = desk_client.get(f"/patients/{leo.pk}/").content.decode()
    assert "Who came alone asked us to remember their preferences" in shown
    assert "No name given" not in shown


def test_forgetting_clears_the_preferences(desk_client: Client, visit: Visit) -> None:
    desk_client.post(address(visit), WISHES)
    for _ in range(2):
        assert desk_client.post(address(visit, "forget/")).status_code == 302
    assert remembered() == ("", "", "")
    assert "Forget these preferences" not in desk_client.get(address(visit)).content.decode()


def test_an_unmatched_visit_saves_no_preferences(desk_client: Client, front: Location, brook: Clinic) -> None:
    make.patient(brook, "Anna Berg"), make.patient(brook, "Hanna Berg")
    visit = make.visit(front, name="Ana Berg")
    assert "not matched to a child yet" in desk_client.get(address(visit)).content.decode()
    desk_client.post(address(visit), WISHES)
    desk_client.post(address(visit, "forget/"))
    assert not Escort.objects.exists()


def test_a_record_merged_meanwhile_saves_nothing_and_says_so(
    desk_client: Client, visit: Visit, leo: Patient, brook: Clinic
) -> None:
    Patient.objects.filter(pk=leo.pk).update(status="merged", merged_into=make.patient(brook, "Leo Ruiz"))
    answer = desk_client.post(address(visit), {**WISHES, "language": "es"})
    assert answer.status_code == 409
    assert "so nothing was changed" in answer.content.decode()
    assert remembered() == ("", "", "")
    leo.refresh_from_db()
    assert leo.language == ""


@pytest.mark.parametrize("said", [{"approach": "hug"}, {"best_way": "pigeon"}])
def test_an_unknown_choice_is_not_saved(desk_client: Client, visit: Visit, said: dict[str, str]) -> None:
    assert desk_client.post(address(visit), {**WISHES, **said}).status_code == 400
    assert remembered() == ("", "", "")


def test_an_older_page_changes_only_what_was_changed_on_it(
    tab: Client, as_: Callable[[Staff], Client], noor: Staff, front: Location, leo: Patient
) -> None:
    visit = make.visit(front, remember="1", best_time="mornings")
    page = f"/visits/{visit.pk}/preferences/"
    older, newer = draw(tab, page, page), draw(as_(noor), page, page)
    as_(noor).post(
        newer.action, newer.with_(access_needs="wheelchair", interpreter_needed="on", approach="leave")
    )
    assert tab.post(older.action, older.with_(language="Spanish", best_time="")).status_code == 302
    leo.refresh_from_db()
    visit.escort.refresh_from_db()
    assert (leo.language, leo.access_needs, leo.interpreter_needed) == ("Spanish", "wheelchair", True)
    assert (visit.escort.approach, visit.escort.best_time) == ("leave", "")
    # An unticked box is a change, too.
    again = draw(tab, page, page)
    again.fields.pop("interpreter_needed")
    tab.post(again.action, again.fields)
    leo.refresh_from_db()
    assert (leo.access_needs, leo.interpreter_needed) == ("wheelchair", False)


def test_the_wrong_method_is_refused(desk_client: Client, visit: Visit) -> None:
    assert desk_client.get(address(visit, "forget/")).status_code == 405
    assert desk_client.put(address(visit)).status_code == 405


def test_anonymous_auditor_and_other_clinic_change_nothing(
    client: Client, as_: Callable[[Staff], Client], otto: Staff, sol: Staff, visit: Visit
) -> None:
    for where in (address(visit), address(visit, "forget/")):
        assert client.post(where, WISHES).status_code == 302
        assert as_(otto).post(where, WISHES).status_code == 403
        assert as_(sol).post(where, WISHES).status_code == 404
    assert remembered() == ("", "", "")


WHEELCHAIR, HEARING = "Uses a wheelchair: room 3, wide door", "hearing aid"
RECORD = {"access_needs": WHEELCHAIR, "language": "ar", "interpreter_needed": True}
SAID = {"access_needs": HEARING, "interpreter": "yes", "interpreter_language": "Dari"}


def test_every_page_shows_recorded_and_todays_needs_with_their_source(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    priya = make.patient(brook, "Leo Ruiz", **RECORD)
    visit = make.visit(front, make.at("9:30"), **SAID)
    for where in (f"/visits/{visit.pk}/", address(visit), f"/patients/{priya.pk}/", "/"):
        page = desk_client.get(where).content.decode()
        for words in (HEARING, WHEELCHAIR, "Dari interpreter", "Arabic interpreter"):
            assert words in page, where
        assert "said today" in page and "on record" in page, where
    leaving = desk_client.get(f"/visits/{visit.pk}/leave/").content.decode()
    for words in (
        f"they said: {HEARING}",
        f"on record: {WHEELCHAIR}",
        "Interpreter · Dari",
        "Interpreter · Arabic",
    ):
        assert words in leaving
    assert "they said: Uses" not in leaving


def test_recorded_needs_are_not_shown_as_said_today(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    priya = make.patient(brook, "Leo Ruiz", **RECORD)
    visit = make.visit(front, make.at("9:30"))
    for where in (f"/visits/{visit.pk}/", address(visit), f"/patients/{priya.pk}/", "/"):
        page = desk_client.get(where).content.decode()
        assert WHEELCHAIR in page and "Arabic interpreter" in page, where
        assert "hey said:" not in page and "said today" not in page, where


def test_the_patient_page_shows_recorded_needs_without_a_visit(
    desk_client: Client, brook: Clinic, leo: Patient
) -> None:
    assert "What helps them" not in desk_client.get(f"/patients/{leo.pk}/").content.decode()
    Patient.objects.filter(pk=leo.pk).update(**RECORD)
    page = desk_client.get(f"/patients/{leo.pk}/").content.decode()
    assert "What helps them" in page and WHEELCHAIR in page and "Arabic interpreter" in page


def test_the_same_need_from_both_sources_is_shown_once(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    make.patient(brook, "Leo Ruiz", access_needs="Hearing  aid", language="es", interpreter_needed=True)
    visit = make.visit(
        front, make.at("9:30"), access_needs=HEARING, interpreter="yes", interpreter_language="Spanish"
    )
    assert [
        (one.words, one.source_words) for one in desk_client.get(address(visit)).context["preferences"]
    ] == [
        ("Spanish interpreter", "said today and on record"),
        (HEARING, "said today and on record"),
    ]
    assert visit.needs.filter(kind__in=["access", "interpreter"]).count() == 2


def test_answering_todays_need_leaves_the_recorded_one_open(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    make.patient(brook, "Leo Ruiz", **RECORD)
    visit = make.visit(front, make.at("9:30"), **SAID)
    for kind in ("access", "interpreter"):
        said, recorded = visit.needs.filter(kind=kind).order_by("pk")
        desk_client.post(f"/visits/{visit.pk}/needs/{said.pk}/", {"outcome": "done"})
        said.refresh_from_db()
        assert (said.status, visit.needs.get(pk=recorded.pk).status) == ("done", "open")
    row = visit_row(desk_client, visit)
    assert WHEELCHAIR in row and "Arabic interpreter" in row and HEARING not in row


def test_an_answered_need_stays_answered_when_it_is_recorded(
    front: Location, leo: Patient, dana: Staff
) -> None:
    visit = make.visit(front, make.at("9:30"), access_needs=HEARING)
    need = visit.needs.get(kind="access")
    needs.answer_need(need=need, outcome="done", by=dana, at=make.at("9:35"))
    said = {"language": "", "interpreter_needed": False}
    preferences.record_language_and_needs(
        patient=leo, access_needs=HEARING, by=dana, at=make.at("9:36"), **said
    )
    assert [one.status for one in visit.needs.filter(kind="access")] == ["done"]
    preferences.record_language_and_needs(
        patient=leo, access_needs=WHEELCHAIR, by=dana, at=make.at("9:37"), **said
    )
    assert [one.status for one in visit.needs.filter(kind="access").order_by("pk")] == ["done", "open"]


def visit_row(client: Client, visit: Visit) -> str:
    page = client.get("/").content.decode()
    return page[page.index(f'<tr id="v{visit.pk}"') :].partition("</tr>")[0]


@pytest.mark.parametrize(("name", "none"), [("approach", "Neither"), ("best_way", "Any way")])
def test_no_choice_has_its_own_words(name: str, none: str) -> None:
    assert [str(words) for value, words in PreferencesForm.base_fields[name].choices if value == ""] == [none]
