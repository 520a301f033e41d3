"""Needs follow the facts, staff answer them, and none is missed when the family leaves."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import needs, visits
from checkin.actions.refusals import Refused
from checkin.models import (
    Clinic,
    DueItem,
    Immunization,
    Location,
    Need,
    NeedAnswer,
    Patient,
    SignInChannel,
    Staff,
    Visit,
)
from checkin.rules.need_reasons import NeedReason
from checkin.rules.need_types import NeedKind, NeedOutcome
from tests import make
from tests.actions.corrected_visits import agree

JULY = dt.date(2026, 7, 14)


def sign_in(where: Location, when: dt.datetime | None = None, **said: Any) -> Visit:
    receipt = visits.record_sign_in(
        location=where, claim=make.claim(**said), at=when or make.at("9:40"), channel=SignInChannel.KIOSK
    )
    return Visit.objects.get(pk=receipt.visit.pk)


def due(
    patient: Patient, name: str = "MMR", on: str = "2026-01-01", kind: str = "vaccine", code: str = ""
) -> DueItem:
    return DueItem.objects.create(
        clinic_id=patient.clinic_id,
        patient=patient,
        kind=kind,
        name=name,
        code=code,
        due_on=dt.date.fromisoformat(on),
    )


def kinds(visit: Visit) -> set[Any]:
    return {need.kind for need in visit.needs.open()}


def test_a_school_note_nobody_asked_for_is_on_the_row_at_sign_in(brook: Clinic, front: Location) -> None:
    make.patient(brook, "Leo Ruiz")
    visit = sign_in(front)
    need = visit.needs.get(kind=NeedKind.SCHOOL_NOTE)
    assert need.why_words == "7 years old, here on a Tuesday in school hours"
    assert ["school_note", ""] in visit.chips


def test_the_flu_vaccine_is_due_in_season_with_the_next_step_for_the_escort(
    brook: Clinic, front: Location
) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    make.guardian(leo, "Ana Ruiz", phone="555-010-0123")
    need = sign_in(front, relationship="aunt").needs.get(kind=NeedKind.VACCINE)
    assert need.step_words == "aunt · phone Ana Ruiz first: 555-010-0123"


def test_flu_is_not_due_out_of_season_or_once_recorded(brook: Clinic, front: Location) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    assert NeedKind.VACCINE not in kinds(sign_in(front, when=make.at("9:40", JULY)))
    Immunization.objects.create(
        clinic=brook, patient=leo, name="Influenza", is_influenza=True, given_on=dt.date(2025, 10, 3)
    )
    assert NeedKind.VACCINE not in kinds(sign_in(front))


def test_recomputing_is_idempotent(brook: Clinic, front: Location) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    due(leo)
    visit = sign_in(front, also="her ear too")
    before = (list(visit.needs.order_by("pk").values()), NeedAnswer.objects.count(), visit.board_version)
    needs.recompute_needs(visit=visit, at=make.at("9:41"))
    visit.refresh_from_db()
    after = (list(visit.needs.order_by("pk").values()), NeedAnswer.objects.count(), visit.board_version)
    assert after == before


def test_a_need_whose_facts_are_gone_lapses_with_that_reason(brook: Clinic, front: Location) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    item = due(leo)
    visit = sign_in(front)
    DueItem.objects.filter(pk=item.pk).update(status=DueItem.Status.WITHDRAWN)
    needs.recompute_needs(visit=visit, at=make.at("9:50"))
    need = visit.needs.get(due_item=item)
    assert (need.status, need.reason_code, need.reason) == (
        NeedOutcome.LAPSED,
        NeedReason.FACTS_CHANGED,
        "",
    )
    DueItem.objects.filter(pk=item.pk).update(status=DueItem.Status.DUE)
    needs.recompute_needs(visit=visit, at=make.at("9:51"))
    need.refresh_from_db()
    assert need.is_open
    assert need.answers.count() == 2


def test_an_answered_need_stays_answered_when_facts_change(
    brook: Clinic, front: Location, noor: Staff
) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    item = due(leo)
    visit = sign_in(front)
    need = visit.needs.get(due_item=item)
    needs.answer_need(need=need, outcome=NeedOutcome.DECLINED, by=noor, at=make.at("9:55"))
    DueItem.objects.filter(pk=item.pk).update(name="MMR 2")
    needs.recompute_needs(visit=visit, at=make.at("9:56"))
    need.refresh_from_db()
    assert (need.status, need.label) == (NeedOutcome.DECLINED, "MMR")


@pytest.mark.parametrize("outcome", [NeedOutcome.DEFERRED, NeedOutcome.NOT_OFFERED])
def test_deferring_or_not_offering_requires_a_reason(
    brook: Clinic, front: Location, noor: Staff, outcome: NeedOutcome
) -> None:
    make.patient(brook, "Leo Ruiz")
    need = sign_in(front).needs.get(kind=NeedKind.SCHOOL_NOTE)
    with pytest.raises(Refused, match="why"):
        needs.answer_need(need=need, outcome=outcome, by=noor, at=make.at("9:55"))
    needs.answer_need(need=need, outcome=outcome, by=noor, at=make.at("9:55"), reason="fever today")
    assert Need.objects.get(pk=need.pk).reason == "fever today"


def test_the_same_person_answering_twice_counts_once_and_another_is_refused(
    brook: Clinic, front: Location, noor: Staff, dana: Staff
) -> None:
    make.patient(brook, "Leo Ruiz")
    need = sign_in(front).needs.get(kind=NeedKind.SCHOOL_NOTE)
    for _ in range(2):
        needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=make.at("9:55"))
    assert need.answers.count() == 1
    with pytest.raises(Refused, match="Noor already answered"):
        needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=dana, at=make.at("9:56"))


def test_a_clinic_can_turn_a_rule_off_change_its_numbers_and_add_its_own(
    brook: Clinic, front: Location
) -> None:
    brook.need_settings = {
        "off": ["vaccine"],
        "school_age_from": 9,
        "own": ["Ask about the car seat"],
    }
    brook.save()
    front.refresh_from_db()
    make.patient(brook, "Leo Ruiz")
    visit = sign_in(front, escort_phone=make.ESCORT_PHONE)
    assert {need.label for need in visit.needs.all()} == {"Ask about the car seat"}


def test_an_answered_contradiction_kept_in_words_opens_again_only_for_another_one(
    front: Location, noor: Staff
) -> None:
    """Rows from before reasons were kept as codes say them in English."""
    visit = make.visit(front)
    agree(visit, noor, "Some Uncle", at=make.at("9:50"))
    agree(visit, noor, "Ewa Wilk", agreed=False, at=make.at("9:50"))
    need = visit.needs.open().get(kind=NeedKind.CONSENT_CONFLICT)
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=make.at("9:55"))
    for why, status in ((need.why_words, NeedOutcome.DONE), ("two aunts disagree", NeedOutcome.OPEN)):
        Need.objects.filter(pk=need.pk).update(why=why, why_sentence=None)
        needs.recompute_needs(visit=visit, at=make.at("9:56"))
        need.refresh_from_db()
        assert need.status == status
