"""A recorded consent changes the next step at once, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import consent, match_decisions, needs, visits
from checkin.actions.entry_moves import EntryAnswers
from checkin.actions.refusals import Refused
from checkin.models import (
    AuditEvent,
    Clinic,
    ConsentRecord,
    DueItem,
    Immunization,
    Location,
    Patient,
    Staff,
    StandingProxy,
    Visit,
)
from checkin.rules.consent_adults import ConsentBasis, ConsentChannel
from checkin.rules.need_types import NeedKind, NeedOutcome
from tests import make

PHONE = "phone Ana Ruiz first: 555-010-0123"
LATER = make.at("9:50")


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    found = make.patient(brook, "Leo Ruiz")
    make.guardian(found, "Ana Ruiz", phone="555-010-0123")
    return found


@pytest.fixture
def visit(leo: Patient, front: Location) -> Visit:
    return make.visit(front, relationship="aunt")


def agree(visit: Visit, by: Staff, at: dt.datetime = LATER, **changes: Any) -> ConsentRecord:
    usual = {
        "care": "vaccine",
        "agreed": True,
        "basis": ConsentBasis.TELEPHONE,
        "how": ConsentChannel.TELEPHONE,
        "who": "Ana Ruiz",
    }
    return consent.record_consent(patient=visit.patient, visit=visit, heard_by=by, at=at, **usual | changes)


def flu(visit: Visit) -> str:
    return visit.needs.get(kind=NeedKind.VACCINE, key="influenza").step_words


def test_five_escorts_of_the_same_child_get_five_next_steps(
    leo: Patient, front: Location, dana: Staff
) -> None:
    consent.grant_proxy(
        patient=leo, name="Rosa Delgado", granted_by="Ana Ruiz", relationship="aunt",
        written_on=dt.date(2026, 1, 5), expires_on=dt.date(2026, 6, 30), by=dana, at=make.at("8:00"),
    )  # fmt: skip
    came = {
        "mother": {"escort_name": "Ana Ruiz", "relationship": "mother"},
        "aunt with proxy": {"escort_name": "Rosa Delgado", "relationship": "aunt"},
        "aunt without": {"escort_name": "Bea Ruiz", "relationship": "aunt"},
        "sitter": {"escort_name": "Kim", "relationship": "sitter"},
        "alone": {"escort_name": "", "relationship": "", "is_patient": True},
    }
    assert {who: flu(make.visit(front, **said)) for who, said in came.items()} == {
        "mother": "mother, guardian · go ahead",
        "aunt with proxy": "aunt, written proxy from Ana Ruiz until Jun 30, 2026 · go ahead",
        "aunt without": f"aunt · {PHONE}",
        "sitter": f"sitter · {PHONE}",
        "alone": "came alone · clinician decides",
    }


def test_consent_by_phone_today_changes_the_next_step_to_go_ahead(visit: Visit, dana: Staff) -> None:
    assert NeedKind.PHONE_GUARDIAN in {need.kind for need in visit.needs.open()}
    agree(visit, dana)
    assert flu(visit) == "Ana Ruiz agreed by telephone today · go ahead"
    assert visit.needs.get(kind=NeedKind.PHONE_GUARDIAN).status == NeedOutcome.LAPSED
    visit.refresh_from_db()
    assert "phone_guardian" not in {kind for kind, _ in visit.chips}
    assert AuditEvent.objects.get(action="consent.recorded").patient_id == visit.patient_id


def test_the_latest_of_several_consents_and_refusals_counts(visit: Visit, dana: Staff) -> None:
    agree(visit, dana)
    agree(visit, dana, agreed=False, at=make.at("9:55"))
    assert flu(visit) == "Ana Ruiz said no by telephone today · clinician decides"
    agree(visit, dana, at=make.at("9:58"))
    assert flu(visit).endswith("go ahead")


def test_a_withdrawn_consent_no_longer_counts_but_stays_on_file(
    visit: Visit, dana: Staff, noor: Staff
) -> None:
    made = agree(visit, dana)
    for _ in range(2):
        consent.withdraw_consent(record=made, by=noor, at=make.at("9:55"))
    assert flu(visit) == f"aunt · {PHONE}"
    assert visit.needs.get(kind=NeedKind.PHONE_GUARDIAN).is_open
    assert ConsentRecord.objects.get().withdrawn_by == noor
    assert AuditEvent.objects.filter(action="consent.withdrawn").count() == 1


def test_recording_the_same_consent_twice_makes_one_record(visit: Visit, dana: Staff, noor: Staff) -> None:
    assert agree(visit, dana) == agree(visit, dana, at=make.at("9:51"))
    agree(visit, noor, at=make.at("9:52"))
    assert ConsentRecord.objects.count() == 2, "two people may hear it"


def test_consent_is_valid_today_or_until_its_last_day(leo: Patient, front: Location, dana: Staff) -> None:
    monday = dt.date(2026, 3, 9)
    consent.record_consent(
        patient=leo, care="vaccine", agreed=True, basis=ConsentBasis.TELEPHONE,
        how=ConsentChannel.TELEPHONE, who="Ana Ruiz",
        heard_by=dana, at=make.at("9:00", monday),
    )  # fmt: skip
    assert flu(make.visit(front, relationship="aunt")) == f"aunt · {PHONE}"
    consent.record_consent(
        patient=leo, care="vaccine", agreed=True, basis=ConsentBasis.WRITTEN_PROXY,
        how=ConsentChannel.WRITTEN, who="Ana Ruiz",
        until=make.TUESDAY, heard_by=dana, at=make.at("9:30", monday),
    )  # fmt: skip
    assert flu(make.visit(front)) == "Ana Ruiz agreed until Mar 10, 2026 · go ahead"
    wednesday = make.at("9:40", dt.date(2026, 3, 11))
    assert flu(make.visit(front, when=wednesday, relationship="aunt")) == f"aunt · {PHONE}"


def test_consent_to_the_flu_vaccine_does_not_cover_another_vaccine(
    leo: Patient, front: Location, dana: Staff
) -> None:
    item = DueItem.objects.create(
        clinic_id=leo.clinic_id, patient=leo, kind="vaccine", name="MMR", due_on=dt.date(2026, 1, 1)
    )
    visit = make.visit(front, relationship="aunt")
    agree(visit, dana, to_what="Flu vaccine")
    assert flu(visit).endswith("go ahead")
    assert visit.needs.get(due_item=item).step_words == f"aunt · {PHONE}"
    assert visit.needs.get(kind=NeedKind.PHONE_GUARDIAN).is_open


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"who": "  "}, "who said it"),
        ({"care": "dentistry"}, "Choose the care"),
        ({"basis": "hearsay"}, "Choose the care"),
        ({"until": dt.date(2026, 3, 9)}, "already over"),
    ],
)
def test_an_invalid_consent_is_refused_with_a_reason(
    visit: Visit, dana: Staff, changes: dict[str, str] | dict[str, dt.date], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        agree(visit, dana, **changes)
    assert not ConsentRecord.objects.exists()


def test_consent_for_another_child_than_the_visits_is_refused(
    visit: Visit, brook: Clinic, dana: Staff
) -> None:
    other = make.patient(brook, "Mia Novak")
    with pytest.raises(Refused, match="another child"):
        consent.record_consent(
            patient=other, visit=visit, care="vaccine", agreed=True, basis="own", how="verbal", who="Ana",
            heard_by=dana, at=LATER,
        )  # fmt: skip


def test_words_on_several_lines_are_joined_into_one_line(visit: Visit, dana: Staff) -> None:
    agree(visit, dana, to_what="flu\nvaccine", limits="left\narm", who="Ana\nRuiz")
    assert flu(visit) == "Ana Ruiz agreed by telephone today (left arm) · go ahead"


def test_granting_a_proxy_changes_the_next_step_and_revoking_changes_it_back(
    visit: Visit, dana: Staff
) -> None:
    terms = {"name": "Rosa Delgado", "granted_by": "Ana Ruiz", "written_on": make.TUESDAY}
    made = [consent.grant_proxy(patient=visit.patient, by=dana, at=LATER, **terms) for _ in range(2)]
    assert made[0] == made[1]
    assert flu(visit) == "aunt, written proxy from Ana Ruiz · go ahead"
    for _ in range(2):
        consent.revoke_proxy(proxy=made[0], by=dana, at=make.at("9:55"))
    assert flu(visit) == f"aunt, whose written proxy was revoked on Mar 10, 2026 · {PHONE}"
    assert AuditEvent.objects.filter(action__startswith="proxy.").count() == 2


@pytest.mark.parametrize("expires", ["2026-03-09", None])
def test_a_proxy_is_valid_up_to_its_last_day(
    leo: Patient, front: Location, dana: Staff, expires: str | None
) -> None:
    last = dt.date.fromisoformat(expires) if expires else None
    consent.grant_proxy(
        patient=leo, name="Rosa Delgado", granted_by="Ana Ruiz", written_on=dt.date(2026, 1, 5),
        expires_on=last, by=dana, at=make.at("8:00"),
    )  # fmt: skip
    assert flu(make.visit(front, relationship="aunt")).endswith(PHONE if expires else "go ahead")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "who may agree"),
        ({"granted_by": " "}, "who may agree"),
        ({"cares": ["dentistry"]}, "from the list"),
        ({"written_on": dt.date(2026, 3, 11)}, "still to come"),
        ({"expires_on": dt.date(2026, 3, 9)}, "before the day it was written"),
    ],
)
def test_an_invalid_proxy_is_refused_with_a_reason(
    leo: Patient,
    dana: Staff,
    changes: dict[str, str] | dict[str, list[str]] | dict[str, dt.date],
    sentence: str,
) -> None:
    usual = {"name": "Rosa", "granted_by": "Ana Ruiz", "written_on": make.TUESDAY}
    with pytest.raises(Refused, match=sentence):
        consent.grant_proxy(patient=leo, by=dana, at=LATER, **usual | changes)
    assert not StandingProxy.objects.exists()


def test_urgent_overrides_every_next_step_and_can_be_undone(visit: Visit, dana: Staff) -> None:
    agree(visit, dana, agreed=False)
    consent.mark_visit_urgent(visit=visit, by=dana, at=LATER)
    assert flu(visit) == "urgent: go ahead, talk to a guardian meanwhile"
    version = Visit.objects.get(pk=visit.pk).board_version
    consent.mark_visit_urgent(visit=visit, by=dana, at=LATER)
    assert Visit.objects.get(pk=visit.pk).board_version == version, "done twice is done once"
    consent.mark_visit_urgent(visit=visit, by=dana, at=LATER, urgent=False)
    assert "said no by telephone today" in flu(visit)


@pytest.mark.parametrize("table", [None, [], "no", {"vaccine": 7}, {"vaccine": {"none": ["x"]}}])
def test_an_unreadable_consent_table_does_not_break_sign_in(
    leo: Patient, front: Location, brook: Clinic, table: Any
) -> None:
    brook.consent_table = brook.need_settings = table if table is not None else []
    brook.save()
    front.refresh_from_db()
    assert flu(make.visit(front, relationship="aunt")) == f"aunt · {PHONE}"


def test_the_clinics_own_consent_table_is_used(leo: Patient, front: Location, brook: Clinic) -> None:
    brook.consent_table = {"vaccine": {"none": "needs_writing"}}
    brook.save()
    front.refresh_from_db()
    assert flu(make.visit(front, relationship="aunt")) == "aunt · needs a guardian's consent in writing"


def test_relinking_moves_a_given_vaccine_and_its_due_item_to_the_visits_child(
    leo: Patient, brook: Clinic, front: Location, dana: Staff, noor: Staff
) -> None:
    item = DueItem.objects.create(
        clinic=brook, patient=leo, kind="vaccine", name="MMR", due_on=dt.date(2026, 1, 1)
    )
    max_ruiz = make.patient(brook, "Max Ruiz", "2016-01-02")
    visit = make.visit(front)
    needs.answer_need(need=visit.needs.get(due_item=item), outcome=NeedOutcome.DONE, by=noor, at=LATER)
    assert Immunization.objects.get().patient == leo
    got_it = EntryAnswers({f"need-{visit.needs.get(due_item=item).pk}": "new"})
    match_decisions.link_visit_to_patient(
        visit=visit, patient=max_ruiz, by=dana, at=make.at("10:00"), said=got_it
    )
    item.refresh_from_db()
    assert (Immunization.objects.get().patient, item.status) == (max_ruiz, DueItem.Status.DUE)
    match_decisions.undo_match_decision(visit=visit, by=dana, at=make.at("10:01"))
    item.refresh_from_db()
    assert (Immunization.objects.get().patient, item.status) == (leo, DueItem.Status.GIVEN)


def test_consent_for_a_provisional_record_moves_with_it_into_the_right_one(
    leo: Patient, front: Location, dana: Staff
) -> None:
    visit = make.visit(front, name="Zoe Quist", born="2019-01-02")
    assert visit.patient is not None
    assert visit.patient.is_provisional
    agree(visit, dana)
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("10:00"))
    assert ConsentRecord.objects.get().patient == leo
    assert flu(visit) == "Ana Ruiz agreed by telephone today · go ahead"


def test_undoing_a_declined_need_keeps_a_due_item_withdrawn_meanwhile(
    leo: Patient, front: Location, noor: Staff
) -> None:
    item = DueItem.objects.create(
        clinic_id=leo.clinic_id, patient=leo, kind="vaccine", name="MMR", due_on=dt.date(2026, 1, 1)
    )
    need = make.visit(front).needs.get(due_item=item)
    needs.answer_need(need=need, outcome=NeedOutcome.DECLINED, by=noor, at=LATER)
    DueItem.objects.filter(pk=item.pk).update(status=DueItem.Status.WITHDRAWN)
    needs.undo_need_answer(need=need, by=noor, at=make.at("9:51"))
    item.refresh_from_db()
    assert item.status == DueItem.Status.WITHDRAWN


def test_a_vaccine_given_at_one_visit_lapses_at_the_childs_other_visit(
    leo: Patient, front: Location, noor: Staff
) -> None:
    first, second = make.visit(front), make.visit(front)
    needs.answer_need(need=first.needs.get(key="influenza"), outcome=NeedOutcome.DONE, by=noor, at=LATER)
    assert second.needs.get(key="influenza").status == NeedOutcome.LAPSED


def test_a_consent_never_moves_or_blocks_a_visit(visit: Visit, dana: Staff) -> None:
    state = visit.state
    agree(visit, dana, agreed=False)
    visit.refresh_from_db()
    assert visit.state == state
    visits.move_visit(visit=visit, to="with_clinician", by=dana, at=LATER)
    assert visit.state == "with_clinician"


def test_undoing_a_done_check_up_keeps_a_due_item_withdrawn_meanwhile(
    leo: Patient, front: Location, noor: Staff
) -> None:
    item = DueItem.objects.create(
        clinic_id=leo.clinic_id, patient=leo, kind="check_up", name="Check-up", due_on=dt.date(2026, 1, 1)
    )
    need = make.visit(front).needs.get(due_item=item)
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=LATER)
    DueItem.objects.filter(pk=item.pk).update(status=DueItem.Status.WITHDRAWN)
    needs.undo_need_answer(need=need, by=noor, at=make.at("9:51"))
    item.refresh_from_db()
    assert item.status == DueItem.Status.WITHDRAWN


@pytest.fixture
def two_due(leo: Patient, brook: Clinic) -> None:
    for name, code in (("MMR", "03"), ("HPV", "165")):
        DueItem.objects.create(
            clinic=brook, patient=leo, kind="vaccine", name=name, code=code, due_on=make.TUESDAY
        )


def steps(visit: Visit) -> dict[str, str]:
    """Return the advice for each open vaccine need, by its label."""
    found = visit.needs.filter(kind=NeedKind.VACCINE, status=NeedOutcome.OPEN)
    return {one.label: one.step_words.rpartition(" · ")[2] for one in found}


def test_consent_to_both_vaccines_covers_the_two_due_then_and_no_later_one(
    two_due: None, visit: Visit, leo: Patient, brook: Clinic, dana: Staff, noor: Staff
) -> None:
    needs.answer_need(
        need=visit.needs.get(key="influenza"),
        outcome=NeedOutcome.DECLINED,
        reason="had it",
        by=noor,
        at=LATER,
    )
    made = agree(visit, dana, to_what="both vaccines")
    assert made.asked_of.splitlines() == ["MMR", "HPV"]
    assert steps(visit) == {"MMR": "go ahead", "HPV": "go ahead"}
    needs.answer_need(need=visit.needs.get(label="HPV"), outcome=NeedOutcome.DONE, by=noor, at=LATER)
    DueItem.objects.create(
        clinic=brook, patient=leo, kind="vaccine", name="Tdap", code="115", due_on=make.TUESDAY
    )
    needs.recompute_needs(visit=visit, at=LATER, by=None)
    assert steps(visit) == {"MMR": "go ahead", "Tdap": PHONE}


def test_only_words_that_name_no_vaccine_keep_what_was_due_when_they_were_said(
    two_due: None, visit: Visit, leo: Patient, dana: Staff
) -> None:
    assert agree(visit, dana, to_what="MMR").asked_of == agree(visit, dana).asked_of == ""
    by_phone = {"basis": ConsentBasis.TELEPHONE, "how": ConsentChannel.TELEPHONE, "who": "Ana Ruiz"}
    at_no_visit = consent.record_consent(
        patient=leo, care="vaccine", agreed=True, to_what="both vaccines", heard_by=dana, at=LATER, **by_phone
    )
    assert at_no_visit.asked_of == ""
    assert consent.withdraw_consent(record=at_no_visit, by=dana, at=LATER).withdrawn_by == dana


@pytest.mark.parametrize("words", ["both vaccines", "2 shots", "dos vacunas", "all four"])
def test_consent_to_a_different_number_than_is_due_goes_to_a_clinician(
    two_due: None, visit: Visit, dana: Staff, noor: Staff, words: str
) -> None:
    agree(visit, dana, to_what=words)
    assert set(steps(visit).values()) == {"clinician reads these words"}
    needs.answer_need(
        need=visit.needs.get(key="influenza"),
        outcome=NeedOutcome.DECLINED,
        reason="had it",
        by=noor,
        at=LATER,
    )
    assert set(steps(visit).values()) == {"clinician reads these words"}, "three were due when it was said"


def test_the_same_words_about_fewer_due_vaccines_make_a_new_record(
    two_due: None, visit: Visit, dana: Staff, noor: Staff
) -> None:
    first = agree(visit, dana, to_what="both vaccines")
    assert agree(visit, dana, to_what="both vaccines") == first
    needs.answer_need(
        need=visit.needs.get(key="influenza"),
        outcome=NeedOutcome.DECLINED,
        reason="had it",
        by=noor,
        at=LATER,
    )
    assert agree(visit, dana, to_what="both vaccines") != first
    assert steps(visit) == {"MMR": "go ahead", "HPV": "go ahead"}


def test_consent_to_one_childs_two_vaccines_does_not_cover_another_childs(
    two_due: None, visit: Visit, leo: Patient, brook: Clinic, dana: Staff, noor: Staff
) -> None:
    needs.answer_need(
        need=visit.needs.get(key="influenza"),
        outcome=NeedOutcome.DECLINED,
        reason="had it",
        by=noor,
        at=LATER,
    )
    made = agree(visit, dana, to_what="both vaccines")
    lea = make.patient(brook, "Lea Ruiz", born="2017-01-02")
    make.guardian(lea, "Ana Ruiz", phone="555-010-0123")
    DueItem.objects.create(
        clinic=brook, patient=lea, kind="vaccine", name="MMR", code="03", due_on=make.TUESDAY
    )
    visit.refresh_from_db()
    match_decisions.link_visit_to_patient(visit=visit, patient=lea, by=dana, at=LATER)
    made.refresh_from_db()
    assert (made.patient, made.asked_of) == (lea, "")
    assert steps(visit)["MMR"] == "clinician reads these words"
    match_decisions.undo_match_decision(visit=visit, by=dana, at=LATER)
    assert steps(visit) == {"MMR": "go ahead", "HPV": "go ahead"}
