"""Notes for school and for work, and all that a note may say."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules.languages import find_first_language
from checkin.rules.regions import list_region_languages
from checkin.rules.short_lines import put_on_one_line


class NoteKind(TextChoices):
    """A kind of note that a family may ask for. The label is the English title on the paper.

    Each kind also needs its words here and in `excuse_note_words`, `need_labels` and `needs`.
    """

    SCHOOL = "school", "School note"
    WORK = "work", "Work note"


NOTE_WORDS = {NoteKind.SCHOOL: _("school note"), NoteKind.WORK: _("work note")}
"""What each is called in the middle of a line."""
NOTE_TILE_WORDS = {NoteKind.SCHOOL: _("A note for school"), NoteKind.WORK: _("A note for my work")}
"""The words on the tablet's tiles."""


class NoteStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Issued")
    VOID = "void", _("Void")


NOTE_NAME_LIMIT, NOTE_LIMITS_LIMIT, NOTE_VOID_REASON_LIMIT = 410, 300, 300
"""Longest name, activity limits and void reason, in characters."""

_MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
_YEAR_FROM_VISIT = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class NoteValues:
    """Everything that a note can say. Nothing without a field here can get onto it.

    A school note is about the child, a work note about the adult who came along; neither names the other.
    Times are on the clinic's clock. `name_spelling` is the same name as the school or employer writes it.
    `issuer_role` is a value of `Role`. `issued_on` is None for a draft.
    """

    kind: NoteKind
    language: str
    school_language: str
    clinic_name: str
    clinic_phone: str
    clinic_address: str
    person_name: str
    name_spelling: str
    seen_on: dt.date
    seen_from: dt.time
    seen_to: dt.time | None
    excused_from: dt.date
    excused_to: dt.date
    return_on: dt.date | None
    limits: str
    issuer: str
    issuer_role: str
    issued_on: dt.date | None
    number: int | None
    code: str


@dataclass(frozen=True, slots=True)
class HandedNote:
    """A note handed out at a visit. `names` is the person on it, if nobody at this visit has that name."""

    kind: str
    number: int
    is_void: bool = False
    names: str = ""


def number_of_last_void_note(notes: Iterable[HandedNote], kind: str) -> int | None:
    """Return the number of the last note of this kind if it is void, so the family has no valid one."""
    last = max((note for note in notes if note.kind == kind), key=lambda one: one.number, default=None)
    return last.number if last is not None and last.is_void else None


EDITABLE_NOTE_FIELDS = (
    "person_name",
    "name_spelling",
    "language",
    "seen_from",
    "seen_to",
    "excused_from",
    "excused_to",
    "return_on",
    "limits",
)


@dataclass(frozen=True, slots=True)
class NoteEdits:
    """The fields of a note that a person may change before it is issued."""

    person_name: str
    language: str
    seen_from: dt.time
    seen_to: dt.time | None
    excused_from: dt.date
    excused_to: dt.date
    return_on: dt.date | None
    limits: str
    name_spelling: str = ""


def draft_note_edits(
    *,
    arrived: dt.datetime,
    left: dt.datetime | None,
    person_name: str,
    language: str,
    school_days: Collection[int] = _MONDAY_TO_FRIDAY,
) -> NoteEdits:
    """Return a note's default values.

    It excuses the day of the visit; the return date is the next school day (0 is Monday). `arrived` and
    `left` are on the clinic's clock. If the visit ran past midnight, or into an hour that the clock showed
    twice, the note gives only the start time.
    """
    seen_on = arrived.date()
    told = left is not None and left.date() == seen_on and left.time() >= arrived.time()
    # On the night the clock goes back: arrived at the first 1:10, left at the second 1:40.
    told = told and left is not None and left.fold <= arrived.fold
    return NoteEdits(
        person_name=put_on_one_line(person_name)[:NOTE_NAME_LIMIT],
        language=note_language_code(language),
        seen_from=_time_to_the_minute(arrived),
        seen_to=_time_to_the_minute(left) if left is not None and told else None,
        excused_from=seen_on,
        excused_to=seen_on,
        return_on=_next_school_day(seen_on, school_days),
        limits="",
    )


def _next_school_day(after: dt.date, school_days: Collection[int]) -> dt.date | None:
    """Return the first date after `after` that is one of these weekdays; None if there are none."""
    week = (after + dt.timedelta(days=n) for n in range(1, 8))
    return next((day for day in week if day.weekday() in school_days), None)


def _time_to_the_minute(moment: dt.datetime) -> dt.time:
    return moment.time().replace(second=0, microsecond=0)


def find_note_problems(edits: NoteEdits, *, seen_on: dt.date) -> dict[str, str]:
    """Return what must be changed, as field and sentence; {} if the note may be issued."""
    found: dict[str, str] = {}
    if not edits.person_name.strip():
        found["person_name"] = "Type the name of the person this note is for."
    if edits.seen_to is not None and edits.seen_to < edits.seen_from:
        found["seen_to"] = "This is earlier than the time they came."
    if abs(edits.excused_from - seen_on) > _YEAR_FROM_VISIT:
        found["excused_from"] = "This is more than a year from the visit. Is the year right?"
    if edits.excused_to < edits.excused_from:
        found["excused_to"] = "The last excused day is before the first one."
    elif abs(edits.excused_to - seen_on) > _YEAR_FROM_VISIT:
        found["excused_to"] = "This is more than a year from the visit. Is the year right?"
    if edits.return_on is not None:
        if edits.return_on < seen_on:
            found["return_on"] = "The day of return is before the visit."
        elif edits.return_on < edits.excused_to and "excused_to" not in found:
            found["return_on"] = "The day of return is before the last excused day."
        elif abs(edits.return_on - seen_on) > _YEAR_FROM_VISIT:
            found["return_on"] = "This is more than a year from the visit. Is the year right?"
    return found


NOTE_LANGUAGES = ("en", "es")
"""Languages that notes have words for. Every note has English and the language of the region's schools."""


def note_language_code(said: str) -> str:
    """Return "es" for es-MX, spa or Castellano; "en" for English, blank, and any language without note words.

    Of several languages, the first that notes have words for.
    """
    return find_first_language(said, NOTE_LANGUAGES) or "en"


def choose_school_language(region: str) -> str:
    """Return the main language of this region that notes have words for; "en" if there is none."""
    return next((code for code in list_region_languages(region) if code in NOTE_LANGUAGES), "en")


NOTE_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter in it is mistaken for another when somebody types it."""

NOTE_CODE_LENGTH = 28
"""140 bits."""

_NOTE_CODE_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def make_note_code() -> str:
    """Return a random code for /verify/ that cannot be guessed."""
    return "".join(secrets.choice(NOTE_CODE_ALPHABET) for _ in range(NOTE_CODE_LENGTH))


def read_note_code(text: str) -> str:
    """Return the code in stored form, however it was typed; "" if it cannot be a code."""
    letters = "".join(letter for letter in text[:200].upper() if letter.isascii() and letter.isalnum())
    code = letters.translate(_NOTE_CODE_LOOKALIKES)
    return code if len(code) == NOTE_CODE_LENGTH else ""


def space_note_code(code: str) -> str:
    """Return the code in groups of four, as printed."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
