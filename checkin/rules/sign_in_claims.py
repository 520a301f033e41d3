"""What was typed at sign-in: kept as it came, cut to what a row can hold, never refused."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from checkin.rules import written_dates
from checkin.rules.discrepancy_causes import DiscrepancyCause
from checkin.rules.empty_answers import is_empty_answer
from checkin.rules.excuse_notes import NoteKind
from checkin.rules.hidden_characters import is_hidden_character
from checkin.rules.preferences import WISHES, WishAnswers

_WISH_LIMITS = {one.name: one.limit for one in WISHES}
SIGN_IN_LIMITS = {
    "child_given_name": 200,
    "child_family_name": 200,
    "child_birth_date": 60,
    "escort_name": 200,
    "relationship": 500,
    "escort_phone": 60,
    "reason": 2000,
    "also": 2000,
    "approach": _WISH_LIMITS["approach"],
    "language": 20,
    "interpreter_language": 60,
    "access_needs": 500,
    "best_way": _WISH_LIMITS["best_way"],
    "best_time": _WISH_LIMITS["best_time"],
    "address": 300,
    "guardian_name": 200,
    "typed_at": 60,
    "unreadable": 10_000,
    **_WISH_LIMITS,
}
"""Longest text stored of each field, in characters. A longer text is cut and its field is named in `cut`.

`cut` follows this order, and the digest includes it. So the fields of the first version, wishes included,
keep their places, and a newer wish comes last.
"""

_ALWAYS_IN_DIGEST = frozenset(
    {
        "child_given_name",
        "child_family_name",
        "child_birth_date",
        "escort_name",
        "relationship",
        "escort_phone",
        "reason",
        "also",
        "notes_wanted",
        "approach",
        "language",
        "interpreter",
        "interpreter_language",
        "access_needs",
        "best_way",
        "best_time",
        "address",
        "guardian_name",
        "remember",
        "help",
        "is_patient",
        "unreadable",
        "cut",
    }
)
"""Fields of the first version.

A newer field enters the digest only if it has a value, so that a claim sent before and again after an upgrade
is the same claim.
"""

_NOT_IN_DIGEST = frozenset({"typed_at", "worried"})
"""A repeat may have a later clock. Being worried by now does not change what the family said before."""

_SUBMISSION_KEY_NAMESPACE = uuid.UUID("5b7b9a5e-0c5e-4c55-9d2a-0a3f6b1f2d10")
_WORDS_FOR_NO = {"", "0", "0.0", "false", "no", "off", "n", "none", "null", "undefined", "nan", "[]", "{}"}
_WORDS_FOR_YES = {"1", "true", "yes", "on", "y", "sí", "si"}


@dataclass(frozen=True, slots=True)
class SignInClaim(WishAnswers):
    """One sign-in as typed, including its wishes. Every field may be blank."""

    key: uuid.UUID
    child_given_name: str = ""
    child_family_name: str = ""
    child_birth_date: str = ""
    escort_name: str = ""
    relationship: str = ""
    escort_phone: str = ""
    reason: str = ""
    also: str = ""
    notes_wanted: tuple[str, ...] = ()
    language: str = ""
    interpreter: bool = False
    interpreter_language: str = ""
    access_needs: str = ""
    address: str = ""
    guardian_name: str = ""
    remember: bool = False
    help: bool = False
    is_patient: bool = False
    worried: bool = False
    typed_at: str = ""
    unreadable: str = ""
    cut: tuple[str, ...] = field(default=())
    tap: str = ""
    """Identifies one press of “I am worried”, however often it is sent. It is not part of what was said."""

    @property
    def also_typed(self) -> str:
        """What was typed about an adult before the patient said that they came alone."""
        return ", ".join(filter(None, (self.escort_name, self.relationship))) if self.is_patient else ""

    @property
    def has_reason(self) -> bool:
        """Return whether staff must read something before they room the child; unreadable data counts."""
        return bool(self.reason or self.unreadable) or not is_empty_answer(self.also)

    def content(self) -> dict[str, object]:
        """Return everything that was said, without the keys, ready for JSON."""
        said = asdict(self)
        del said["key"], said["tap"]
        return said | {"notes_wanted": list(self.notes_wanted), "cut": list(self.cut)}

    def digest(self) -> str:
        """Return a fingerprint of what was said: equal for the same words in any version of the program."""
        said = {
            name: value
            for name, value in self.content().items()
            if name not in _NOT_IN_DIGEST and (value or name in _ALWAYS_IN_DIGEST)
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def read_sign_in_claim(raw: Mapping[str, object]) -> SignInClaim:
    """Return the claim in whatever a caller was sent. Never raises, whatever the values are."""
    text = {name: clean_typed_text(raw.get(name)) for name in SIGN_IN_LIMITS}
    cut = tuple(name for name, value in text.items() if len(value) > SIGN_IN_LIMITS[name])
    kept = {name: value[: SIGN_IN_LIMITS[name]] for name, value in text.items()}
    kept |= {one.name: one.read_answer(kept[one.name]) for one in WISHES if not one.is_typed}
    return SignInClaim(
        key=read_submission_key(raw.get("key")),
        notes_wanted=_read_notes_wanted(raw.get("notes_wanted")),
        interpreter=is_typed_yes(raw.get("interpreter")),
        help=is_typed_yes(raw.get("help")),
        remember=is_typed_yes(raw.get("remember")),
        is_patient=is_typed_yes(raw.get("is_patient")),
        worried=is_typed_worried(raw.get("worried")),
        tap=_worried_tap_key(raw.get("worried"), kept["typed_at"]),
        cut=cut,
        **kept,
    )


def join_sign_in_claims(before: SignInClaim, after: SignInClaim) -> SignInClaim:
    """Join two claims of a family that went on typing: the newer value wins, but a blank erases nothing."""
    newer = {one.name: getattr(after, one.name) or getattr(before, one.name) for one in fields(SignInClaim)}
    if after.escort_name or after.relationship:
        newer["is_patient"] = after.is_patient
    return SignInClaim(**newer | {"key": before.key, "cut": tuple(sorted({*before.cut, *after.cut}))})


def clean_typed_text(value: object) -> str:
    """Return text without control and hidden characters; line breaks and tabs stay."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, list | tuple):
        value = ", ".join(clean_typed_text(one) for one in value[:50])
    elif isinstance(value, Mapping):
        value = json.dumps(value, ensure_ascii=False, default=str)
    text = str(value).encode("utf-8", "replace").decode()
    return "".join(c for at, c in enumerate(text) if not is_hidden_character(text, at)).strip()


