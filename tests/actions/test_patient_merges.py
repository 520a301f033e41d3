"""Merging two records of one child: everything moves, is recorded, and moves back on undo."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from checkin.actions import consent, match_decisions, merge_undo, needs, patient_merges, preferences, promises
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.actions.refusals import Refused
from checkin.models import (
    Appointment,
    ChartChange,
    Clinic,
    ConsentRecord,
    DueItem,
    Escort,
    Guardian,
    Immunization,
    Location,
    MatchDecision,
    MatchState,
    PaperMove,
    Patient,
    PatientIdentifier,
    PatientMerge,
    Promise,
    Staff,
    StandingProxy,
    Visit,
)
from checkin.rules import patient_merges as patient_merge_rules
from checkin.rules import vaccines
from checkin.rules.entry_fates import EntryOutcome
from checkin.rules.promises import PromiseTerms
from tests import make

pytestmark = pytest.mark.django_db
LATER, UNDONE = make.at("10:00"), make.at("11:00")
CHARTED = (
    Appointment,
    ConsentRecord,
    DueItem,
    Escort,
    Guardian,
    Immunization,
    PatientIdentifier,
    Promise,
    StandingProxy,
    Visit,
)


@pytest.fixture
def emma(brook: Clinic) -> Patient:
    return make.patient(brook, "Emma Johnson", "2017-04-04")


@pytest.fixture
def zed(front: Location) -> Patient | None:
    """A provisional record, with its visit."""
    return make.visit(front, name="Zed Quill", born="2019-05-05").patient


@pytest.fixture
def emmy(brook: Clinic, front: Location) -> Patient:
    """A second record of Emma, as made by an import without the system of her number."""
    return make.patient(brook, "Emma Johnson", "2017-04-04", phone="555-010-0177")


def charts(*patients: Any) -> dict[str, list[dict[Any, Any]]]:
    """Return every row on each of these records, column by column."""
    found = {}
    for model in CHARTED:
        rows = model.objects.filter(patient__in=patients).order_by("pk").values()
        # A board's version only grows, so it is left out.
        found[model.__name__] = [
            {name: value for name, value in row.items() if name != "board_version"} for row in rows
        ]
    people = Patient.objects.filter(pk__in=[one.pk for one in patients]).order_by("pk")
    found["Patient"] = list(people.values())
    for row in found["Patient"]:
        del row["updated_at"]
    return found


def merge(one: Patient | None, other: Patient, dana: Staff, **said: Any) -> PatientMerge | None:
    return patient_merges.merge_patients(merged=one, into=other, by=dana, at=LATER, sure=True, **said).merge


def undo(merge: PatientMerge | None, dana: Staff, at: dt.datetime = UNDONE) -> PatientMerge:
    return merge_undo.undo_patient_merge(merge=merge, by=dana, at=at)


def agree(
    patient: Patient | None,
    by: Staff,
    *,
    visit: Visit | None = None,
    at: dt.datetime | None = None,
    who: str = "Mother of Zed",
) -> ConsentRecord:
    return consent.record_consent(
        patient=patient,
        visit=visit,
        care="vaccine",
        agreed=True,
        basis="guardian_present",
        how="verbal",
        who=who,
        heard_by=by,
        at=at or make.at("9:50"),
    )


def trust(
    patient: Patient | None, by: Staff, name: str = "Aunt Zoe", at: dt.datetime | None = None
) -> StandingProxy:
    return consent.grant_proxy(
        patient=patient,
        name=name,
        granted_by="Mother of Zed",
        written_on=dt.date(2026, 3, 1),
        by=by,
        at=at or make.at("9:50"),
    )


def promise(
    patient: Patient | None,
    where: Location,
    by: Staff,
    *,
    visit: Any = None,
    at: dt.datetime | None = None,
    about: str = "call back",
) -> Promise:
    said = PromiseTerms(
        to_whom="Mother of Zed", way="phone", reach_at="555-010-0190", about=about, due_at=make.at("16:00")
    )
    return promises.make_promise(
        location=where, said=said, owner=by, by=by, at=at or make.at("9:50"), patient=patient, visit=visit
    )


def fill(patient: Patient | None, where: Location, by: Staff) -> None:
    """Add one of each thing that a record can have."""
    make.guardian(patient, "Mother of Zed", "555-010-0190", relationship="mother")
    make.appointment(patient, where, make.at("15:00"))
    PatientIdentifier.objects.create(clinic=patient.clinic, patient=patient, system="mrn", value="Z-1")
    Escort.objects.create(clinic=patient.clinic, patient=patient, name="Uncle Zeb", relationship="uncle")
    DueItem.objects.create(
        clinic=patient.clinic, patient=patient, kind="vaccine", name="MMR", due_on=dt.date(2026, 3, 1)
    )
    Immunization.objects.create(
        clinic=patient.clinic, patient=patient, name="DTaP", given_on=dt.date(2025, 3, 1)
    )
    agree(patient, by)
    trust(patient, by)
    promise(patient, where, by)


def test_every_column_that_refers_to_a_patient_has_a_merge_rule() -> None:
    named = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("checkin").get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Patient
    }
    assert named == set(patient_merge_rules.MERGE_COLUMN_FATES)


def test_a_merge_moves_everything_and_its_undo_restores_everything(
    front: Location, dana: Staff, zed: Patient | None, emma: Patient
) -> None:
    """The other family's proxy and consent stayed in force on the wrong child."""
    fill(zed, front, dana)
    before = charts(zed, emma)
    made = merge(zed, emma, dana)
    for model in CHARTED:
        assert not model.objects.filter(patient=zed).exists(), model
        assert model.objects.filter(patient=emma).exists(), model
    undo(made, dana)
    assert charts(zed, emma) == before
    assert not emma.standing_proxies.exists()
    assert not emma.consent_records.exists()


