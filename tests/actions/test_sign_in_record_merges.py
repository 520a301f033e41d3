"""The record made at a sign-in follows its visit, even after it was merged into another child's record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checkin.actions import (
    consent,
    match_decisions,
    merge_undo,
    patient_merges,
    preferences,
    provisional_patients,
    sign_in_record_merges,
)
from checkin.actions.entry_ledger import EntryLedger
from checkin.actions.entry_moves import EntriesUndecided
from checkin.actions.match_corrections import find_entries_to_show, find_standing_match_decision
from checkin.actions.merge_undo_entries import find_rows_taken_out
from checkin.actions.refusals import Refused
from checkin.models import (
    ChartChange,
    Clinic,
    ConsentRecord,
    DueItem,
    Escort,
    Guardian,
    Immunization,
    Location,
    Patient,
    PatientIdentifier,
    PatientMerge,
    Promise,
    Staff,
    StandingProxy,
    Visit,
)
from checkin.queries import merge_sides, patient_dossiers
from checkin.queries import patient_merges as patient_merge_queries
from checkin.rules.consent_adults import ConsentBasis, ConsentChannel
from tests import make
from tests.actions.corrected_visits import LATER, LATEST, NOVEMBER, WRITTEN, fresh, relink, said, told, undo
from tests.promising import promise

LAST = make.at("10:20", NOVEMBER)


def write_on_own(visit: Visit, dana: Staff) -> Patient | None:
    """Write one of every kind of entry on the record, at the visit and on the patient's page."""
    own = visit.patient
    preferences.record_language_and_needs(
        patient=own, visit=visit, language="", interpreter_needed=True, access_needs="ramp", by=dana,
        at=WRITTEN,
    )  # fmt: skip
    make.guardian(own, "Ewa Kiss", phone="555-010-0777")
    facts = {
        "basis": ConsentBasis.TELEPHONE,
        "how": ConsentChannel.TELEPHONE,
        "heard_by": dana,
        "at": WRITTEN,
    }
    consent.record_consent(patient=own, visit=None, care="vaccine", agreed=True, who="Ewa Kiss", **facts)
    consent.record_consent(patient=own, visit=visit, care="check_up", agreed=False, who="Ewa Kiss", **facts)
    consent.grant_proxy(
        patient=own, name="Nan Kelly", granted_by="Ewa Kiss", written_on=NOVEMBER, by=dana, at=WRITTEN
    )
    promise(visit.location, patient=own, visit=None, by=dana, at=WRITTEN)
    return own


def on(patient: Any) -> dict[Any, Any]:
    """Return everything on this record."""
    fresh(patient)
    return {
        "care": (patient.interpreter_needed, patient.access_needs),
        "guardians": sorted(patient.guardians.values_list("name", flat=True)),
        "consents": sorted(patient.consent_records.values_list("care", flat=True)),
        "proxies": sorted(patient.standing_proxies.values_list("name", flat=True)),
        "promises": patient.promises.count(),
    }


def papers(*guardians: Any) -> dict[Any, Any]:
    return {
        "care": (True, "ramp"),
        "guardians": ["Ewa Kiss", *guardians],
        "consents": ["check_up", "vaccine"],
        "proxies": ["Nan Kelly"],
        "promises": 1,
    }


def nothing(*guardians: Any) -> dict[Any, Any]:
    return {"care": (False, ""), "guardians": [*guardians], "consents": [], "proxies": [], "promises": 0}


def test_everything_on_the_sign_in_record_follows_the_visit_and_back(
    visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    own = write_on_own(visit, dana)
    first = match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    assert on(six) == papers("Maeve O'Neil")
    made = relink(visit, one, dana, chart="new")
    assert on(six) == nothing("Maeve O'Neil")
    assert on(one) == papers()
    assert fresh(own).merged_into == one
    words = told(made)
    for thing in (
        "Ewa Kiss agreed to vaccine",
        "Nan Kelly",
        "Ewa Kiss (mother), 555-010-0777",
        "made at sign-in",
    ):
        assert thing in words, thing
    undo(visit, dana)
    assert (fresh(visit).patient, fresh(own).merged_into) == (six, six)
    assert on(six) == papers("Maeve O'Neil")
    assert on(one) == nothing()
    # Then the merge itself can be undone.
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=LAST)
    assert fresh(first.merge).undone_by
    assert (on(own), on(six), fresh(visit).patient) == (papers(), nothing("Maeve O'Neil"), own)


