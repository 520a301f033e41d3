"""Notes for tests, and the text that a stranger reads in their PDF."""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
from typing import Any

import pikepdf
import pypdfium2

from checkin.rules.excuse_notes import NoteKind, NoteValues

SITE = "https://checkin.example.org"
TUESDAY = dt.date(2026, 3, 10)


def note(**changes: Any) -> NoteValues:
    usual: dict[str, Any] = {
        "kind": NoteKind.SCHOOL,
        "language": "en",
        "school_language": "en",
        "clinic_name": "Brook Street Clinic",
        "clinic_phone": "555-010-0100",
        "clinic_address": "12 Brook Street, Springfield, IL 62701",
        "person_name": "Leo Ruiz",
        "name_spelling": "",
        "seen_on": TUESDAY,
        "seen_from": dt.time(9, 40),
        "seen_to": dt.time(10, 25),
        "excused_from": TUESDAY,
        "excused_to": dt.date(2026, 3, 11),
        "return_on": dt.date(2026, 3, 12),
        "limits": "No sports until March 20.",
        "issuer": "Noor Haddad",
        "issuer_role": "clinician",
        "issued_on": TUESDAY,
        "number": 17,
        "code": "0123456789ABCDEFGHJKMNPQRSTV",
    }
    return NoteValues(**(usual | changes))


def text_of(made: bytes) -> str:
    """Return all text in one line, without the marks that show a reader the direction of a script."""
    with pypdfium2.PdfDocument(made) as document:
        read = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    shown = "".join(c for c in read if unicodedata.category(c) != "Cf")
    return re.sub(r"\s+", " ", shown)


def opened(made: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(made))
