"""Undoing a decision puts back what it did, but for what was used since."""

from __future__ import annotations

import pytest

from checkin.actions import consent, discrepancies, match_decisions, merge_undo, needs, patient_merges
from checkin.actions.entry_moves import EntriesUndecided
from checkin.models import ChartChange, Clinic, Immunization, Location, Patient, Staff, Visit
from checkin.rules.need_types import NeedOutcome
from tests import make
from tests.actions.corrected_visits import (
    LATER,
    LATEST,
    NOVEMBER,
    WRITTEN,
    agree,
    chart,
    fresh,
    give,
    proxy,
    put_on_chart,
    relink,
    said,
    told,
    undo,
)


@pytest.fixture
def visit(finns_visit: Visit) -> Visit:
    return finns_visit


def test_consent_withdrawn_since_is_left_there_and_reported(
    visit: Visit, zofia: Patient, dana: Staff, noor: Staff
) -> None:
    made = agree(visit, dana, "Some Uncle")
    relink(visit, zofia, dana)
    consent.withdraw_consent(record=fresh(made), by=noor, at=LATER)
    decision = undo(visit, dana)
    assert (fresh(made).patient, made.withdrawn_by) == (zofia, noor)
    assert "withdrawn since by Noor, so it was left on Zofia Wilk’s record" in told(decision)


def test_consent_recorded_after_the_decision_is_asked_about_at_the_undo(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    relink(visit, zofia, dana)
    made = agree(visit, dana, "Ewa Wilk", at=LATER)
    with pytest.raises(EntriesUndecided):
        match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=LATEST)
    undo(visit, dana, consent="old")
    assert fresh(made).patient == zofia


def test_an_undo_returns_entries_to_the_record_the_old_one_was_merged_into(
    brook: Clinic, visit: Visit, finn: Patient, zofia: Patient, dana: Staff, noor: Staff
) -> None:
    """It all went to the record that was merged away, where nobody looks."""
    agreed = agree(visit, noor, "Maeve O'Neil")
    proxy = consent.grant_proxy(
        patient=finn,
        visit=visit,
        name="Nan",
        granted_by="Maeve O'Neil",
        written_on=NOVEMBER,
        by=dana,
        at=WRITTEN,
    )
    put_on_chart(visit, dana)
    give(fresh(visit), noor)
    everything = {"consent": "new", "proxy": "new", "chart": "new", "vaccine": "new"}
    relink(visit, zofia, dana, **everything)
    other = make.patient(brook, "Finn O'Neill", born="2018-03-14")
    patient_merges.merge_patients(merged=finn, into=other, by=dana, at=LATER, sure=True)
    undo(visit, dana, **everything)
    given = Immunization.objects.get()
    assert {fresh(one).patient for one in (visit, agreed, proxy, given)} == {other}
    assert (chart(other), chart(zofia)) == (("pl", True, "ramp"), ("en", False, ""))
    assert ChartChange.objects.get(subject="Patient").subject_id == other.pk