def is_typed_yes(value: object) -> bool:
    return value is True or clean_typed_text(value).casefold() in _WORDS_FOR_YES


def is_typed_worried(value: object) -> bool:
    """Return whether this says that a child cannot wait: anything but blank or a plain no does."""
    if isinstance(value, list | tuple):
        return any(is_typed_worried(one) for one in value)
    return value is True or clean_typed_text(value).casefold() not in _WORDS_FOR_NO


def _worried_tap_key(worried: object, typed_at: str) -> str:
    """Return the tablet's key of one press of “I am worried”; without a key, the time on the tablet.

    Return "" if nobody is worried, or if neither is known.
    """
    if not is_typed_worried(worried):
        return ""
    try:
        return str(uuid.UUID(clean_typed_text(worried)))
    except ValueError:
        return typed_at


def _read_notes_wanted(value: object) -> tuple[str, ...]:
    """Return the notes asked for, from a list or words with commas; unknown words are ignored."""
    said = clean_typed_text(value).casefold()
    return tuple(note for note in NoteKind.values if re.search(rf"\b{note}\b", said))


def read_submission_key(value: object) -> uuid.UUID:
    """Return the claim's UUID. Invalid text maps to the same UUID each time; no key gets a new one."""
    said = clean_typed_text(value)[:200]
    if not said:
        return uuid.uuid4()
    try:
        return uuid.UUID(said)
    except ValueError:
        return uuid.uuid5(_SUBMISSION_KEY_NAMESPACE, said)


@dataclass(frozen=True, slots=True)
class TypedBirthDate:
    """A birth date as typed: its date, or None and what is odd about it."""

    date: dt.date | None
    problem: DiscrepancyCause | None = None


def read_typed_birth_date(text: str, *, today: dt.date, day_first: bool) -> TypedBirthDate:
    """Return the birth date in `YYYY-MM-DD`, or in what people write instead, in the clinic's order.

    Text with two readings, or one only in another order, is not a date: staff ask.
    """
    if not text.strip(" -/."):
        return TypedBirthDate(None)
    dates = written_dates.read_written_dates(text, today=today, day_first=day_first)
    if not dates:
        return TypedBirthDate(None, _why_birth_date_is_unread(text, today=today, day_first=day_first))
    if len(dates) > 1:
        return TypedBirthDate(None, DiscrepancyCause.BIRTH_DATE_IN_TWO_WAYS)
    date = dates[0]
    if date > today:
        return TypedBirthDate(None, DiscrepancyCause.BIRTH_DATE_IN_FUTURE)
    if date < today - dt.timedelta(days=366 * 125):
        return TypedBirthDate(None, DiscrepancyCause.BIRTH_DATE_TOO_LONG_AGO)
    return TypedBirthDate(date)


def _why_birth_date_is_unread(text: str, *, today: dt.date, day_first: bool) -> DiscrepancyCause:
    """Return why a text was not read as a date."""
    if written_dates.read_written_dates(text, today=today, day_first=not day_first):
        return DiscrepancyCause.BIRTH_DATE_IN_OTHER_ORDER
    is_like = written_dates.is_date_like(text)
    return DiscrepancyCause.BIRTH_DATE_NOT_IN_CALENDAR if is_like else DiscrepancyCause.NOT_A_BIRTH_DATE
