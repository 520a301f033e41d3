"""An event shows on the timeline of the child it concerned, even after the visit moves to another child."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkin.actions import (
    consent,
    discrepancies,
    handovers,
    match_decisions,
    merge_undo,
    needs,
    patient_merges,
    preferences,
    promise_attempts,
    provisional_patients,
    visit_feedback,
)
from checkin.actions.entry_moves import EntryAnswers
from checkin.actions.match_corrections import find_entries_to_show
from checkin.models import (
    Clinic,
    Discrepancy,
    DiscrepancyDecision,
    DueItem,
    Location,
    MatchDecision,
    Patient,
    PatientMerge,
    Staff,
    StandingProxy,
    Visit,
)
from checkin.queries import family_timeline, visit_timeline
from checkin.rules.need_types import NeedKind
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make
from tests.promising import promise

DECIDED, LINKED, LATER = make.at("9:50"), make.at("10:00"), make.at("10:10")


@pytest.fixture
def anna(brook: Clinic) -> Patient:
    found = make.patient(brook, "Anna Bell", born="2018-03-14")
    make.guardian(found, "Ruth Bell")
    return found


@pytest.fixture
def hanna(brook: Clinic) -> Patient:
    return make.patient(brook, "Hanna Lind", born="2018-03-14")


@pytest.fixture
def visit(front: Location, anna: Patient, hanna: Patient) -> Visit:
    found = make.visit(front, name="Anna Bell", guardian_name="Ruth Bell-Smith")
    assert found.patient == anna
    return found


def differs(visit: Visit, field: str, typed: str, recorded: str) -> Discrepancy:
    return Discrepancy.objects.create(
        clinic_id=visit.clinic_id,
        visit=visit,
        field=field,
        typed=typed,
        recorded=recorded,
        noticed_at=DECIDED,
    )


def decided(
    visit: Visit, by: Staff, kind: str = "use_new", field: str = "name", **written: Any
) -> DiscrepancyDecision:
    """Write only the decision's row, without its other effects."""
    one = differs(visit, field, "Hanna Lind", "Anna Bell")
    Discrepancy.objects.filter(pk=one.pk).update(status="settled")
    return DiscrepancyDecision.objects.create(discrepancy=one, kind=kind, at=DECIDED, by=by, **written)


def link(visit: Visit, now: Patient, by: Staff, at: dt.datetime = LINKED, **whose: Any) -> MatchDecision:
    visit.refresh_from_db()
    papers = find_entries_to_show(visit, now)
    said = EntryAnswers({one.key: whose[one.paper] for one in papers if one.asks and one.paper in whose})
    return match_decisions.link_visit_to_patient(visit=visit, patient=now, by=by, at=at, said=said)


def told(patient: Patient | None, at: dt.datetime = LATER, **more: Any) -> Any:
    patient.refresh_from_db()
    return family_timeline.read_family_timeline(patient, at=at, **more).lines


def said(patient: Patient | None, at: dt.datetime = LATER, **more: Any) -> list[Any]:
    return [one.event.what for one in told(patient, at, **more)]


def happened(visit: Visit, role: str = "manager") -> dict[Any, Any]:
    visit.refresh_from_db()
    return {
        one.what: one for one in visit_timeline.read_visit_timeline(visit, reader=Staff(role=role)).events
    }


USED, BACK = "Name: what was typed is now on record", "Name: undone"


@pytest.mark.parametrize("whose", ["nobody", "old"])
def test_a_decision_shows_on_the_record_it_wrote_to(
    front: Location, anna: Patient, hanna: Patient, dana: Staff, whose: str
) -> None:
    visit = make.visit(front, name="Anna Belle")
    link(visit, anna, dana, at=DECIDED)
    one = visit.discrepancies.open().get(field="name")
    discrepancies.decide_discrepancy(discrepancy=one, kind="use_new", by=dana, at=DECIDED)
    link(visit, hanna, dana, correction=whose)
    assert said(anna) == ([BACK] if whose == "nobody" else []) + [USED]
    assert not any(what.startswith("Name") for what in said(hanna))
    assert {one.visit_id for one in told(anna)} == {visit.pk}
    page = happened(visit)
    assert f"{USED}, on the record of {anna}" in page and USED not in page


