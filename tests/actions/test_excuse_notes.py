"""Excuse notes: edited as drafts, issued once, voided, reissued."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from checkin.actions import excuse_notes, visits
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Clinic, ExcuseNote, Location, Patient, Staff, Visit
from checkin.models import excuse_notes as excuse_note_models
from checkin.rules import excuse_notes as excuse_note_rules
from checkin.rules.excuse_notes import NoteKind, NoteStatus
from checkin.rules.roles import Role
from checkin.rules.visit_steps import VisitState
from tests import make
from tests.actions.test_sign_in_races import at_once

NINE_52 = make.at("9:52")


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    return make.visit(front)


def issued(
    visit: Visit, by: Staff, kind: NoteKind = NoteKind.SCHOOL, at: dt.datetime = NINE_52
) -> ExcuseNote:
    return excuse_notes.issue_note(visit=visit, kind=kind, by=by, at=at).note


def trail(note: ExcuseNote) -> list[str]:
    events = AuditEvent.objects.filter(subject="ExcuseNote", subject_id=note.pk).order_by("pk")
    return [event.action for event in events]


def test_an_untouched_draft_is_complete(visit: Visit) -> None:
    draft = excuse_note_models.first_note_draft(visit, NoteKind.SCHOOL)
    assert draft.person_name == "Leo Ruiz"
    assert (draft.seen_from, draft.seen_to) == (dt.time(9, 40), None)
    assert (draft.excused_from, draft.excused_to, draft.return_on) == (
        make.TUESDAY,
        make.TUESDAY,
        dt.date(2026, 3, 11),
    )
    assert excuse_note_rules.find_note_problems(draft, seen_on=make.TUESDAY) == {}
    assert ExcuseNote.objects.count() == 0


def test_a_linked_childs_note_has_the_name_on_record(front: Location, brook: Clinic) -> None:
    make.patient(brook, "Léo Ruiz")
    visit = make.visit(front, name="Leo Ruiz")
    assert excuse_note_models.first_note_draft(visit, NoteKind.SCHOOL).person_name == "Léo Ruiz"


def test_an_unlinked_childs_note_has_the_name_as_typed(front: Location) -> None:
    assert (
        excuse_note_models.first_note_draft(make.visit(front, name="Mia Voss"), NoteKind.SCHOOL).person_name
        == "Mia Voss"
    )


def test_a_work_note_names_the_adult_and_no_child(visit: Visit, noor: Staff) -> None:
    note = issued(visit, noor, NoteKind.WORK)
    values = note.values()
    assert values.person_name == "Rosa Delgado"
    assert "Leo" not in str(values) and "aunt" not in str(values)


def test_a_patient_who_came_alone_gets_a_work_note_in_their_own_name(front: Location) -> None:
    visit = make.visit(front, name="Ada Stone", born="2006-01-01", is_patient="yes", escort_name="")
    assert excuse_note_models.first_note_draft(visit, NoteKind.WORK).person_name == "Ada Stone"


def test_note_times_are_in_the_clinics_time_zone(visit: Visit, noor: Staff) -> None:
    visits.move_visit(visit=visit, to=VisitState.ROOMED, by=noor, at=make.at("9:50"))
    visits.move_visit(visit=visit, to=VisitState.WITH_CLINICIAN, by=noor, at=make.at("9:55"))
    visits.move_visit(visit=visit, to=VisitState.READY, by=noor, at=make.at("10:25"))
    note = issued(visit, noor, at=make.at("10:26"))
    assert (note.seen_on, note.seen_from, note.seen_to) == (make.TUESDAY, dt.time(9, 40), dt.time(10, 25))


def test_the_sign_in_language_comes_before_the_one_on_record(front: Location, brook: Clinic) -> None:
    make.patient(brook, "Leo Ruiz", language="es")
    assert excuse_note_models.first_note_draft(make.visit(front), NoteKind.SCHOOL).language == "es"
    assert (
        excuse_note_models.first_note_draft(make.visit(front, language="en"), NoteKind.SCHOOL).language
        == "en"
    )


def test_issuing_sets_number_code_and_issuer(visit: Visit, noor: Staff) -> None:
    note = issued(visit, noor)
    assert (note.status, note.number, note.issuer, note.issued_by, note.issued_at) == (
        NoteStatus.ISSUED,
        1,
        "Noor",
        noor,
        NINE_52,
    )
    assert (note.issuer_role, note.values().issued_on) == ("clinician", NINE_52.date())


def test_the_printed_role_is_that_of_the_day_of_issue(visit: Visit, noor: Staff) -> None:
    note = issued(visit, noor)
    noor.role = Role.MANAGER
    noor.save()
    assert ExcuseNote.objects.get(pk=note.pk).values().issuer_role == "clinician"


def test_a_note_has_the_language_of_the_clinics_region_first(
    visit: Visit, noor: Staff, brook: Clinic
) -> None:
    note = issued(visit, noor)
    assert note.values().school_language == "en"
    brook.region = "MX"
    brook.save()
    assert ExcuseNote.objects.get(pk=note.pk).values().school_language == "es"


def test_issuing_writes_a_code_and_an_audit_event(visit: Visit, noor: Staff) -> None:
    note = issued(visit, noor)
    assert excuse_note_rules.read_note_code(note.code) == note.code
    assert trail(note) == ["excuse_note.issued"]


def test_each_clinic_numbers_its_own_notes(visit: Visit, noor: Staff, hilltop: Location, sol: Staff) -> None:
    assert issued(visit, noor).number == 1
    assert issued(visit, noor, NoteKind.WORK).number == 2
    assert issued(make.visit(hilltop), sol).number == 1


def test_issuing_twice_makes_one_note(visit: Visit, noor: Staff) -> None:
    first = excuse_notes.issue_note(visit=visit, kind=NoteKind.SCHOOL, by=noor, at=NINE_52)
    again = excuse_notes.issue_note(visit=visit, kind=NoteKind.SCHOOL, by=noor, at=make.at("9:53"))
    assert again.note.pk == first.note.pk
    assert (first.notice, again.notice) == ("", "")
    assert trail(first.note) == ["excuse_note.issued"]


def test_the_second_issuer_gets_the_first_note_and_a_notice(visit: Visit, noor: Staff, dana: Staff) -> None:
    first = issued(visit, noor)
    second = excuse_notes.issue_note(visit=visit, kind=NoteKind.SCHOOL, by=dana, at=make.at("9:53"))
    assert second.note.pk == first.pk
    assert second.notice == "Noor issued it at 9:52 AM."


def test_edits_are_saved_and_then_issued(visit: Visit, noor: Staff, dana: Staff) -> None:
    draft = excuse_note_models.first_note_draft(visit, NoteKind.SCHOOL)
    friday = dt.date(2026, 3, 13)
    wanted = replace(draft, excused_to=friday, return_on=dt.date(2026, 3, 16), limits="No  sports")
    kept = excuse_notes.edit_note_draft(visit=visit, kind=NoteKind.SCHOOL, edits=wanted, by=dana, at=NINE_52)
    assert (kept.status, kept.number) == (NoteStatus.DRAFT, None)
    note = issued(visit, noor)
    assert note.pk == kept.pk
    assert (note.excused_to, note.limits) == (friday, "No sports")
    assert trail(note) == ["excuse_note.drafted", "excuse_note.issued"]


def test_saving_the_same_draft_twice_writes_once(visit: Visit, dana: Staff) -> None:
    draft = replace(excuse_note_models.first_note_draft(visit, NoteKind.SCHOOL), limits="No sports")
    for _ in range(2):
        note = excuse_notes.edit_note_draft(
            visit=visit, kind=NoteKind.SCHOOL, edits=draft, by=dana, at=NINE_52
        )
    assert trail(note) == ["excuse_note.drafted"]


def test_an_issued_note_cannot_be_edited(visit: Visit, noor: Staff, dana: Staff) -> None:
    issued(visit, noor)
    draft = excuse_note_models.first_note_draft(visit, NoteKind.SCHOOL)
    with pytest.raises(Refused, match="Noor issued it at 9:52 AM. Reissue it"):
        excuse_notes.edit_note_draft(visit=visit, kind=NoteKind.SCHOOL, edits=draft, by=dana, at=NINE_52)


@pytest.mark.parametrize(
    "changes",
    [
        {"excused_to": dt.date(2026, 3, 9)},
        {"return_on": dt.date(2026, 3, 9)},
        {"seen_to": dt.time(9, 0)},
    ],
)
def test_invalid_dates_or_times_are_refused_and_nothing_is_saved(
    visit: Visit, noor: Staff, changes: dict[str, dt.date] | dict[str, dt.time]
) -> None:
    wrong = replace(excuse_note_models.first_note_draft(visit, NoteKind.SCHOOL), **changes)
    for refused in (
        lambda: excuse_notes.edit_note_draft(
            visit=visit, kind=NoteKind.SCHOOL, edits=wrong, by=noor, at=NINE_52
        ),
        lambda: excuse_notes.issue_note(visit=visit, kind=NoteKind.SCHOOL, edits=wrong, by=noor, at=NINE_52),
    ):
        with pytest.raises(Refused):
            refused()
    assert ExcuseNote.objects.count() == 0
    assert issued(visit, noor).number == 1


def test_a_note_without_a_name_can_be_saved_but_not_issued(front: Location, noor: Staff) -> None:
    visit = make.visit(front, name="")
    draft = excuse_note_models.first_note_draft(visit, NoteKind.SCHOOL)
    assert draft.person_name == ""
    excuse_notes.edit_note_draft(visit=visit, kind=NoteKind.SCHOOL, edits=draft, by=noor, at=NINE_52)
    with pytest.raises(Refused, match="Type the name"):
        issued(visit, noor)


@pytest.mark.parametrize("state", [VisitState.ENTERED_IN_ERROR, VisitState.LEFT_WITHOUT_BEING_SEEN])
def test_a_visit_that_was_never_seen_gets_no_note(visit: Visit, noor: Staff, state: VisitState) -> None:
    visits.move_visit(visit=visit, to=state, by=noor, at=make.at("9:45"))
    with pytest.raises(Refused, match="no note to give"):
        issued(visit, noor)


def test_the_name_on_record_cannot_be_changed_on_a_note(visit: Visit, noor: Staff) -> None:
    other = replace(excuse_note_models.first_note_draft(visit, NoteKind.SCHOOL), person_name="Max Power")
    with pytest.raises(Refused, match="is for Leo Ruiz now"):
        excuse_notes.issue_note(visit=visit, kind=NoteKind.SCHOOL, edits=other, by=noor, at=NINE_52)
    kept = excuse_notes.edit_note_draft(visit=visit, kind=NoteKind.SCHOOL, edits=other, by=noor, at=NINE_52)
    assert kept.person_name == "Leo Ruiz"


def test_a_draft_typed_before_the_match_is_issued_with_the_name_on_record(
    front: Location, brook: Clinic, noor: Staff
) -> None:
    visit = make.visit(front, name="Leoo Ruis", born="")
    typed = excuse_note_models.first_note_draft(visit, NoteKind.SCHOOL)
    excuse_notes.edit_note_draft(
        visit=visit, kind=NoteKind.SCHOOL, edits=replace(typed, limits="x"), by=noor, at=NINE_52
    )
    leo = make.patient(brook, "Leo Ruiz")
    Visit.objects.filter(pk=visit.pk).update(patient=leo, match="confirmed")
    assert issued(visit, noor).person_name == "Leo Ruiz"


def test_another_childs_name_as_the_school_writes_it_leaves_the_note(
    visit: Visit, brook: Clinic, noor: Staff
) -> None:
    """It is printed first and bold, so the note of one child had another child's name on top."""
    draft = replace(excuse_note_models.first_note_draft(visit, NoteKind.SCHOOL), name_spelling="Leo Ruis")
    excuse_notes.edit_note_draft(visit=visit, kind=NoteKind.SCHOOL, edits=draft, by=noor, at=NINE_52)
    mia = make.patient(brook, "Mia Voss")
    Visit.objects.filter(pk=visit.pk).update(patient=mia, match="confirmed")
    note = issued(Visit.objects.get(pk=visit.pk), noor)
    assert (note.person_name, note.name_spelling) == ("Mia Voss", "")


