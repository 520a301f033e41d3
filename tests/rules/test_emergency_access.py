"""Which reason will do, what it opens, and how long it lasts."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest

from checkin.rules.emergency_access import (
    EMERGENCY_ACTS,
    EMERGENCY_LASTS,
    LONGEST_REASON,
    join_line_breaks,
    minutes_left,
    reason_problem,
)
from checkin.rules.roles import StaffAct
from tests import make


@pytest.mark.parametrize(
    "reason", ["Fire alarm here", "Child collapsed, nobody at the desk", "Niño sin aire"]
)
def test_a_few_words_will_do(reason: str) -> None:
    assert reason_problem(reason) == ""


@pytest.mark.parametrize(
    "reason",
    [
        "火警警报",
        "ICU火警,前台没有人",
        "子供が倒れた",
        "ｶｼﾞﾃﾞｽ ﾀﾞﾚﾓｲﾅｲ",
        "เด็กหมดสติที่หน้าเคาน์เตอร์",
        "ក្មេងសន្លប់នៅមុខតុ",
        "ကလေးသတိလစ်နေသည်",
    ],
)
def test_scripts_without_spaces_are_counted_by_letters(reason: str) -> None:
    assert reason_problem(reason) == ""


@pytest.mark.parametrize(
    "reason",
    [
        "화재 경보",
        unicodedata.normalize("NFD", "화재 경보"),
        "화재 경보, 데스크에 아무도 없음",
        "아이 쓰러짐",
        "火灾 前台没人",
        "የእሳት አደጋ",
        "ᎠᏥᎳ ᏗᎦᏃᏣᎢ",
    ],
)
def test_signs_that_say_a_syllable_count_as_two_letters(reason: str) -> None:
    assert reason_problem(reason) == ""


@pytest.mark.parametrize("reason", ["화재", "화재 시", "긴급상황입니다", "አደጋ", "እሳ ነ"])
def test_too_few_syllables_or_one_word_of_them_are_too_short(reason: str) -> None:
    assert reason_problem(reason).startswith("Nothing is open yet")


@pytest.mark.parametrize(
    "reason", ["紧急", "火災だ", "ฉุกเฉิน", "អាសន្ន", "응급상황입니다만", "срочноеположение"]
)
def test_one_word_is_too_short_in_every_script(reason: str) -> None:
    assert reason_problem(reason).startswith("Nothing is open yet")


def test_a_line_break_is_one_character_as_in_the_box() -> None:
    assert join_line_breaks("Fire\r\nalarm\rhere\n") == "Fire\nalarm\nhere\n"


@pytest.mark.parametrize("reason", ["", " \n", "emergency", "a b c", "1234 5678", "x " * LONGEST_REASON])
def test_no_words_or_far_too_many_are_refused_and_nothing_is_open(reason: str) -> None:
    assert reason_problem(reason).startswith("Nothing is open yet")


def test_it_opens_reading_and_what_keeps_a_child_safe_for_an_hour_at_most() -> None:
    assert {StaffAct.READ_CHARTS, StaffAct.RAISE, StaffAct.ANSWER_CALL} == EMERGENCY_ACTS
    assert dt.timedelta(minutes=60) >= EMERGENCY_LASTS


@pytest.mark.parametrize(("at", "left"), [("9:40", 60), ("10:39", 1), ("10:40", 0), ("11:00", 0)])
def test_minutes_left_count_down_to_nothing(at: str, left: int) -> None:
    assert minutes_left(make.at("10:40"), make.at(at)) == left