@pytest.mark.parametrize("kind", ["keep_old", "ask"])
def test_a_kept_as_recorded_decision_shows_on_the_visits_child_at_the_time(
    visit: Visit, anna: Patient, hanna: Patient, dana: Staff, kind: str
) -> None:
    decided(visit, dana, kind)
    link(visit, hanna, dana)
    assert len(said(anna)) == 1 and not any(what.startswith("Name") for what in said(hanna))
    hannas = differs(visit, "birth_date", "2018-03-15", "2018-03-14")
    discrepancies.decide_discrepancy(discrepancy=hannas, kind="keep_old", by=dana, at=LATER)
    assert "Birth date: kept as on record" in said(hanna)
    assert "Birth date: kept as on record" not in said(anna)


def test_an_added_and_removed_contact_shows_on_the_record_that_had_it(
    visit: Visit, anna: Patient, hanna: Patient, dana: Staff
) -> None:
    one = visit.discrepancies.get(field="guardian")
    discrepancies.decide_discrepancy(discrepancy=one, kind="use_new", by=dana, at=DECIDED)
    assert anna.guardians.count() == 2
    link(visit, hanna, dana, correction="nobody")
    assert anna.guardians.count() == 1
    assert said(anna) == ["Guardian: undone", "Guardian: what was typed is now on record"]
    assert not any(what.startswith("Guardian") for what in said(hanna))


def test_a_phone_change_for_an_escort_of_both_children_shows_once(
    visit: Visit, anna: Patient, hanna: Patient, dana: Staff
) -> None:
    decided(visit, dana, field="phone", subject="Escort", subject_id=visit.escort_id)
    assert "Phone: what was typed is now on record" in said(anna)
    assert "Phone: what was typed is now on record" not in said(hanna)


def test_a_merged_records_decision_shows_on_the_remaining_one_until_undo(
    visit: Visit, anna: Patient, hanna: Patient, dana: Staff
) -> None:
    decided(visit, dana, subject="Patient", subject_id=anna.pk)
    patient_merges.merge_patients(merged=anna, into=hanna, by=dana, at=LINKED, sure=True, why="one child")
    assert USED in said(hanna)
    assert USED in happened(visit), "it is one child now, so no other is named"
    merge_undo.undo_patient_merge(merge=PatientMerge.objects.get(), by=dana, at=LATER)
    assert USED not in said(hanna) and USED in said(anna)


def test_a_vaccine_kept_by_the_previous_child_shows_on_their_timeline(
    visit: Visit, anna: Patient, hanna: Patient, dana: Staff, noor: Staff
) -> None:
    need = visit.needs.get(kind=NeedKind.VACCINE)
    needs.answer_need(need=need, outcome="done", by=noor, at=DECIDED)
    assert said(anna)[0] == "Flu vaccine: given"
    link(visit, hanna, dana, vaccine="old")
    line = told(anna)[0]
    assert line.event.what == "Flu vaccine: given, at a visit that is another child’s"
    assert (line.event.at, line.event.who, line.visit_id) == (DECIDED, "Noor", visit.pk)
    assert not any("given" in what for what in said(hanna))
    match_decisions.undo_match_decision(visit=visit, by=dana, at=LATER)
    assert said(anna)[0] == "Flu vaccine: given"


def test_a_need_declined_for_the_previous_child_shows_only_on_theirs(
    brook: Clinic, front: Location, anna: Patient, hanna: Patient, dana: Staff, noor: Staff
) -> None:
    for one in (anna, hanna):
        DueItem.objects.create(
            clinic=brook, patient=one, kind="vaccine", name="MMR", due_on=dt.date(2026, 1, 1)
        )
    visit = make.visit(front, name="Anna Bell")
    need = visit.needs.get(label="MMR")
    needs.answer_need(need=need, outcome="deferred", reason="fever", by=noor, at=DECIDED)
    assert "MMR: deferred" in said(anna)
    link(visit, hanna, dana)
    assert "MMR: deferred, at a visit that is another child’s" in said(anna)
    assert not any("MMR" in what for what in said(hanna))
    match_decisions.undo_match_decision(visit=visit, by=dana, at=LATER)
    assert "MMR: deferred" in said(anna)
    match_decisions.undo_match_decision(visit=visit, by=dana, at=LATER)
    assert "MMR: deferred, at a visit that is not settled" in said(anna)


def lapsed(visit: Visit) -> list[Any]:
    return [one for one in happened(visit) if one.startswith("No longer needed")]


