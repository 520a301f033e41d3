"""The family timeline: every event, newest first, page by page, in seventeen queries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checkin.actions import (
    match_decisions,
    needs,
    promise_attempts,
    promises,
    second_concerns,
    visit_feedback,
    visits,
)
from checkin.models import (
    ChartChange,
    Clinic,
    ConsentRecord,
    Discrepancy,
    DiscrepancyDecision,
    Escort,
    ExcuseNote,
    Location,
    NeedAnswer,
    PaperMove,
    Patient,
    Staff,
    StandingProxy,
    Visit,
)
from checkin.queries import family_timeline
from checkin.queries.family_timeline import TIMELINE_KINDS, FamilyTimelinePage, TimelinePlace
from checkin.rules.need_types import NeedKind
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make
from tests.promising import promise

LATER = make.at("9:00", dt.date(2026, 4, 1))


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook)


def told(patient: Patient, at: dt.datetime = LATER, **page: Any) -> FamilyTimelinePage:
    return family_timeline.read_family_timeline(patient, at=at, **{"reader": Staff(role="manager")} | page)


def said(patient: Patient, at: dt.datetime = LATER) -> list[Any]:
    return [line.event.what for line in told(patient, at=at).lines]


def words(patient: Patient, what: str, at: Any = LATER) -> dict[str, str]:
    return next(dict(line.event.words) for line in told(patient, at=at).lines if line.event.what == what)


def consent(patient: Patient, at: dt.datetime, by: Staff, **fields: Any) -> ConsentRecord:
    facts = {
        "care": "vaccine",
        "to_what": "flu vaccine",
        "agreed": True,
        "basis": "telephone",
        "how": "telephone",
    }
    return ConsentRecord.objects.create(
        clinic_id=patient.clinic_id, patient=patient, who="Ana Ruiz", heard_by=by, at=at, **facts | fields
    )


def note(visit: Visit, at: dt.datetime, by: Staff, number: int) -> ExcuseNote:
    day = {"seen_on": make.TUESDAY, "excused_from": make.TUESDAY, "excused_to": make.TUESDAY}
    return ExcuseNote.objects.create(
        clinic_id=visit.clinic_id, visit=visit, kind="school", status="issued", number=number,
        person_name="Leo Ruiz", seen_from=dt.time(9, 40), issued_at=at, issued_by=by, **day,
    )  # fmt: skip


def decision(visit: Visit, at: dt.datetime, by: Staff, kind: str = "use_new") -> DiscrepancyDecision:
    found = Discrepancy.objects.create(
        clinic_id=visit.clinic_id, visit=visit, field="phone", typed="0199", recorded="0123",
        status="settled", noticed_at=at,
    )  # fmt: skip
    return DiscrepancyDecision.objects.create(discrepancy=found, kind=kind, at=at, by=by)


def one_of_each(front: Location, leo: Patient, by: Staff, nth: int = 0) -> Visit:
    """A visit on which everything happens, `nth` days after the Tuesday."""
    day = make.TUESDAY + dt.timedelta(days=nth)
    clock = lambda wall: make.at(wall, day)  # noqa: E731
    visit = make.visit(front, clock("9:40"), also="his arm", approach="greet", escort_name=f"Rosa {nth}")
    Escort.objects.filter(pk=visit.escort_id).update(approach="leave", remembered_at=clock("9:41"))
    need = visit.needs.get(kind=NeedKind.SECOND_CONCERN)
    second_concerns.answer_second_concern(need=need, how="done", told=True, by=by, at=clock("9:50"))
    consent(leo, clock("9:55"), by, visit=visit)
    note(visit, clock("10:00"), by, nth + 1)
    decision(visit, clock("10:05"), by)
    late = promise(front, visit=visit, at=clock("10:10"), due="10:20" if not nth else "", by=by)
    promise_attempts.keep_promise(promise=late, by=by, at=clock("18:00"))
    visit_feedback.save_feedback(visit=visit, said=FamilyFeedback(2, "long"), at=clock("10:30"))
    ChartChange.objects.create(
        clinic=leo.clinic, visit=visit, patient=leo, subject="Patient", subject_id=leo.pk,
        before={"access_needs": ""}, after={"access_needs": "ramp"}, at=clock("10:35"), by=by,
    )  # fmt: skip
    StandingProxy.objects.create(
        clinic=leo.clinic, patient=leo, name="Nan Kelly", granted_by="Ana Ruiz", written_on=day,
        expires_on=day, recorded_by=by, recorded_at=clock("10:40"),
        revoked_at=clock("23:59") + MINUTE, revoked_by=by,
    )  # fmt: skip
    kept_with_the_child_before(visit, leo, by, clock("10:45"))
    return visit


MINUTE = dt.timedelta(minutes=1)


def kept_with_the_child_before(visit: Visit, patient: Patient, by: Staff, at: dt.datetime) -> None:
    need = visit.needs.get(kind=NeedKind.VACCINE)
    NeedAnswer.objects.create(need=need, before="open", outcome="done", at=at, by=by)
    corrected = visit.match_decisions.create(kind="link", at=at, by=by)
    PaperMove.objects.create(
        decision=corrected, paper="vaccine", done="kept", subject="Need", subject_id=need.pk, patient=patient
    )


def test_the_timeline_shows_who_came_their_words_and_their_preferences(leo: Patient, front: Location) -> None:
    make.visit(front, approach="leave", best_time="after 17:00", language="es", interpreter=True)
    assert said(leo)[-1] == "Brought by Rosa Delgado"
    assert words(leo, "Brought by Rosa Delgado") == {
        "In their words": "his aunt, my sister is at work",
        "Preferences": "Leave me be, after 17:00",
        "Language": "Spanish interpreter",
    }


def test_the_timeline_tells_a_patient_alone_from_an_unnamed_escort(leo: Patient, front: Location) -> None:
    make.visit(front, escort_name="", relationship="")
    make.visit(front, make.at("9:50"), is_patient=True, escort_name="", relationship="I am Leo")
    assert said(leo) == ["Came alone", "Brought by somebody who gave no name"]
    assert words(leo, "Came alone") == {"Also typed": "I am Leo"}


def test_a_promise_broken_and_then_kept_late_shows_as_three_events(
    leo: Patient, front: Location, max_: Staff
) -> None:
    owed = promise(front, patient=leo, due="12:00", by=max_)
    assert said(leo, make.at("11:00")) == ["Promised to phone Ana Ruiz"]
    assert said(leo, make.at("12:00"))[0] == "Promise broken: Ana Ruiz was not reached in time"
    promise_attempts.keep_promise(promise=owed, by=max_, at=make.at("13:00"), outcome="said sorry")
    assert said(leo) == [
        "Promise kept late",
        "Promise broken: Ana Ruiz was not reached in time",
        "Promised to phone Ana Ruiz",
    ]
    assert words(leo, "Promise kept late") == {"Outcome": "said sorry"}


def test_a_promise_kept_on_time_never_shows_as_broken(leo: Patient, front: Location, max_: Staff) -> None:
    promise_attempts.keep_promise(
        promise=promise(front, patient=leo, due="12:00"), by=max_, at=make.at("12:00")
    )
    assert said(leo) == ["Promise kept", "Promised to phone Ana Ruiz"]


def test_a_withdrawn_promise_shows_as_neither_kept_nor_broken(
    leo: Patient, front: Location, max_: Staff
) -> None:
    owed = promise(front, patient=leo, due="12:00")
    promises.withdraw_promise(promise=owed, words="the mother said no", by=max_, at=make.at("11:00"))
    assert said(leo)[0] == "Promise ended: withdrawn by the family"
    assert not any("broken" in what for what in said(leo))


def test_a_second_concern_shows_its_answer_and_that_the_family_was_told(
    leo: Patient, front: Location, noor: Staff
) -> None:
    visit = make.visit(front, also="a spot on his arm")
    need = visit.needs.get(kind=NeedKind.SECOND_CONCERN)
    second_concerns.answer_second_concern(
        need=need, how="not_possible", words="it needs an hour", told=True, by=noor, at=make.at("10:00")
    )
    assert said(leo)[:2] == ["Second concern: the family was told", "Second concern: not possible"]
    assert words(leo, "Second concern: not possible") == {"Answer": "not possible because it needs an hour"}


def test_only_a_vaccine_that_was_given_shows_as_given(leo: Patient, front: Location, noor: Staff) -> None:
    visit = make.visit(front, also="his arm")
    for kind, outcome in ((NeedKind.VACCINE, "declined"), (NeedKind.SECOND_CONCERN, "done")):
        needs.answer_need(need=visit.needs.get(kind=kind), outcome=outcome, by=noor, at=make.at("10:00"))
    assert set(said(leo)[:2]) == {"Flu vaccine: declined", "Second concern: done"}


def test_a_given_vaccine_shows_and_a_lapsed_note_does_not(leo: Patient, front: Location, noor: Staff) -> None:
    visit = make.visit(front, notes_wanted=["school"])
    needs.answer_need(
        need=visit.needs.get(kind=NeedKind.VACCINE), outcome="done", by=noor, at=make.at("10:00")
    )
    visits.move_visit(visit=visit, to="entered_in_error", by=noor, at=make.at("10:01"))
    assert "Flu vaccine: given" in said(leo)
    assert not any("School note" in what for what in said(leo))
    came = next(line.event for line in told(leo).lines if line.event.what.startswith("Brought"))
    assert came.taken_back, "entered in error"


def test_notes_consents_decisions_and_feedback_show(leo: Patient, front: Location, noor: Staff) -> None:
    visit = make.visit(front)
    issued = note(visit, make.at("10:00"), noor, 7)
    agreed = consent(leo, make.at("10:01"), noor, relationship="mother")
    consent(leo, make.at("10:02"), noor, agreed=False, to_what="", withdrawn_at=make.at("10:03"))
    decision(visit, make.at("10:04"), noor, "keep_old")
    visit_feedback.save_feedback(
        visit=visit, said=FamilyFeedback(1, "nobody looked at us"), at=make.at("10:05")
    )
    assert said(leo)[:5] == [
        "On leaving: not good at all (1 of 5)",
        "Phone: kept as on record",
        "Ana Ruiz did not agree to vaccine",
        "Ana Ruiz agreed to flu vaccine",
        "School note 7 issued",
    ]
    assert words(leo, "Ana Ruiz agreed to flu vaccine") == {"Relationship": "mother", "How": "By telephone"}
    low = told(leo).lines[0]
    assert (low.event.beside, low.visit_id) == ("a low face, no call asked for", visit.pk)
    assert issued.pk and agreed.pk


def test_voided_withdrawn_and_undone_entries_show_as_such(leo: Patient, front: Location, noor: Staff) -> None:
    visit = make.visit(front)
    voided = note(visit, make.at("10:00"), noor, 7)
    void = {"status": "void", "void_reason": "wrong day", "voided_at": make.at("10:06"), "voided_by": noor}
    ExcuseNote.objects.filter(pk=voided.pk).update(**void)
    consent(leo, make.at("10:01"), noor, withdrawn_at=make.at("10:03"))
    settled = decision(visit, make.at("10:04"), noor)
    back = {"discrepancy": settled.discrepancy, "kind": "undo", "undoes": settled}
    DiscrepancyDecision.objects.create(at=make.at("10:05"), by=noor, **back)
    assert [(line.event.what, line.event.taken_back) for line in told(leo).lines] == [
        ("Phone: undone", False),
        ("Phone: what was typed is now on record", True),
        ("Ana Ruiz agreed to flu vaccine", True),
        ("School note 7 issued, later voided", True),
        ("Brought by Rosa Delgado", False),
    ]
    assert words(leo, "School note 7 issued, later voided") == {"Why": "wrong day"}


def test_low_feedback_shows_a_call_request_and_good_feedback_does_not(leo: Patient, front: Location) -> None:
    for said_so in (FamilyFeedback(1, "call me", may_call=True), FamilyFeedback(4)):
        visit_feedback.save_feedback(visit=make.visit(front), said=said_so, at=make.at("9:50"))
    beside = {line.event.beside for line in told(leo).lines if line.event.what.startswith("On leaving")}
    assert beside == {"asked to be called", ""}


def test_a_draft_note_does_not_show(leo: Patient, front: Location, noor: Staff) -> None:
    visit = make.visit(front)
    draft = note(visit, make.at("10:00"), noor, 7)
    ExcuseNote.objects.filter(pk=draft.pk).update(status="draft", number=None)
    assert said(leo) == ["Brought by Rosa Delgado"]


def test_an_escorts_remembered_and_forgotten_preferences_show(leo: Patient, front: Location) -> None:
    visit = make.visit(front)
    escort = Escort.objects.filter(pk=visit.escort_id)
    escort.update(approach="greet", best_way="text", best_time="mornings", remembered_at=make.at("9:45"))
    what = "Rosa Delgado asked us to remember their preferences"
    assert words(leo, what) == {"Preferences": "Greet me, Text message, mornings"}
    escort.update(approach="", best_way="", best_time="")
    assert said(leo)[0] == "Rosa Delgado asked us to forget their preferences"


def test_events_of_a_merged_record_show_on_the_record_it_went_into(
    leo: Patient, front: Location, brook: Clinic, dana: Staff
) -> None:
    visit = make.visit(front, name="Leonardo Ruis", born="2018-03-15")
    visit_feedback.save_feedback(visit=visit, said=FamilyFeedback(5), at=make.at("9:50"))
    visit.refresh_from_db()
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("9:55"))
    assert said(leo) == ["On leaving: very good (5 of 5)", "Brought by Rosa Delgado"]


def test_another_childs_events_do_not_show(leo: Patient, front: Location, brook: Clinic, noor: Staff) -> None:
    one_of_each(front, leo, noor)
    assert said(make.patient(brook, "Mia Chen")) == []


def test_every_kind_of_event_shows_newest_first(leo: Patient, front: Location, noor: Staff) -> None:
    one_of_each(front, leo, noor)
    found = told(leo).lines
    assert {line.place.kind for line in found} == set(range(len(TIMELINE_KINDS)))
    assert [line.event.at for line in found] == sorted((line.event.at for line in found), reverse=True)
    assert (told(leo).older, told(leo).newest) == ("", True)


@pytest.mark.parametrize("days", [1, 8])
def test_a_timeline_takes_the_same_number_of_queries_at_any_length(
    leo: Patient, front: Location, noor: Staff, days: int
) -> None:
    for nth in range(days):
        one_of_each(front, leo, noor, nth)
    with CaptureQueriesContext(connection) as seen:
        found = told(leo)
    assert len(found.lines) == (len(found.lines) if days == 1 else 50)
    assert len(seen) == len(TIMELINE_KINDS) + 1 == 17


def test_paging_shows_every_event_exactly_once(leo: Patient, front: Location, noor: Staff) -> None:
    for nth in range(3):
        one_of_each(front, leo, noor, nth)
    everything = [line.place for line in told(leo, limit=500).lines]
    assert len(everything) > 30
    for limit in (1, 4, 7):
        walked, page = [], told(leo, limit=limit)
        while True:
            walked += [line.place for line in page.lines]
            assert len(walked) <= len(everything)
            if not page.older:
                break
            page = told(leo, limit=limit, before=family_timeline.parse_timeline_cursor(page.older))
        assert walked == everything


@pytest.mark.parametrize(("limit", "is_more"), [(1, True), (2, False)])
def test_an_older_page_is_offered_only_when_there_is_more(
    leo: Patient, front: Location, limit: int, is_more: bool
) -> None:
    for clock in ("9:40", "9:50"):
        make.visit(front, make.at(clock))
    assert bool(told(leo, limit=limit).older) is is_more


def test_events_at_the_same_moment_each_show_once(leo: Patient, front: Location, noor: Staff) -> None:
    at = make.at("9:40")
    visit = make.visit(front, at)
    for _ in range(5):
        consent(leo, at, noor)
        decision(visit, at, noor)
    walked, before = [], None
    for _ in range(11):
        page = told(leo, limit=1, before=before)
        walked += [line.place for line in page.lines]
        before = family_timeline.parse_timeline_cursor(page.older)
    assert len(set(walked)) == 11


def test_a_cursor_parses_back_to_the_place_it_was_written_from() -> None:
    place = TimelinePlace(make.at("9:40") + dt.timedelta(microseconds=123456), 10, 77)
    assert family_timeline.parse_timeline_cursor(str(place)) == place


@pytest.mark.parametrize(
    "text", ["", "x", "1-2", "1-2-3-4", "-1-2-3", "١-٢-٣", "9" * 18 + "-1-1", "1-2-" + "9" * 30]
)
def test_an_invalid_cursor_gives_the_newest_page(text: str) -> None:
    assert family_timeline.parse_timeline_cursor(text) is None
