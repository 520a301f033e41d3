"""What a note says, which values it rejects, and its codes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import excuse_notes as excuse_note_rules
from checkin.rules.excuse_note_words import (
    ENGLISH_NOTE_WORDS,
    NOTE_WORDS_BESIDE_ENGLISH,
    ExcuseNoteWords,
    choose_note_words,
)
from checkin.rules.excuse_notes import NoteEdits, NoteKind, NoteValues

TUESDAY = dt.date(2026, 3, 10)
FRIDAY = dt.date(2026, 3, 13)
ALLOWED = {
    "school_language",
    "name_spelling",
    "issuer_role",
    "issued_on",
    "kind",
    "language",
    "clinic_name",
    "clinic_phone",
    "clinic_address",
    "person_name",
    "seen_on",
    "seen_from",
    "seen_to",
    "excused_from",
    "excused_to",
    "return_on",
    "limits",
    "issuer",
    "number",
    "code",
}


def at(date: dt.date = TUESDAY, hour: int = 9, minute: int = 40) -> dt.datetime:
    return dt.datetime(date.year, date.month, date.day, hour, minute, 31, tzinfo=dt.UTC)


def drafted(**changes: Any) -> NoteEdits:
    return excuse_note_rules.draft_note_edits(
        **({"arrived": at(), "left": None, "person_name": "Leo Ruiz", "language": "en"} | changes)
    )


def edits(**changes: Any) -> NoteEdits:
    return dataclasses.replace(drafted(), **changes)


def test_note_has_only_the_allowed_fields() -> None:
    assert {field.name for field in dataclasses.fields(NoteValues)} == ALLOWED


def test_note_fields_are_plain_values() -> None:
    plain = {"str", "dt.date", "dt.time", "dt.time | None", "dt.date | None", "int | None", "NoteKind"}
    assert {field.type for field in dataclasses.fields(NoteValues)} <= plain


def test_note_values_are_frozen_and_take_no_extra_attribute() -> None:
    assert NoteValues.__slots__
    assert NoteValues.__dataclass_params__.frozen


def test_draft_excuses_the_day_and_returns_on_the_next_day() -> None:
    draft = drafted()
    assert (draft.excused_from, draft.excused_to, draft.return_on) == (TUESDAY, TUESDAY, dt.date(2026, 3, 11))
    assert (draft.seen_from, draft.seen_to) == (dt.time(9, 40), None)


def test_visit_on_friday_returns_on_monday() -> None:
    assert drafted(arrived=at(FRIDAY)).return_on == dt.date(2026, 3, 16)


def test_return_is_on_sunday_if_it_is_a_school_day() -> None:
    assert drafted(arrived=at(FRIDAY), school_days=(6, 0, 1, 2, 3)).return_on == dt.date(2026, 3, 15)


def test_no_return_date_if_no_day_is_a_school_day() -> None:
    assert drafted(school_days=()).return_on is None


def test_note_of_a_finished_visit_says_when_it_ended() -> None:
    assert drafted(left=at(hour=10, minute=25)).seen_to == dt.time(10, 25)


def test_visit_past_midnight_gives_only_its_start_time() -> None:
    draft = drafted(arrived=at(hour=23, minute=50), left=at(dt.date(2026, 3, 11), hour=0, minute=20))
    assert (draft.seen_from, draft.seen_to) == (dt.time(23, 50), None)


def test_name_typed_on_several_lines_becomes_one_line() -> None:
    assert drafted(person_name="Leo\n  Ruiz\t").person_name == "Leo Ruiz"


@pytest.mark.parametrize(
    ("field", "changes", "word"),
    [
        ("person_name", {"person_name": "  "}, "name"),
        ("seen_to", {"seen_to": dt.time(9, 39)}, "earlier"),
        ("excused_to", {"excused_to": dt.date(2026, 3, 9)}, "before the first"),
        ("excused_to", {"excused_to": dt.date(2062, 3, 10)}, "year"),
        ("excused_from", {"excused_from": dt.date(2016, 3, 10)}, "year"),
        ("return_on", {"return_on": dt.date(2026, 3, 9)}, "before the visit"),
        ("return_on", {"excused_to": FRIDAY, "return_on": dt.date(2026, 3, 12)}, "last excused day"),
        ("return_on", {"return_on": dt.date(2036, 3, 10)}, "year"),
    ],
)
def test_invalid_value_gets_a_message_at_its_field(
    field: str, changes: dict[str, str] | dict[str, dt.time] | dict[str, dt.date], word: str
) -> None:
    found = excuse_note_rules.find_note_problems(edits(**changes), seen_on=TUESDAY)
    assert list(found) == [field]
    assert word in found[field]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"return_on": None},
        {"return_on": TUESDAY},
        {"excused_from": dt.date(2026, 3, 9)},
        {"seen_to": dt.time(9, 40)},
    ],
)
def test_valid_values_get_no_message(
    changes: dict[str, None] | dict[str, dt.date] | dict[str, dt.time],
) -> None:
    assert excuse_note_rules.find_note_problems(edits(**changes), seen_on=TUESDAY) == {}


@given(st.datetimes(timezones=st.just(dt.UTC)), st.text(max_size=30))
def test_every_draft_with_a_name_can_be_issued_unchanged(arrived: dt.datetime, name: str) -> None:
    draft = excuse_note_rules.draft_note_edits(
        arrived=arrived, left=None, person_name=name or "x", language=""
    )
    assert set(excuse_note_rules.find_note_problems(draft, seen_on=arrived.date())) <= {"person_name"}


@pytest.mark.parametrize(
    ("typed", "code"),
    [("es", "es"), ("es-MX", "es"), ("ES_ar", "es"), ("Spanish", "es"), ("español", "es"), ("", "en")],
)
def test_note_language_is_recognized_in_any_form(typed: str, code: str) -> None:
    assert excuse_note_rules.note_language_code(typed) == code


@pytest.mark.parametrize(
    ("recorded", "code"),
    [
        ("spa", "es"),
        ("Castellano", "es"),
        ("Mexican Spanish", "es"),
        ("Spanish; Castilian", "es"),
        ("I speak Spanish", "es"),
        ("Mam, Spanish", "es"),
        ("Spanish and English", "es"),
        ("English and Spanish", "en"),
        ("not Spanish", "en"),
        ("mother: Spanish, child: English", "en"),
        ("eng", "en"),
        ("und", "en"),
    ],
)
def test_note_language_is_read_as_every_other_language(recorded: str, code: str) -> None:
    """A record with "spa" or "Castellano" gave a note in English only."""
    assert excuse_note_rules.note_language_code(recorded) == code


def test_untranslated_language_gives_an_english_note() -> None:
    assert excuse_note_rules.note_language_code("Somali") == "en"
    assert [words.language for words in choose_note_words(NoteKind.SCHOOL, "so")] == ["en"]


@pytest.mark.parametrize(
    ("region", "language"),
    [
        ("US", "en"),
        ("GB", "en"),
        ("MX", "es"),
        ("PR", "es"),
        ("CA", "en"),
        ("DE", "en"),
        ("", "en"),
        ("??", "en"),
    ],
)
def test_schools_read_the_language_of_their_region(region: str, language: str) -> None:
    assert excuse_note_rules.choose_school_language(region) == language


@pytest.mark.parametrize("table", [ENGLISH_NOTE_WORDS, *NOTE_WORDS_BESIDE_ENGLISH.values()])
def test_every_language_has_words_for_every_kind_of_note(table: dict[NoteKind, ExcuseNoteWords]) -> None:
    assert set(table) == set(NoteKind)
    assert set(NOTE_WORDS_BESIDE_ENGLISH) | {"en"} == set(excuse_note_rules.NOTE_LANGUAGES)


def test_spanish_note_has_no_word_left_in_english() -> None:
    for kind in NoteKind:
        english, spanish = choose_note_words(kind, "es")
        same = [
            f.name
            for f in dataclasses.fields(spanish)
            if getattr(spanish, f.name) == getattr(english, f.name)
        ]
        assert same == []


def test_note_code_has_at_least_128_bits_and_never_repeats() -> None:
    assert len(excuse_note_rules.NOTE_CODE_ALPHABET) == len(set(excuse_note_rules.NOTE_CODE_ALPHABET)) == 32
    assert excuse_note_rules.NOTE_CODE_LENGTH * 5 >= 128
    assert len({excuse_note_rules.make_note_code() for _ in range(2000)}) == 2000


def test_note_code_may_be_typed_with_spaces_lowercase_and_look_alikes() -> None:
    code = "01AV" * 7
    assert excuse_note_rules.read_note_code(excuse_note_rules.space_note_code(code).lower()) == code
    assert excuse_note_rules.read_note_code("oIau-" * 7) == code


@pytest.mark.parametrize("text", ["", "abc", "0" * 27, "0" * 29, "é" * 28, "x" * 100_000])
def test_any_other_text_is_not_a_note_code(text: str) -> None:
    assert excuse_note_rules.read_note_code(text) == ""


@pytest.mark.parametrize(("days", "is_odd"), [(366, False), (367, True)])
def test_note_dates_may_be_up_to_one_year_from_the_visit(days: int, is_odd: bool) -> None:
    far = TUESDAY + dt.timedelta(days=days)
    for changes in ({"return_on": far}, {"excused_to": far, "return_on": None}):
        assert bool(excuse_note_rules.find_note_problems(edits(**changes), seen_on=TUESDAY)) is is_odd
    early = edits(excused_from=TUESDAY - dt.timedelta(days=days))
    assert bool(excuse_note_rules.find_note_problems(early, seen_on=TUESDAY)) is is_odd