def test_the_page_lists_everything_that_will_move(
    visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    write_on_own(visit, dana)
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    listed = {each.what: each.asks for each in find_entries_to_show(fresh(visit), one)}
    assert listed["Ewa Kiss agreed to vaccine by telephone"] is False
    assert listed["Ewa Kiss (mother), 555-010-0777"] is False
    assert any(what.startswith("Nan Kelly") for what in listed)
    assert listed["Interpreter needed, access: ramp"] is True
    with pytest.raises(EntriesUndecided):
        match_decisions.link_visit_to_patient(visit=fresh(visit), patient=one, by=dana, at=LATER)
    assert on(one) == nothing()


@pytest.mark.parametrize(
    ("who", "whose"),
    [
        *((who, "new") for who in ("Maeve", "Mrs O'Neil", "Maeve O'Neil", "mom")),
        *(("Maeve", whose) for whose in ("old", "nobody")),
    ],
)
def test_entries_the_previous_childs_family_may_have_given_are_asked_about(
    visit: Visit, six: Patient, one: Patient, dana: Staff, who: str, whose: str
) -> None:
    """“from Karen”, the previous child's mother, moved along without a question and counted for nothing."""
    facts = {
        "basis": ConsentBasis.TELEPHONE,
        "how": ConsentChannel.TELEPHONE,
        "heard_by": dana,
        "at": WRITTEN,
    }
    agreed = consent.record_consent(
        patient=visit.patient, visit=None, care="vaccine", agreed=True, who=who, **facts
    )
    granted = consent.grant_proxy(
        patient=visit.patient, name="Nan Kelly", granted_by=who, written_on=NOVEMBER, by=dana, at=WRITTEN
    )
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    for answered in ({"consent": "new"}, {"proxy": "new"}):
        with pytest.raises(EntriesUndecided):
            relink(visit, one, dana, **answered)
    made = relink(visit, one, dana, consent=whose, proxy=whose)
    expected = one if whose == "new" else six
    assert (fresh(agreed).patient, fresh(granted).patient) == (expected, expected)
    assert (agreed.withdrawn_by, granted.revoked_by) == ((dana, dana) if whose == "nobody" else (None, None))
    assert "Nan Kelly" in told(made)
    undo(visit, dana)
    assert (fresh(agreed).patient, fresh(granted).patient) == (six, six)
    assert (agreed.withdrawn_at, granted.revoked_at) == (None, None)
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=LAST)
    assert fresh(agreed).patient == fresh(granted).patient == fresh(visit).patient
    assert visit.patient not in (six, one)


def test_an_ended_entry_on_the_records_own_page_moves_without_a_question(
    visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    granted = consent.grant_proxy(
        patient=visit.patient, name="Nan Kelly", granted_by="Maeve", written_on=NOVEMBER, by=dana, at=WRITTEN
    )
    consent.revoke_proxy(proxy=granted, by=dana, at=WRITTEN)
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    assert not any(each.asks for each in find_entries_to_show(fresh(visit), one))
    match_decisions.link_visit_to_patient(
        visit=fresh(visit), patient=one, by=dana, at=LATER, said=said(visit, one)
    )
    assert fresh(granted).patient == one


def test_it_moves_on_with_a_second_correction_and_back_through_both(
    visit: Visit, six: Patient, one: Patient, eight: Patient, dana: Staff
) -> None:
    own = write_on_own(visit, dana)
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    relink(visit, one, dana, chart="new")
    relink(visit, eight, dana, at=LATEST, chart="new")
    assert [on(each) for each in (six, one, eight)] == [nothing("Maeve O'Neil"), nothing(), papers()]
    assert fresh(own).merged_into == eight
    undo(visit, dana, at=LAST)
    assert (on(one), on(eight), fresh(own).merged_into) == (papers(), nothing(), one)
    undo(visit, dana, at=LAST)
    assert (on(six), on(one), fresh(own).merged_into) == (papers("Maeve O'Neil"), nothing(), six)


def test_deciding_new_patient_keeps_the_sign_in_record(
    visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    own = write_on_own(visit, dana)
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    fresh(visit)
    match_decisions.decide_new_patient(visit=visit, by=dana, at=LATER, said=said(visit, own, chart="new"))
    assert (fresh(visit).patient, fresh(own).status, own.merged_into) == (own, "active", None)
    assert (on(own), on(six)) == (papers(), nothing("Maeve O'Neil"))
    undo(visit, dana)
    assert (fresh(visit).patient, fresh(own).status, own.merged_into) == (six, "merged", six)
    assert on(six) == papers("Maeve O'Neil")
    relink(visit, one, dana, at=LAST, chart="new")
    assert (on(one), fresh(own).merged_into) == (papers(), one)


def test_a_new_patient_later_found_moves_on_to_that_child(
    visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    own = write_on_own(visit, dana)
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    fresh(visit)
    match_decisions.decide_new_patient(visit=visit, by=dana, at=LATER, said=said(visit, own, chart="new"))
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=one, by=dana, at=LATEST)
    assert (on(one), on(six)) == (papers(), nothing("Maeve O'Neil"))
    assert (fresh(own).status, own.merged_into) == ("merged", one)


def test_the_escort_follows_to_the_record_that_is_split_off_again(
    front: Location, visit: Visit, six: Patient, dana: Staff
) -> None:
    """With the preference set on its own page; the other child's visit keeps a row of its own."""
    own = visit.patient
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=WRITTEN)
    wish = {"approach": "leave", "best_way": "text", "best_time": ""}
    preferences.set_preferences(escort=fresh(visit).escort, by=dana, at=WRITTEN, **wish)
    relink(visit, six, dana)
    came = {"escort_name": "Rosa Delgado", "relationship": "aunt"}
    other = make.visit(front, make.at("9:50", NOVEMBER), name="Finn O'Neil", born="2018-03-14", **came)
    assert other.escort == fresh(visit).escort
    made = match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=LATER, said=said(visit, own))
    own_row, other_row = own.escorts.get(), six.escorts.get()
    assert (fresh(visit).escort, fresh(other).escort) == (own_row, other_row)
    assert [(one.approach, one.best_way) for one in (own_row, other_row)] == [("leave", "text"), ("", "")]
    assert "Rosa Delgado" in told(made)
    assert "now under who brings Zoltan Kiss" in told(made)
    assert told(made).count("who brings") == 1, "the row of the visit that stays is no line"
    undo(visit, dana)
    assert six.escorts.get(pk=fresh(visit).escort.pk).best_way == "text"
    undo(visit, dana, at=LAST)
    undone = PatientMerge.objects.get(undoes__isnull=False)
    assert not undone.paper_moves.filter(subject="Escort").exclude(why="").exists(), "nobody was left behind"
    assert (own.escorts.get().best_way, six.escorts.get().best_way) == ("text", "")


