"""Two records are one child: everything goes along, is written down, and goes back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from django.db import connection

from checkin.actions import consent, match_decisions, merge_undo, needs, patient_merges, preferences, promises
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.actions.refusals import Refused
from checkin.models import (
    Appointment,
    ChartChange,
    ConsentRecord,
    DueItem,
    Escort,
    Guardian,
    Immunization,
    MatchDecision,
    MatchState,
    PaperMove,
    Patient,
    PatientIdentifier,
    PatientMerge,
    Promise,
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
def emma(brook):
    return make.patient(brook, "Emma Johnson", "2017-04-04")


@pytest.fixture
def zed(front):
    """A provisional record, with its visit."""
    return make.visit(front, name="Zed Quill", born="2019-05-05").patient


@pytest.fixture
def emmy(brook, front):
    """The same Emma once more, as an import without the system of her number made her."""
    return make.patient(brook, "Emma Johnson", "2017-04-04", phone="555-010-0177")


def charts(*patients):
    """Everything that stands on each of these charts, column by column."""
    found = {}
    for model in CHARTED:
        rows = model.objects.filter(patient__in=patients).order_by("pk").values()
        # A board's version only ever grows, and what is noticed again is noticed later.
        found[model.__name__] = [
            {name: value for name, value in row.items() if name != "board_version"} for row in rows
        ]
    people = Patient.objects.filter(pk__in=[one.pk for one in patients]).order_by("pk")
    found["Patient"] = list(people.values())
    for row in found["Patient"]:
        del row["updated_at"]
    return found


def merge(one, other, dana, **said):
    return patient_merges.merge_patients(merged=one, into=other, by=dana, at=LATER, sure=True, **said).merge


def undo(merge, dana, at=UNDONE):
    return merge_undo.undo_patient_merge(merge=merge, by=dana, at=at)


def agree(patient, by, *, visit=None, at=None, who="Mother of Zed"):
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


def trust(patient, by, name="Aunt Zoe", at=None):
    return consent.grant_proxy(
        patient=patient,
        name=name,
        granted_by="Mother of Zed",
        written_on=dt.date(2026, 3, 1),
        by=by,
        at=at or make.at("9:50"),
    )


def promise(patient, where, by, *, visit=None, at=None, about="call back"):
    said = PromiseTerms(
        to_whom="Mother of Zed", way="phone", reach_at="555-010-0190", about=about, due_at=make.at("16:00")
    )
    return promises.make_promise(
        location=where, said=said, owner=by, by=by, at=at or make.at("9:50"), patient=patient, visit=visit
    )


def fill(patient, where, by):
    """One of each thing that can stand on a chart."""
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


def test_every_column_that_names_a_patient_has_a_written_fate() -> None:
    named = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("checkin").get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Patient
    }
    assert named == set(patient_merge_rules.MERGE_COLUMN_FATES)


def test_everything_goes_along_and_undo_gives_everything_back(front, dana, zed, emma):
    """Q3: the other family's proxy and consent stayed in force on a stranger."""
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


def test_undo_at_the_match_desk_gives_everything_back_too(front, dana, zed, emma):
    fill(zed, front, dana)
    visit, before = zed.visits.get(), charts(zed, emma)
    match_decisions.link_visit_to_patient(visit=visit, patient=emma, by=dana, at=LATER)
    assert (visit.patient, visit.match) == (emma, MatchState.CONFIRMED)
    match_decisions.undo_match_decision(visit=visit, by=dana, at=UNDONE)
    assert charts(zed, emma) == before
    assert visit.patient == zed


def test_each_row_that_moved_is_written_down(front, dana, zed, emma):
    fill(zed, front, dana)
    count = sum(model.objects.filter(patient=zed).count() for model in CHARTED)
    made = merge(zed, emma, dana)
    moved = made.paper_moves.filter(done=EntryOutcome.MOVED)
    assert moved.count() == count + 1
    assert set(moved.values_list("was_patient", "patient")) == {(zed.pk, emma.pk)}
    back = undo(made, dana)
    assert back.undoes == made
    assert back.paper_moves.filter(done=EntryOutcome.MOVED).count() == count + 1


def test_twice_is_once_both_ways(dana, zed, emma):
    made = merge(zed, emma, dana)
    assert merge(zed, emma, dana) == made
    assert undo(made, dana) == undo(made, dana)
    assert PatientMerge.objects.count() == 2
    with pytest.raises(Refused, match="is an undo already"):
        undo(PatientMerge.objects.get(undoes=made), dana)


def test_merged_again_after_an_undo_it_is_another_merge(front, dana, zed, emma):
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