def test_undo_at_the_match_desk_restores_everything_too(
    front: Location, dana: Staff, zed: Patient | None, emma: Patient
) -> None:
    fill(zed, front, dana)
    visit, before = zed.visits.get(), charts(zed, emma)
    match_decisions.link_visit_to_patient(visit=visit, patient=emma, by=dana, at=LATER)
    assert (visit.patient, visit.match) == (emma, MatchState.CONFIRMED)
    match_decisions.undo_match_decision(visit=visit, by=dana, at=UNDONE)
    assert charts(zed, emma) == before
    assert visit.patient == zed


def test_every_moved_row_is_recorded(
    front: Location, dana: Staff, zed: Patient | None, emma: Patient
) -> None:
    fill(zed, front, dana)
    count = sum(model.objects.filter(patient=zed).count() for model in CHARTED)
    made = merge(zed, emma, dana)
    moved = made.paper_moves.filter(done=EntryOutcome.MOVED)
    assert moved.count() == count + 1
    assert set(moved.values_list("was_patient", "patient")) == {(zed.pk, emma.pk)}
    back = undo(made, dana)
    assert back.undoes == made
    assert back.paper_moves.filter(done=EntryOutcome.MOVED).count() == count + 1


def test_merging_twice_and_undoing_twice_each_count_once(
    dana: Staff, zed: Patient | None, emma: Patient
) -> None:
    made = merge(zed, emma, dana)
    assert merge(zed, emma, dana) == made
    assert undo(made, dana) == undo(made, dana)
    assert PatientMerge.objects.count() == 2
    with pytest.raises(Refused, match="is an undo already"):
        undo(PatientMerge.objects.get(undoes=made), dana)


def test_merging_again_after_an_undo_makes_another_merge(
    front: Location, dana: Staff, zed: Patient | None, emma: Patient
) -> None:
    fill(zed, front, dana)
    first = merge(zed, emma, dana)
    undo(first, dana)
    before = charts(zed, emma)
    second = merge(zed, emma, dana)
    assert second != first
    with pytest.raises(Refused, match="undone already, and the record was merged again"):
        undo(first, dana)
    undo(second, dana)
    assert charts(zed, emma) == before
    assert undo(first, dana).undoes == first


