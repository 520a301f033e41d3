"""Words on notes: the family's language first, and English on every note."""

from __future__ import annotations

from dataclasses import fields

import pytest

from checkin.rules.excuse_note_words import NOTE_WORDS_BESIDE_ENGLISH, choose_note_words
from checkin.rules.excuse_notes import NoteKind


@pytest.mark.parametrize("kind", NoteKind)
def test_the_schools_language_comes_first_and_english_is_on_every_note(kind: NoteKind) -> None:
    assert [one.language for one in choose_note_words(kind, "es")] == ["en", "es"]
    assert [one.language for one in choose_note_words(kind, "en", "es")] == ["es", "en"]
    assert [one.language for one in choose_note_words(kind, "es", "es")] == ["es", "en"]
    assert [one.language for one in choose_note_words(kind, "vi", "es")] == ["es", "en"]
    assert [one.language for one in choose_note_words(kind, "en")] == ["en"]
    assert [one.language for one in choose_note_words(kind, "vi")] == ["en"]


@pytest.mark.parametrize("kind", NoteKind)
@pytest.mark.parametrize("language", NOTE_WORDS_BESIDE_ENGLISH)
def test_translated_note_has_no_word_left_in_english(kind: NoteKind, language: str) -> None:
    translated, english = choose_note_words(kind, language)
    same = [
        one.name for one in fields(english) if getattr(translated, one.name) == getattr(english, one.name)
    ]
    assert same == []


@pytest.mark.parametrize("language", ["en", *NOTE_WORDS_BESIDE_ENGLISH])
def test_school_note_and_work_note_have_different_words(language: str) -> None:
    school, work = (choose_note_words(kind, language)[0] for kind in (NoteKind.SCHOOL, NoteKind.WORK))
    assert not {school.title, school.statement, school.back} & {work.title, work.statement, work.back}
