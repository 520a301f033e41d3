"""Taking appointments and correcting matches between a merge and its undo loses no entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from checkin.actions import consent, match_decisions, preferences
from checkin.actions.entry_moves import EntryAnswers
from checkin.models import (
    Appointment,
    ChartChange,
    ConsentRecord,
    Discrepancy,
    Escort,
    Location,
    MatchDecision,
    Patient,
    Staff,
    Visit,
)
from checkin.models.visit_entries import list_visit_entries
from checkin.rules.consent_adults import CareKind, ConsentBasis, ConsentChannel
from tests import make

if TYPE_CHECKING:
    from tests.actions.merge_chains import Chain


pytestmark = pytest.mark.django_db


def fresh(visit: Any) -> Visit:
    return Visit.objects.select_related("patient", "escort").get(pk=visit.pk)


def correct(chain: Chain, visit: Visit, n: int, whose: str) -> MatchDecision:
    """Relink the visit, with the same answer to every question."""
    visit, to = fresh(visit), chain.fresh(n)
    said = {one.key: whose for one in list_visit_entries(visit, to) if one.asks}
    facts = {"by": chain.by, "at": chain.now, "said": EntryAnswers(whose=said)}
    return match_decisions.link_visit_to_patient(visit=visit, patient=to, **facts)


def test_an_appointment_taken_by_a_visit_returns_to_its_record(chain: Chain, front: Location) -> None:
    """The visit was linked between merge and undo and took the appointment; the undo releases it."""
    booked = make.appointment(chain.records[0], front, make.at("10:00"))
    made = chain.merge(0, 1)
    visit = chain.visit(2, escort_name="Rosa Delgado")
    correct(chain, visit, 1, "new")
    assert fresh(visit).appointment_id == booked.pk
    chain.undo(made)
    booked.refresh_from_db()
    assert (booked.patient_id, booked.status) == (chain.records[0].pk, Appointment.Status.BOOKED)
    assert fresh(visit).appointment_id is None


@pytest.mark.parametrize("chosen", ["old", "both"])
def test_an_entry_answered_as_the_other_childs_survives_a_later_undone_merge(
    chain: Chain, chosen: str
) -> None:
    """Left on the first record; then the visit's next child was merged into that one."""
    visit = chain.visit(1, escort_name="Rosa Delgado")
    asked = {"language": "", "interpreter_needed": True, "access_needs": "a ramp"}
    preferences.record_language_and_needs(
        patient=visit.patient, visit=visit, by=chain.by, at=chain.now, **asked
    )
    correct(chain, visit, 0, chosen)
    before = chain.says("access_needs"), chain.says("language")
    chain.undo(chain.merge(0, 1))
    assert (chain.says("access_needs"), chain.says("language")) == before
    assert before[0][1] == "a ramp"
    assert ChartChange.objects.filter(patient=chain.records[1], status="stands").exists()


def test_a_consent_answered_as_the_other_childs_survives_too(chain: Chain, noor: Staff) -> None:
    make.guardian(chain.records[1], "Sofia Reyes", phone="555-010-0200")
    visit = chain.visit(1, escort_name="Rosa Delgado")
    made = consent.record_consent(
        patient=visit.patient, visit=visit, care=CareKind.VACCINE, agreed=True, basis=ConsentBasis.TELEPHONE,
        how=ConsentChannel.TELEPHONE, who="Sofia Reyes", to_what="", heard_by=noor, at=chain.now, until=None,
    )  # fmt: skip
    correct(chain, visit, 0, "old")
    chain.undo(chain.merge(0, 1))
    assert ConsentRecord.objects.get(pk=made.pk).patient_id == chain.records[1].pk


def used(chain: Chain, n: int) -> Visit:
    """Write another child's name on this record with “Use the new”."""
    visit = chain.visit(n, escort_name="Rosa Delgado")
    one = Discrepancy.objects.open().get(visit=visit, field="name")
    make.decision(discrepancy=one, kind="use_new", by=chain.by, at=chain.now)
    return visit


@pytest.mark.parametrize("taken", [(), ("given_name",)], ids=["left", "taken"])
def test_a_name_used_before_a_merge_is_asked_about_after_it(chain: Chain, taken: Any) -> None:
    """The visit was another child's: the name is removed from the merged record and the one that took it."""
    visit = used(chain, 0)
    made = chain.merge(0, 1, *taken)
    assert [one.paper for one in list_visit_entries(fresh(visit), chain.fresh(2)) if one.asks] == [
        "correction"
    ]
    correct(chain, visit, 2, "nobody")
    assert chain.says("given_name") == ["Ana", "Zed", "Moe"]
    chain.undo(made)
    assert chain.says("given_name") == ["Ana", "Zed", "Moe"]