def test_a_merge_from_before_the_ledger_is_undone_with_its_visits_entries(
    front: Location, dana: Staff, noor: Staff, zed: Patient | None, emma: Patient
) -> None:
    """The undo was refused for good: it asked whose each entry is, which its page cannot answer."""
    make.guardian(emma, "Mother of Emma")
    DueItem.objects.create(
        clinic=zed.clinic, patient=emma, kind="vaccine", name="MMR", due_on=dt.date(2026, 3, 1)
    )
    visit = zed.visits.get()
    match_decisions.link_visit_to_patient(visit=visit, patient=emma, by=dana, at=LATER)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE checkin_matchdecision SET merge_id = NULL")
        cursor.execute("DELETE FROM checkin_papermove")
        cursor.execute("DELETE FROM checkin_patientmerge")
    visit = Visit.objects.get(pk=visit.pk)
    said = agree(emma, noor, visit=visit, at=make.at("10:10"))
    given = visit.needs.get(kind="vaccine", due_item__name="MMR")
    needs.answer_need(need=given, outcome="done", by=noor, at=make.at("10:11"))
    wanted = {"language": "pl", "interpreter_needed": True, "access_needs": "a ramp"}
    preferences.record_language_and_needs(patient=emma, visit=visit, by=noor, at=make.at("10:12"), **wanted)
    match_decisions.undo_match_decision(visit=visit, by=dana, at=UNDONE)
    visit.refresh_from_db()
    said.refresh_from_db()
    zed.refresh_from_db()
    emma.refresh_from_db()
    assert (visit.patient, said.patient, zed.language, emma.language) == (zed, zed, "pl", "")
    assert (zed.status, zed.merged_into) == ("provisional", None)
    assert [row.patient for row in Immunization.objects.all()] == [zed]
    assert DueItem.objects.get().status == "due"