def test_an_escort_who_followed_moves_back_with_the_undo(visit: Visit, six: Patient, dana: Staff) -> None:
    own, wish = visit.patient, {"approach": "greet", "best_way": "text", "best_time": ""}
    preferences.set_preferences(escort=visit.escort, by=dana, at=WRITTEN, **wish)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=WRITTEN)
    before = [*six.escorts.values()]
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=LATER, said=said(visit, own))
    assert [one.name for one in own.escorts.all()] == ["Rosa Delgado"]
    undo(visit, dana)
    assert ([*own.escorts.all()], [*six.escorts.values()]) == ([], before)


WISH = {"approach": "leave", "best_way": "text", "best_time": ""}


def wishes(patient: Patient | None) -> list[Any]:
    return [(one.name, one.best_way) for one in patient.escorts.all()]


def test_a_preference_set_on_the_sign_in_records_page_follows_it(
    visit: Visit, six: Patient, one: Patient, dana: Staff, max_: Staff
) -> None:
    """Set without a visit and then merged: it stayed with the wrong child's escort."""
    own = visit.patient
    preferences.set_preferences(escort=visit.escort, by=dana, at=WRITTEN, **WISH)
    patient_merges.merge_patients(merged=own, into=six, by=max_, at=WRITTEN, sure=True)
    assert wishes(six) == [("Rosa Delgado", "text")]
    relink(visit, one, dana)
    assert (wishes(six), wishes(own)) == ([], [("Rosa Delgado", "text")])
    assert fresh(own).merged_into == one
    undo(visit, dana)
    assert (wishes(six), wishes(one), fresh(visit).escort.patient) == ([("Rosa Delgado", "text")], [], six)
    assert not own.escorts.exists(), "and is back where the merge had put it"


def test_an_escort_of_both_records_stays_on_the_sign_in_record_when_it_is_merged(
    front: Location, visit: Visit, six: Patient, dana: Staff
) -> None:
    """“New patient” and its undo removed the row that the merge had left on the sign-in record."""
    own = visit.patient
    came = {"escort_name": "Rosa Delgado", "relationship": "aunt"}
    make.visit(front, make.at("9:42", NOVEMBER), name="Finn O'Neil", born="2018-03-14", **came)
    preferences.set_preferences(escort=visit.escort, visit=visit, by=dana, at=WRITTEN, **WISH)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=WRITTEN)
    before = [*Escort.objects.order_by("pk").values()]
    assert (wishes(own), wishes(six)) == ([("Rosa Delgado", "text")],) * 2
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=LATER, said=said(visit, own))
    undo(visit, dana)
    assert [*Escort.objects.order_by("pk").values()] == before


def test_a_guardian_added_by_use_new_shows_where_the_sign_in_record_goes(
    front: Location, six: Patient, dana: Staff
) -> None:
    """She had stayed hidden on the record that was merged again."""
    visit = make.visit(
        front, make.at("9:40", NOVEMBER), name="Zoltan Kiss", born="2013-05-05", escort_name="Rosa Delgado",
        guardian_name="Eva Kiss",
    )  # fmt: skip
    own = visit.patient
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=WRITTEN)
    difference = visit.discrepancies.filter(field="guardian", status="open").get()
    made = make.decision(discrepancy=difference, kind="use_new", by=dana, at=WRITTEN)
    added = own.guardians.get(pk=made.subject_id)
    undo(visit, dana, at=LATER)
    assert [one.name for one in six.guardians.all()] == ["Maeve O'Neil", "Eva Kiss"]
    assert not own.guardians.exists()
    undo(visit, dana, at=LAST)
    assert (fresh(visit).patient, own.guardians.get(), six.guardians.count()) == (own, added, 1)


@pytest.fixture
def back_and_forth(visit: Visit, six: Patient, dana: Staff) -> Patient | None:
    """Linked, decided as new with a preference on the page, and undone: each step made a row for her."""
    own, wish = visit.patient, {"approach": "leave", "best_way": "text", "best_time": ""}
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=WRITTEN)
    relink(visit, six, dana)
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=LATER, said=said(visit, own))
    preferences.set_preferences(escort=own.escorts.get(), by=dana, at=LATER, **wish)
    undo(visit, dana)
    assert [one.name for one in six.escorts.all()] == ["Rosa Delgado"]
    return own


def test_no_escort_row_stays_on_the_wrong_record_once_everything_is_undone(
    back_and_forth: Patient | None, six: Patient, max_: Staff
) -> None:
    own = back_and_forth
    made = merge_undo.undo_patient_merge(merge=PatientMerge.objects.get(merged=own), by=max_, at=LAST)
    assert [(one.name, one.best_way) for one in own.escorts.all()] == [("Rosa Delgado", "text")]
    assert not six.escorts.exists(), "she never came with this child"
    moves = made.paper_moves.filter(subject="Escort", done__in=["removed", "kept"])
    assert [(one.done, one.was_patient) for one in moves] == [("removed", six)], "nobody was left behind"


def test_an_escort_of_a_remaining_visit_stays_with_that_child(
    back_and_forth: Patient | None, front: Location, six: Patient, max_: Staff
) -> None:
    came = {"escort_name": "Rosa Delgado", "relationship": "aunt"}
    other = make.visit(front, make.at("9:50", NOVEMBER), name="Finn O'Neil", born="2018-03-14", **came)
    assert other.patient == six
    merge_undo.undo_patient_merge(merge=PatientMerge.objects.get(merged=back_and_forth), by=max_, at=LAST)
    assert (six.escorts.get(), back_and_forth.escorts.get().name) == (fresh(other).escort, "Rosa Delgado")


