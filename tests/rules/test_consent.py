"""Who may agree to which care, and the next step for everyone else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from checkin.rules import consent as consent_rules
from checkin.rules.consent import ConsentFacts
from checkin.rules.consent_adults import CareKind, ConsentAdult, ConsentBasis, WrittenProxy
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.consent_steps import DEFAULT_CONSENT_TABLE, ConsentStep, read_consent_table

ANA = ConsentAdult("Ana Ruiz", "555-010-0123", "mother")
AUNT = ConsentAdult("Rosa Delgado", "555-010-0777", "his aunt")
BY_PROXY = WrittenProxy(ConsentAdult("Rosa Delgado"), granted_by="Ana Ruiz", expires_on=dt.date(2026, 6, 30))


def facts(**changes: Any) -> ConsentFacts:
    return ConsentFacts(**{"escort": AUNT, "guardians": (ANA,)} | changes)


def said(agreed: bool = True, **changes: Any) -> ConsentAnswer:
    usual = {"care": "vaccine", "agreed": agreed, "basis": "telephone", "who": "Ana Ruiz"}
    return ConsentAnswer(**usual | changes)


def step(care: CareKind = CareKind.VACCINE, what: str = "", **changes: Any) -> tuple[ConsentStep, str]:
    path = consent_rules.find_consent_path(facts(**changes), care, what)
    return path.step, path.sentence


def test_same_vaccine_has_its_own_next_step_for_each_of_five_escorts() -> None:
    phone = "phone Ana Ruiz first: 555-010-0123"
    assert step(escort=ANA) == (ConsentStep.PROCEED, "mother, guardian · go ahead")
    assert step(proxies=(BY_PROXY,)) == (
        ConsentStep.PROCEED,
        "his aunt, written proxy from Ana Ruiz until Jun 30, 2026 · go ahead",
    )
    assert step() == (ConsentStep.PHONE_GUARDIAN, f"his aunt · {phone}")
    assert step(escort=ConsentAdult("Kim", "", "sitter")) == (ConsentStep.PHONE_GUARDIAN, f"sitter · {phone}")
    assert step(is_patient=True) == (ConsentStep.CLINICIAN_DECIDES, "came alone · clinician decides")


def test_being_seen_never_waits_for_consent() -> None:
    for who in (ANA, AUNT, ConsentAdult()):
        assert step(CareKind.SEEING, escort=who, guardians=())[0] == ConsentStep.PROCEED


def test_urgent_care_proceeds_even_after_a_refusal() -> None:
    assert step(urgent=True, answers=(said(agreed=False),))[0] == ConsentStep.PROCEED


def test_agreement_by_telephone_today_proceeds() -> None:
    assert step(answers=(said(),)) == (ConsentStep.PROCEED, "Ana Ruiz agreed by telephone today · go ahead")


@pytest.mark.parametrize("order", [(True, False), (False, True)])
def test_last_answer_counts(order: tuple[bool, bool]) -> None:
    path = consent_rules.find_consent_path(facts(answers=tuple(said(one) for one in order)), CareKind.VACCINE)
    assert path.step == (ConsentStep.PROCEED if order[-1] else ConsentStep.CLINICIAN_DECIDES)


def test_refusal_leaves_the_decision_to_the_clinician() -> None:
    assert step(answers=(said(agreed=False, basis="guardian_present"),)) == (
        ConsentStep.CLINICIAN_DECIDES,
        "Ana Ruiz said no today · clinician decides",
    )


def test_refusal_by_someone_without_authority_keeps_the_guardians_phone() -> None:
    """The refusal “does not count”, yet it removed the guardian's number from the panel."""
    phone = "clinician decides; phone Ana Ruiz first: 555-010-0123"
    no = said(agreed=False, basis="none", who="Gary Cole")
    told = "Gary Cole said no today, but is no guardian on record"
    assert step(answers=(no,)) == (ConsentStep.CLINICIAN_DECIDES, f"{told} · {phone}")
    assert consent_rules.find_consent_path(facts(answers=(no,)), CareKind.VACCINE).phone == ANA.phone
    gary = ConsentAdult("Gary Cole", "", "father")
    assert step(answers=(no,), others=(gary,))[1] == f"Gary Cole said no today, but may not consent · {phone}"
    assert step(answers=(no,), guardians=())[1].endswith("no number is on file, so ask for one")
    assert step(answers=(no,), escort=ANA)[1] == f"{told} · clinician decides", "who may decide is here"