def test_voiding_keeps_the_number_and_stores_the_reason(visit: Visit, noor: Staff, max_: Staff) -> None:
    note = excuse_notes.void_issued_note(
        note=issued(visit, noor), reason=" wrong\nday ", by=max_, at=make.at("10:00")
    )
    assert (note.status, note.number, note.void_reason, note.voided_by) == (
        NoteStatus.VOID,
        1,
        "wrong day",
        max_,
    )
    assert trail(note) == ["excuse_note.issued", "excuse_note.voided"]


def test_voiding_requires_a_reason(visit: Visit, noor: Staff) -> None:
    note = issued(visit, noor)
    with pytest.raises(Refused, match="why"):
        excuse_notes.void_issued_note(note=note, reason=" \n", by=noor, at=NINE_52)
    note.refresh_from_db()
    assert note.status == NoteStatus.ISSUED


def test_voiding_twice_counts_once_and_a_second_person_is_refused(
    visit: Visit, noor: Staff, max_: Staff
) -> None:
    note = issued(visit, noor)
    excuse_notes.void_issued_note(note=note, reason="wrong day", by=max_, at=make.at("10:00"))
    assert (
        excuse_notes.void_issued_note(note=note, reason="again", by=max_, at=make.at("10:01")).void_reason
        == "wrong day"
    )
    with pytest.raises(Refused, match="Max voided this note at 10:00 AM"):
        excuse_notes.void_issued_note(note=note, reason="me too", by=noor, at=make.at("10:02"))
    assert trail(note) == ["excuse_note.issued", "excuse_note.voided"]