def test_an_escort_remembered_on_that_childs_own_page_stays_there(
    back_and_forth: Patient | None, six: Patient, dana: Staff, max_: Staff
) -> None:
    wish = {"approach": "greet", "best_way": "", "best_time": ""}
    preferences.set_preferences(escort=six.escorts.get(), by=dana, at=LATER, **wish)
    merge_undo.undo_patient_merge(merge=PatientMerge.objects.get(merged=back_and_forth), by=max_, at=LAST)
    assert (six.escorts.get().approach, back_and_forth.escorts.get().approach) == ("greet", "leave")


@pytest.mark.parametrize("detour", [False, True])
def test_a_patient_decided_new_linked_and_new_again_is_undone_step_by_step(
    front: Location, visit: Visit, six: Patient, dana: Staff, detour: bool
) -> None:
    """Also when another visit was linked to that record by mistake and the mistake undone."""
    own = write_on_own(visit, dana)
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=WRITTEN)
    whole = rows_of(own, six)
    relink(visit, six, dana)
    linked = rows_of(own, six)
    assert on(six) == papers("Maeve O'Neil")
    match_decisions.decide_new_patient(
        visit=fresh(visit), by=dana, at=LATER, said=said(visit, own, chart="new")
    )
    if detour:
        other = make.visit(front, make.at("9:45", NOVEMBER), name="Ada Lovelace", born="2010-02-02")
        relink(other, own, dana)
        undo(other, dana)
    undo(visit, dana)
    assert (fresh(visit).patient, fresh(own).status, own.merged_into) == (six, "merged", six)
    assert rows_of(own, six) == linked
    assert not find_rows_taken_out(PatientMerge.objects.get(merged=own)), "what was taken back took nothing"
    undo(visit, dana, at=LAST)
    assert (fresh(visit).patient, fresh(own).status, own.merged_into) == (own, "active", None)
    assert (on(own), on(six)) == (papers(), nothing("Maeve O'Neil"))
    assert rows_of(own, six) == whole


def test_a_record_that_another_visit_now_uses_keeps_its_entries(
    front: Location, visit: Visit, six: Patient, dana: Staff
) -> None:
    """Undoing “New patient” takes the visit off it, and the next undo brings the visit back."""
    own = write_on_own(visit, dana)
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=WRITTEN)
    relink(visit, six, dana)
    match_decisions.decide_new_patient(
        visit=fresh(visit), by=dana, at=LATER, said=said(visit, own, chart="new")
    )
    other = make.visit(front, make.at("9:45", NOVEMBER), name="Ada Lovelace", born="2010-02-02")
    relink(other, own, dana)
    undo(visit, dana, chart="new")
    assert (fresh(visit).patient, fresh(other).patient) == (six, own)
    assert (fresh(own).status, on(six)["proxies"], on(six)["promises"]) == ("active", [], 0)
    assert (on(own)["proxies"], on(own)["promises"]) == (["Nan Kelly"], 1)
    step_back(visit, dana)
    assert (fresh(visit).patient, visit.match) == (own, "new")
    undo(other, dana, at=LAST)
    step_back(visit, dana)
    assert (visit.match, fresh(own).status, on(own), on(six)) == (
        "unknown", "provisional", papers(), nothing("Maeve O'Neil"),
    )  # fmt: skip


def step_back(visit: Visit, dana: Staff) -> None:
    """Undo the last standing decision, as the match page does."""
    last = find_standing_match_decision(fresh(visit))
    papers = said(visit, last.previous_patient, undoing=last, chart="new")
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=LAST, said=papers)
    fresh(visit)


@pytest.fixture
def written_alone(visit: Visit, six: Patient, dana: Staff) -> Any:
    """Linked to the wrong child and split off; entries written on its own page meanwhile; then one undo."""
    own = visit.patient
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=WRITTEN, said=said(fresh(visit), own))
    make.guardian(fresh(own), "Ewa Kiss", phone="555-010-0777")
    facts = {
        "basis": ConsentBasis.TELEPHONE,
        "how": ConsentChannel.TELEPHONE,
        "heard_by": dana,
        "at": WRITTEN,
    }
    consent.record_consent(patient=own, visit=None, care="vaccine", agreed=True, who="Ewa Kiss", **facts)
    consent.grant_proxy(
        patient=own, name="Nan Kelly", granted_by="Ewa Kiss", written_on=NOVEMBER, by=dana, at=WRITTEN
    )
    promise(visit.location, patient=own, visit=None, by=dana, at=WRITTEN)
    whole = rows_of(own, six)
    undo(visit, dana)
    assert on(six) == beside("Maeve O'Neil")
    return own, whole


def beside(*guardians: Any) -> Any:
    """Return what `written_alone` wrote, together with these guardians."""
    return papers(*guardians) | {"care": (False, ""), "consents": ["vaccine"]}


@pytest.mark.parametrize("how", ["undo", "undo_merge"])
def test_entries_written_while_split_off_leave_the_wrong_record_with_it(
    visit: Visit, six: Patient, written_alone: Any, dana: Staff, max_: Staff, how: str
) -> None:
    """A written proxy of one child ended in force on the other's page."""
    own, whole = written_alone
    if how == "undo":
        step_back(visit, dana)
    else:
        merge_undo.undo_patient_merge(merge=PatientMerge.objects.get(), by=max_, at=LAST)
    assert (fresh(visit).patient, fresh(own).status) == (own, "provisional")
    assert (on(own), on(six)) == (beside(), nothing("Maeve O'Neil"))
    assert rows_of(own, six) == whole


