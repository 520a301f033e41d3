"""Names in a table are not repeated elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkin.rules.excuse_notes import NOTE_TILE_WORDS, NoteKind

ROOT = Path(__file__).resolve().parents[2]
NOTES = "checkin/rules/excuse_notes.py"


def sources() -> Iterator[Path]:
    yield from (path for path in (ROOT / "checkin").rglob("*.py") if "migrations" not in path.parts)
    yield from (ROOT / "templates").rglob("*.html")
    yield from (ROOT / "static/js").rglob("*.js")


def places_that_say(words: str) -> list[str]:
    """Return files with these words as a complete text, in quotes or between tags."""
    said = re.compile(rf"""(["'>]){re.escape(words)}["'<]""", re.IGNORECASE)
    return [str(path.relative_to(ROOT)) for path in sources() if said.search(path.read_text())]


@pytest.mark.parametrize("kind", NoteKind)
def test_name_of_a_note_is_defined_in_one_place(kind: NoteKind) -> None:
    assert places_that_say(str(kind.label)) == [NOTES], f"read NoteKind of {NOTES}"
    assert places_that_say(str(NOTE_TILE_WORDS[kind])) == [NOTES], f"read NOTE_TILE_WORDS of {NOTES}"
