"""The first part of a given name: enough if it is one child's name, not if siblings share it."""

from __future__ import annotations

from datetime import date

import pytest

from checkin.rules.identity import IdentityOutcome, judge_identity
from checkin.rules.identity_facts import IdentityClaim, PatientRecord
from checkin.rules.name_likeness import is_leading_given_name

BORN = date(2018, 5, 6)
PHONE = "206 555 0134"
SHARED = """
Siti|Siti Aminah
Nur|Nur Aisyah
NOOR|Noor Fatima
Nur Siti|Nur Siti Aisyah
Thi|Thị Mai
Thị|Thị Mai
Văn|Văn Anh
Minh|Minh Khôi
Zi|Zi Han
Xiao|Xiao Ming
Jia|Jia Hui
Min|Min Jun
Ji|Ji Woo
Seo|Seo Yeon
Sri|Sri Lakshmi
Mst.|Mst. Rina
Mosammat|Mosammat Rina
Md.|Md. Rakib
Sheikh|Sheikh Rina
Shaikh|Shaikh Ali
Muhamad|Muhamad Umar
Mohammod|Mohammod Rafi
Muhammet|Muhammet Emir
Mouhamadou|Mouhamadou Lamine
Mukhammad|Mukhammad Amin
Mohd|Mohd Amin
Abdur|Abdur Rahim
Abd al|Abd al Rahman
Maria|Maria José
Maria J|Maria J Luisa
Maria de|Maria de los Angeles
María de los|María de los Ángeles
María del|María del Carmen
Rosa de la|Rosa de la Luz
Ni|Ni Luh
Ketut|Ketut Ayu
Wei|Wei 薇
薇|薇 Wei
Anna|Anna Мария
Sai|Sai Kiran
Venkata|Venkata Ramana
Naga|Naga Lakshmi
Princess|Princess Joy
Prince|Prince Carl
Gholam|Gholam Reza
Gebre|Gebre Egziabher
Wolde|Wolde Mariam
Haile|Haile Mariam
Khawaja|Khawaja Ali
Ould|Ould Ahmed
Tsz|Tsz Ching
Hok|Hok Man
Yuk|Yuk Ling
Wai|Wai Kit
Chih|Chih Ming
Hsiao|Hsiao Mei
Kwok|Kwok Wing
Siew|Siew Ling
Chee|Chee Keong
Thanh|Thanh Trúc Mai
Thanh Trúc|Thanh Trúc Mai
Khánh Linh|Khánh Linh Chi
Kai|Kai Xuan Ethan
Kai Xuan|Kai Xuan Ethan
محمد|محمد علي
عبد|عبد الله
श्री|श्री राम
"""
TWO_OR_NOTED = """
Emma|Emma & Noah
Emma|Emma and Noah
Emma|Emma y Noah
EMMA|EMMA Y NOAH
Emma|Emma et Noah Lee
Emma|Emma + Noah
Emma|Emma / Noah
Emma|Emma, Noah
Emma|Emma - Noah
Emma|Emma or Noah
Emma|Emma with Noah
Emma and|Emma and Noah
Emma|Emma #2
Emma|Emma 2
Emma|Emma (2nd)
Emma|Emma DUPLICATE
Emma|Emma (dup)
Emma|Emma do not use
Emma|Emma Twin A
Emma|Emma (old)
Emma|Emma test
Анна|Анна и Мария
"""
TELLING = """
Amy|Amy Victoria
Ben|Ben Lee
Mary|Mary Jane
Noah|Noah James
Luis|Luis Angel
Amir|Amir Ali
Marie|Marie Claire
Muhammad Amir|Muhammad Amir Hakim
Amy|Amy V.
Amy|Amy E Rose
Amy|Amy Y
Mia|Mia Rose
Mia|Mia Lin Rose
Kai|Kai Ethan
Dan|Dan Knight
Ian|Ian Lee
John|John Paul
Emma|Emma (Emmy)
Emma|Emma Noah
Anna Lena|Anna Lena Marie
Siti Aminah|Siti Aminah Zahra
Rosa|Rosa de la Luz
Kim|Kim Marie
Анна|Анна Мария
"""


def outcome(line: str, family: str = "Novak") -> IdentityOutcome:
    typed, recorded = line.split("|")
    record = PatientRecord(1, recorded, family, birth_date=BORN, phones=(PHONE,), has_appointment_today=True)
    return judge_identity(IdentityClaim(typed, family, BORN, phone=PHONE), [record]).outcome


@pytest.mark.parametrize("line", SHARED.strip().splitlines())
def test_first_part_that_siblings_share_is_not_certain(line: str) -> None:
    assert outcome(line) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize("line", TWO_OR_NOTED.strip().splitlines())
def test_name_on_a_record_of_two_children_or_a_duplicate_is_not_certain(line: str) -> None:
    assert outcome(line) == IdentityOutcome.PROBABLE


def test_duplicate_marker_makes_a_different_name() -> None:
    assert not is_leading_given_name("Emma", "Emma DUPLICATE")
    assert is_leading_given_name("Emma", "Emma Rose")


@pytest.mark.parametrize("line", TELLING.strip().splitlines())
def test_ordinary_first_name_is_certain(line: str) -> None:
    assert outcome(line) == IdentityOutcome.CERTAIN


@pytest.mark.parametrize("line", SHARED.strip().splitlines())
def test_full_name_is_certain_whatever_its_parts(line: str) -> None:
    whole = line.split("|")[1]
    assert outcome(f"{whole}|{whole}") == IdentityOutcome.CERTAIN