def test_the_previous_childs_lapsed_needs_do_not_show_at_the_visit(
    brook: Clinic,
    front: Location,
    anna: Patient,
    hanna: Patient,
    dana: Staff,
    as_: Callable[[Staff], Client],
    noor: Staff,
) -> None:
    """“No longer needed: Interpreter · Vietnamese, MMR” used to tell Hanna's family what Anna needs."""
    DueItem.objects.create(clinic=brook, patient=anna, kind="vaccine", name="MMR", due_on=dt.date(2026, 1, 1))
    type(anna).objects.filter(pk=anna.pk).update(language="vi", interpreter_needed=True, access_needs="ramp")
    visit = make.visit(front, name="Anna Bell")
    assert {"vaccine", "interpreter", "access"} <= set(visit.needs.open().values_list("kind", flat=True))
    link(visit, hanna, dana)
    assert lapsed(visit) == []
    page = as_(noor).get(f"/visits/{visit.pk}/").content.decode()
    assert "No longer needed" not in page and "Vietnamese" not in page
    match_decisions.undo_match_decision(visit=visit, by=dana, at=LATER)
    visit.refresh_from_db()
    assert (visit.patient, lapsed(visit)) == (anna, [])
    assert visit.needs.open().filter(label="MMR").exists()


def test_this_childs_lapsed_needs_still_show(
    visit: Visit, anna: Patient, hanna: Patient, dana: Staff
) -> None:
    type(anna).objects.filter(pk=anna.pk).update(access_needs="ramp")
    needs.recompute_needs(visit=type(visit).objects.get(pk=visit.pk), at=DECIDED)
    type(anna).objects.filter(pk=anna.pk).update(access_needs="")
    needs.recompute_needs(visit=type(visit).objects.get(pk=visit.pk), at=make.at("9:55"))
    assert any("ramp" in one for one in lapsed(visit))
    link(visit, hanna, dana)
    assert lapsed(visit) == []
    match_decisions.undo_match_decision(visit=visit, by=dana, at=LATER)
    visit.refresh_from_db()
    assert any("ramp" in one for one in lapsed(visit))


def test_a_vaccine_that_an_undo_restores_shows_who_gave_it(
    visit: Visit, anna: Patient, hanna: Patient, dana: Staff, noor: Staff
) -> None:
    """It used to read “Given: flu vaccine” by the front desk, which had only undone the match."""
    needs.answer_need(need=visit.needs.get(kind=NeedKind.VACCINE), outcome="done", by=noor, at=DECIDED)
    link(visit, hanna, dana, vaccine="old")
    visit.refresh_from_db()
    match_decisions.undo_match_decision(visit=visit, by=dana, at=LATER)
    visit.refresh_from_db()
    told_now = [(one.what, one.who) for one in happened(visit).values()]
    assert ("Given: flu vaccine", "Noor") in told_now
    assert ("Counts again: flu vaccine (given, Noor)", "Dana") in told_now
    assert ("Given: flu vaccine", "Dana") not in told_now
    assert visit.needs.get(kind=NeedKind.VACCINE).answered_by == noor


def test_a_later_vaccine_of_the_new_child_does_not_show_on_the_previous_one(
    visit: Visit, anna: Patient, hanna: Patient, dana: Staff, noor: Staff
) -> None:
    needs.answer_need(need=visit.needs.get(kind=NeedKind.VACCINE), outcome="done", by=noor, at=DECIDED)
    link(visit, hanna, dana, vaccine="old")
    needs.answer_need(
        need=visit.needs.get(kind=NeedKind.VACCINE), outcome="done", by=noor, at=make.at("10:05")
    )
    assert [what for what in said(hanna) if "given" in what] == ["Flu vaccine: given"]
    assert len([what for what in said(anna) if "given" in what]) == 1


def proxy(patient: Patient, by: Staff, at: Any = DECIDED, **more: Any) -> StandingProxy:
    facts = {"name": "Rosa Delgado", "granted_by": "Ruth Bell", "written_on": make.TUESDAY}
    return consent.grant_proxy(patient=patient, by=by, at=at, **facts | more)