class TestWrittenSince:
    """After an undo, entries written at a visit follow it; those written on the record itself stay."""

    def test_entries_ended_since_the_merge_move_back_ended(
        self, front: Location, dana: Staff, zed: Patient | None, emma: Patient
    ) -> None:
        fill(zed, front, dana)
        made = merge(zed, emma, dana)
        consent.revoke_proxy(proxy=StandingProxy.objects.get(), by=dana, at=make.at("10:30"))
        consent.withdraw_consent(record=ConsentRecord.objects.get(), by=dana, at=make.at("10:30"))
        promises.withdraw_promise(
            promise=Promise.objects.get(), words="she rang", by=dana, at=make.at("10:30")
        )
        undo(made, dana)
        for row in (StandingProxy.objects.get(), ConsentRecord.objects.get(), Promise.objects.get()):
            assert row.patient == zed
        assert StandingProxy.objects.get().revoked_at == ConsentRecord.objects.get().withdrawn_at
        assert Promise.objects.get().status == "withdrawn"

    def test_entries_written_on_the_remaining_record_stay(
        self, front: Location, dana: Staff, zed: Patient | None, emma: Patient
    ) -> None:
        made = merge(zed, emma, dana)
        rows = [
            agree(emma, dana, who="Mother of Emma", at=make.at("10:30")),
            trust(emma, dana, "Nanny of Emma", at=make.at("10:30")),
            promise(emma, front, dana, at=make.at("10:30")),
            make.guardian(emma),
        ]
        undo(made, dana)
        for row in rows:
            row.refresh_from_db()
            assert row.patient == emma

    def test_entries_written_at_its_visit_move_with_the_visit(
        self, front: Location, dana: Staff, zed: Patient | None, emma: Patient
    ) -> None:
        visit = zed.visits.get()
        made = merge(zed, emma, dana)
        visit.refresh_from_db()
        said = agree(emma, dana, visit=visit, at=make.at("10:30"))
        owed = promise(emma, front, dana, visit=visit, at=make.at("10:30"))
        undo(made, dana)
        said.refresh_from_db()
        owed.refresh_from_db()
        assert (said.patient, owed.patient, owed.made_for) == (zed, zed, zed)
        assert said.withdrawn_at is None

    def test_a_promise_that_replaced_one_moving_back_moves_with_it(
        self, front: Location, dana: Staff, zed: Patient | None, emma: Patient
    ) -> None:
        owed = promise(zed, front, dana)
        made = merge(zed, emma, dana)
        owed.refresh_from_db()
        said = PromiseTerms(
            to_whom="Mother", way="phone", reach_at="1", about="again", due_at=make.at("17:00")
        )
        other = promises.replace_promise(promise=owed, said=said, owner=dana, by=dana, at=make.at("10:30"))
        undo(made, dana)
        other.refresh_from_db()
        assert (other.patient, other.made_for) == (zed, zed)

    def test_an_appointment_is_never_used_up_by_a_visit_of_the_other_child(
        self, front: Location, dana: Staff, emma: Patient, emmy: Patient
    ) -> None:
        booked = make.appointment(emmy, front, make.at("15:00"))
        made = merge(emmy, emma, dana)
        hers = make.visit(front, make.at("14:50"), name="Emma Johnson", born="2017-04-04")
        assert (hers.patient, hers.appointment) == (emma, booked)
        back = undo(made, dana)
        booked.refresh_from_db()
        assert (booked.patient, booked.status) == (emmy, "booked")
        turn = hers.turn_at
        hers.refresh_from_db()
        assert (hers.patient, hers.appointment) == (emma, None)
        assert hers.turn_at > turn, "it is a walk-in’s"
        given_up = back.paper_moves.get(subject="Visit", subject_id=hers.pk)
        assert given_up.done == EntryOutcome.REMOVED
        assert "is expected again" in given_up.why

    def test_a_check_answered_against_the_other_record_is_asked_again(
        self, front: Location, dana: Staff, zed: Patient | None, emma: Patient
    ) -> None:
        """“Check …”: somebody compared the name with Emma's record, but the child is not Emma."""
        visit = zed.visits.get()
        made = merge(zed, emma, dana)
        for need in visit.needs.filter(kind="discrepancy", status="open"):
            needs.answer_need(need=need, outcome="left_open", reason="busy", by=dana, at=make.at("10:30"))
        assert visit.needs.filter(kind="discrepancy", status="left_open").exists()
        undo(made, dana)
        assert not visit.needs.filter(kind="discrepancy", status="left_open").exists()

    def test_an_escort_who_came_back_with_a_visit_does_not_stay_on_the_wrong_record(
        self, front: Location, dana: Staff, zed: Patient | None, emma: Patient
    ) -> None:
        """Linked, decided as new, undone: the adult's row on Emma's record had been made again meanwhile."""
        visit = zed.visits.get()
        match_decisions.link_visit_to_patient(visit=visit, patient=emma, by=dana, at=LATER)
        match_decisions.decide_new_patient(visit=visit, by=dana, at=make.at("10:10"), said=ALL_ENTRIES_GO)
        match_decisions.undo_match_decision(visit=visit, by=dana, at=make.at("10:20"), said=ALL_ENTRIES_GO)
        assert visit.patient == emma
        undo(PatientMerge.objects.get(merged=zed), dana)
        visit.refresh_from_db()
        assert (visit.patient, visit.escort.patient) == (zed, zed)
        assert not emma.escorts.exists()

    def test_an_appointment_of_the_other_record_taken_by_its_visit_is_free_again(
        self, front: Location, dana: Staff, zed: Patient | None, emma: Patient
    ) -> None:
        hers = make.appointment(emma, front, make.at("9:45"))
        made = merge(zed, emma, dana)
        visit = Visit.objects.get()
        assert visit.appointment == hers
        undo(made, dana)
        hers.refresh_from_db()
        visit.refresh_from_db()
        assert (hers.patient, hers.status, visit.appointment) == (emma, "booked", None)

    def test_a_vaccine_given_at_its_visit_stays_its_childs_and_the_other_is_due_again(
        self, front: Location, dana: Staff, noor: Staff, zed: Patient | None, emma: Patient
    ) -> None:
        item = DueItem.objects.create(
            clinic=emma.clinic, patient=emma, kind="vaccine", name="MMR", due_on=dt.date(2026, 3, 1)
        )
        made = merge(zed, emma, dana)
        need = Visit.objects.get().needs.get(due_item=item)
        needs.answer_need(need=need, outcome="done", by=noor, at=make.at("10:30"))
        undo(made, dana)
        item.refresh_from_db()
        assert (item.patient, item.status) == (emma, "due")
        assert Immunization.objects.get().patient == zed

    def test_a_vaccine_given_at_a_remaining_visit_does_not_count_for_the_other_child(
        self, front: Location, dana: Staff, noor: Staff, zed: Patient | None, emma: Patient
    ) -> None:
        item = DueItem.objects.create(
            clinic=zed.clinic, patient=zed, kind="vaccine", name="MMR", due_on=dt.date(2026, 3, 1)
        )
        made = merge(zed, emma, dana)
        hers = make.visit(front, make.at("10:10"), name="Emma Johnson", born="2017-04-04")
        needs.answer_need(need=hers.needs.get(due_item=item), outcome="done", by=noor, at=make.at("10:30"))
        undo(made, dana)
        item.refresh_from_db()
        assert (item.patient, item.status) == (zed, "due")
        assert Immunization.objects.get().patient == emma

    def test_a_visit_relinked_since_keeps_its_entries(
        self, front: Location, brook: Clinic, dana: Staff, zed: Patient | None, emma: Patient
    ) -> None:
        mia = make.patient(brook, "Mia Okafor", "2020-01-01")
        visit = zed.visits.get()
        # Zed came again, so the record does not belong to one visit and does not follow it to Mia.
        other = make.visit(front, make.at("9:50"), name="Ada Novak", born="2011-01-01")
        match_decisions.link_visit_to_patient(visit=other, patient=zed, by=dana, at=LATER)
        made = merge(zed, emma, dana)
        match_decisions.link_visit_to_patient(visit=visit, patient=mia, by=dana, at=make.at("10:30"))
        undo(made, dana)
        visit.refresh_from_db()
        assert visit.patient == mia
        assert list(zed.visits.all()) == [other]

    def test_a_name_used_at_its_visit_is_removed_from_the_other_childs_record(
        self, front: Location, dana: Staff, zed: Patient | None, emma: Patient
    ) -> None:
        made = merge(zed, emma, dana)
        visit = Visit.objects.get()
        name = visit.discrepancies.open().get(field="name")
        make.decision(discrepancy=name, kind="use_new", by=dana, at=make.at("10:30"))
        emma.refresh_from_db()
        assert emma.name == "Zed Quill"
        undo(made, dana)
        emma.refresh_from_db()
        assert emma.name == "Emma Johnson"


