"""What was said and given at a visit goes with the child or stays, as the rule or a person says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import match_decisions, patient_merges
from checkin.actions.entry_moves import EntriesUndecided
from checkin.models import Clinic, ConsentRecord, Location, Patient, Promise, Staff, Visit
from checkin.queries import patient_dossiers
from checkin.rules.consent_adults import ConsentBasis, ConsentChannel
from tests import make
from tests.actions.corrected_visits import LATER, LATEST, WRITTEN, agree, fresh, proxy, relink, told, undo
from tests.promising import promise


@pytest.fixture
def visit(finns_visit: Visit) -> Visit:
    return finns_visit


@pytest.mark.parametrize(
    ("who", "changes"),
    [
        ("Rosa Delgado", {"basis": ConsentBasis.GUARDIAN_PRESENT, "how": ConsentChannel.VERBAL}),
        ("Some Uncle", {}),
        ("Ewa Wilk", {}),
        ("Finn O'Neil", {"basis": ConsentBasis.OWN, "how": ConsentChannel.VERBAL}),
    ],
)
def test_consent_from_the_escort_or_a_stranger_to_the_old_record_follows_the_visit(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff, who: str, changes: Any
) -> None:
    made = agree(visit, dana, who, **changes)
    decision = relink(visit, zofia, dana)
    assert (fresh(made).patient, made.withdrawn_at) == (zofia, None)
    assert f"{who} agreed to vaccine" in told(decision)
    assert "now on Zofia Wilk’s record" in told(decision)
    undo(visit, dana)
    assert (fresh(made).patient, made.withdrawn_at) == (finn, None)


@pytest.mark.parametrize("whose", ["new", "old", "nobody"])
def test_consent_from_the_previous_childs_mother_is_asked_about(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff, whose: str
) -> None:
    made = agree(visit, dana, "Maeve O'Neil", until=dt.date(2026, 12, 31))
    with pytest.raises(EntriesUndecided):
        match_decisions.link_visit_to_patient(visit=visit, patient=zofia, by=dana, at=LATER)
    assert fresh(visit).patient == finn
    relink(visit, zofia, dana, consent=whose)
    assert fresh(made).patient == (zofia if whose == "new" else finn)
    assert (made.withdrawn_by == dana) is (whose == "nobody")
    undo(visit, dana)
    assert (fresh(made).patient, made.withdrawn_at) == (finn, None)


@pytest.mark.parametrize("whose", ["new", "old", "nobody"])
def test_a_proxy_from_the_previous_childs_mother_is_asked_about(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff, whose: str
) -> None:
    made = proxy(visit, dana, "Maeve O'Neil")
    relink(visit, zofia, dana, proxy=whose)
    assert fresh(made).patient == (zofia if whose == "new" else finn)
    assert (made.revoked_by == dana) is (whose == "nobody")
    undo(visit, dana)
    assert (fresh(made).patient, made.revoked_at) == (finn, None)


MAY_BE_MAEVE = (
    "mom",
    "Mom",
    "his mother",
    "la mamá",
    "Maeve",
    "Mrs O'Neil",
    "M. O'Neil",
    "Maeve O'Neil (mother)",
)


@pytest.mark.parametrize("who", [*MAY_BE_MAEVE, "his dad", "the guardian"])
def test_words_that_may_mean_the_previous_childs_family_are_asked_about(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff, who: str
) -> None:
    answer, granted = agree(visit, dana, who), proxy(visit, dana, who)
    for paper in ("consent", "proxy"):
        with pytest.raises(EntriesUndecided):
            relink(visit, zofia, dana, **{paper: "new"})
    relink(visit, zofia, dana, consent="old", proxy="old")
    assert (fresh(answer).patient, fresh(granted).patient) == (finn, finn)
    assert (
        not patient_dossiers.read_dossiers(clinic=visit.clinic, patients=[zofia], at=LATER)
        .dossiers[zofia.pk]
        .answers
    )


@pytest.mark.parametrize("who", ["mom", "Maeve", "Mrs O'Neil", "Maeve O'Neil"])
def test_consent_is_not_asked_about_for_siblings_with_the_same_mother(
    visit: Visit, zofia: Patient, dana: Staff, who: str
) -> None:
    zofia.guardians.update(name="Maeve O'Neil", phone="555-010-0123")
    made = agree(visit, dana, who)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=zofia, by=dana, at=LATER)
    assert fresh(made).patient == zofia


def test_consent_from_a_father_without_authority_is_asked_about_too(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    make.guardian(finn, "Owen O'Neil", "555-010-0124", relationship="father", may_consent=False)
    agree(visit, dana, "Owen")
    with pytest.raises(EntriesUndecided):
        match_decisions.link_visit_to_patient(visit=fresh(visit), patient=zofia, by=dana, at=LATER)


def test_a_proxy_and_a_consent_wait_when_the_visit_has_no_child(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    granted, answer = proxy(visit, dana, "A stranger"), agree(visit, dana, "Nan Kelly")
    decision = undo(visit, dana, at=LATER)
    assert fresh(granted).patient is fresh(answer).patient is None
    assert "waits at" in told(decision)
    assert (
        not patient_dossiers.read_dossiers(clinic=visit.clinic, patients=[finn], at=LATER)
        .dossiers[finn.pk]
        .answers
    )
    assert patient_dossiers.read_visit_dossier(fresh(visit), now=LATER).answers
    relink(visit, zofia, dana, at=LATEST)
    assert (fresh(granted).patient, fresh(answer).patient) == (zofia, zofia)


def test_consent_left_with_the_previous_child_does_not_count_at_the_visit(visit: Visit, dana: Staff) -> None:
    agree(visit, dana, "Maeve O'Neil")
    undo(visit, dana, at=LATER, consent="old")
    assert not patient_dossiers.read_visit_dossier(fresh(visit), now=LATER).answers


def test_consent_on_a_childs_record_does_not_count_at_the_unmatched_visit(
    visit: Visit, finn: Patient, dana: Staff
) -> None:
    made = agree(visit, dana, "Some Uncle")
    undo(visit, dana, at=LATER)
    ConsentRecord.objects.filter(pk=made.pk).update(patient=finn)
    assert not ConsentRecord.objects.bearing_on(fresh(visit)).exists()


def test_a_promise_follows_the_visit(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff, front: Location
) -> None:
    made = promise(front, patient=finn, visit=visit, by=dana, at=WRITTEN)
    assert "Promise to Ana Ruiz: the bill that came twice: now on Zofia Wilk’s record" in told(
        relink(visit, zofia, dana)
    )
    assert fresh(made).patient == Promise.objects.get().made_for == zofia
    undo(visit, dana)
    assert fresh(made).patient == finn


def test_an_undo_leaves_a_promise_with_the_record_it_was_made_for_though_that_is_merged(
    brook: Clinic, visit: Visit, finn: Patient, zofia: Patient, dana: Staff, front: Location
) -> None:
    other = make.patient(brook, "Finn O'Neill", born="2018-03-14")
    made = promise(front, patient=finn, visit=visit, by=dana, at=WRITTEN)
    patient_merges.merge_patients(merged=finn, into=other, by=dana, at=WRITTEN, sure=True)
    before = (fresh(made).patient, made.made_for)
    assert before == (other, finn)
    relink(visit, zofia, dana)
    assert (fresh(made).patient, made.made_for) == (zofia, zofia)
    undo(visit, dana)
    assert (fresh(made).patient, made.made_for) == before