def test_a_written_proxy_shows_when_filed_when_revoked_and_when_it_ends(
    anna: Patient, brook: Clinic, noor: Staff
) -> None:
    proxy(anna, noor, expires_on=make.TUESDAY, limits="flu only")
    last = proxy(anna, noor, name="Nan Kelly", expires_on=make.TUESDAY)
    StandingProxy.objects.filter(pk=last.pk).update(revoked_at=LINKED, revoked_by=noor)
    assert said(anna) == [
        "Written proxy of Nan Kelly revoked",
        "Written proxy put on file: Nan Kelly may agree in their place, in writing from Ruth Bell",
        "Written proxy put on file: Rosa Delgado may agree in their place, in writing from Ruth Bell",
    ]
    filed = told(anna)[1:]
    assert [one.event.taken_back for one in filed] == [True, False]
    assert ("Limits", "flu only") in filed[1].event.words
    tomorrow = make.TUESDAY + dt.timedelta(days=1)
    midnight = dt.datetime.combine(tomorrow, dt.time(), tzinfo=brook.zone)
    assert said(anna, midnight - dt.timedelta(seconds=1)) == said(anna), "its last day is not over"
    ends = told(anna, midnight)[0]
    assert (ends.event.what, ends.event.at) == ("Written proxy of Rosa Delgado ended", midnight)
    assert sum("ended" in what for what in said(anna, midnight)) == 1, "a revoked one has ended before"


def test_proxies_that_end_at_the_same_moment_each_show_once_across_pages(anna: Patient, noor: Staff) -> None:
    for name in ("Ada", "Ben", "Cleo"):
        proxy(anna, noor, name=name, expires_on=make.TUESDAY)
    walked, before, at = [], None, make.at("9:00", make.TUESDAY + dt.timedelta(days=9))
    for _ in range(6):
        page = family_timeline.read_family_timeline(anna, at=at, before=before, limit=1)
        walked += [one.event.what for one in page.lines]
        before = family_timeline.parse_timeline_cursor(page.older)
    assert len(set(walked)) == 6 and page.older == ""
    assert walked[:3] == [f"Written proxy of {name} ended" for name in ("Cleo", "Ben", "Ada")]


def chart(patient: Patient, visit: Visit, by: Staff, at: Any = DECIDED, **more: Any) -> Patient:
    facts = {"language": "es", "interpreter_needed": True, "access_needs": ""}
    return preferences.record_language_and_needs(patient=patient, visit=visit, by=by, at=at, **facts | more)


CHARTED = "On record: Language Spanish, interpreter needed"


@pytest.mark.parametrize("whose", ["new", "old", "both", "nobody"])
def test_chart_changes_show_on_the_records_that_hold_them(
    visit: Visit, anna: Patient, hanna: Patient, dana: Staff, whose: str
) -> None:
    chart(anna, visit, dana)
    assert said(anna)[0] == CHARTED
    assert told(anna)[0].event.words == (("Before", "Language not known, no interpreter"),)
    link(visit, hanna, dana, chart=whose)
    assert (CHARTED in said(anna)) == (whose in ("old", "both"))
    assert (CHARTED in said(hanna)) == (whose in ("new", "both"))


def test_the_visit_timeline_shows_decisions_promises_proxies_and_chart_changes(
    visit: Visit, anna: Patient, dana: Staff, noor: Staff
) -> None:
    decided(visit, dana, subject="Patient", subject_id=anna.pk)
    made = proxy(anna, noor, visit=visit)
    chart(anna, visit, dana)
    StandingProxy.objects.filter(pk=made.pk).update(revoked_at=LINKED, revoked_by=noor)
    owed = promise(visit.location, visit=visit, at=DECIDED, by=dana)
    promise_attempts.keep_promise(promise=owed, by=dana, at=LATER, outcome="said sorry")
    page = happened(visit)
    filed = "Written proxy put on file: Rosa Delgado may agree in their place, in writing from Ruth Bell"
    for what in (USED, filed, "Written proxy of Rosa Delgado revoked", CHARTED, "Promised to phone Ana Ruiz"):
        assert what in page
    assert page["Promise kept"].words == (("Outcome", "said sorry"),)
    assert page["Promised to phone Ana Ruiz"].who == "Dana"