class TestTwoOnFile:
    def test_two_active_records_can_be_merged(
        self, front: Location, dana: Staff, emma: Patient, emmy: Patient
    ) -> None:
        """Only a provisional record could be merged."""
        fill(emmy, front, dana)
        before = charts(emma, emmy)
        made = merge(emmy, emma, dana)
        emmy.refresh_from_db()
        assert (emmy.status, emmy.merged_into) == (Patient.Status.MERGED, emma)
        undo(made, dana)
        emmy.refresh_from_db()
        assert emmy.status == Patient.Status.ACTIVE
        assert charts(emma, emmy) == before

    def test_the_remaining_record_keeps_its_columns_except_the_chosen_ones(
        self, dana: Staff, emma: Patient, emmy: Patient
    ) -> None:
        Patient.objects.filter(pk=emmy.pk).update(city="Joliet", address="1 Elm Street")
        made = merge(emmy, emma, dana, take=["phone", "city"])
        emma.refresh_from_db()
        assert (emma.phone, emma.city, emma.address) == ("555-010-0177", "Joliet", "")
        assert emma.phone_key
        undo(made, dana)
        emma.refresh_from_db()
        assert (emma.phone, emma.city, emma.phone_key) == ("", "", "")

    def test_a_column_changed_since_is_left_and_reported(
        self, dana: Staff, emma: Patient, emmy: Patient
    ) -> None:
        Patient.objects.filter(pk=emmy.pk).update(city="Joliet")
        made = merge(emmy, emma, dana, take=["phone", "city"])
        Patient.objects.filter(pk=emma.pk).update(city="Aurora")
        back = undo(made, dana)
        emma.refresh_from_db()
        assert (emma.phone, emma.city) == ("", "Aurora")
        assert back.paper_moves.get(done=EntryOutcome.KEPT).why == "It was changed again since."

    def test_merging_twins_requires_a_reason(self, brook: Clinic, dana: Staff, emma: Patient) -> None:
        ella = make.patient(brook, "Ella Johnson", "2017-04-04")
        with pytest.raises(patient_merges.MergeNeedsReason, match="as twins have"):
            patient_merges.merge_patients(merged=ella, into=emma, by=dana, at=LATER)
        made = patient_merges.merge_patients(
            merged=ella, into=emma, by=dana, at=LATER, why="the mother showed both cards"
        )
        assert made.merge.why == "the mother showed both cards"

    @pytest.mark.parametrize(
        ("name", "born", "is_doubtful"),
        [
            ("Emma Johnson", "2017-04-04", False),
            ("Emma Rose Johnson", "2017-04-04", False),
            ("Émma Jonson", "2017-04-04", False),
            ("Emma Johnson", "", False),
            ("Emma Johnson", "2015-04-04", True),
            ("Ella Johnson", "2017-04-04", True),
            ("Ella Johnson", "", True),
        ],
    )
    def test_different_names_or_birth_dates_raise_a_doubt(
        self, brook: Clinic, emma: Patient, name: str, born: str, is_doubtful: bool
    ) -> None:
        other = make.patient(brook, name, born)
        assert (
            bool(
                patient_merge_rules.identity_doubt_sentence(
                    patient_merge_rules.ChildIdentity.of(other), patient_merge_rules.ChildIdentity.of(emma)
                )
            )
            == is_doubtful
        )

    def test_one_adult_becomes_one_escort_and_undo_separates_them(
        self, front: Location, dana: Staff, emma: Patient, emmy: Patient
    ) -> None:
        one = Escort.objects.create(
            clinic=emma.clinic, patient=emma, name="Rosa Delgado", last_came_at=make.at("8:00")
        )
        other = Escort.objects.create(
            clinic=emma.clinic,
            patient=emmy,
            name="Rosa DELGADO",
            phone="555-010-0166",
            relationship="aunt",
            last_came_at=make.at("9:00"),
            approach="leave",
            remembered_at=make.at("9:00"),
        )
        before = charts(emma, emmy)
        made = merge(emmy, emma, dana)
        one.refresh_from_db()
        assert (one.phone, one.relationship, one.approach) == ("555-010-0166", "aunt", "leave")
        assert emma.escorts.count() == 1
        assert other.pk in emmy.escorts.values_list("pk", flat=True)
        undo(made, dana)
        assert charts(emma, emmy) == before

    def test_visits_point_to_the_remaining_escort(
        self, front: Location, dana: Staff, emma: Patient, emmy: Patient
    ) -> None:
        first = make.visit(front, make.at("8:00"), name="Emma Johnson", born="2017-04-04")
        match_decisions.link_visit_to_patient(visit=first, patient=emma, by=dana, at=make.at("8:01"))
        second = make.visit(front, make.at("9:00"), name="Emma Johnson", born="2017-04-04")
        match_decisions.link_visit_to_patient(visit=second, patient=emmy, by=dana, at=make.at("9:01"))
        escorts = first.escort_id, second.escort_id
        made = merge(emmy, emma, dana)
        second.refresh_from_db()
        assert second.escort_id == first.escort_id
        assert second.discrepancies.open().filter(field="sign_in").exists()
        undo(made, dana)
        second.refresh_from_db()
        assert (first.escort_id, second.escort_id) == escorts
        assert (second.patient, second.match) == (emmy, MatchState.CONFIRMED)

    def test_a_preference_set_since_follows_its_visit(
        self, front: Location, dana: Staff, emma: Patient, emmy: Patient
    ) -> None:
        hers = make.visit(front, make.at("8:00"), name="Emma Johnson", born="2017-04-04")
        match_decisions.link_visit_to_patient(visit=hers, patient=emma, by=dana, at=make.at("8:01"))
        visit = make.visit(front, make.at("9:00"), name="Emma Johnson", born="2017-04-04")
        match_decisions.link_visit_to_patient(visit=visit, patient=emmy, by=dana, at=make.at("9:01"))
        own = visit.escort_id
        made = merge(emmy, emma, dana)
        visit.refresh_from_db()
        said = {"approach": "leave", "best_way": "text", "best_time": "after 5"}
        preferences.set_preferences(escort=visit.escort, visit=visit, by=dana, at=make.at("10:30"), **said)
        undo(made, dana)
        visit.refresh_from_db()
        hers.refresh_from_db()
        assert (visit.escort_id, visit.escort.approach, visit.escort.best_time) == (own, "leave", "after 5")
        assert (hers.escort.approach, hers.escort.best_time) == ("", "")
        assert ChartChange.objects.get().patient == emmy

    def test_an_escort_of_a_remaining_visit_is_on_both_records_after_the_undo(
        self, front: Location, dana: Staff, emma: Patient, zed: Patient | None
    ) -> None:
        rosa = zed.escorts.get()
        made = merge(zed, emma, dana)
        hers = make.visit(front, make.at("10:10"), name="Emma Johnson", born="2017-04-04")
        assert hers.escort == rosa
        undo(made, dana)
        hers.refresh_from_db()
        assert (zed.escorts.get(), hers.escort.patient, hers.escort.name) == (rosa, emma, rosa.name)
        assert zed.visits.get().escort == rosa
        rosa.refresh_from_db()
        assert rosa.last_came_at == make.at("9:40")

    def test_an_identical_guardian_is_listed_once(self, dana: Staff, emma: Patient, emmy: Patient) -> None:
        make.guardian(emma, "Ana Johnson")
        make.guardian(emmy, "Ana JOHNSON")
        make.guardian(emmy, "Ana Johnson", "555-010-0155")
        before = charts(emma, emmy)
        made = merge(emmy, emma, dana)
        assert [one.phone for one in emma.guardians.order_by("position")] == ["555-010-0123", "555-010-0155"]
        undo(made, dana)
        assert charts(emma, emmy) == before

    def test_two_guardians_with_one_number_are_both_kept(
        self, dana: Staff, emma: Patient, emmy: Patient
    ) -> None:
        number = {"system": "ehr", "value": "7"}
        make.guardian(emma, "Ana Johnson", **number)
        make.guardian(emmy, "Ana Johnson", "555-010-0155", **number)
        before = charts(emma, emmy)
        made = merge(emmy, emma, dana)
        assert sorted(emma.guardians.values_list("value", flat=True)) == ["", "7"]
        undo(made, dana)
        assert charts(emma, emmy) == before

    def test_an_import_finds_a_row_known_by_content_on_the_other_record(
        self, dana: Staff, emma: Patient, emmy: Patient
    ) -> None:
        def due(patient: Patient, **fields: Any) -> DueItem:
            day = dt.date(2026, 3, 1)
            system, value = vaccines.content_key("due", patient.pk, "vaccine", "mmr", day)
            known = {"system": system, "value": value, "kind": "vaccine", "name": "MMR", "due_on": day}
            return DueItem.objects.create(clinic=patient.clinic, patient=patient, **known | fields)

        hers, again = due(emma), due(emmy, status="given")
        before = charts(emma, emmy)
        made = merge(emmy, emma, dana)
        hers.refresh_from_db()
        again.refresh_from_db()
        assert (hers.status, again.patient) == ("given", emmy)
        undo(made, dana)
        assert charts(emma, emmy) == before
        hers.delete()
        merge(emmy, emma, dana)
        again.refresh_from_db()
        expected = vaccines.content_key("due", emma.pk, "vaccine", "mmr", dt.date(2026, 3, 1))
        assert (again.patient, again.value) == (emma, expected[1])

    @pytest.mark.parametrize("which", ["itself", "gone", "next door"])
    def test_an_invalid_merge_is_refused(
        self, brook: Clinic, hill: Clinic, dana: Staff, emma: Patient, which: str
    ) -> None:
        gone = make.patient(brook, "Old", status=Patient.Status.ENTERED_IN_ERROR)
        other = {"itself": emma, "gone": gone, "next door": make.patient(hill)}[which]
        with pytest.raises(Refused):
            patient_merges.merge_patients(merged=other, into=emma, by=dana, at=LATER)
        assert not PatientMerge.objects.exists()


