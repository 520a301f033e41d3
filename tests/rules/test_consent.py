"""Who may agree to what: the next step, never a wall."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from checkin.rules import consent as consent_rules
from checkin.rules.consent import ConsentFacts
from checkin.rules.consent_adults import CareKind, ConsentAdult, ConsentBasis, WrittenProxy
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.consent_steps import DEFAULT_CONSENT_TABLE, ConsentStep, read_consent_table

ANA = ConsentAdult("Ana Ruiz", "555-010-0123", "mother")
AUNT = ConsentAdult("Rosa Delgado", "555-010-0777", "his aunt")
BY_PROXY = WrittenProxy(ConsentAdult("Rosa Delgado"), granted_by="Ana Ruiz", expires_on=dt.date(2026, 6, 30))


def facts(**changes) -> ConsentFacts:
    return ConsentFacts(**{"escort": AUNT, "guardians": (ANA,)} | changes)


def said(agreed=True, **changes) -> ConsentAnswer:
    usual = {"care": "vaccine", "agreed": agreed, "basis": "telephone", "who": "Ana Ruiz"}
    return ConsentAnswer(**usual | changes)


def step(care=CareKind.VACCINE, what="", **changes) -> tuple[ConsentStep, str]:
    path = consent_rules.find_consent_path(facts(**changes), care, what)
    return path.step, path.sentence


def test_the_same_vaccine_for_five_escorts_has_five_next_steps():
    phone = "phone Ana Ruiz first: 555-010-0123"
    assert step(escort=ANA) == (ConsentStep.PROCEED, "mother, guardian · go ahead")
    assert step(proxies=(BY_PROXY,)) == (
        ConsentStep.PROCEED,
        "his aunt, written proxy from Ana Ruiz until Jun 30, 2026 · go ahead",
    )
    assert step() == (ConsentStep.PHONE_GUARDIAN, f"his aunt · {phone}")
    assert step(escort=ConsentAdult("Kim", "", "sitter")) == (ConsentStep.PHONE_GUARDIAN, f"sitter · {phone}")
    assert step(is_patient=True) == (ConsentStep.CLINICIAN_DECIDES, "came alone · clinician decides")


def test_being_seen_waits_for_nobody_whoever_came():
    for who in (ANA, AUNT, ConsentAdult()):
        assert step(CareKind.SEEING, escort=who, guardians=())[0] == ConsentStep.PROCEED


def test_urgent_overrides_all_even_a_no():
    assert step(urgent=True, answers=(said(agreed=False),))[0] == ConsentStep.PROCEED


def test_agreed_by_telephone_today_goes_ahead():
    assert step(answers=(said(),)) == (ConsentStep.PROCEED, "Ana Ruiz agreed by telephone today · go ahead")


@pytest.mark.parametrize("order", [(True, False), (False, True)])
def test_the_last_word_counts(order):
    path = consent_rules.find_consent_path(facts(answers=tuple(said(one) for one in order)), CareKind.VACCINE)
    assert path.step == (ConsentStep.PROCEED if order[-1] else ConsentStep.CLINICIAN_DECIDES)


def test_a_no_leaves_it_to_the_clinician():
    assert step(answers=(said(agreed=False, basis="guardian_present"),)) == (
        ConsentStep.CLINICIAN_DECIDES,
        "Ana Ruiz said no today · clinician decides",
    )


def test_a_no_of_who_may_not_decide_goes_to_the_clinician_and_leaves_whom_to_phone():
    """It “does not count”, and yet it took the guardian's number off the panel."""
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
def test_while_nobody_is_matched_it_is_checked_who_agreed(basis):
    """A guardian of the child whom this was said not to be was “go ahead” for nobody known."""
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


def test_a_yes_to_one_vaccine_is_none_to_another():
    answers = (said(to_what="Flu vaccine"),)
    assert step(what="flu vaccine", answers=answers)[0] == ConsentStep.PROCEED
    assert step(what="MMR", answers=answers)[0] == ConsentStep.PHONE_GUARDIAN
    assert step(what="MMR", answers=(said(),))[0] == ConsentStep.PROCEED, "said of all vaccines"


def test_an_answer_says_how_long_and_under_which_limits_it_holds():
    answer = said(until=dt.date(2026, 6, 30), limits="left arm")
    expected = "Ana Ruiz agreed by telephone until Jun 30, 2026 (left arm) · go ahead"
    assert step(answers=(answer,))[1] == expected


def test_an_aunt_of_the_same_name_and_house_is_not_the_mother():
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
def test_a_guardian_is_known_by_name_or_by_part_of_it_and_the_phone(typed, phone, same):
    assert ConsentAdult(typed, phone).same_as(ANA) is same


def test_a_proxy_covers_what_it_says():
    limited = WrittenProxy(ConsentAdult("Rosa Delgado"), granted_by="Ana Ruiz", cares=("check_up",))
    assert step(CareKind.CHECK_UP, proxies=(limited,))[0] == ConsentStep.PROCEED
    assert step(CareKind.VACCINE, proxies=(limited,))[0] == ConsentStep.PHONE_GUARDIAN


def test_nobody_to_phone_says_so():
    assert step(guardians=())[1].endswith("no number is on file, so ask for one")


def test_a_long_relationship_never_pushes_the_number_out():
    told = ConsentAdult("", "", "the neighbor " * 60)
    path = consent_rules.find_consent_path(facts(escort=told), CareKind.VACCINE)
    assert path.sentence.endswith("phone Ana Ruiz first: 555-010-0123")
    assert len(path.sentence) < 300


def test_a_clinic_writes_its_own_table():
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
def test_a_table_that_cannot_be_read_is_the_usual_one(written):
    assert read_consent_table(written) == DEFAULT_CONSENT_TABLE


def test_an_answer_on_an_unknown_word_is_on_nobodys():
    path = consent_rules.find_consent_path(facts(answers=(said(basis="hearsay"),)), CareKind.VACCINE)
    assert (path.basis, path.step) == (ConsentBasis.NONE, ConsentStep.PHONE_GUARDIAN)
