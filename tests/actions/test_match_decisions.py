"""`match_decisions`: a person decides who the child is, and can undo it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from checkin.actions import (
    consent,
    match_decisions,
    merge_undo,
    patient_merges,
    preferences,
    provisional_patients,
    visits,
)
from checkin.actions.entry_moves import EntriesUndecided, EntryAnswers
from checkin.actions.match_corrections import find_entries_to_show, find_standing_match_decision
from checkin.actions.refusals import Refused
from checkin.models import (
    Appointment,
    AuditEvent,
    BoardVersion,
    Clinic,
    Discrepancy,
    DueItem,
    Escort,
    Guardian,
    Immunization,
    ImmutableRowError,
    Location,
    MatchDecision,
    MatchState,
    Patient,
    PatientIdentifier,
    PatientMerge,
    SignInChannel,
    Staff,
    Visit,
)
from checkin.models.visit_entries import digest_visit_entries
from checkin.queries import patient_dossiers
from checkin.rules.patient_merges import MERGE_COLUMN_FATES
from checkin.rules.visit_steps import VisitState
from tests import make
from tests.actions.merge_chains import Chain
from tests.promising import promise

Kind = MatchDecision.Kind
LATER = make.at("9:50")


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def twins(brook: Clinic) -> Any:
    return make.patient(brook, "Anna Berg"), make.patient(brook, "Hanna Berg")


@pytest.fixture
def unsure(front: Location, twins: Any) -> Visit:
    """Ana Berg: either of the twins."""
    return make.visit(front, name="Ana Berg")


@pytest.fixture
def stranger(front: Location) -> Visit:
    """Nobody similar to Zoltan is on file, so he gets a provisional record."""
    return make.visit(front, name="Zoltan Kiss", born="2019-05-05")


def version(where: Location) -> int:
    return BoardVersion.objects.get(location=where).version


def state_of(visit: Visit) -> tuple:
    visit = Visit.objects.get(pk=visit.pk)
    return visit.patient_id, visit.match, visit.appointment_id, visit.turn_at, visit.open_discrepancies


class TestLink:
    def test_linking_confirms_the_match_and_saves_the_escort(
        self, unsure: Visit, twins: Any, dana: Staff, front: Location
    ) -> None:
        before = version(front)
        made = match_decisions.link_visit_to_patient(visit=unsure, patient=twins[0], by=dana, at=LATER)
        unsure.refresh_from_db()
        assert (unsure.patient, unsure.match) == (twins[0], MatchState.CONFIRMED)
        assert (made.kind, made.by, made.patient, made.previous_patient) == (Kind.LINK, dana, twins[0], None)
        assert unsure.escort == Escort.objects.get(patient=twins[0], name="Rosa Delgado")
        assert version(front) > before
        assert unsure.board_version == version(front)
        assert AuditEvent.objects.filter(action="match.link", staff=dana, patient=twins[0]).count() == 1

    def test_the_same_link_twice_makes_one_decision(self, unsure: Visit, twins: Any, dana: Staff) -> None:
        first = match_decisions.link_visit_to_patient(
            visit=unsure, patient=twins[0], by=dana, at=LATER, seen=0
        )
        assert (
            match_decisions.link_visit_to_patient(visit=unsure, patient=twins[0], by=dana, at=LATER, seen=0)
            == first
        )
        assert MatchDecision.objects.count() == Escort.objects.count() == 1

    def test_relinking_moves_escort_and_appointment(
        self, unsure: Visit, twins: Any, dana: Staff, front: Location
    ) -> None:
        anna, hanna = twins
        first, second = make.appointment(anna, front), make.appointment(hanna, front, make.at("10:15"))
        match_decisions.link_visit_to_patient(visit=unsure, patient=anna, by=dana, at=LATER)
        assert Appointment.objects.get(pk=first.pk).status == "arrived"
        match_decisions.link_visit_to_patient(visit=unsure, patient=hanna, by=dana, at=LATER)
        unsure.refresh_from_db()
        assert (unsure.patient, unsure.appointment, unsure.turn_at) == (hanna, second, make.at("10:15"))
        assert Appointment.objects.get(pk=first.pk).status == "booked"
        assert list(Escort.objects.values_list("patient", flat=True)) == [hanna.pk]

    def test_discrepancies_follow_the_link(self, unsure: Visit, twins: Any, dana: Staff) -> None:
        match_decisions.link_visit_to_patient(visit=unsure, patient=twins[0], by=dana, at=LATER)
        assert unsure.discrepancies.open().get().recorded == "Anna Berg"
        match_decisions.link_visit_to_patient(visit=unsure, patient=twins[1], by=dana, at=LATER)
        assert unsure.discrepancies.open().get().recorded == "Hanna Berg"
        unsure.refresh_from_db()
        assert unsure.open_discrepancies == 1

    def test_typed_values_never_overwrite_a_record(self, front: Location, dana: Staff, brook: Clinic) -> None:
        child = make.patient(brook, "Anna Berg", phone="555-010-0001", language="sv")
        make.patient(brook, "Hanna Berg")
        before = Patient.objects.filter(pk=child.pk).values().get()
        visit = make.visit(
            front, name="ANNA BERG", born="2018-03-15", escort_phone="555-010-9999", language="en"
        )
        match_decisions.link_visit_to_patient(visit=visit, patient=child, by=dana, at=LATER)
        match_decisions.undo_match_decision(visit=visit, by=dana, at=LATER)
        assert Patient.objects.filter(pk=child.pk).values().get() == before

    def test_a_provisional_record_made_for_the_visit_is_merged(
        self, stranger: Visit, leo: Patient, dana: Staff
    ) -> None:
        made_for = stranger.patient
        made = match_decisions.link_visit_to_patient(visit=stranger, patient=leo, by=dana, at=LATER)
        made_for.refresh_from_db()
        stranger.refresh_from_db()
        assert (made_for.status, made_for.merged_into) == (Patient.Status.MERGED, leo)
        assert (made.kind, stranger.patient, stranger.match) == (Kind.MERGE, leo, MatchState.CONFIRMED)
        assert list(Escort.objects.values_list("patient", flat=True)) == [leo.pk]

    def test_relinking_a_visit_leaves_other_visits_on_the_record(
        self, front: Location, leo: Patient, dana: Staff
    ) -> None:
        first = make.visit(front, name="Zoltan Kiss", born="2019-05-05")
        second = make.visit(front, make.at("9:45"), name="Zoltan Kiss", born="2019-05-05")
        assert (second.match, second.patient) == (MatchState.CERTAIN, first.patient)
        made = match_decisions.link_visit_to_patient(visit=second, patient=leo, by=dana, at=LATER)
        first.refresh_from_db()
        assert made.kind == Kind.LINK
        assert first.patient.status == Patient.Status.PROVISIONAL

    def test_linking_to_a_merged_record_is_refused(
        self, stranger: Visit, unsure: Visit, twins: Any, leo: Patient, dana: Staff
    ) -> None:
        merged = stranger.patient
        match_decisions.link_visit_to_patient(visit=stranger, patient=leo, by=dana, at=LATER)
        with pytest.raises(Refused, match="merged into another"):
            match_decisions.link_visit_to_patient(visit=unsure, patient=merged, by=dana, at=LATER)
        unsure.refresh_from_db()
        assert unsure.patient is None

    def test_a_merged_record_is_never_a_candidate(
        self, stranger: Visit, leo: Patient, dana: Staff, brook: Clinic
    ) -> None:
        match_decisions.link_visit_to_patient(visit=stranger, patient=leo, by=dana, at=LATER)
        claim = patient_dossiers.child_identity_claim(
            patient_dossiers.restore_sign_in_claim(stranger.sign_in), clinic=brook, today=stranger.local_date
        )
        assert patient_dossiers.find_candidate_dossiers(clinic=brook, claim=claim, at=LATER).patients == {}

    def test_linking_to_another_clinics_record_is_refused(
        self, unsure: Visit, hill: Clinic, dana: Staff
    ) -> None:
        with pytest.raises(Refused, match="another clinic"):
            match_decisions.link_visit_to_patient(
                visit=unsure, patient=make.patient(hill, "Anna Berg"), by=dana, at=LATER
            )

    def test_linking_to_the_record_made_from_the_sign_in_is_refused(
        self, stranger: Visit, dana: Staff
    ) -> None:
        with pytest.raises(Refused, match="made from this sign-in"):
            match_decisions.link_visit_to_patient(visit=stranger, patient=stranger.patient, by=dana, at=LATER)

    def test_the_second_of_two_people_is_told_who_decided_what(
        self, unsure: Visit, twins: Any, dana: Staff, max_: Staff
    ) -> None:
        match_decisions.link_visit_to_patient(visit=unsure, patient=twins[0], by=dana, at=LATER, seen=0)
        with pytest.raises(Refused, match=r"Dana settled .* at 9:50 AM: it is Anna Berg\."):
            match_decisions.link_visit_to_patient(visit=unsure, patient=twins[1], by=max_, at=LATER, seen=0)
        with pytest.raises(Refused, match="Dana settled"):
            match_decisions.decide_new_patient(visit=unsure, by=max_, at=LATER, seen=0)
        assert MatchDecision.objects.count() == 1

    def test_an_older_visit_linked_late_does_not_overwrite_newer_words(
        self, brook: Clinic, front: Location, dana: Staff
    ) -> None:
        anna, _ = make.patient(brook, "Anna Berg"), make.patient(brook, "Hanna Berg")
        old = make.visit(
            front, make.at("9:40", dt.date(2026, 3, 3)), name="Ana Berg", relationship="old words"
        )
        new = make.visit(front, name="Ana Berg", relationship="new words")
        match_decisions.link_visit_to_patient(visit=new, patient=anna, by=dana, at=LATER)
        match_decisions.link_visit_to_patient(visit=old, patient=anna, by=dana, at=LATER)
        escort = Escort.objects.get()
        assert (escort.relationship, escort.last_came_at) == ("new words", new.arrived_at)

    def test_linking_a_child_already_signed_in_makes_a_discrepancy(
        self, front: Location, leo: Patient, brook: Clinic, dana: Staff
    ) -> None:
        first = make.visit(front)
        make.patient(brook, "Lea Ruiz")
        second = make.visit(front, make.at("9:45"), name="Le Ruiz")
        match_decisions.link_visit_to_patient(visit=second, patient=leo, by=dana, at=LATER)
        told = second.discrepancies.open().get(field=Discrepancy.Field.SIGN_IN)
        assert (told.other_visit, told.recorded) == (first, "")
        match_decisions.undo_match_decision(visit=second, by=dana, at=LATER)
        assert not second.discrepancies.open().filter(field=Discrepancy.Field.SIGN_IN).exists()

    def test_a_visit_that_has_left_fulfils_the_appointment(
        self, unsure: Visit, twins: Any, dana: Staff, front: Location
    ) -> None:
        booked = make.appointment(twins[0], front)
        visits.move_visit(visit=unsure, to=VisitState.LEFT, by=dana, at=LATER, reason="will come back")
        match_decisions.link_visit_to_patient(visit=unsure, patient=twins[0], by=dana, at=LATER)
        booked.refresh_from_db()
        assert booked.status == "fulfilled"

    def test_a_visit_entered_in_error_takes_no_appointment(
        self, unsure: Visit, twins: Any, dana: Staff, front: Location
    ) -> None:
        booked = make.appointment(twins[0], front)
        visits.move_visit(visit=unsure, to=VisitState.ENTERED_IN_ERROR, by=dana, at=LATER)
        match_decisions.link_visit_to_patient(visit=unsure, patient=twins[0], by=dana, at=LATER)
        booked.refresh_from_db()
        assert booked.status == "booked"


class TestNewPatient:
    def test_the_provisional_record_becomes_an_active_patient(self, stranger: Visit, dana: Staff) -> None:
        made = match_decisions.decide_new_patient(visit=stranger, by=dana, at=LATER)
        stranger.refresh_from_db()
        assert (stranger.match, stranger.patient.status) == (MatchState.NEW, Patient.Status.ACTIVE)
        assert (made.kind, made.patient) == (Kind.NEW_PATIENT, stranger.patient)
        assert Patient.objects.count() == 1

    def test_without_a_candidate_chosen_a_record_is_made_from_what_was_typed(
        self, unsure: Visit, twins: Any, dana: Staff
    ) -> None:
        match_decisions.decide_new_patient(visit=unsure, by=dana, at=LATER)
        unsure.refresh_from_db()
        assert (unsure.patient.name, unsure.patient.status) == ("Ana Berg", Patient.Status.ACTIVE)

    def test_deciding_twice_by_the_same_person_makes_one_decision(self, stranger: Visit, dana: Staff) -> None:
        first = match_decisions.decide_new_patient(visit=stranger, by=dana, at=LATER, seen=0)
        assert match_decisions.decide_new_patient(visit=stranger, by=dana, at=LATER, seen=0) == first
        assert Patient.objects.count() == 1

    def test_a_second_person_deciding_is_refused(self, stranger: Visit, dana: Staff, max_: Staff) -> None:
        match_decisions.decide_new_patient(visit=stranger, by=dana, at=LATER)
        with pytest.raises(Refused, match="Dana settled"):
            match_decisions.decide_new_patient(visit=stranger, by=max_, at=LATER, seen=0)
        with pytest.raises(Refused, match="new patient already"):
            match_decisions.decide_new_patient(visit=stranger, by=max_, at=LATER)

    def test_without_a_typed_name_a_new_patient_is_refused(self, front: Location, dana: Staff) -> None:
        empty = visits.record_sign_in(
            location=front, claim={}, at=make.at(), channel=SignInChannel.KIOSK
        ).visit
        with pytest.raises(Refused, match="No name was typed"):
            match_decisions.decide_new_patient(visit=empty, by=dana, at=LATER)
        assert not Patient.objects.exists()

    def test_a_new_patient_later_found_on_file_is_merged(
        self, stranger: Visit, leo: Patient, dana: Staff
    ) -> None:
        match_decisions.decide_new_patient(visit=stranger, by=dana, at=LATER)
        made = stranger.patient
        match_decisions.link_visit_to_patient(visit=stranger, patient=leo, by=dana, at=LATER)
        made.refresh_from_db()
        assert (made.status, made.merged_into) == (Patient.Status.MERGED, leo)
        kinds = list(stranger.match_decisions.order_by("pk").values_list("kind", flat=True))
        assert kinds == [Kind.NEW_PATIENT, Kind.MERGE]

    def test_a_new_patient_with_other_visits_is_not_merged_when_one_is_relinked(
        self, stranger: Visit, leo: Patient, dana: Staff, front: Location
    ) -> None:
        match_decisions.decide_new_patient(visit=stranger, by=dana, at=LATER)
        made = stranger.patient
        again = make.visit(front, make.at("9:55"), name="Zoltan Kiss", born="2019-05-05")
        assert again.patient == made
        match_decisions.link_visit_to_patient(visit=stranger, patient=leo, by=dana, at=LATER)
        made.refresh_from_db()
        again.refresh_from_db()
        assert (made.status, again.patient, state_of(stranger)[0]) == ("active", made, leo.pk)
        match_decisions.undo_match_decision(visit=stranger, by=dana, at=LATER)
        assert state_of(stranger)[:2] == (made.pk, MatchState.NEW)

    @pytest.mark.parametrize("known_by", ["number", "due item", "guardian", "vaccine"])
    def test_a_new_patient_known_to_another_system_is_not_merged(
        self, stranger: Visit, leo: Patient, dana: Staff, brook: Clinic, known_by: str
    ) -> None:
        match_decisions.decide_new_patient(visit=stranger, by=dana, at=LATER)
        made, of = stranger.patient, {"clinic": brook, "patient": stranger.patient}
        day = make.TUESDAY
        {
            "number": lambda: PatientIdentifier.objects.create(system="urn:ehr", value="R-77", **of),
            "due item": lambda: DueItem.objects.create(kind="vaccine", name="MMR", due_on=day, **of),
            "guardian": lambda: make.guardian(made, system="urn:ehr", value="G-1"),
            "vaccine": lambda: Immunization.objects.create(name="MMR", given_on=day, **of),
        }[known_by]()
        status = made.status
        match_decisions.link_visit_to_patient(visit=stranger, patient=leo, by=dana, at=LATER)
        made.refresh_from_db()
        assert (made.status, made.merged_into, state_of(stranger)[0]) == (status, None, leo.pk)

    def test_entries_on_a_new_patients_page_follow_the_link_and_its_undo(
        self, stranger: Visit, leo: Patient, dana: Staff
    ) -> None:
        match_decisions.decide_new_patient(visit=stranger, by=dana, at=LATER)
        made = stranger.patient
        written = {"name": "Nan", "granted_by": "Ilona Kiss", "written_on": make.TUESDAY}
        proxy = consent.grant_proxy(patient=made, by=dana, at=LATER, **written)
        owed = promise(stranger.location, patient=made, by=dana)
        papers = find_entries_to_show(stranger, leo)
        assert {one.row for one in papers} == {proxy, owed}
        with pytest.raises(EntriesUndecided):
            match_decisions.link_visit_to_patient(
                visit=stranger, patient=leo, by=dana, at=LATER, said=EntryAnswers(seen="")
            )
        said = EntryAnswers(seen=digest_visit_entries(papers))
        match_decisions.link_visit_to_patient(visit=stranger, patient=leo, by=dana, at=LATER, said=said)
        for row in (made, proxy, owed):
            row.refresh_from_db()
        assert (made.merged_into, proxy.patient, owed.patient) == (leo, leo, leo)
        match_decisions.undo_match_decision(visit=stranger, by=dana, at=LATER)
        for row in (made, proxy, owed):
            row.refresh_from_db()
        assert (made.status, proxy.patient, owed.patient) == ("active", made, made)
        assert state_of(stranger)[:2] == (made.pk, MatchState.NEW)

    @pytest.mark.parametrize(("whose", "language"), [("new", "pl"), ("nobody", "en")])
    def test_a_record_with_another_language_is_asked_about(
        self, stranger: Visit, brook: Clinic, dana: Staff, whose: str, language: str
    ) -> None:
        other = make.patient(brook, "Leo Ruiz", language="en")
        match_decisions.decide_new_patient(visit=stranger, by=dana, at=LATER)
        said = {"language": "pl", "interpreter_needed": True, "access_needs": ""}
        preferences.record_language_and_needs(
            patient=stranger.patient, visit=stranger, by=dana, at=LATER, **said
        )
        [asked] = [one for one in find_entries_to_show(stranger, other) if one.asks]
        answers = EntryAnswers({asked.key: whose})
        match_decisions.link_visit_to_patient(visit=stranger, patient=other, by=dana, at=LATER, said=answers)
        other.refresh_from_db()
        assert other.language == language

    def test_completing_a_provisional_record_writes_what_the_desk_entered(
        self, stranger: Visit, dana: Staff
    ) -> None:
        made = provisional_patients.complete_provisional_patient(
            provisional=stranger.patient, by=dana, at=LATER, given_name="Zoltán", phone="555-010-4444"
        )
        stranger.refresh_from_db()
        assert (made.given_name, made.given_key, made.phone_key) == ("Zoltán", "zoltan", "550104444")
        assert (stranger.match, made.status) == (MatchState.NEW, Patient.Status.ACTIVE)
        assert stranger.sign_in.child_given_name == "Zoltan"
        assert stranger.discrepancies.open().count() == 0
        with pytest.raises(Refused, match="not provisional"):
            provisional_patients.complete_provisional_patient(provisional=made, by=dana, at=LATER)


class TestUndo:
    def test_undoing_an_automatic_link_sends_the_visit_to_the_match_desk(
        self, front: Location, leo: Patient, dana: Staff
    ) -> None:
        booked = make.appointment(leo, front, make.at("9:55"))
        visit = make.visit(front, name="Leo Ruiz")
        assert visit.match == MatchState.CERTAIN
        made = match_decisions.undo_match_decision(visit=visit, by=dana, at=LATER)
        visit.refresh_from_db()
        booked.refresh_from_db()
        assert (visit.patient, visit.match, visit.escort, visit.appointment) == (
            None,
            MatchState.PROBABLE,
            None,
            None,
        )
        assert (booked.status, Escort.objects.count()) == ("booked", 0)
        assert visit.turn_at == make.at("10:25")
        assert made.undoes.kind == Kind.AUTO
        assert list(Visit.objects.to_match()) == [visit]

    def test_undoing_a_link_restores_the_previous_state(
        self, unsure: Visit, twins: Any, dana: Staff, front: Location
    ) -> None:
        make.appointment(twins[0], front)
        before = state_of(unsure)
        match_decisions.link_visit_to_patient(visit=unsure, patient=twins[0], by=dana, at=LATER)
        assert state_of(unsure) != before
        match_decisions.undo_match_decision(visit=unsure, by=dana, at=LATER)
        assert state_of(unsure) == before
        assert Appointment.objects.get().status == "booked"
        assert not Escort.objects.exists()

    def test_each_undo_reverts_one_decision(self, unsure: Visit, twins: Any, dana: Staff) -> None:
        for twin in twins:
            match_decisions.link_visit_to_patient(visit=unsure, patient=twin, by=dana, at=LATER)
        match_decisions.undo_match_decision(visit=unsure, by=dana, at=LATER)
        assert state_of(unsure)[:2] == (twins[0].pk, MatchState.CONFIRMED)
        match_decisions.undo_match_decision(visit=unsure, by=dana, at=LATER)
        assert state_of(unsure)[:2] == (None, MatchState.PROBABLE)
        with pytest.raises(Refused, match="nothing to undo"):
            match_decisions.undo_match_decision(visit=unsure, by=dana, at=LATER)

    def test_undoing_twice_from_one_page_reverts_one_decision(
        self, unsure: Visit, twins: Any, dana: Staff, max_: Staff
    ) -> None:
        for twin in twins:
            last = match_decisions.link_visit_to_patient(visit=unsure, patient=twin, by=dana, at=LATER)
        first = match_decisions.undo_match_decision(visit=unsure, by=dana, at=LATER, seen=last.pk)
        assert match_decisions.undo_match_decision(visit=unsure, by=dana, at=LATER, seen=last.pk) == first
        with pytest.raises(Refused, match="Dana undid"):
            match_decisions.undo_match_decision(visit=unsure, by=max_, at=LATER, seen=last.pk)
        assert state_of(unsure)[0] == twins[0].pk

    def test_undoing_a_new_patient_makes_it_provisional_again(self, stranger: Visit, dana: Staff) -> None:
        before = state_of(stranger)
        match_decisions.decide_new_patient(visit=stranger, by=dana, at=LATER)
        match_decisions.undo_match_decision(visit=stranger, by=dana, at=LATER)
        assert state_of(stranger) == before
        assert Patient.objects.get().status == Patient.Status.PROVISIONAL

    def test_undoing_a_new_patient_made_beside_candidates_voids_the_record(
        self, unsure: Visit, twins: Any, dana: Staff
    ) -> None:
        made = match_decisions.decide_new_patient(visit=unsure, by=dana, at=LATER).patient
        match_decisions.undo_match_decision(visit=unsure, by=dana, at=LATER)
        made.refresh_from_db()
        assert made.status == Patient.Status.ENTERED_IN_ERROR
        assert state_of(unsure)[:2] == (None, MatchState.PROBABLE)

    def test_an_undone_new_patient_with_another_visit_stays_on_file(
        self, unsure: Visit, twins: Any, dana: Staff, front: Location
    ) -> None:
        made = match_decisions.decide_new_patient(visit=unsure, by=dana, at=LATER).patient
        again = make.visit(front, make.at("9:55"), name="Nobody Else", born="2011-01-01")
        match_decisions.link_visit_to_patient(visit=again, patient=made, by=dana, at=LATER)
        match_decisions.undo_match_decision(visit=unsure, by=dana, at=LATER)
        made.refresh_from_db()
        assert made.status == Patient.Status.PROVISIONAL

    def test_an_escort_already_on_the_record_stays_after_the_undo(
        self, unsure: Visit, twins: Any, dana: Staff, brook: Clinic
    ) -> None:
        known = Escort.objects.create(
            clinic=brook, patient=twins[0], name="Rosa Delgado", phone="555-010-0001"
        )
        match_decisions.link_visit_to_patient(visit=unsure, patient=twins[0], by=dana, at=LATER)
        assert Escort.objects.get().last_came_at == unsure.arrived_at
        match_decisions.undo_match_decision(visit=unsure, by=dana, at=LATER)
        known.refresh_from_db()
        assert (known.phone, known.last_came_at) == ("555-010-0001", None)

    def test_undo_restores_the_escorts_words_from_the_visit_before(
        self, brook: Clinic, front: Location, leo: Patient, dana: Staff
    ) -> None:
        make.visit(front, make.at("9:40", dt.date(2026, 3, 3)), relationship="his aunt")
        visit = make.visit(front, relationship="tía")
        match_decisions.undo_match_decision(visit=visit, by=dana, at=LATER)
        escort = Escort.objects.get()
        assert (escort.relationship, escort.last_came_at.date()) == ("his aunt", dt.date(2026, 3, 3))

    def test_undoing_without_a_decision_is_refused(self, stranger: Visit, dana: Staff) -> None:
        with pytest.raises(Refused, match="nothing to undo"):
            match_decisions.undo_match_decision(visit=stranger, by=dana, at=LATER)

    def test_match_history_is_append_only(self, unsure: Visit, twins: Any, dana: Staff) -> None:
        match_decisions.link_visit_to_patient(visit=unsure, patient=twins[0], by=dana, at=LATER)
        before = list(MatchDecision.objects.order_by("pk").values())
        match_decisions.undo_match_decision(visit=unsure, by=dana, at=LATER)
        assert list(MatchDecision.objects.order_by("pk").values())[:1] == before
        with pytest.raises(ImmutableRowError):
            MatchDecision.objects.first().save()
        with pytest.raises(ImmutableRowError):
            MatchDecision.objects.all().delete()


class TestMerge:
    @pytest.fixture
    def two(self, front: Location, annexe: Location) -> Any:
        """The same unknown child signed in at two desks, with one provisional record."""
        first = make.visit(front, name="Zoltan Kiss", born="2019-05-05")
        second = make.visit(annexe, make.at("9:45"), name="Zoltan Kiss", born="2019-05-05")
        assert first.patient_id == second.patient_id
        return first, second

    def test_every_visit_of_the_record_is_merged_with_it(
        self, two: Any, leo: Patient, dana: Staff, front: Location, annexe: Location
    ) -> None:
        before = version(front), version(annexe)
        merged = provisional_patients.merge_provisional_patient(
            provisional=two[0].patient, into=leo, by=dana, at=LATER
        )
        assert [state_of(visit)[:2] for visit in two] == [(leo.pk, MatchState.CONFIRMED)] * 2
        assert (version(front), version(annexe)) > before
        assert set(merged.decisions) == {visit.pk for visit in two}

    def test_undoing_the_merge_at_one_visit_restores_every_visit(
        self, two: Any, leo: Patient, dana: Staff
    ) -> None:
        before = [state_of(visit) for visit in two]
        provisional_patients.merge_provisional_patient(
            provisional=two[0].patient, into=leo, by=dana, at=LATER
        )
        match_decisions.undo_match_decision(visit=two[1], by=dana, at=LATER)
        assert [state_of(visit) for visit in two] == before
        made = Patient.objects.get(pk=two[0].patient_id)
        assert (made.status, made.merged_into) == (Patient.Status.PROVISIONAL, None)
        assert two[1].patient_id == made.pk
        assert set(Escort.objects.values_list("patient", flat=True)) == {made.pk}

    def test_a_visit_relinked_since_is_not_moved_by_the_undo(
        self, two: Any, leo: Patient, dana: Staff, brook: Clinic
    ) -> None:
        mia = make.patient(brook, "Mia Okafor", born="2020-01-01")
        provisional_patients.merge_provisional_patient(
            provisional=two[0].patient, into=leo, by=dana, at=LATER
        )
        match_decisions.link_visit_to_patient(visit=two[1], patient=mia, by=dana, at=LATER)
        match_decisions.undo_match_decision(visit=two[0], by=dana, at=LATER)
        assert state_of(two[0])[:2] == (two[0].patient_id, MatchState.UNKNOWN)
        assert state_of(two[1])[:2] == (mia.pk, MatchState.CONFIRMED)

    def test_merging_twice_changes_nothing_more(self, two: Any, leo: Patient, dana: Staff) -> None:
        provisional_patients.merge_provisional_patient(
            provisional=two[0].patient, into=leo, by=dana, at=LATER
        )
        count = MatchDecision.objects.count()
        assert (
            provisional_patients.merge_provisional_patient(
                provisional=two[0].patient, into=leo, by=dana, at=LATER
            ).last
            is None
        )
        assert MatchDecision.objects.count() == count

    def test_appointments_and_guardians_move_and_the_visit_keeps_its_appointment(
        self, two: Any, leo: Patient, dana: Staff, front: Location
    ) -> None:
        provisional = two[0].patient
        booked = make.appointment(provisional, front, status="arrived")
        Visit.objects.filter(pk=two[0].pk).update(appointment=booked)
        make.guardian(provisional)
        provisional_patients.merge_provisional_patient(provisional=provisional, into=leo, by=dana, at=LATER)
        booked.refresh_from_db()
        assert (booked.patient, booked.status, booked.visit) == (leo, "arrived", two[0])
        assert Guardian.objects.get().patient == leo

    @pytest.mark.parametrize("which", ["active", "itself", "gone", "next door"])
    def test_an_invalid_merge_is_refused(
        self, two: Any, leo: Patient, dana: Staff, hill: Clinic, brook: Clinic, which: str
    ) -> None:
        provisional = two[0].patient
        one, into = {
            "active": (leo, provisional),
            "itself": (provisional, provisional),
            "gone": (provisional, make.patient(brook, "Old", status=Patient.Status.ENTERED_IN_ERROR)),
            "next door": (provisional, make.patient(hill)),
        }[which]
        with pytest.raises(Refused):
            provisional_patients.merge_provisional_patient(provisional=one, into=into, by=dana, at=LATER)
        assert not MatchDecision.objects.filter(kind=Kind.MERGE).exists()


def has_a_merged_record(made: Patient | None, front: Location, dana: Staff, max_: Staff) -> None:
    other = make.patient(made.clinic, "Anka Bergh", born="2011-05-06")
    make.appointment(other, front, make.at("15:00", make.TUESDAY + dt.timedelta(days=3)))
    patient_merges.merge_patients(merged=other, into=made, by=max_, at=LATER, why="their mother says so")


def has_an_empty_merged_record(made: Any, front: Any, dana: Any, max_: Any) -> None:
    other = make.patient(made.clinic, "Anka Bergh", born="2011-05-06")
    patient_merges.merge_patients(merged=other, into=made, by=max_, at=LATER, why="their mother says so")


def has_an_appointment(made: Any, front: Any, dana: Any, max_: Any) -> None:
    make.appointment(made, front, make.at("15:00", make.TUESDAY + dt.timedelta(days=3)))


def has_another_adult(made: Any, front: Any, dana: Any, max_: Any) -> None:
    Escort.objects.create(clinic=made.clinic, patient=made, name="Ida Berg", phone="555-010-9090")


def has_a_wish_of_its_page(made: Any, front: Any, dana: Any, max_: Any) -> None:
    wish = {"approach": "leave", "best_way": "text", "best_time": ""}
    preferences.set_preferences(escort=made.escorts.get(), by=dana, at=LATER, **wish)


def has_needs_of_its_page(made: Any, front: Any, dana: Any, max_: Any) -> None:
    needs = {"language": "pl", "interpreter_needed": True, "access_needs": "wheelchair"}
    preferences.record_language_and_needs(patient=made, by=dana, at=LATER, **needs)


def has_a_guardian(made: Any, front: Any, dana: Any, max_: Any) -> None:
    make.guardian(made)


def has_a_proxy_of_its_page(made: Any, front: Any, dana: Any, max_: Any) -> None:
    consent.grant_proxy(
        patient=made, name="Nan Kelly", granted_by="Ana Berg", written_on=make.TUESDAY, by=dana, at=LATER
    )


def has_a_promise_of_its_page(made: Any, front: Any, dana: Any, max_: Any) -> None:
    promise(front, patient=made, visit=None, by=dana, at=LATER)


HELD = [
    has_a_merged_record, has_an_empty_merged_record, has_an_appointment, has_another_adult,
    has_a_wish_of_its_page, has_needs_of_its_page, has_a_guardian, has_a_proxy_of_its_page,
    has_a_promise_of_its_page,
]  # fmt: skip


class TestWhatANewPatientHolds:
    """A record with more than the visit brought stays on file when “New patient” is undone."""

    @pytest.mark.parametrize("held", HELD)
    def test_it_stays_on_file_with_its_other_rows(
        self, unsure: Visit, twins: Any, dana: Staff, max_: Staff, front: Location, held: Callable[..., None]
    ) -> None:
        made = match_decisions.decide_new_patient(visit=unsure, by=dana, at=LATER).patient
        held(made, front, dana, max_)
        unsure.refresh_from_db()
        before, adult = rows_on(made), unsure.escort_id
        take_back(unsure, dana)
        made.refresh_from_db()
        assert (state_of(unsure)[0], made.status) == (None, Patient.Status.PROVISIONAL)
        gone = {("Visit", unsure.pk)}
        if held is not has_a_wish_of_its_page:
            gone |= {("Escort", adult)}  # known only from this visit
        assert rows_on(made) == before - gone

    def test_a_record_merged_into_it_can_still_be_split_off(
        self, unsure: Visit, twins: Any, dana: Staff, max_: Staff, front: Location
    ) -> None:
        made = match_decisions.decide_new_patient(visit=unsure, by=dana, at=LATER).patient
        has_a_merged_record(made, front, dana, max_)
        merge = PatientMerge.objects.get()
        take_back(unsure, dana)
        merge_undo.undo_patient_merge(merge=merge, by=max_, at=LATER)
        assert merge.merged.appointments.exists()
        assert Patient.objects.get(pk=merge.merged_id).status == Patient.Status.ACTIVE

    def test_entries_from_the_visit_alone_do_not_keep_it_on_file(
        self, unsure: Visit, twins: Any, dana: Staff, front: Location
    ) -> None:
        """They all go back with the visit."""
        made = match_decisions.decide_new_patient(visit=unsure, by=dana, at=LATER).patient
        unsure.refresh_from_db()
        facts = {"by": dana, "at": LATER, "visit": unsure}
        wish = {"approach": "leave", "best_way": "text", "best_time": ""}
        preferences.set_preferences(escort=unsure.escort, **facts, **wish)
        needs = {"language": "pl", "interpreter_needed": True, "access_needs": "wheelchair"}
        preferences.record_language_and_needs(patient=made, **facts, **needs)
        promise(front, patient=None, visit=unsure, by=dana, at=LATER)
        take_back(unsure, dana)
        made.refresh_from_db()
        assert made.status == Patient.Status.ENTERED_IN_ERROR
        assert not rows_on(made)

    def test_a_record_that_is_merged_into_another_stays_merged(
        self, unsure: Visit, twins: Any, dana: Staff, max_: Staff, brook: Clinic
    ) -> None:
        """Because of its number, it stayed merged there while the visit was elsewhere."""
        made = match_decisions.decide_new_patient(visit=unsure, by=dana, at=LATER).patient
        PatientIdentifier.objects.create(clinic=brook, patient=made, value="Z-1")
        sure = {"by": max_, "at": LATER, "why": "their mother says so"}
        first = patient_merges.merge_patients(merged=made, into=twins[0], **sure).merge
        unsure.refresh_from_db()
        match_decisions.link_visit_to_patient(visit=unsure, patient=twins[1], by=dana, at=LATER)
        merge_undo.undo_patient_merge(merge=first, by=max_, at=LATER)
        made.refresh_from_db()
        patient_merges.merge_patients(merged=made, into=twins[0], **sure)
        for _ in range(2):
            take_back(unsure, dana)
        made.refresh_from_db()
        assert (state_of(unsure)[0], find_standing_match_decision(unsure)) == (None, None)
        assert (made.status, made.merged_into) == (Patient.Status.MERGED, twins[0])


def take_back(visit: Visit, dana: Staff) -> None:
    visit.refresh_from_db()
    last = find_standing_match_decision(visit)
    listed = find_entries_to_show(visit, last.previous_patient, undoes=last)
    said = EntryAnswers({one.key: one.whose[0] for one in listed if one.asks})
    match_decisions.undo_match_decision(visit=visit, by=dana, at=LATER, said=said)


def rows_on(made: Patient | None) -> set[tuple[str, int]]:
    """Return every row on this record, in any table."""
    tables = {one.split(".")[0] for one in MERGE_COLUMN_FATES if one.endswith(".patient")}
    rows = {
        (name, pk)
        for name in tables - {"AuditEvent", "MatchDecision", "PaperMove", "ChartChange"}
        for pk in apps.get_model("checkin", name).objects.filter(patient=made).values_list("pk", flat=True)
    }
    changes = made.chart_changes.filter(status="stands").values_list("pk", flat=True)
    merged = Patient.objects.filter(merged_into=made).values_list("pk", flat=True)
    return rows | {("ChartChange", pk) for pk in changes} | {("Patient", pk) for pk in merged}


def test_a_visit_back_from_two_merges_that_are_over_is_as_certain_as_before_the_first(
    chain: Chain, front: Location, leo: Patient, dana: Staff
) -> None:
    visit = make.visit(front, make.at("8:55"), name="Ana Sol", born="2010-03-14")
    assert (visit.patient, visit.match) == (chain.records[0], MatchState.CERTAIN)
    merges = [chain.merge(0, 1), chain.merge(1, 2)]
    visit.refresh_from_db()
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=chain.now)
    for one in reversed(merges):
        chain.undo(one)
    visit.refresh_from_db()
    match_decisions.undo_match_decision(visit=visit, by=dana, at=chain.now)
    visit.refresh_from_db()
    assert (visit.patient, visit.match) == (chain.records[0], MatchState.CERTAIN)