class TestChains:
    @pytest.mark.parametrize("first", [0, 1])
    def test_two_merges_are_undone_in_either_order(
        self,
        front: Location,
        brook: Clinic,
        dana: Staff,
        zed: Patient | None,
        emma: Patient,
        emmy: Patient,
        first: int,
    ) -> None:
        fill(zed, front, dana)
        before = charts(zed, emmy, emma)
        chain = [merge(zed, emmy, dana), merge(emmy, emma, dana)]
        assert zed.visits.count() == emmy.visits.count() == 0
        undo(chain[first], dana)
        undo(chain[1 - first], dana, at=make.at("11:30"))
        after = charts(zed, emmy, emma)
        assert {name: after[name] for name in after if name != "Guardian"} == {
            name: before[name] for name in before if name != "Guardian"
        }
        assert [row["patient_id"] for row in after["Guardian"]] == [
            row["patient_id"] for row in before["Guardian"]
        ]

    def test_undoing_the_first_merge_takes_its_rows_from_the_end_of_the_chain(
        self, front: Location, dana: Staff, zed: Patient | None, emma: Patient, emmy: Patient
    ) -> None:
        fill(zed, front, dana)
        make.guardian(emmy, "Ana Johnson")
        first = merge(zed, emmy, dana)
        merge(emmy, emma, dana)
        undo(first, dana)
        assert zed.standing_proxies.exists()
        assert zed.visits.exists()
        assert [one.name for one in emma.guardians.all()] == ["Ana Johnson"]
        assert not emma.consent_records.exists()

    def test_undoing_an_older_link_puts_the_visit_on_the_record_merged_into(
        self, front: Location, dana: Staff, zed: Patient | None, emma: Patient, emmy: Patient
    ) -> None:
        visit = make.visit(front, make.at("9:50"), name="Emma Johnson", born="2017-04-04")
        match_decisions.link_visit_to_patient(visit=visit, patient=emmy, by=dana, at=make.at("9:51"))
        match_decisions.link_visit_to_patient(visit=visit, patient=zed, by=dana, at=make.at("9:52"))
        made = merge(emmy, emma, dana)
        match_decisions.undo_match_decision(visit=visit, by=dana, at=make.at("10:30"))
        visit.refresh_from_db()
        assert visit.patient == emma
        undo(made, dana)
        visit.refresh_from_db()
        assert visit.patient == emmy