@pytest.mark.parametrize("taken", [(), ("given_name",)], ids=["left", "taken"])
def test_undoing_such_a_correction_restores_the_name(chain: Chain, taken: Any) -> None:
    visit = used(chain, 0)
    chain.merge(0, 1, *taken)
    before = chain.says("given_name")
    correct(chain, visit, 2, "nobody")
    match_decisions.undo_match_decision(visit=fresh(visit), by=chain.by, at=chain.now)
    assert chain.says("given_name") == before


def test_care_needs_also_move_from_a_merged_record(chain: Chain) -> None:
    """Its visit is corrected while it is merged into another record; the merge is undone afterwards."""
    visit = chain.visit(0, escort_name="Rosa Delgado")
    asked = {"language": "pl", "interpreter_needed": False, "access_needs": "a ramp"}
    preferences.record_language_and_needs(
        patient=visit.patient, visit=visit, by=chain.by, at=chain.now, **asked
    )
    made = chain.merge(0, 1)
    correct(chain, visit, 2, "new")
    assert chain.says("access_needs") == ["", "", "a ramp"]
    chain.undo(made)
    assert chain.says("access_needs") == ["", "", "a ramp"]


def test_undoing_a_merge_does_not_bring_back_a_value_overwritten_since(chain: Chain) -> None:
    """The language was taken from the first record, then another was entered at its visit: neither stays."""
    visit = chain.visit(0, escort_name="Rosa Delgado")
    made = chain.merge(0, 1, "language")
    asked = {"language": "uk", "interpreter_needed": False, "access_needs": ""}
    now = fresh(visit)
    preferences.record_language_and_needs(patient=now.patient, visit=now, by=chain.by, at=chain.now, **asked)
    assert chain.fresh(1).language == "uk"
    chain.undo(made)
    assert chain.says("language") == ["uk", "es", "fr"]


def test_undoing_a_new_patient_keeps_the_other_childs_language(chain: Chain, front: Location) -> None:
    """Entered before the match; then the visit is linked, decided as a new patient, and that is undone."""
    visit = fresh(make.visit(front, chain.now, name="Qqq Www", born="", escort_name="Rosa Delgado"))
    asked = {"language": "uk", "interpreter_needed": True, "access_needs": ""}
    preferences.record_language_and_needs(
        patient=visit.patient, visit=visit, by=chain.by, at=chain.now, **asked
    )
    match_decisions.link_visit_to_patient(visit=visit, patient=chain.fresh(1), by=chain.by, at=chain.now)
    before = chain.fresh(1).language, chain.fresh(1).interpreter_needed
    now = fresh(visit)
    said = {one.key: "new" for one in list_visit_entries(now, Patient()) if one.asks}
    facts = {"by": chain.by, "at": chain.now}
    match_decisions.decide_new_patient(visit=now, said=EntryAnswers(whose=said), **facts)
    match_decisions.undo_match_decision(visit=fresh(visit), by=chain.by, at=chain.now)
    assert (chain.fresh(1).language, chain.fresh(1).interpreter_needed) == before
    assert before == ("es", True)


@pytest.mark.parametrize("typed", [{}, {"remember": "yes", "approach": "greet", "best_time": "mornings"}])
def test_a_preference_returns_even_if_its_visit_was_away_meanwhile(
    chain: Chain, front: Location, typed: dict[str, str]
) -> None:
    """Set before the merge at the visit whose sign-in made the record; the adult's row is a new one since."""
    visit = fresh(make.visit(front, chain.now, name="Zoltan Kiss", **typed))
    made, wish = visit.patient, {"approach": "leave", "best_way": "text", "best_time": ""}
    preferences.set_preferences(escort=visit.escort, visit=visit, by=chain.by, at=chain.now, **wish)
    chain.records.append(made)
    merge = chain.merge(3, 0)
    correct(chain, visit, 1, "new")
    match_decisions.undo_match_decision(visit=fresh(visit), by=chain.by, at=chain.now)
    chain.undo(merge)
    here = Escort.objects.filter(patient=made).values_list("approach", "best_way", "best_time")
    assert [*here] == [("leave", "text", "")]
    assert not Escort.objects.exclude(patient=made).exists(), "nobody brought the other child"
