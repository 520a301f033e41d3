"""A sentence as a code and its facts: what a row keeps of it, and how it reads again."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.utils import translation

from checkin.rules.coded_sentences import (
    NOTHING_SAID,
    CodedSentence,
    say_sentence,
    sentence_words,
    sentence_words_in_region,
    words_in_region,
)
from checkin.rules.sentence_codes import SentenceCode

MARCH = dt.date(2026, 3, 10)
TODAY = say_sentence(SentenceCode.TODAY)
AGREED = say_sentence(SentenceCode.AGREED_TO, who="Ana {Ruiz}", item="MMR", when=TODAY)


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        (TODAY, {"code": "today"}),
        (say_sentence(SentenceCode.UNTIL, day=MARCH), {"code": "until", "day": "2026-03-10"}),
        (
            say_sentence(SentenceCode.SCHOOL_HOURS, age=8, weekday=1),
            {"code": "school_hours", "age": 8, "weekday": 1},
        ),
        (
            say_sentence(SentenceCode.TYPED_OTHERWISE, fields=["name", "sign_in"]),
            {"code": "typed_otherwise", "fields": ["name", "sign_in"]},
        ),
        (AGREED, {"code": "agreed_to", "who": "Ana {Ruiz}", "item": "MMR", "when": {"code": "today"}}),
        (NOTHING_SAID, None),
    ],
)
def test_a_row_keeps_code_and_facts_and_reads_the_same_again(sentence: CodedSentence, kept: Any) -> None:
    assert sentence.kept == kept
    again = json.loads(json.dumps(sentence.kept))
    assert sentence_words(again, "US") == CodedSentence(again) == sentence


def test_it_reads_in_the_language_of_whoever_asks() -> None:
    assert (AGREED, str(AGREED)) == ("Ana {Ruiz} agreed to MMR today",) * 2
    with translation.override("es"):
        assert sentence_words(AGREED.kept, "US") == "Ana {Ruiz} aceptó MMR hoy"
        assert AGREED == "Ana {Ruiz} agreed to MMR today", "it stays as it was when it was said"


@pytest.mark.parametrize(
    ("cares", "words"),
    [
        (["vaccine"], "written proxy is for vaccine only"),
        (["vaccine", "check_up", "seeing"], "written proxy is for vaccine and check-up and being seen only"),
    ],
)
def test_kinds_of_care_are_listed_by_name(cares: list[str], words: str) -> None:
    assert say_sentence(SentenceCode.PROXY_FOR_SOME, cares=cares) == words


def test_a_field_that_is_not_known_is_named_as_it_is() -> None:
    assert say_sentence(SentenceCode.TYPED_OTHERWISE, fields=["height"]).endswith(": height")


def test_a_code_of_a_later_release_says_nothing() -> None:
    assert (
        sentence_words({"code": "of_tomorrow", "day": "2030-01-01"}, "US") == sentence_words({}, "US") == ""
    )


@pytest.mark.parametrize("code", [SentenceCode.ANSWER_BUT, SentenceCode.ANSWER_AND_CHECK])
def test_deciding_answer_is_said_in_at_most_250_signs_and_kept_in_full(code: SentenceCode) -> None:
    facts = {"answer": "a" * 300, "doubt": "no", "check": "no"}
    made = say_sentence(code, **facts)
    assert (len(made), made[-1]) == (250, "…")
    assert made.kept is not None and made.kept["answer"] == "a" * 300


def test_a_sentence_says_what_stands_among_its_facts_at_any_depth() -> None:
    path = say_sentence(SentenceCode.PATH, whose=AGREED, advice=say_sentence(SentenceCode.GO_AHEAD))
    of_item = say_sentence(SentenceCode.PATH_OF_ITEM, item="MMR", path=path)
    whole = say_sentence(SentenceCode.ALL_OF_THESE, each=[TODAY, of_item])
    for part in (TODAY, AGREED, path, of_item, whole):
        assert whole.is_saying(part)
    assert not path.is_saying(of_item)
    assert not whole.is_saying(say_sentence(SentenceCode.SAID_NO, who="Ana {Ruiz}", when=TODAY))
    assert not whole.is_saying(NOTHING_SAID) and not NOTHING_SAID.is_saying(TODAY)


def test_the_phones_within_a_sentence_are_written_as_the_region_writes_them() -> None:
    phone = say_sentence(SentenceCode.PHONE_FIRST, name="Ana 3125550100", phone="3125550199")
    whole = say_sentence(SentenceCode.DECIDES_AND_PHONE, advice=phone)
    words = "clinician decides; phone Ana 3125550100 first: (312) 555-0199"
    assert sentence_words_in_region(whole.kept, "US") == words
    assert "3125550199" in whole
    assert sentence_words_in_region(None, "US") == ""


def test_the_dates_within_a_sentence_are_written_as_the_region_and_the_language_write_them() -> None:
    ended = say_sentence(SentenceCode.AUTHORITY_ENDED, day=dt.date(2026, 3, 9))
    booked = say_sentence(SentenceCode.CONCERN_BOOKED_ON, day_of_week=dt.date(2026, 3, 9))
    each = say_sentence(SentenceCode.ALL_OF_THESE, each=[ended, booked])
    in_us = "authority ended on Mar 9, 2026; booked for Monday, Mar 9, 2026"
    in_gb = "authority ended on 9 Mar 2026; booked for Monday, 9 Mar 2026"
    assert words_in_region(each, "US") == each == in_us
    assert words_in_region(each, "GB") == in_gb
    assert words_in_region("typed: Mar 9, 2026", "GB") == "typed: Mar 9, 2026"
    with translation.override("es"):
        assert words_in_region(ended, "US") == words_in_region(ended, "GB")
        assert words_in_region(booked, "GB").endswith("lunes 9 de marzo de 2026")
