"""Preferences are remembered only on request, forgotten at once on request, and never inferred."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import pytest_django
from django.db import IntegrityError, transaction

from checkin.actions import confidential_visits, match_decisions, preferences, visits
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, BoardVersion, Clinic, Escort, Location, Patient, Staff, Visit
from checkin.queries import patients as patient_queries
from checkin.queries import preferences as preference_queries
from checkin.rules import confidential_visits as confidential_visit_rules
from checkin.rules.need_types import NeedKind
from checkin.rules.preferences import FORGOTTEN_PREFERENCES
from tests import make

WISHES = {"approach": "leave", "best_way": "text", "best_time": "after 17:00"}


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


def day(number: int) -> dt.date:
    return make.TUESDAY + dt.timedelta(days=number)


def come(front: Location, number: int = 0, **said: Any) -> Visit:
    visit = make.visit(front, make.at("9:40", day(number)), **said)
    return Visit.objects.select_related("sign_in", "patient", "escort", "clinic").get(pk=visit.pk)


def remembered(escort: Escort) -> tuple[str, str, str]:
    escort.refresh_from_db()
    return escort.approach, escort.best_way, escort.best_time


def shown(visit: Visit) -> list[tuple[str, str]]:
    return [(one.words, one.source.value) for one in preference_queries.list_preferences_of_visit(visit)]


def test_the_same_preference_at_two_visits_is_not_remembered_unasked(front: Location, leo: Patient) -> None:
    for number in range(2):
        visit = come(front, number, **WISHES)
        assert remembered(visit.escort) == ("", "", "")
    assert shown(come(front, 2)) == []
    assert Escort.objects.get().remembered_at is None


def test_a_remembered_preference_shows_next_time_with_its_date(front: Location, leo: Patient) -> None:
    come(front, remember="1", **WISHES)
    visit = come(front, 1)
    assert shown(visit) == [
        ("Leave me be", "remembered"),
        ("Text message", "remembered"),
        ("after 17:00", "remembered"),
    ]
    assert (
        preference_queries.list_board_wishes(visit)[0].source_words
        == "remembered since Mar 10, 2026: they asked us to"
    )


def test_todays_preference_wins_without_changing_the_remembered_one(front: Location, leo: Patient) -> None:
    come(front, remember="1", approach="leave")
    visit = come(front, 1, approach="greet")
    assert shown(visit) == [("Greet me", "today")]
    assert remembered(visit.escort) == ("leave", "", "")


def test_remembering_blank_preferences_forgets_them(front: Location, leo: Patient) -> None:
    escort = come(front, remember="1", **WISHES).escort
    come(front, 1, remember="1")
    assert remembered(escort) == ("", "", "")


def test_a_preference_belongs_to_one_escort_of_one_child(
    front: Location, leo: Patient, brook: Clinic
) -> None:
    make.patient(brook, "Mia Ruiz")
    come(front, remember="1", approach="leave")
    assert shown(come(front, 1, escort_name="Grandpa Joe")) == []
    assert shown(come(front, 1, name="Mia Ruiz")) == []


def test_a_visit_matched_later_saves_its_preference_then(front: Location, brook: Clinic, dana: Staff) -> None:
    anna = make.patient(brook, "Anna Berg")
    make.patient(brook, "Hanna Berg")
    visit = come(front, name="Ana Berg", approach="greet", remember="1")
    assert visit.escort is None
    match_decisions.link_visit_to_patient(visit=visit, patient=anna, by=dana, at=make.at("9:45"))
    assert remembered(anna.escorts.get()) == ("greet", "", "")


def test_relinking_a_visit_removes_the_preference_it_saved(
    front: Location, brook: Clinic, dana: Staff, leo: Patient
) -> None:
    come(front, -1)
    visit = come(front, approach="greet", remember="1")
    escort = visit.escort
    match_decisions.link_visit_to_patient(
        visit=visit, patient=make.patient(brook, "Lea Ruiz"), by=dana, at=make.at("9:45")
    )
    assert remembered(escort) == ("", "", "")


def test_relinking_removes_only_the_preference_that_visit_saved(
    front: Location, brook: Clinic, dana: Staff, leo: Patient
) -> None:
    come(front, -1)
    taught = come(front, remember="1", approach="greet")
    silent, escort = come(front), taught.escort
    twin = make.patient(brook, "Lea Ruiz")
    match_decisions.link_visit_to_patient(visit=silent, patient=twin, by=dana, at=make.at("9:42"))
    assert remembered(escort) == ("greet", "", "")
    preferences.set_preferences(escort=escort, by=dana, at=make.at("9:45"), **WISHES)
    match_decisions.link_visit_to_patient(visit=taught, patient=twin, by=dana, at=make.at("9:50"))
    assert remembered(escort) == ("leave", "text", "after 17:00")


def test_staff_can_set_a_preference_and_every_board_shows_it(
    front: Location, leo: Patient, dana: Staff
) -> None:
    visit = come(front)
    before = BoardVersion.objects.get().version
    preferences.set_preferences(escort=visit.escort, by=dana, at=make.at("9:50"), **WISHES)
    assert remembered(visit.escort) == ("leave", "text", "after 17:00")
    assert BoardVersion.objects.get().version > before
    event = AuditEvent.objects.get(action="preferences.set", staff=dana)
    assert event.detail == {"columns": sorted(FORGOTTEN_PREFERENCES)}, "none of their words"


def test_repeating_the_same_change_is_not_audited_again(front: Location, leo: Patient, dana: Staff) -> None:
    visit = come(front)
    on_record = {"language": "es", "interpreter_needed": True, "access_needs": "ramp"}
    for best_time in ("after 17:00", " after 17:00 "):
        wishes = WISHES | {"best_time": best_time}
        preferences.set_preferences(escort=visit.escort, by=dana, at=make.at("9:50"), **wishes)
    for _ in range(2):
        preferences.forget_preferences(escort=visit.escort, by=dana, at=make.at("9:51"))
        preferences.record_language_and_needs(patient=leo, by=dana, at=make.at("9:52"), **on_record)
    assert AuditEvent.objects.filter(action__startswith="preferences.").count() == 3


def test_a_language_change_updates_only_boards_where_the_child_is_open(
    front: Location, annexe: Location, leo: Patient, dana: Staff
) -> None:
    here, gone = come(front), make.visit(annexe)
    visits.move_visit(visit=gone, to="left_without_being_seen", by=dana, at=make.at("9:45"))
    before = dict(BoardVersion.objects.values_list("location", "version"))
    facts = {"language": "es", "interpreter_needed": False, "access_needs": ""}
    preferences.record_language_and_needs(patient=leo, by=dana, at=make.at("9:50"), **facts)
    after = dict(BoardVersion.objects.values_list("location", "version"))
    assert after[front.pk] > before[front.pk]
    assert after[annexe.pk] == before[annexe.pk]
    assert "Spanish" in dict(shown(come(front)))
    assert here.patient == leo


def test_forgetting_is_immediate_and_no_older_sign_in_restores_it(
    front: Location, brook: Clinic, dana: Staff
) -> None:
    anna = make.patient(brook, "Anna Berg")
    make.patient(brook, "Hanna Berg")
    late = come(front, name="Ana Berg", approach="leave", remember="1")
    visit = come(front, name="Ana Berg", approach="greet", remember="1")
    match_decisions.link_visit_to_patient(visit=visit, patient=anna, by=dana, at=make.at("9:45"))
    escort = anna.escorts.get()
    preferences.forget_preferences(escort=escort, by=dana, at=make.at("9:50"))
    assert remembered(escort) == ("", "", "")
    match_decisions.link_visit_to_patient(visit=late, patient=anna, by=dana, at=make.at("9:55"))
    assert remembered(escort) == ("", "", "")


@pytest.mark.parametrize("said", [{"approach": "hug"}, {"best_way": "pigeon"}])
def test_an_unknown_choice_is_refused(
    front: Location, leo: Patient, dana: Staff, said: dict[str, str]
) -> None:
    with pytest.raises(Refused):
        preferences.set_preferences(
            escort=come(front).escort, by=dana, at=make.at("9:50"), **{**WISHES, **said}
        )


def test_staff_of_another_clinic_cannot_change_preferences(front: Location, leo: Patient, sol: Staff) -> None:
    visit = come(front)
    with pytest.raises(Refused):
        preferences.set_preferences(escort=visit.escort, by=sol, at=make.at("9:50"), **WISHES)
    with pytest.raises(Refused):
        preferences.forget_preferences(escort=visit.escort, by=sol, at=make.at("9:50"))
    on_record = {"language": "es", "interpreter_needed": True, "access_needs": ""}
    with pytest.raises(Refused):
        preferences.record_language_and_needs(patient=leo, by=sol, at=make.at("9:50"), **on_record)


def test_recording_an_interpreter_on_the_chart_adds_the_need(
    front: Location, leo: Patient, dana: Staff
) -> None:
    visit = come(front)
    preferences.record_language_and_needs(
        patient=leo, language="es", interpreter_needed=True, access_needs="ramp", by=dana, at=make.at("9:50")
    )
    leo.refresh_from_db()
    assert (leo.language, leo.interpreter_needed, leo.access_needs) == ("es", True, "ramp")
    assert visit.needs.open().filter(kind=NeedKind.INTERPRETER).exists()
    assert shown(come(front, 1)) == [("Spanish interpreter", "record"), ("ramp", "record")]


def test_a_language_given_at_sign_in_never_changes_the_record_automatically(
    front: Location, leo: Patient
) -> None:
    come(front, remember="1", language="es", interpreter="yes", access_needs="ramp")
    leo.refresh_from_db()
    assert (leo.language, leo.interpreter_needed, leo.access_needs) == ("", False, "")


ALONE = {"is_patient": "yes", "escort_name": "", "relationship": ""}


def test_a_patient_who_came_alone_is_remembered_as_their_own_escort(
    front: Location, leo: Patient, brook: Clinic
) -> None:
    first = come(front, remember="1", **ALONE, **WISHES)
    assert shown(first)[0] == ("Leave me be", "today")
    again = come(front, 1, **ALONE)
    assert shown(again)[0] == ("Leave me be", "remembered")
    assert [one.words for one in preference_queries.list_board_wishes(again)] == ["Leave me be"]
    assert again.escort == first.escort == Escort.objects.get(is_patient=True)
    assert shown(come(front, 2)) == [], "whoever brings them has wishes of their own"
    assert [one.name for one in patient_queries.list_known_escorts([leo])] == ["Rosa Delgado"]


def test_words_typed_by_a_patient_who_came_alone_identify_no_escort(front: Location, leo: Patient) -> None:
    come(front, is_patient="yes", escort_phone="555-010-0199", relationship="myself")
    come(front, 1, **ALONE)
    alone = Escort.objects.get()
    assert (alone.name, alone.relationship, alone.phone, alone.is_patient) == ("", "", "", True)
    visit = come(front, 2, escort_name="", relationship="myself")
    assert visit.escort != alone


def test_a_lone_patients_preference_follows_the_link_and_its_undo(
    front: Location, leo: Patient, dana: Staff
) -> None:
    visit = come(front, name="Leonardo Ruizz", born="2018-03-15", remember="1", **ALONE, **WISHES)
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("10:00"))
    assert remembered(Escort.objects.get(patient=leo)) == tuple(WISHES.values())
    match_decisions.undo_match_decision(visit=visit, by=dana, at=make.at("10:01"))
    assert not Escort.objects.filter(patient=leo).exists()


def test_a_lone_patients_preference_can_be_set_and_forgotten_at_the_desk(
    front: Location, leo: Patient, dana: Staff
) -> None:
    visit = come(front, **ALONE)
    preferences.set_preferences(escort=visit.escort, by=dana, at=make.at("10:00"), **WISHES)
    assert shown(come(front, 1, **ALONE))[0] == ("Leave me be", "remembered")
    preferences.forget_preferences(escort=visit.escort, by=dana, at=make.at("10:05", day(1)))
    assert shown(come(front, 2, **ALONE)) == []


def test_a_patient_is_their_own_escort_only_once(front: Location, leo: Patient, brook: Clinic) -> None:
    come(front, **ALONE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Escort.objects.create(clinic=brook, patient=leo, is_patient=True)


def test_a_language_without_a_code_is_shown_as_typed(front: Location, leo: Patient) -> None:
    assert shown(come(front, interpreter_language="Dari", interpreter="yes")) == [
        ("Dari interpreter", "today")
    ]


def test_the_board_reads_preferences_without_another_query(
    front: Location,
    leo: Patient,
    brook: Clinic,
    django_assert_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    come(front, remember="1", approach="leave")
    visits_here = brook.visits.open().for_board()
    with django_assert_num_queries(1):
        rows = list(visits_here)
        for row in rows:
            row.clinic = brook
            assert [one.words for one in preference_queries.list_board_wishes(row)] == ["Leave me be"]


@pytest.mark.parametrize("act", ["record", "set", "forget"])
def test_nothing_is_kept_at_a_confidential_visit(
    front: Location, leo: Patient, dana: Staff, act: str
) -> None:
    come(front, -1, remember="1", **WISHES)
    visit = come(front)
    at = make.at("9:45")
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=dana, at=at)
    facts: dict[str, Any] = {"visit": visit, "by": dana, "at": at}
    needs = {"language": "es", "interpreter_needed": False, "access_needs": "ramp"}
    acts: dict[str, Callable[[], object]] = {
        "record": lambda: preferences.record_language_and_needs(patient=leo, **needs, **facts),
        "set": lambda: preferences.set_preferences(escort=visit.escort, approach="greet", **facts),
        "forget": lambda: preferences.forget_preferences(escort=visit.escort, **facts),
    }
    with pytest.raises(Refused) as refusal:
        acts[act]()
    assert refusal.value.sentence == confidential_visit_rules.NOTHING_REMEMBERED
    leo.refresh_from_db()
    assert (leo.language, leo.access_needs) == ("", "")
    assert remembered(visit.escort) == ("leave", "text", "after 17:00")
