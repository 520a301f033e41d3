"""Names that differ only in a tone or an accent, and the same name typed without any."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from checkin.rules.identity import IdentityOutcome, judge_identity
from checkin.rules.identity_facts import IdentityClaim, PatientRecord
from checkin.rules.name_accents import accents_by_word

BORN = date(2018, 5, 6)
PHONE = "206 555 0134"
OTHERS = """
Hùng|Hưng
Thuỷ|Thụy
Thảo|Thạo
Đan|Dần
Ân|Ấn
Wěi|Wēi
Olà|Ọlá
Zoë|Zoé
Văn Hùng|Van Hưng
"""
SAME = """
Hung|Hùng
Hùng|HUNG
Thao|Thảo
Can|Çan
Aña|Ana
Håkon|Hakon
Hòa|Hoà
Thủy|Thuỷ
Işıl|IŞIL
İpek|ipek
Søren|Sören
Ștefan|Ştefan
José María|José Maria
Văn Hùng|Van Hùng
D´Ána|D’Ana
Łucja|Lucja
Анна|Anna
Сергей|Сергей
"""


def outcome(typed: str, recorded: str) -> IdentityOutcome:
    record = PatientRecord(1, recorded, "Novak", birth_date=BORN, phones=(PHONE,), has_appointment_today=True)
    return judge_identity(IdentityClaim(typed, "Novak", BORN, phone=PHONE), [record]).outcome


@pytest.mark.parametrize("line", OTHERS.strip().splitlines())
def test_contradicting_accents_make_a_different_name(line: str) -> None:
    one, two = line.split("|")
    assert outcome(one, two) == outcome(two, one) == IdentityOutcome.PROBABLE
    assert outcome(one.upper(), unicodedata.normalize("NFD", two)) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize("line", SAME.strip().splitlines())
def test_name_typed_without_accents_or_in_another_form_is_the_same(line: str) -> None:
    one, two = line.split("|")
    assert outcome(one, two) == outcome(two, one) == IdentityOutcome.CERTAIN
    assert outcome(unicodedata.normalize("NFD", one), two) == IdentityOutcome.CERTAIN
    for name in (one, two):
        assert (
            outcome(unicodedata.normalize("NFD", name), unicodedata.normalize("NFC", name))
            == IdentityOutcome.CERTAIN
        )


def test_name_without_tones_matches_neither_of_two_that_differ_in_tone() -> None:
    hung = [PatientRecord(n, name, "Lê", birth_date=BORN) for n, name in enumerate(("Hùng", "Hưng"))]
    for typed in ("Hung", "Hùng", "Hưng"):
        assert judge_identity(IdentityClaim(typed, "Le", BORN), hung).outcome == IdentityOutcome.PROBABLE


def test_apostrophe_of_any_kind_does_not_split_a_word() -> None:
    whole = accents_by_word("OBrién")
    assert {accents_by_word(f"O{sign}Brién") for sign in "'’‘`´ʻʼʹ＇"} == {whole}
    assert len(accents_by_word("O-Brién")) == 2
