"""What another system says about a patient and their care: the values, and what makes a row bad."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from checkin.rules import hidden_characters, name_keys
from checkin.rules.short_lines import put_on_one_line

FHIR_ID = "urn:brought-by:fhir-id"
"""The identifier system for a FHIR resource's own id."""


def fhir_id_system(source: str) -> str:
    """Return the system for the resource ids of one named source, or the bare system without a source."""
    return f"{FHIR_ID}:{source}" if source else FHIR_ID


def is_weak_key(key: RecordKey) -> bool:
    """Return whether the key does not number the thing itself: it is blank, or a resource's id."""
    return not key[1] or key[0].startswith(FHIR_ID)


RecordKey = tuple[str, str]
"""An identifier: system and value."""

_RECORD_TEXT_LIMITS = {
    "given_name": 200,
    "family_name": 200,
    "preferred_name": 200,
    "name": 200,
    "sex": 20,
    "phone": 60,
    "address": 300,
    "city": 120,
    "postcode": 20,
    "language": 40,
    "access_needs": 500,
    "relationship": 200,
    "with_whom": 200,
    "code": 40,
    "system": 200,
    "value": 200,
}
"""Longest text of each column, in characters. A longer text makes its row bad: a cut name is another name."""

_CONSENTING_KIN = frozenset(
    {"mother", "father", "parent", "mom", "mum", "mama", "dad", "papa", "guardian", "legalguardian"}
    | {"naturalmother", "naturalfather", "adoptivemother", "adoptivefather", "adoptiveparent"}
    | {"madre", "padre", "mami", "papi", "tutor", "tutora", "tutorlegal", "tutoralegal"}
    | {"mth", "fth", "prn", "nmth", "nfth", "gestm", "adoptm", "adoptf", "adoptp", "guard", "guadltm"}
    | {"par", "grd", "powatt", "hpowatt", "mommy", "mummy", "daddy"}
)
"""Words, and codes of v3-RoleCode and v2-0063, for a parent or legal guardian, normalized."""
# Not `read_certain_kin`: for it “guardian's mother” is a mother. “Mother/Guardian” may be a form's own words,
# a biological mother may have lost her rights, and “my mother” may be the grandmother.


class BadRow(Exception):
    """The row is set aside; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ImportOutcome(Enum):
    MADE = "made"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    WAITING = "waiting"


@dataclass(slots=True, kw_only=True)
class RecordItem:
    """One thing that a row says. `values` holds only what was given: a blank never overwrites."""

    values: dict[str, Any] = field(default_factory=dict)
    outcome: ImportOutcome | None = None
    reason: str = ""
    changes: list[tuple[str, object, object]] = field(default_factory=list)
    """What differs, as (column, on file, in the row)."""
    note: str = ""
    """A message to the person importing, though the row was accepted."""
    said_at: dt.datetime | None = None
    """The time when its source last changed it, if the source says so."""

    def settle(self, outcome: ImportOutcome, reason: str = "") -> None:
        self.outcome, self.reason = outcome, reason


@dataclass(slots=True, kw_only=True)
class PatientItem(RecordItem):
    """A patient. `keys` identify the patient; `weak` is an id that is valid only on its own server."""

    keys: list[RecordKey] = field(default_factory=list)
    weak: RecordKey | None = None
    addresses: list[str] = field(default_factory=list)
    """The references by which other resources of the feed mean this patient (Bundle fullUrl, Patient/1)."""
    pk: int | None = None
    is_vouched: bool = True
    """Whether a number without a system is certainly the clinic's own."""
    is_guessed: bool = False
    """Whether the encoding of its letters was guessed; then the value on file is better."""
    may_be_cut: str = ""
    """The column in which a file without a final line end stops."""
    is_unread: bool = False
    """Whether its row was set aside or skipped; then it only says which patient the row means."""
    has_own_numbers: bool = True
    """False for a record that was replaced by another, which may have its numbers too."""
    merged_pk: int | None = None
    """The merged record whose number names it, if the patient has that number only by a merge."""

    @property
    def numbers(self) -> list[RecordKey]:
        """The keys by which other files of the run may identify this patient."""
        others = {FHIR_ID} if self.is_vouched else {FHIR_ID, ""}
        return [key for key in self.all_keys if key[0] not in others] if self.has_own_numbers else []

    @property
    def all_keys(self) -> list[RecordKey]:
        return [*self.keys, self.weak] if self.weak else self.keys

    @property
    def is_bare(self) -> bool:
        """Return whether its resource id comes from a server that nobody named."""
        return self.weak is not None and self.weak[0] == FHIR_ID


@dataclass(slots=True, kw_only=True)
class RelatedItem(RecordItem):
    """Something that belongs to a patient, found by any of `patient_keys` or known as `of`.

    `addresses` are valid within their own file. `elsewhere` is how another file of the same run may know the
    patient. `bare` is a resource id from an unnamed source: it confirms a number but identifies nobody.
    `origin` is the file and the thing's own resource id. `is_placed`: its file has said which patient it is.
    """

    patient_keys: list[RecordKey] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    of: PatientItem | None = None
    patient_pk: int | None = None
    key: RecordKey = ("", "")
    elsewhere: str = ""
    is_placed: bool = False
    bare: RecordKey | None = None
    origin: RecordKey = ("", "")
    whom: dict[str, object] = field(default_factory=dict)
    """What the row says about its patient apart from the number: names and birth date."""
    others: list[RecordKey] = field(default_factory=list)
    """Numbers next to the patient's of unknown owner: another patient's, or an adult's."""
    merged_pk: int | None = None
    """See `PatientItem`."""