@pytest.mark.parametrize(
    ("who", "reads"), [("max_", True), ("noor", False), ("dana", False), ("otto", False)]
)
def test_a_feedback_promise_shows_its_words_only_to_those_who_may_read_them(
    request: pytest.FixtureRequest, visit: Visit, anna: Patient, who: str, reads: bool
) -> None:
    reader = request.getfixturevalue(who)
    visit_feedback.save_feedback(
        visit=visit, said=FamilyFeedback(1, "Noor was rude", may_call=True), at=DECIDED
    )
    here = [
        text
        for one in visit_timeline.read_visit_timeline(visit, reader=reader).events
        for _, text in one.words
    ]
    there = [text for one in told(anna, reader=reader) for _, text in one.event.words]
    nobody = [text for one in visit_timeline.read_visit_timeline(visit).events for _, text in one.words]
    for texts in (here, there):
        assert any("Noor was rude" in text for text in texts) is reads
        assert reads or "what they said on leaving" in texts
    assert "Noor was rude" not in " ".join(nobody)


def test_a_clinician_handed_the_feedback_call_can_read_its_words(
    visit: Visit, anna: Patient, brook: Clinic, noor: Staff, max_: Staff
) -> None:
    visit_feedback.save_feedback(
        visit=visit, said=FamilyFeedback(1, "nobody looked at us", may_call=True), at=DECIDED
    )
    owed = anna.promises.get()
    handovers.hand_over_promise(promise=owed, to=noor, why="please call", by=max_, at=LATER)
    texts = [
        text for one in visit_timeline.read_visit_timeline(visit, reader=noor).events for _, text in one.words
    ]
    assert "nobody looked at us" in " ".join(texts)


def test_a_merge_and_its_undo_both_show(visit: Visit, anna: Patient, hanna: Patient, dana: Staff) -> None:
    patient_merges.merge_patients(merged=anna, into=hanna, by=dana, at=LINKED, sure=True, why="one child")
    assert f"Record of {anna} merged into {hanna}" in happened(visit)
    merge_undo.undo_patient_merge(merge=PatientMerge.objects.get(), by=dana, at=LATER)
    page = happened(visit)
    assert f"Merge undone; now {anna}" in page
    assert page[f"Record of {anna} merged into {hanna}"].taken_back


def test_a_merged_sign_in_record_is_still_called_provisional(
    front: Location, hanna: Patient, dana: Staff
) -> None:
    visit = make.visit(front, name="Zed Quill", born="2019-05-05")
    patient_merges.merge_patients(
        merged=visit.patient, into=hanna, by=dana, at=LINKED, sure=True, why="one child"
    )
    assert f"Provisional record merged into {hanna}" in happened(visit)


def test_a_merge_line_says_which_language_was_not_taken(
    visit: Visit, anna: Patient, hanna: Patient, dana: Staff
) -> None:
    """The timeline kept saying “On record: Language Irish” for a child whose record says English."""
    type(anna).objects.filter(pk=anna.pk).update(language="ga", access_needs="a ramp")
    type(anna).objects.filter(pk=hanna.pk).update(language="en")
    for one in (anna, hanna):
        one.refresh_from_db()
    patient_merges.merge_patients(merged=anna, into=hanna, by=dana, at=LINKED, sure=True, why="one child")
    words = dict(happened(visit)[f"Record of {anna} merged into {hanna}"].words)
    assert words["Not taken from the merged record"] == "Language Irish, access: a ramp"


def not_taken_line(visit: Visit, merged: Patient, into: Patient) -> str:
    words = dict(happened(visit)[f"Record of {merged} merged into {into}"].words)
    return words.get("Not taken from the merged record", "")


@pytest.mark.parametrize(
    ("merged_said", "stayed_with", "says_since", "told"),
    [
        ({"language": "ga"}, {"language": "en"}, {"language": "ga"}, "Language Irish"),
        ({"language": "ga"}, {"language": "ga"}, {"language": "en"}, ""),
        ({"language": "ga"}, {"language": "Irish"}, {"language": ""}, ""),
        ({"access_needs": "a ramp"}, {"access_needs": "a ramp"}, {"access_needs": ""}, ""),
        ({"access_needs": "a ramp"}, {"access_needs": "quiet"}, {"access_needs": "a ramp"}, "Access: a ramp"),
        ({"interpreter_needed": True}, {}, {"interpreter_needed": True}, "Interpreter needed"),
    ],
)
def test_a_merge_line_keeps_what_was_not_taken_at_the_time_of_the_merge(
    visit: Visit,
    anna: Patient,
    hanna: Patient,
    dana: Staff,
    merged_said: dict[str, str] | dict[str, bool],
    stayed_with: dict[str, str],
    says_since: dict[str, str] | dict[str, bool],
    told: str,
) -> None:
    """It used to compare both records as they are now, so later edits showed as not taken."""
    records = type(anna).objects
    records.filter(pk=anna.pk).update(**merged_said)
    records.filter(pk=hanna.pk).update(**stayed_with)
    for one in (anna, hanna):
        one.refresh_from_db()
    patient_merges.merge_patients(merged=anna, into=hanna, by=dana, at=LINKED, sure=True, why="one child")
    records.filter(pk=hanna.pk).update(**says_since)
    assert not_taken_line(visit, anna, hanna) == told
    records.filter(pk=anna.pk).update(language="", access_needs="", interpreter_needed=False)
    assert not_taken_line(visit, anna, hanna) == told