def test_a_merge_of_before_rows_were_written_down_is_undone_with_what_its_visit_brought(
    front, dana, noor, zed, emma
):
    """The undo refused for good: it asked whose each paper is, which its page does not."""
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
    """What was written at a visit goes with it; on the record itself, it stays."""

    def test_what_ended_since_goes_back_ended(self, front, dana, zed, emma):
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

    def test_what_was_written_on_the_record_that_stays_stays(self, front, dana, zed, emma):
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

    def test_what_was_written_at_its_visit_goes_with_the_visit(self, front, dana, zed, emma):
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

    def test_a_promise_in_the_place_of_one_that_goes_back_goes_with_it(self, front, dana, zed, emma):
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

    def test_an_appointment_is_never_used_up_by_a_visit_of_the_other_child(self, front, dana, emma, emmy):
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

    def test_a_check_answered_of_the_other_record_is_asked_again(self, front, dana, zed, emma):
        """“Check …”: somebody looked whether this is the name on Emma's record, and it is not Emma."""
        visit = zed.visits.get()
        made = merge(zed, emma, dana)
        for need in visit.needs.filter(kind="discrepancy", status="open"):
            needs.answer_need(need=need, outcome="done", by=dana, at=make.at("10:30"))
        assert visit.needs.filter(kind="discrepancy", status="done").exists()
        undo(made, dana)
        assert not visit.needs.filter(kind="discrepancy", status="done").exists()

    def test_who_came_back_with_a_visit_does_not_stay_with_the_stranger(self, front, dana, zed, emma):
        """Linked, said to be new, undone: the adult's row on Emma's record was made anew meanwhile."""
        visit = zed.visits.get()
        match_decisions.link_visit_to_patient(visit=visit, patient=emma, by=dana, at=LATER)
        match_decisions.decide_new_patient(visit=visit, by=dana, at=make.at("10:10"), said=ALL_ENTRIES_GO)
        match_decisions.undo_match_decision(visit=visit, by=dana, at=make.at("10:20"), said=ALL_ENTRIES_GO)
        assert visit.patient == emma
        undo(PatientMerge.objects.get(merged=zed), dana)
        visit.refresh_from_db()
        assert (visit.patient, visit.escort.patient) == (zed, zed)
        assert not emma.escorts.exists()

    def test_an_appointment_of_the_other_record_that_its_visit_took_is_free_again(
        self, front, dana, zed, emma
    ):
        hers = make.appointment(emma, front, make.at("9:45"))
        made = merge(zed, emma, dana)
        visit = Visit.objects.get()
        assert visit.appointment == hers
        undo(made, dana)
        hers.refresh_from_db()
        visit.refresh_from_db()
        assert (hers.patient, hers.status, visit.appointment) == (emma, "booked", None)

    def test_a_vaccine_given_at_its_visit_is_that_childs_and_the_other_is_due_again(
        self, front, dana, noor, zed, emma
    ):
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

    def test_a_vaccine_given_at_a_visit_that_stays_was_not_given_to_the_other_child(
        self, front, dana, noor, zed, emma
    ):
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

    def test_a_visit_decided_otherwise_since_stays_with_what_was_written_at_it(
        self, front, brook, dana, zed, emma
    ):
        mia = make.patient(brook, "Mia Okafor", "2020-01-01")
        visit = zed.visits.get()
        # Zed came again: the record is not one visit's only, with which it would go to Mia.
        other = make.visit(front, make.at("9:50"), name="Ada Novak", born="2011-01-01")
        match_decisions.link_visit_to_patient(visit=other, patient=zed, by=dana, at=LATER)
        made = merge(zed, emma, dana)
        match_decisions.link_visit_to_patient(visit=visit, patient=mia, by=dana, at=make.at("10:30"))
        undo(made, dana)
        visit.refresh_from_db()
        assert visit.patient == mia
        assert list(zed.visits.all()) == [other]

    def test_use_the_new_at_its_visit_comes_off_the_other_childs_record(self, front, dana, zed, emma):
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
    def test_both_may_be_whole_records(self, front, dana, emma, emmy):
        """Q17: only a provisional record could be merged."""
        fill(emmy, front, dana)
        before = charts(emma, emmy)
        made = merge(emmy, emma, dana)
        emmy.refresh_from_db()
        assert (emmy.status, emmy.merged_into) == (Patient.Status.MERGED, emma)
        undo(made, dana)
        emmy.refresh_from_db()
        assert emmy.status == Patient.Status.ACTIVE
        assert charts(emma, emmy) == before

    def test_the_record_that_stays_keeps_its_columns_but_those_that_were_chosen(self, dana, emma, emmy):
        Patient.objects.filter(pk=emmy.pk).update(city="Joliet", address="1 Elm Street")
        made = merge(emmy, emma, dana, take=["phone", "city"])
        emma.refresh_from_db()
        assert (emma.phone, emma.city, emma.address) == ("555-010-0177", "Joliet", "")
        assert emma.phone_key
        undo(made, dana)
        emma.refresh_from_db()
        assert (emma.phone, emma.city, emma.phone_key) == ("", "", "")

    def test_a_column_changed_again_since_is_left_and_said(self, dana, emma, emmy):
        Patient.objects.filter(pk=emmy.pk).update(city="Joliet")
        made = merge(emmy, emma, dana, take=["phone", "city"])
        Patient.objects.filter(pk=emma.pk).update(city="Aurora")
        back = undo(made, dana)
        emma.refresh_from_db()
        assert (emma.phone, emma.city) == ("", "Aurora")
        assert back.paper_moves.get(done=EntryOutcome.KEPT).why == "It was changed again since."

    def test_twins_take_words_of_how_somebody_knows(self, brook, dana, emma):
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
    def test_who_may_be_two_children(self, brook, emma, name, born, is_doubtful):
        other = make.patient(brook, name, born)
        assert (
            bool(
                patient_merge_rules.identity_doubt_sentence(
                    patient_merge_rules.ChildIdentity.of(other), patient_merge_rules.ChildIdentity.of(emma)
                )
            )
            == is_doubtful
        )

    def test_one_adult_is_one_escort_and_undo_parts_them(self, front, dana, emma, emmy):
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

    def test_visits_name_the_escort_that_stays(self, front, dana, emma, emmy):
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

    def test_what_an_adult_asked_for_since_goes_with_their_visit(self, front, dana, emma, emmy):
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

    def test_an_adult_who_brings_a_visit_that_stays_stands_on_both_records(self, front, dana, emma, zed):
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

    def test_a_guardian_with_the_same_words_stands_once(self, dana, emma, emmy):
        make.guardian(emma, "Ana Johnson")
        make.guardian(emmy, "Ana JOHNSON")
        make.guardian(emmy, "Ana Johnson", "555-010-0155")
        before = charts(emma, emmy)
        made = merge(emmy, emma, dana)
        assert [one.phone for one in emma.guardians.order_by("position")] == ["555-010-0123", "555-010-0155"]
        undo(made, dana)
        assert charts(emma, emmy) == before

    def test_two_guardians_of_one_number_both_stand(self, dana, emma, emmy):
        number = {"system": "ehr", "value": "7"}
        make.guardian(emma, "Ana Johnson", **number)
        make.guardian(emmy, "Ana Johnson", "555-010-0155", **number)
        before = charts(emma, emmy)
        made = merge(emmy, emma, dana)
        assert sorted(emma.guardians.values_list("value", flat=True)) == ["", "7"]
        undo(made, dana)
        assert charts(emma, emmy) == before

    def test_what_an_import_knows_by_its_content_it_will_find_on_the_other_record(self, dana, emma, emmy):
        def due(patient, **fields):
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
    def test_it_is_refused_where_it_makes_no_sense(self, brook, hill, dana, emma, which):
        gone = make.patient(brook, "Old", status=Patient.Status.ENTERED_IN_ERROR)
        other = {"itself": emma, "gone": gone, "next door": make.patient(hill)}[which]
        with pytest.raises(Refused):
            patient_merges.merge_patients(merged=other, into=emma, by=dana, at=LATER)
        assert not PatientMerge.objects.exists()