def test_entries_written_while_split_off_are_listed_and_follow_the_visit(
    visit: Visit, six: Patient, one: Patient, eight: Patient, written_alone: Any, dana: Staff
) -> None:
    """The list before “Match to another child” was empty, and everything stayed with the wrong child."""
    own, whole = written_alone
    assert sorted(each.paper for each in find_entries_to_show(fresh(visit), one)) == [
        "consent", "guardian", "promise", "proxy",
    ]  # fmt: skip
    for found in (one, eight):
        made = relink(visit, found, dana, at=LATEST)
        assert (on(found)["proxies"], on(six)) == (["Nan Kelly"], nothing("Maeve O'Neil"))
        assert (on(found)["promises"], on(found)["consents"]) == (1, ["vaccine"])
        assert "Nan Kelly" in told(made)
    assert on(one) == nothing()
    for found in (one, six, own):
        step_back(visit, dana)
        assert (visit.patient, on(found)["proxies"], on(found)["promises"]) == (found, ["Nan Kelly"], 1)
    assert rows_of(own, six) == whole


@pytest.mark.parametrize("rounds", [2, 3])
def test_it_moves_back_and_forth_any_number_of_times(
    visit: Visit, six: Patient, written_alone: Any, dana: Staff, rounds: int
) -> None:
    own, whole = written_alone
    for _ in range(rounds):
        papers = said(fresh(visit), own)
        match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=LATEST, said=papers)
        assert (on(own), on(six)) == (beside(), nothing("Maeve O'Neil"))
        undo(visit, dana, at=LATEST)
        assert on(six) == beside("Maeve O'Neil")
    step_back(visit, dana)
    assert (on(own), on(six)) == (beside(), nothing("Maeve O'Neil"))
    assert rows_of(own, six) == whole