def test_an_undo_does_not_overwrite_a_different_value_on_the_merged_record(
    brook: Clinic, visit: Visit, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    put_on_chart(visit, dana)
    relink(visit, zofia, dana, chart="new")
    other = make.patient(brook, "Finn O'Neill", born="2018-03-14", language="fr")
    patient_merges.merge_patients(merged=finn, into=other, by=dana, at=LATER, sure=True)
    undo(visit, dana, chart="nobody")
    assert chart(other)[0] == "fr"


@pytest.mark.parametrize("meanwhile", ["", "ask", "keep_old"])
def test_a_question_to_the_family_is_the_same_one_after_an_undo(
    front: Location, finn: Patient, zofia: Patient, dana: Staff, meanwhile: str
) -> None:
    """What was noticed of the child between gives way: one field of a visit has one open question."""
    visit = make.visit(front, make.at("9:30", NOVEMBER), name="Finn O'Neils")
    match_decisions.link_visit_to_patient(visit=visit, patient=finn, by=dana, at=WRITTEN)
    asked = visit.discrepancies.get(field="name", status="open")
    discrepancies.decide_discrepancy(discrepancy=asked, kind="ask", by=dana, at=WRITTEN)
    relink(visit, zofia, dana)
    between = visit.discrepancies.open().get(field="name")
    assert (between.recorded, fresh(asked).status) == ("Zofia Wilk", "withdrawn")
    if meanwhile:
        discrepancies.decide_discrepancy(discrepancy=between, kind=meanwhile, by=dana, at=LATER)
    told_then = told(undo(visit, dana))
    assert visit.discrepancies.open().get(field="name") == asked
    assert (fresh(asked).status, asked.recorded, asked.settled_at) == ("asking", "Finn O'Neil", None)
    assert (fresh(between).status, between.settled_at) == ("withdrawn", LATEST)
    assert "asking the family: as it was before, on" in told_then


def test_a_proxy_revoked_since_is_left_there_and_the_undo_says_by_whom(
    visit: Visit, zofia: Patient, dana: Staff, noor: Staff
) -> None:
    made = proxy(visit, dana, "Some Uncle")
    relink(visit, zofia, dana, proxy="new")
    consent.revoke_proxy(proxy=fresh(made), by=noor, at=LATER)
    assert "revoked since by Noor" in told(undo(visit, dana))
    assert fresh(made).patient == zofia


def test_an_undo_to_a_record_that_stands_alone_again_writes_nothing_on_the_one_it_was_merged_into(
    brook: Clinic, visit: Visit, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    other = make.patient(brook, "Finn O'Neill", born="2018-03-14")
    put_on_chart(visit, dana)
    merge = patient_merges.merge_patients(merged=finn, into=other, by=dana, at=WRITTEN, sure=True).merge
    decision = relink(visit, zofia, dana, chart="new")
    assert (chart(other), chart(zofia)) == (("", False, ""), ("pl", True, "ramp"))
    merge_undo.undo_patient_merge(merge=merge, by=dana, at=LATER)
    papers = said(visit, finn, undoing=decision, chart="new")
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=LATEST, said=papers)
    assert (fresh(visit).patient, chart(finn)) == (finn, ("pl", True, "ramp"))
    assert (chart(other), chart(zofia)) == (("", False, ""), ("en", False, ""))


@pytest.mark.parametrize("lapsed", [True, False], ids=["had it", "needs it too"])
@pytest.mark.parametrize("outcome", [NeedOutcome.DECLINED, NeedOutcome.DEFERRED, NeedOutcome.NOT_OFFERED])
def test_an_answer_returns_with_its_reason(
    visit: Visit, zofia: Patient, dana: Staff, noor: Staff, outcome: NeedOutcome, lapsed: bool
) -> None:
    """The undo failed if the other child did not need it: it wrote the reason of meanwhile, which is none."""
    if lapsed:
        Immunization.objects.create(
            clinic=zofia.clinic, patient=zofia, name="Influenza", given_on=NOVEMBER, is_influenza=True,
            system="ehr", value="1",
        )  # fmt: skip
    need = visit.needs.get(key="influenza")
    needs.answer_need(need=need, outcome=outcome, reason="he has a fever", by=noor, at=WRITTEN)
    relink(visit, zofia, dana)
    assert fresh(need).status == (NeedOutcome.LAPSED if lapsed else NeedOutcome.OPEN)
    undo(visit, dana)
    fresh(need)
    assert (need.status, need.told_reason, need.reason_code) == (outcome, "he has a fever", "")
    assert (need.answered_by, need.answered_at) == (noor, WRITTEN)
    newest = need.answers.order_by("pk").last()
    assert (newest.outcome, newest.told_reason, newest.reason_code) == (outcome, "he has a fever", "")
    needs.undo_need_answer(need=need, by=noor, at=LATEST)
    assert fresh(need).is_open