def test_a_draft_cannot_be_voided(visit: Visit, noor: Staff) -> None:
    draft = excuse_note_models.first_note_draft(visit, NoteKind.SCHOOL)
    note = excuse_notes.edit_note_draft(visit=visit, kind=NoteKind.SCHOOL, edits=draft, by=noor, at=NINE_52)
    with pytest.raises(Refused, match="draft"):
        excuse_notes.void_issued_note(note=note, reason="x", by=noor, at=NINE_52)


def test_a_number_is_never_reused(visit: Visit, noor: Staff) -> None:
    excuse_notes.void_issued_note(note=issued(visit, noor), reason="wrong day", by=noor, at=NINE_52)
    assert issued(visit, noor).number == 2


def test_reissuing_voids_the_old_note_and_gives_a_new_number_and_code(visit: Visit, noor: Staff) -> None:
    old = issued(visit, noor)
    wanted = replace(old.edits(), return_on=dt.date(2026, 3, 12))
    new = excuse_notes.reissue_note(
        note=old, edits=wanted, reason="one more day", by=noor, at=make.at("10:00")
    ).note
    old.refresh_from_db()
    assert (old.status, old.void_reason, new.replaces_id, new.number) == (
        NoteStatus.VOID,
        "one more day",
        old.pk,
        2,
    )
    assert new.code != old.code
    assert new.return_on == dt.date(2026, 3, 12)
    assert trail(new) == ["excuse_note.reissued"]