@pytest.mark.parametrize("basis", ["telephone", "guardian_present", "written_proxy"])
def test_agreement_needs_checking_while_no_patient_is_matched(basis: str) -> None:
    """After a match was rejected, consent by that child's guardian still said “go ahead”."""
    luke = said(who="Luke Johnson", basis=basis)
    nobody = {"guardians": (), "is_matched": False}
    by = " by telephone" if basis == "telephone" else ""
    expected = (ConsentStep.CLINICIAN_DECIDES, f"Luke Johnson agreed{by} today · check who Luke Johnson is")
    assert step(answers=(luke,), **nobody) == expected
    assert step(answers=(luke,), guardians=())[0] == ConsentStep.PROCEED, "a record that knows no guardian"
    assert step(CareKind.SEEING, answers=(replace(luke, care="seeing"),), **nobody)[0] == ConsentStep.PROCEED
    assert step(answers=(replace(luke, agreed=False),), **nobody)[1].endswith("clinician decides")
    noor = said(who="Noor", basis="clinician")
    assert step(answers=(noor,), **nobody)[0] == ConsentStep.PROCEED


def test_consent_to_one_vaccine_does_not_cover_another() -> None:
    answers = (said(to_what="Flu vaccine"),)
    assert step(what="flu vaccine", answers=answers)[0] == ConsentStep.PROCEED
    assert step(what="MMR", answers=answers)[0] == ConsentStep.PHONE_GUARDIAN
    assert step(what="MMR", answers=(said(),))[0] == ConsentStep.PROCEED, "said of all vaccines"


def test_consent_shows_its_end_date_and_limits() -> None:
    answer = said(until=dt.date(2026, 6, 30), limits="left arm")
    expected = "Ana Ruiz agreed by telephone until Jun 30, 2026 (left arm) · go ahead"
    assert step(answers=(answer,))[1] == expected


def test_aunt_with_the_same_name_and_phone_is_not_the_mother() -> None:
    aunt = ConsentAdult("Rosa Ruiz", ANA.phone, "aunt")
    assert step(escort=aunt)[0] == ConsentStep.PHONE_GUARDIAN


@pytest.mark.parametrize(
    ("typed", "phone", "same"),
    [
        ("Ruiz, Ana", "", True),
        ("ána RUIZ", "", True),
        ("Ana", "(555) 010-0123", True),
        ("Ana", "", False),
        ("", "555-010-0123", False),
        ("Ana Maria", "555-010-0123", False),
    ],
)
def test_guardian_is_recognized_by_name_or_by_part_of_it_with_the_phone(
    typed: str, phone: str, same: bool
) -> None:
    assert ConsentAdult(typed, phone).same_as(ANA) is same


def test_proxy_covers_only_the_care_it_names() -> None:
    limited = WrittenProxy(ConsentAdult("Rosa Delgado"), granted_by="Ana Ruiz", cares=("check_up",))
    assert step(CareKind.CHECK_UP, proxies=(limited,))[0] == ConsentStep.PROCEED
    assert step(CareKind.VACCINE, proxies=(limited,))[0] == ConsentStep.PHONE_GUARDIAN


def test_missing_phone_number_is_stated() -> None:
    assert step(guardians=())[1].endswith("no number is on file, so ask for one")


def test_long_relationship_does_not_push_out_the_phone_number() -> None:
    told = ConsentAdult("", "", "the neighbor " * 60)
    path = consent_rules.find_consent_path(facts(escort=told), CareKind.VACCINE)
    assert path.sentence.endswith("phone Ana Ruiz first: 555-010-0123")
    assert len(path.sentence) < 300


def test_clinic_can_set_its_own_consent_table() -> None:
    table = read_consent_table({"vaccine": {"none": "needs_writing"}, "seeing": {"none": "phone_guardian"}})
    assert step(table=table)[0] == ConsentStep.NEEDS_WRITING
    assert step(CareKind.SEEING, table=table)[0] == ConsentStep.PHONE_GUARDIAN
    assert step(CareKind.TREATMENT, table=table)[0] == ConsentStep.PHONE_GUARDIAN


@pytest.mark.parametrize(
    "written",
    [
        None,
        [],
        "vaccine",
        7,
        {"vaccine": None},
        {"vaccine": ["proceed"]},
        {"vaccine": {"none": []}},
        {"vaccine": {"none": {"a": 1}, "nobody": "proceed"}},
        {"dentistry": {"none": "proceed"}},
    ],
)
def test_unreadable_consent_table_falls_back_to_the_default(written: Any) -> None:
    assert read_consent_table(written) == DEFAULT_CONSENT_TABLE


def test_answer_with_an_unknown_basis_counts_as_no_basis() -> None:
    path = consent_rules.find_consent_path(facts(answers=(said(basis="hearsay"),)), CareKind.VACCINE)
    assert (path.basis, path.step) == (ConsentBasis.NONE, ConsentStep.PHONE_GUARDIAN)
