"""A near birth date and an appointment never offer a child with other names, and reasons are true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from checkin.rules.identity import IdentityOutcome, judge_identity
from checkin.rules.identity_facts import IdentityClaim, PatientRecord

BORN, NEAR = date(2019, 5, 8), date(2019, 5, 3)
PHONE, OTHER_PHONE = "555 123 8567", "555 123 0200"
HANNA = PatientRecord(1, "Hanna", "Lindqvist", birth_date=BORN, phones=(PHONE,), has_appointment_today=True)
LINA = IdentityClaim("Lina", "Johnson", NEAR, phone=OTHER_PHONE)


def why(claim: IdentityClaim, record: PatientRecord) -> list[str]:
    return [str(sentence) for sentence in judge_identity(claim, [record]).candidates[0].why]


@pytest.mark.parametrize(
    "claim",
    [
        LINA,
        replace(LINA, phone=""),
        replace(LINA, given_name="Johnson", family_name="Lina"),
        replace(LINA, family_name=""),
        replace(LINA, given_name="Emma", family_name="Lundahl"),
        replace(LINA, birth_date=date(2019, 8, 5)),
        replace(LINA, birth_date=date(2018, 5, 8)),
    ],
)
def test_other_names_with_a_near_birth_date_match_nobody(claim: IdentityClaim) -> None:
    """Lina's top candidate was Hanna: “A birth date with one typing error. Expected today.”"""
    judgment = judge_identity(claim, [HANNA])
    assert (judgment.outcome, judgment.candidates) == (IdentityOutcome.UNKNOWN, ())


@pytest.mark.parametrize(
    "claim",
    [
        replace(LINA, given_name="Hana"),
        replace(LINA, family_name="Lindquist"),
        replace(LINA, given_name="Lindqvist", family_name="Hana"),
        replace(LINA, phone=PHONE),
        replace(LINA, birth_date=BORN),
    ],
)
def test_record_with_more_in_common_is_still_offered(claim: IdentityClaim) -> None:
    assert [one.record for one in judge_identity(claim, [HANNA]).candidates] == [HANNA]


def test_record_with_other_names_ranks_after_one_with_similar_names() -> None:
    """The same birth date and an appointment outweighed a matching name."""
    linn = PatientRecord(2, "Lina", "Jonsson", birth_date=date(2018, 3, 9), phones=("555 123 9999",))
    claim = IdentityClaim("Lina", "Johnson", BORN, phone=OTHER_PHONE)
    assert [one.record.given_name for one in judge_identity(claim, [HANNA, linn]).candidates] == [
        "Lina",
        "Hanna",
    ]
    scores = [one.score for one in judge_identity(claim, [HANNA, linn]).candidates]
    assert scores[0] < scores[1], "what it is about: by its score it came first"


def test_many_records_with_other_names_do_not_hide_a_similar_one() -> None:
    """At most five are offered, and records with other names take none of those places."""
    others = [replace(HANNA, id=n) for n in range(2, 9)]
    like = PatientRecord(99, "Lina", "Jonsson", birth_date=date(2018, 3, 9), phones=("555 123 9999",))
    assert [one.record.id for one in judge_identity(LINA, [*others, like]).candidates] == [99]


def test_preferred_name_is_reported_as_typed_only_if_it_was_typed() -> None:
    record = replace(HANNA, preferred_name="Linn")
    claim = replace(LINA, birth_date=BORN)
    assert "The preferred name on record was typed." not in why(claim, record)
    assert "A similar given name." in why(claim, record)
    assert "The preferred name on record was typed." in why(replace(claim, given_name="Linn"), record)


def test_swapped_names_are_reported_only_if_one_of_them_is_similar() -> None:
    sentence = "The given name and the family name are swapped."
    record = PatientRecord(3, "Kim", "Nola", birth_date=BORN, has_appointment_today=True)
    assert sentence in why(IdentityClaim("Nola", "Kim", BORN), record)
    assert why(IdentityClaim("Anna", "Rae", BORN), record) == ["The same birth date.", "Expected today."]