def test_reissuing_twice_makes_one_new_note(visit: Visit, noor: Staff, dana: Staff) -> None:
    old = issued(visit, noor)
    first = excuse_notes.reissue_note(note=old, edits=old.edits(), reason="x", by=noor, at=make.at("10:00"))
    again = excuse_notes.reissue_note(note=old, edits=old.edits(), reason="x", by=noor, at=make.at("10:01"))
    other = excuse_notes.reissue_note(note=old, edits=old.edits(), reason="y", by=dana, at=make.at("10:02"))
    assert first.note.pk == again.note.pk == other.note.pk
    assert (again.notice, other.notice) == ("", "Noor issued it at 10:00 AM.")


def test_an_invalid_reissue_leaves_the_old_note_unchanged(visit: Visit, noor: Staff) -> None:
    old = issued(visit, noor)
    wrong = replace(old.edits(), excused_to=dt.date(2026, 3, 1))
    with pytest.raises(Refused):
        excuse_notes.reissue_note(note=old, edits=wrong, reason="x", by=noor, at=NINE_52)
    with pytest.raises(Refused, match="why"):
        excuse_notes.reissue_note(note=old, edits=old.edits(), reason="", by=noor, at=NINE_52)
    old.refresh_from_db()
    assert (old.status, ExcuseNote.objects.count()) == (NoteStatus.ISSUED, 1)
    assert issued(visit, noor, NoteKind.WORK).number == 2


def test_the_audit_log_holds_no_name_and_no_reason(visit: Visit, noor: Staff) -> None:
    note = issued(visit, noor)
    excuse_notes.void_issued_note(note=note, reason="CANARY", by=noor, at=NINE_52)
    told = str(list(AuditEvent.objects.filter(subject="ExcuseNote").values_list("detail", flat=True)))
    assert "CANARY" not in told and "Leo" not in told


def test_the_audit_log_says_whether_a_note_had_a_spelling(visit: Visit, noor: Staff) -> None:
    plain = excuse_note_models.first_note_draft(visit, NoteKind.SCHOOL)
    for edits in (plain, replace(plain, name_spelling="CANARY")):
        excuse_notes.edit_note_draft(visit=visit, kind=NoteKind.SCHOOL, edits=edits, by=noor, at=NINE_52)
    told = AuditEvent.objects.filter(subject="ExcuseNote").order_by("pk").values_list("detail", flat=True)
    assert [one["has_spelling"] for one in told] == [False, True]
    assert "CANARY" not in str(list(told))