def test_columns_written_by_staff_are_taken_and_not_listed_as_left(
    visit: Visit, anna: Patient, hanna: Patient, dana: Staff
) -> None:
    said = {"language": "ga", "interpreter_needed": False, "access_needs": "a ramp"}
    preferences.record_language_and_needs(patient=anna, visit=visit, by=dana, at=DECIDED, **said)
    type(hanna).objects.filter(pk=hanna.pk).update(access_needs="quiet")
    for one in (anna, hanna):
        one.refresh_from_db()
    patient_merges.merge_patients(merged=anna, into=hanna, by=dana, at=LINKED, sure=True, why="one child")
    hanna.refresh_from_db()
    assert hanna.language == "ga"
    assert not_taken_line(visit, anna, hanna) == "Access: a ramp"


def test_a_visit_merged_three_times_costs_no_more_queries_than_one_merge(
    visit: Visit, anna: Patient, hanna: Patient, brook: Clinic, dana: Staff
) -> None:
    """Each merge of a visit's record used to cost one query more."""
    third = make.patient(brook, "Hanne Lindt", born="2018-03-14", language="fr")
    fourth = make.patient(brook, "Hanni Lintz", born="2018-03-14")
    type(anna).objects.filter(pk=anna.pk).update(language="ga")
    merge = {"by": dana, "sure": True, "why": "one child"}
    type(hanna).objects.filter(pk=hanna.pk).update(language="en")
    anna.refresh_from_db()
    hanna.refresh_from_db()
    patient_merges.merge_patients(merged=anna, into=hanna, at=LINKED, **merge)
    visit.refresh_from_db()
    once = queries_of_story(visit)
    hanna.refresh_from_db()
    patient_merges.merge_patients(merged=hanna, into=third, at=LATER, **merge)
    patient_merges.merge_patients(merged=third, into=fourth, at=make.at("10:20"), **merge)
    visit.refresh_from_db()
    assert once == queries_of_story(visit) == 12


def queries_of_story(visit: Visit) -> int:
    visit = type(visit).objects.select_related("patient", "sign_in", "clinic", "location").get(pk=visit.pk)
    with CaptureQueriesContext(connection) as asked:
        visit_timeline.read_visit_timeline(visit)
    return len(asked)


@pytest.mark.parametrize("outcome", ["declined", "deferred", "not_offered"])
def test_an_answer_for_another_childs_item_names_that_child(
    front: Location, noor: Staff, dana: Staff, anna: Patient, hanna: Patient, outcome: str
) -> None:
    """The visit timeline used to say “Declined: MMR” under the name of a child whose MMR it was not."""
    for patient in (anna, hanna):
        due(patient, "MMR")
    due(anna, "Varicella")
    visit = make.visit(front, name="Anna Bell")
    for label in ("MMR", "Varicella"):
        need = visit.needs.get(label=label)
        needs.answer_need(need=need, outcome=outcome, reason="next time", by=noor, at=DECIDED)
    link(visit, hanna, dana)
    theirs = visit.needs.open().get(label="MMR")
    needs.answer_need(need=theirs, outcome="declined", by=noor, at=LATER)
    word = {"declined": "Declined", "deferred": "Deferred", "not_offered": "Not offered"}[outcome]
    page = happened(visit)
    assert f"{word}: MMR, Varicella, for Anna Bell" in page
    assert "Declined: MMR" in page and "Declined: MMR, for" not in " ".join(page)
    link(visit, anna, dana, at=make.at("10:20"))
    assert f"{word}: MMR, Varicella" in (page := happened(visit))
    assert "Declined: MMR, for Hanna Lind" in page