class TestChains:
    @pytest.mark.parametrize("first", [0, 1])
    def test_two_merges_are_undone_in_either_order(self, front, brook, dana, zed, emma, emmy, first):
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

    def test_the_first_undone_alone_takes_its_own_from_the_end_of_the_chain(
        self, front, dana, zed, emma, emmy
    ):
        fill(zed, front, dana)
        make.guardian(emmy, "Ana Johnson")
        first = merge(zed, emmy, dana)
        merge(emmy, emma, dana)
        undo(first, dana)
        assert zed.standing_proxies.exists()
        assert zed.visits.exists()
        assert [one.name for one in emma.guardians.all()] == ["Ana Johnson"]
        assert not emma.consent_records.exists()

    def test_a_visit_whose_older_link_is_undone_is_the_merged_childs(self, front, dana, zed, emma, emmy):
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


def test_a_merge_of_before_the_ledger_is_undone_as_it_was(front, dana, zed, emma):
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


def test_what_staff_wrote_of_language_goes_along_where_the_other_record_says_nothing(dana, zed, emma):
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


def test_what_was_only_typed_at_the_tablet_does_not(front, dana, emma):
    visit = make.visit(front, name="Zed Quill", born="2019-05-05", language="pl")
    merge(visit.patient, emma, dana)
    emma.refresh_from_db()
    assert emma.language == ""