def test_a_sign_in_writes_nothing_about_notes(front: Location) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        make.visit(front, notes_wanted="school, work")
    assert not [query for query in queries if "excusenote" in query["sql"].casefold()]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "issued"},
        {"number": 9},
        {"status": "void"},
        {"excused_to": dt.date(2026, 3, 1)},
        {"return_on": dt.date(2026, 3, 1)},
        {"kind": "gym"},
        {"status": "lost"},
    ],
)
def test_the_database_refuses_inconsistent_notes(
    visit: Visit, noor: Staff, changes: dict[str, str] | dict[str, int] | dict[str, dt.date]
) -> None:
    draft = excuse_note_models.first_note_draft(visit, NoteKind.SCHOOL)
    note = excuse_notes.edit_note_draft(visit=visit, kind=NoteKind.SCHOOL, edits=draft, by=noor, at=NINE_52)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExcuseNote.objects.filter(pk=note.pk).update(**changes)


@pytest.mark.django_db(transaction=True)
def test_eight_people_at_once_issue_one_note_under_one_number() -> None:
    front = make.location(make.clinic())
    people = [make.staff(front.clinic, f"staff{n}") for n in range(8)]
    for count in range(1, 4):
        visit = make.visit(front)
        jobs = [
            lambda by=by, visit=visit: excuse_notes.issue_note(
                visit=visit, kind=NoteKind.SCHOOL, by=by, at=NINE_52
            )
            for by in people
        ]
        results = at_once(*jobs)
        assert [one for one in results if isinstance(one, Exception)] == []
        assert len({one.note.pk for one in results}) == 1
        assert sorted(bool(one.notice) for one in results) == [False] + [True] * 7
        assert ExcuseNote.objects.get(visit=visit).number == count


@pytest.mark.django_db(transaction=True)
def test_notes_issued_at_once_for_many_visits_are_numbered_without_gaps() -> None:
    front = make.location(make.clinic())
    by = make.staff(front.clinic, "dana")
    some = [make.visit(front, name=f"Child{n} Of{n}") for n in range(10)]
    jobs = [
        lambda one=one: excuse_notes.issue_note(visit=one, kind=NoteKind.SCHOOL, by=by, at=NINE_52)
        for one in some
    ]
    results = at_once(*jobs)
    assert [one for one in results if isinstance(one, Exception)] == []
    assert sorted(one.note.number for one in results) == list(range(1, 11))


@pytest.mark.django_db(transaction=True)
def test_a_simultaneous_void_and_reissue_end_in_one_of_the_two() -> None:
    front = make.location(make.clinic())
    by, other = make.staff(front.clinic, "dana"), make.staff(front.clinic, "noor")
    for _ in range(4):
        note = issued(make.visit(front), by)
        results = at_once(
            lambda note=note: excuse_notes.void_issued_note(note=note, reason="x", by=by, at=NINE_52),
            lambda note=note: excuse_notes.reissue_note(
                note=note, edits=note.edits(), reason="y", by=other, at=NINE_52
            ),
        )
        refused = [one for one in results if isinstance(one, Exception)]
        assert len(refused) == 1 and isinstance(refused[0], Refused), results
        note.refresh_from_db()
        assert note.status == NoteStatus.VOID


def test_an_issued_note_keeps_its_name_when_the_record_changes(visit: Visit, noor: Staff) -> None:
    note = issued(visit, noor)
    Patient.objects.filter(pk=visit.patient_id).update(given_name="Leonardo")
    note.refresh_from_db()
    assert note.person_name == "Leo Ruiz"


@pytest.mark.parametrize("kind", NoteKind)
def test_issuing_a_note_answers_the_need_that_asked_for_it(
    front: Location, noor: Staff, kind: NoteKind
) -> None:
    visit = make.visit(front, notes_wanted="school, work")
    before = set(visit.needs.open().values_list("kind", flat=True))
    assert {"school_note", "work_note"} <= before
    issued(visit, noor, kind)
    assert before - set(visit.needs.open().values_list("kind", flat=True)) == {f"{kind}_note"}
    visit.refresh_from_db()
    assert f"{kind}_note" not in [one for one, _ in visit.chips]