def test_an_answer_for_a_namesakes_item_adds_birth_date_and_record_number(
    front: Location, noor: Staff, dana: Staff, brook: Clinic
) -> None:
    one, other = (make.patient(brook, f"{name} Lindt", born="2018-03-14") for name in ("Ana", "Anna"))
    other.identifiers.create(clinic=brook, value="20017")
    due(other, "MMR")
    visit = make.visit(front, name="Anna Lindt")
    link(visit, other, dana, at=make.at("9:45"))
    needs.answer_need(need=visit.needs.get(label="MMR"), outcome="declined", by=noor, at=DECIDED)
    link(visit, one, dana)
    assert "Declined: MMR, for Anna Lindt (born Mar 14, 2018, record 20017)" in happened(visit)


def test_an_answer_for_a_merged_records_item_shows_as_the_childs_own(
    front: Location, noor: Staff, dana: Staff, anna: Patient, hanna: Patient
) -> None:
    due(anna, "MMR")
    visit = make.visit(front, name="Anna Bell")
    needs.answer_need(need=visit.needs.get(label="MMR"), outcome="declined", by=noor, at=DECIDED)
    patient_merges.merge_patients(merged=anna, into=hanna, by=dana, at=LINKED, sure=True, why="one child")
    DueItem.objects.update(patient=anna)
    visit.refresh_from_db()
    assert visit.patient == hanna and "Declined: MMR" in happened(visit)


def due(patient: Patient, name: str) -> DueItem:
    return DueItem.objects.create(
        clinic=patient.clinic, patient=patient, kind="vaccine", name=name, due_on=dt.date(2026, 1, 1)
    )


def test_a_chart_change_made_without_a_visit_shows_who_and_when(
    anna: Patient, dana: Staff, noor: Staff
) -> None:
    """A language saved on the record's own page left no row, so no timeline said who saved it."""
    said_first = {"language": "ga", "interpreter_needed": True, "access_needs": ""}
    preferences.record_language_and_needs(patient=anna, by=dana, at=DECIDED, **said_first)
    preferences.record_language_and_needs(patient=anna, by=dana, at=LINKED, **said_first)
    preferences.record_language_and_needs(patient=anna, by=noor, at=LATER, **said_first | {"language": "en"})
    newest, first = (one for one in told(anna) if one.event.what.startswith("On record"))
    assert (first.event.what, first.event.who, first.event.at, first.visit_id) == (
        "On record: Language Irish, interpreter needed",
        "Dana",
        DECIDED,
        None,
    )
    assert (newest.event.what, newest.event.who) == ("On record: Language English", "Noor")
    assert newest.event.words == (("Before", "Language Irish"),)


def test_completing_a_record_whose_visit_moved_on_still_shows(
    front: Location, brook: Clinic, anna: Patient, dana: Staff
) -> None:
    visit = make.visit(front, name="Zed Quill", born="2019-05-05")
    made = visit.patient
    link(visit, anna, dana)
    made.refresh_from_db()
    type(made).objects.filter(pk=made.pk).update(status="provisional", merged_into=None)
    facts = {"given_name": "Zed", "language": "ga", "interpreter_needed": True}
    provisional_patients.complete_provisional_patient(provisional=made, by=dana, at=LATER, **facts)
    assert "On record: Language Irish, interpreter needed" in said(made)


def test_chart_values_saved_without_a_visit_fill_blanks_of_the_remaining_record(
    anna: Patient, hanna: Patient, dana: Staff
) -> None:
    wanted = {"language": "ga", "interpreter_needed": False, "access_needs": ""}
    preferences.record_language_and_needs(patient=anna, by=dana, at=DECIDED, **wanted)
    anna.refresh_from_db()
    done = patient_merges.merge_patients(
        merged=anna, into=hanna, by=dana, at=LINKED, sure=True, why="one child"
    )
    hanna.refresh_from_db()
    assert hanna.language == "ga" and "On record: Language Irish" in said(hanna)
    merge_undo.undo_patient_merge(merge=done.merge, by=dana, at=LATER)
    hanna.refresh_from_db()
    assert hanna.language == "" and "On record: Language Irish" in said(anna)
    assert not any(what.startswith("On record") for what in said(hanna))