@dataclass(slots=True, kw_only=True)
class GuardianItem(RelatedItem):
    """A guardian. `assumed` is written only to a new one: staff may know better about an existing one."""

    assumed: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class AppointmentItem(RelatedItem):
    location: str = ""
    is_shared: bool = False
    """Whether its file has another appointment with the same identifier."""


@dataclass(slots=True, kw_only=True)
class ImmunizationItem(RelatedItem):
    """A vaccine given. `withdrawn`: entered in error or, with `is_not_done`, not given after all."""

    withdrawn: bool = False
    is_not_done: bool = False
    is_shared: bool = False
    """Whether its file has another vaccine with the same identifier."""


@dataclass(slots=True, kw_only=True)
class DueItemItem(RelatedItem):
    """A due item. `withdrawn`: it is no longer due.

    `listed` is the system, and the prefix of the values, of everything that one list says is due: an item on
    file with such an identifier that the list no longer contains is no longer due.
    """

    withdrawn: bool = False
    is_shared: bool = False
    listed: RecordKey = ("", "")


ITEM_KIND_NAMES: dict[type[RecordItem], str] = {
    PatientItem: "patients",
    GuardianItem: "guardians",
    AppointmentItem: "appointments",
    ImmunizationItem: "immunizations",
    DueItemItem: "due_items",
}


def split_code_list(words: str) -> frozenset[str]:
    """Return the words of a list written as one text."""
    return frozenset(words.split())


def read_record_text(value: object, column: str, *, called: str = "") -> str:
    """Return one line of text that fits the column. Raises BadRow if it has NUL or is too long."""
    if value is None:
        return ""
    said = value if isinstance(value, str) else str(value)
    if said.isascii() and said.isprintable():
        said = said.strip() if "  " not in said else put_on_one_line(said)
    else:
        said = _clean_unusual_text(said, called or column)
    if len(said) > _RECORD_TEXT_LIMITS[column]:
        raise BadRow(
            f"The {_spoken_column_name(called or column)} is longer than"
            f" {_RECORD_TEXT_LIMITS[column]} letters."
        )
    return said


def _clean_unusual_text(said: str, called: str) -> str:
    if "\x00" in said:
        raise BadRow(f"The {_spoken_column_name(called)} holds a NUL character.")
    try:
        said.encode()
    except UnicodeEncodeError:
        raise BadRow(f"The {_spoken_column_name(called)} holds half a character.") from None
    seen = "".join(" " if sign < " " or sign == "\x7f" else sign for sign in said)
    if not seen.isascii():
        seen = "".join(
            sign for at, sign in enumerate(seen) if not hidden_characters.is_hidden_character(seen, at)
        )
    # Use one form of each letter, whatever program wrote it: é, not e with a combining accent.
    return unicodedata.normalize("NFC", put_on_one_line(seen))


def _spoken_column_name(column: str) -> str:
    return column.replace("_", " ")


RECORD_YES_WORDS = {"1", "true", "yes", "y", "t", "x", "si", "needed"}
RECORD_NO_WORDS = {"0", "false", "no", "n", "f"}


def read_yes_or_no(said: str, *, called: str) -> bool:
    """Return a yes or no. Raises BadRow for any other word."""
    word = name_keys.normalize_text(said)
    if word not in RECORD_YES_WORDS | RECORD_NO_WORDS:
        raise BadRow(f"The {called} “{said[:40]}” is neither yes nor no.")
    return word in RECORD_YES_WORDS


def is_consenting_kin(*relationships: str) -> bool:
    """Return whether these words or codes name a parent or legal guardian. Unknown words do not."""
    # "Guardian?" is a question and gives nobody authority.
    return any(name_keys.normalize_text(one) in _CONSENTING_KIN and "?" not in one for one in relationships)


_SEX_BY_WORD = {"m": "male", "f": "female", "o": "other", "u": "unknown", "boy": "male", "girl": "female"}
_SEX_BY_WORD |= dict.fromkeys(
    ("hombre", "varón", "varon", "masculino", "homme", "masculin", "männlich"), "male"
)
_SEX_BY_WORD |= dict.fromkeys(
    ("mujer", "hembra", "femenino", "feminino", "femme", "féminin", "weiblich"), "female"
)


def read_recorded_sex(said: str, letters: Mapping[str, str] | None = None) -> str:
    """Return FHIR's word for common values, by the column's `letters` first; any other word as it is."""
    word = said.strip(" .").casefold()
    return {**_SEX_BY_WORD, **(letters or {})}.get(word, word)


def infer_sex_letters(found: Collection[str], *, is_spanish: bool) -> dict[str, str]:
    """Return what H, M and V mean in a column with these letters; "" if it is ambiguous.

    M is male next to F, and female next to H (hombre, mujer). V is male in Spanish and female in Dutch.
    """
    has_m, has_f, has_h, has_v = (letter in found for letter in "mfhv")
    unsure = {"m": ""} if has_m else {}
    if has_h and has_v:
        return {"v": "male", "h": "female", **unsure}
    if has_h and has_f:
        return {"h": "male", **unsure}
    if has_h:
        return {"h": "male", "m": "female"} if has_m else {"h": ""}
    if has_v and is_spanish:
        return {"v": "male"} | ({"m": "female"} if has_m and not has_f else {})
    if has_v:
        return {"v": "", **unsure} if not has_f else {"v": ""}
    return unsure if is_spanish and not has_f else {}