@pytest.mark.parametrize("first", ["own", "onward"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_it_is_removed_from_every_record_the_wrong_one_was_merged_into(
    visit: Visit, six: Patient, eight: Patient, dana: Staff, max_: Staff, first: str, when: str
) -> None:
    """Merges are undone in any order, and the wrong child's record may have been merged before that undo."""
    own = visit.patient
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=WRITTEN, said=said(fresh(visit), own))
    consent.grant_proxy(
        patient=own, name="Nan Kelly", granted_by="Ewa Kiss", written_on=NOVEMBER, by=dana, at=WRITTEN
    )
    promise(visit.location, patient=own, visit=None, by=dana, at=WRITTEN)
    if when == "after":
        undo(visit, dana)
    onward = patient_merges.merge_patients(
        merged=six, into=eight, by=max_, at=LATER, why="their mother says so"
    ).merge
    if when == "before":
        undo(visit, dana)
    assert (fresh(visit).patient, on(eight)["proxies"], on(eight)["promises"]) == (eight, ["Nan Kelly"], 1)
    own_merge = PatientMerge.objects.get(merged=own)
    both = [own_merge, onward] if first == "own" else [onward, own_merge]
    merge_undo.undo_patient_merge(merge=both[0], by=max_, at=LATEST)
    holder, strangers = (own, (six, eight)) if first == "own" else (six, (own, eight))
    assert (fresh(visit).patient, on(holder)["proxies"], on(holder)["promises"]) == (holder, ["Nan Kelly"], 1)
    assert [on(each)["proxies"] for each in strangers] == [[], []]
    merge_undo.undo_patient_merge(merge=both[1], by=max_, at=LAST)
    assert (fresh(visit).patient, on(own)["proxies"], on(own)["promises"]) == (own, ["Nan Kelly"], 1)
    assert [on(each)["proxies"] for each in (six, eight)] == [[], []]


def test_a_merge_undone_while_its_visit_was_elsewhere_has_ended_for_it_too(
    visit: Visit, six: Patient, one: Patient, eight: Patient, dana: Staff, max_: Staff
) -> None:
    """The visit comes back to the record that is split off again, and from there to the child's own."""
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    onward = patient_merges.merge_patients(
        merged=six, into=eight, by=max_, at=WRITTEN, why="their mother says so"
    ).merge
    relink(visit, one, dana)
    merge_undo.undo_patient_merge(merge=onward, by=max_, at=LATEST)
    step_back(visit, dana)
    assert visit.patient == six
    own = find_standing_match_decision(visit).merge.merged
    step_back(visit, dana)
    assert (visit.patient, fresh(own).status) == (own, "provisional")


def test_an_undo_merges_the_sign_in_record_into_one_that_was_merged_on(
    visit: Visit, six: Patient, one: Patient, eight: Patient, dana: Staff, max_: Staff
) -> None:
    own = write_on_own(visit, dana)
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    patient_merges.merge_patients(merged=six, into=eight, by=max_, at=WRITTEN, why="their mother says so")
    relink(visit, one, dana, chart="new")
    undo(visit, dana)
    assert (fresh(visit).patient, fresh(own).merged_into, fresh(six).merged_into) == (eight, six, eight)
    step_back(visit, dana)
    assert (visit.patient, on(six)) == (six, papers("Maeve O'Neil"))
    step_back(visit, dana)
    assert (visit.patient, on(own), on(six)) == (own, papers(), nothing("Maeve O'Neil"))


def rows_of(*records: Any) -> dict[Any, Any]:
    """Return which record each row points to, and each adult's position."""
    columns = {
        ConsentRecord: ("patient",), StandingProxy: ("patient",), Promise: ("patient", "made_for"),
        Guardian: ("patient", "position"), ChartChange: ("patient", "subject_id", "status"),
    }  # fmt: skip
    return {
        model.__name__: sorted(model.objects.filter(patient__in=records).values_list("pk", *names))
        for model, names in columns.items()
    }


def test_after_an_undo_each_row_points_to_the_record_it_did_before(
    front: Location, visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    """A promise and a language of a merged record point to that record, not to the one it is merged into."""
    own = write_on_own(visit, dana)
    promise(front, visit=visit, by=dana, at=WRITTEN)
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    before = rows_of(own, six, one)
    relink(visit, one, dana, chart="new")
    undo(visit, dana)
    assert rows_of(own, six, one) == before
    fresh(visit)
    match_decisions.decide_new_patient(visit=visit, by=dana, at=LATEST, said=said(visit, own, chart="new"))
    undo(visit, dana)
    assert rows_of(own, six, one) == before


@pytest.mark.parametrize("whose", ["old", "both", "nobody"])
def test_a_chart_change_goes_where_the_answer_says(
    visit: Visit, six: Patient, one: Patient, dana: Staff, whose: str
) -> None:
    own = write_on_own(visit, dana)
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    relink(visit, one, dana, chart=whose)
    assert on(six)["care"] == ((True, "ramp") if whose in ("old", "both") else (False, ""))
    assert on(one)["care"] == ((True, "ramp") if whose == "both" else (False, ""))
    undo(visit, dana)
    assert (on(six)["care"], on(one)["care"]) == ((True, "ramp"), (False, ""))
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=LAST)
    assert (on(own)["care"], on(six)["care"]) == ((True, "ramp"), (False, ""))


@pytest.mark.parametrize(("whose", "of_old", "of_new"), [("old", "pl", "en"), ("both", "pl", "pl")])
def test_a_column_the_merge_did_not_take_is_written_where_the_answer_says(
    visit: Visit, six: Patient, one: Patient, dana: Staff, whose: str, of_old: str, of_new: str
) -> None:
    own = visit.patient
    preferences.record_language_and_needs(
        patient=own, visit=visit, language="pl", interpreter_needed=False, access_needs="", by=dana,
        at=WRITTEN,
    )  # fmt: skip
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    assert fresh(six).language == "en"
    listed = next(each for each in find_entries_to_show(fresh(visit), one) if each.paper == "chart")
    assert listed.before == "Language English"
    made = relink(visit, one, dana, chart=whose)
    assert (fresh(six).language, fresh(one).language) == (of_old, of_new)
    assert "Language Polish: now on Finn O'Neil’s record" in told(made)
    undo(visit, dana)
    assert (fresh(six).language, fresh(one).language, fresh(own).language) == ("en", "en", "pl")


def test_an_entry_answered_as_the_previous_childs_is_not_on_the_sign_in_record(
    visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    own = write_on_own(visit, dana)
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    relink(visit, one, dana, chart="old")
    fresh(visit)
    match_decisions.decide_new_patient(visit=visit, by=dana, at=LATEST, said=said(visit, own, chart="new"))
    assert fresh(visit).patient == own
    assert (on(own)["care"], on(six)["care"]) == ((False, ""), (True, "ramp"))


NEEDS = {"language": "pl", "interpreter_needed": True, "access_needs": "wheelchair"}
"""Needs given at the sign-in of a child who was decided as a new patient."""


@pytest.fixture
def new_patient(visit: Visit, dana: Staff) -> Patient | None:
    """A new patient whose language and needs were written at the visit."""
    match_decisions.decide_new_patient(visit=visit, by=dana, at=WRITTEN)
    preferences.record_language_and_needs(patient=visit.patient, visit=visit, by=dana, at=WRITTEN, **NEEDS)
    return visit.patient


def care(patient: Any) -> dict[Any, Any]:
    return {name: getattr(fresh(patient), name) for name in NEEDS}


@pytest.mark.parametrize(
    ("whose", "found"),
    [("nobody", {"language": "en", "interpreter_needed": False, "access_needs": ""}), ("new", NEEDS)],
)
def test_a_new_patients_needs_answered_neither_fill_no_blank(
    visit: Visit, new_patient: Patient | None, six: Patient, dana: Staff, whose: str, found: dict[str, object]
) -> None:
    """The desk answered “Neither”, but the other child's chart showed the interpreter and the wheelchair."""
    before = care(six)
    made = relink(visit, six, dana, chart=whose)
    assert care(six) == found
    words = "\n".join(
        patient_merge_queries.merge_report_lines(
            patient_merge_queries.read_merge_report(visit.clinic, made.merge_id)
        )
    )
    assert ("Taken over" in words, "Not taken over" in words) == (whose == "new", whose == "nobody")
    undo(visit, dana)
    assert (care(six), care(new_patient), fresh(new_patient).status) == (before, NEEDS, "active")


@pytest.mark.parametrize("whose", ["new", "old", "both", "nobody"])
def test_needs_left_off_one_record_are_asked_about_again_for_the_next(
    visit: Visit, new_patient: Patient | None, six: Patient, one: Patient, dana: Staff, whose: str
) -> None:
    relink(visit, six, dana, chart="nobody")
    before = care(six)
    relink(visit, one, dana, at=LATEST, chart=whose)
    assert care(six) == (NEEDS if whose in ("old", "both") else before)
    assert care(one) == (NEEDS if whose in ("new", "both") else before)
    undo(visit, dana, at=LAST)
    assert (care(six), care(one), care(new_patient)) == (before, before, NEEDS)
    undo(visit, dana, at=LAST)
    assert (fresh(visit).patient, care(six), care(new_patient)) == (new_patient, before, NEEDS)


def test_a_need_left_off_the_chart_is_not_written_to_a_record_merged_into_later(
    visit: Visit, new_patient: Patient | None, six: Patient, eight: Patient, dana: Staff, max_: Staff
) -> None:
    relink(visit, six, dana, chart="nobody")
    Patient.objects.filter(pk=eight.pk).update(language="en")
    patient_merges.merge_patients(merged=six, into=eight, by=max_, at=LATER, why="their mother says so")
    assert care(eight) == {"language": "en", "interpreter_needed": False, "access_needs": ""}


def test_a_guardian_already_on_the_record_is_not_added_twice(
    visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    own = write_on_own(visit, dana)
    twin = make.guardian(one, "Ewa Kiss", phone="555-010-0777")
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    relink(visit, one, dana, chart="new")
    assert list(one.guardians.all()) == [twin]
    undo(visit, dana)
    assert sorted(six.guardians.values_list("name", flat=True)) == ["Ewa Kiss", "Maeve O'Neil"]
    assert not own.guardians.exists()


def test_columns_chosen_at_the_merge_are_reverted_when_the_visit_moves(
    visit: Visit, six: Patient, one: Patient, dana: Staff, max_: Staff
) -> None:
    own = visit.patient
    made = patient_merges.merge_patients(
        merged=own, into=six, by=max_, at=WRITTEN, take=["given_name"], why="their mother says so"
    )
    assert (made.merge is not None, fresh(six).given_name) == (True, "Zoltan")
    decision = relink(visit, one, dana)
    assert (fresh(six).given_name, fresh(one).given_name) == ("Finn", "Zofia")
    assert "back on Finn O'Neil’s record" in told(decision)
    undo(visit, dana)
    assert (fresh(six).given_name, fresh(one).given_name) == ("Zoltan", "Zofia")


def test_undo_is_not_offered_for_a_merge_whose_record_has_moved_on(
    visit: Visit, six: Patient, one: Patient, dana: Staff, max_: Staff
) -> None:
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    merge = PatientMerge.objects.get()
    assert merge_sides.list_merges_into_record(six) == [merge]
    relink(visit, one, dana)
    assert merge_sides.list_merges_into_record(six) == []
    with pytest.raises(Refused):
        merge_undo.undo_patient_merge(merge=merge, by=max_, at=LATEST)


def test_a_record_that_another_was_split_from_follows_its_visit(
    visit: Visit, six: Patient, one: Patient, dana: Staff, max_: Staff
) -> None:
    """The rows that the other took back are not this one's; it used to stay as if imported."""
    own = visit.patient
    match_decisions.decide_new_patient(visit=visit, by=dana, at=WRITTEN)
    by_number(one)
    by_due_item(one)
    made = patient_merges.merge_patients(
        merged=one, into=own, by=max_, at=WRITTEN, why="their mother says so"
    )
    merge_undo.undo_patient_merge(merge=made.merge, by=max_, at=WRITTEN)
    proxy = consent.grant_proxy(
        patient=own, name="Nan Kelly", granted_by="Ewa Kiss", written_on=NOVEMBER, by=dana, at=WRITTEN
    )
    relink(visit, one, dana)
    relink(visit, six, dana)
    assert (fresh(own).merged_into, fresh(proxy).patient) == (six, six)
    assert (one.identifiers.count(), one.due_items.count()) == (1, 1)


def test_a_merge_the_visit_returned_to_is_undone_through_the_visit(
    visit: Visit, six: Patient, one: Patient, dana: Staff, max_: Staff
) -> None:
    """Its record is there by the last link: undoing the merge had left the visit with the wrong child."""
    own = visit.patient
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    merge = PatientMerge.objects.get()
    for there in (one, six):
        relink(visit, there, dana)
    assert (fresh(own).merged_into, merge_sides.list_merges_into_record(six)) == (six, [])
    assert not patient_merge_queries.read_merge_report(own.clinic, merge.pk).may_undo
    with pytest.raises(Refused, match=f"with {visit.token}, whose match was changed since. Undo that first"):
        merge_undo.undo_patient_merge(merge=merge, by=max_, at=LATEST)
    undo(visit, dana)
    undo(visit, dana, at=LAST)
    assert merge_sides.list_merges_into_record(six) == [merge]
    merge_undo.undo_patient_merge(merge=merge, by=max_, at=LAST)
    assert (fresh(visit).patient, fresh(own).status) == (own, "provisional")


def test_a_record_that_another_visit_used_stays_merged(
    front: Location, visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    own = write_on_own(visit, dana)
    other = make.visit(front, make.at("9:45", NOVEMBER), name="Ada Lovelace", born="2010-02-02")
    match_decisions.link_visit_to_patient(visit=other, patient=own, by=dana, at=WRITTEN)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=six, by=dana, at=WRITTEN)
    relink(visit, one, dana, chart="old", consent="old")
    assert fresh(own).merged_into == six
    assert (ConsentRecord.objects.get(visit=None).patient, StandingProxy.objects.get().patient) == (six, six)
    assert Guardian.objects.get(name="Ewa Kiss").patient == six
    assert Patient.objects.get(pk=own.pk).status == "merged"


def test_values_entered_to_complete_the_record_move_too(
    visit: Visit, six: Patient, one: Patient, dana: Staff
) -> None:
    own = visit.patient
    provisional_patients.complete_provisional_patient(
        provisional=own, by=dana, at=WRITTEN, language="pl", interpreter_needed=True
    )
    relink(visit, six, dana, chart="new")
    assert on(six)["care"] == (True, "")
    relink(visit, one, dana, at=LATEST, chart="new")
    assert (on(six)["care"], on(one)["care"], fresh(one).language) == ((False, ""), (True, ""), "pl")
    undo(visit, dana, at=LAST)
    assert (on(six)["care"], on(one)["care"], fresh(one).language) == ((True, ""), (False, ""), "en")


def test_an_entry_on_a_record_merged_twice_is_asked_about(
    visit: Visit, six: Patient, one: Patient, eight: Patient, dana: Staff, max_: Staff
) -> None:
    preferences.record_language_and_needs(
        patient=visit.patient, visit=visit, language="", interpreter_needed=True, access_needs="", by=dana,
        at=WRITTEN,
    )  # fmt: skip
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    patient_merges.merge_patients(merged=six, into=eight, by=max_, at=WRITTEN, why="their mother says so")
    assert on(eight)["care"] == (True, "")
    listed = {each.what: each.asks for each in find_entries_to_show(fresh(visit), one)}
    assert listed["Interpreter needed"] is True
    relink(visit, one, dana, chart="new")
    assert (on(eight)["care"], on(one)["care"]) == ((False, ""), (True, ""))


def test_a_proxy_waiting_at_an_unmatched_visit_counts_there(visit: Visit, six: Patient, dana: Staff) -> None:
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    StandingProxy.objects.create(
        clinic=visit.clinic, visit=visit, name="Nan Kelly", granted_by="Ewa Kiss", written_on=NOVEMBER,
        recorded_by=dana, recorded_at=WRITTEN,
    )  # fmt: skip
    visit.patient = None
    known = patient_dossiers.read_visit_dossier(visit, now=LATER)
    assert [(one.adult.name, one.granted_by) for one in known.proxies] == [("Nan Kelly", "Ewa Kiss")]


def by_number(own: Patient) -> None:
    PatientIdentifier.objects.create(clinic=own.clinic, patient=own, system="mrn", value="Z-1")


def by_due_item(own: Patient) -> None:
    DueItem.objects.create(clinic=own.clinic, patient=own, kind="vaccine", name="MMR", due_on=NOVEMBER)


def by_vaccine(own: Any) -> None:
    Immunization.objects.create(clinic=own.clinic, patient=own, name="MMR", given_on=NOVEMBER)


@pytest.mark.parametrize("known", [by_number, by_due_item, by_vaccine])
def test_a_record_known_from_an_import_stays_merged(
    visit: Visit, six: Patient, one: Patient, dana: Staff, known: Callable[..., None]
) -> None:
    """It is a separate child: its entries are not separated from its number."""
    own = write_on_own(visit, dana)
    known(own)
    match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    relink(visit, one, dana, chart="old", consent="old")
    assert (fresh(own).status, own.merged_into, fresh(visit).patient) == ("merged", six, one)
    rows = [*PatientIdentifier.objects.all(), *DueItem.objects.all(), *Immunization.objects.all()]
    assert [row.patient for row in rows] == [six]
    assert Guardian.objects.get(name="Ewa Kiss").patient == six
    assert (ConsentRecord.objects.get(visit=None).patient, StandingProxy.objects.get().patient) == (six, six)


def test_undoing_another_merge_restores_no_column_of_a_split_off_record(
    visit: Visit, six: Patient, one: Patient, dana: Staff, max_: Staff
) -> None:
    """A merge that a decision had ended wrote the phone: undoing a later merge brought it back."""
    own = visit.patient
    Patient.objects.filter(pk=six.pk).update(phone="555-010-0001")
    Patient.objects.filter(pk=one.pk).update(phone="555-010-0002")
    Patient.objects.filter(pk=own.pk).update(phone="555-077-0001")
    facts = {"into": six, "by": max_, "take": ["phone"], "why": "their mother says so"}
    patient_merges.merge_patients(merged=own, at=WRITTEN, **facts)
    last = patient_merges.merge_patients(merged=one, at=WRITTEN, **facts).merge
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=LATER)
    assert (fresh(own).merged_into, fresh(six).phone) == (None, "555-010-0002")
    merge_undo.undo_patient_merge(merge=last, by=max_, at=LAST)
    assert fresh(six).phone == "555-010-0001"


def test_a_guardian_who_is_carried_stands_after_those_of_the_new_chart(
    visit: Visit, six: Patient, one: Patient, brook: Clinic
) -> None:
    bare = make.patient(brook, "Ben Marsh")
    for to, position in ((six, six.guardians.get().position + 1), (bare, 1)):
        row = make.guardian(one, "Rosa Delgado", "", position=7)
        sign_in_record_merges.carry_own_guardian(row, EntryLedger(), visit=visit, was=one.pk, now=to)
        assert (fresh(row).patient, row.position) == (to, position)


def test_a_column_changed_since_the_merge_stays_and_is_not_reported_when_the_visit_moves(
    visit: Visit, six: Patient, one: Patient, dana: Staff, max_: Staff
) -> None:
    patient_merges.merge_patients(
        merged=visit.patient, into=six, by=max_, at=WRITTEN, take=["given_name"], why="their mother says so"
    )
    Patient.objects.filter(pk=six.pk).update(given_name="Fionn")
    decision = relink(visit, one, dana)
    assert fresh(six).given_name == "Fionn"
    assert not decision.paper_moves.filter(subject="Patient", subject_id=six.pk).exists()
