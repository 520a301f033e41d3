"""Twins whose given names differ only in an accent, if both sides write accents."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from checkin.rules.identity import IdentityJudgment, IdentityOutcome, judge_identity
from checkin.rules.identity_certainty import OTHER_TONE_DOUBT
from checkin.rules.identity_facts import IdentityClaim, PatientRecord
from checkin.rules.name_keys import normalize_text
from checkin.rules.name_tones import has_other_tone_in_name

BORN = date(2019, 9, 9)
PHONE = "206 555 0134"
OTHERS = """
Minh Anh, Nguyễn|Minh Ánh, Nguyễn
Minh-Anh, Nguyễn|Minh Ánh, Nguyễn
MinhAnh, Nguyễn|Minh Ánh, Nguyễn
Nguyễn, Minh Anh|Minh Ánh, Nguyễn
Minh Anh Nguyễn,|Minh Ánh, Nguyễn
Dung, Trần|Dũng, Trần
An, Nguyễn|Ân, Nguyễn
Anh Thu, Trần|Anh Thư, Trần
Hoa, Trần|Hòa, Trần
Hà, Trần|Hạ, Trần
Thuy, Đỗ|Thủy, Đỗ
Dat, Đặng|Đạt, Đặng
Van Hùng, Trần|Văn Hùng, Trần
Dung, Lê|Dũng, Lê
An, Lê|Ân, Lê
Anh, Võ|Ánh, Võ
Ánh, Nguyen|Anh, Nguyễn
Wei, Lǐ|Wěi, Lǐ
Fang, Lín|Fāng, Lín
Nuno, Peña|Nuño, Peña
"""
SAME = """
Hung, Nguyen|Hùng, Nguyễn
Minh Anh, Nguyen|Minh Ánh, Nguyễn
Hung, Nguyen|Hùng, Nguyen
Dat, Tran|Đạt, Trần
Ánh, Nguyễn|Ánh, Nguyen
Minh Anh, Nguyễn|Minh Anh, Nguyễn
Hòa, Trần|Hoà, Trần
Thủy, Trần|Thuỷ, Trần
Văn Hùng, Novak|Van Hùng, Novak
José María, Novak|José Maria, Novak
José María, Núñez|José Maria, Núñez
Angel, Núñez|Ángel, Núñez
Raul, León|Raúl, León
Inés, Peña|Ines, Peña
Nuno, Pena|Nuño, Peña
Jorg, Müller|Jörg, Müller
Lukasz, Wałęsa|Łukasz, Wałęsa
Joao, Simões|João, Simões
Soren, Ågård|Søren, Ågård
Cagla, Öztürk|Çağla, Öztürk
Zoe, Lévy|Zoé, Lévy
Marek, Dvořák|Márek, Dvořák
"""


def judged(typed: str, recorded: str, **more: str) -> IdentityJudgment:
    given, family = (part.strip() for part in recorded.split(","))
    record = PatientRecord(
        1, given, family, birth_date=BORN, phones=(PHONE,), has_appointment_today=True, **more
    )
    said, of = (part.strip() for part in typed.split(","))
    return judge_identity(IdentityClaim(said, of, BORN, phone=PHONE), [record])


@pytest.mark.parametrize("line", OTHERS.strip().splitlines())
def test_unaccented_word_is_a_different_name_if_both_sides_write_accents(line: str) -> None:
    for one, two in (line.split("|"), line.split("|")[::-1]):
        for typed in (one, one.upper(), unicodedata.normalize("NFD", one)):
            assert judged(typed, two).outcome == IdentityOutcome.PROBABLE


@pytest.mark.parametrize("line", SAME.strip().splitlines())
def test_accent_that_may_have_been_left_out_proves_nothing(line: str) -> None:
    for one, two in (line.split("|"), line.split("|")[::-1]):
        assert judged(one, two).outcome == IdentityOutcome.CERTAIN
        assert judged(unicodedata.normalize("NFD", one), two).outcome == IdentityOutcome.CERTAIN


def test_preferred_name_without_an_accent_matches() -> None:
    assert judged("Dung, Trần", "Dũng, Trần", preferred_name="Dung").outcome == IdentityOutcome.CERTAIN
    assert judged("Dung, Trần", "Minh, Trần", preferred_name="Dũng").outcome == IdentityOutcome.PROBABLE


def test_doubt_about_tones_is_explained_to_staff() -> None:
    assert OTHER_TONE_DOUBT in judged("Dung, Trần", "Dũng, Trần").why


@pytest.mark.parametrize("mark", ["Dũng", "Dụng", "Dủng", "Dưng", "Dǔng"])
def test_mark_used_only_for_tones_shows_that_tones_are_written(mark: str) -> None:
    # The side without this accent does write another one.
    called = ("Dung", mark)
    assert has_other_tone_in_name(("Dung", "Müller"), (mark, "Müller"), called=called)
    assert not has_other_tone_in_name(("Dung", "Muller"), (mark, "Müller"), called=called)


@pytest.mark.parametrize("mark", ["Sãm", "Sõm", "Sém", "Söm"])
def test_mark_used_in_other_languages_does_not_show_tones(mark: str) -> None:
    bare = normalize_text(mark).title()
    assert not has_other_tone_in_name((bare, "Müller"), (mark, "Müller"), called=(bare, mark))