def test_a_merge_from_before_the_ledger_can_be_undone(
    front: Location, dana: Staff, zed: Patient | None, emma: Patient
) -> None:
    visit = zed.visits.get()
    visit_id = visit.pk
    Visit.objects.filter(pk=visit_id).update(patient=emma, escort=None, match=MatchState.CONFIRMED)
    Patient.objects.filter(pk=zed.pk).update(status=Patient.Status.MERGED, merged_into=emma)
    MatchDecision.objects.create(
        visit=visit,
        kind="merge",
        at=LATER,
        by=dana,
        patient=emma,
        previous_patient=zed,
        previous_match=MatchState.UNKNOWN,
    )
    visit.refresh_from_db()
    match_decisions.undo_match_decision(visit=visit, by=dana, at=UNDONE)
    zed.refresh_from_db()
    assert (visit.patient, zed.status) == (zed, Patient.Status.PROVISIONAL)
    assert not PaperMove.objects.exists()


def test_a_language_staff_wrote_moves_if_the_other_record_has_none(
    dana: Staff, zed: Patient | None, emma: Patient
) -> None:
    preferences.record_language_and_needs(
        patient=zed, language="pl", interpreter_needed=True, access_needs="", by=dana, at=make.at("9:50")
    )
    zed.refresh_from_db()
    if not ChartChange.objects.exists():
        ChartChange.objects.create(
            clinic=zed.clinic,
            patient=zed,
            subject="Patient",
            subject_id=zed.pk,
            after={"language": "pl", "interpreter_needed": True},
            at=make.at("9:50"),
            by=dana,
        )
    made = merge(zed, emma, dana)
    emma.refresh_from_db()
    assert (emma.language, emma.interpreter_needed) == ("pl", True)
    undo(made, dana)
    emma.refresh_from_db()
    assert (emma.language, emma.interpreter_needed) == ("", False)


def test_a_language_only_typed_at_the_kiosk_does_not_move(
    front: Location, dana: Staff, emma: Patient
) -> None:
    visit = make.visit(front, name="Zed Quill", born="2019-05-05", language="pl")
    merge(visit.patient, emma, dana)
    emma.refresh_from_db()
    assert emma.language == ""
