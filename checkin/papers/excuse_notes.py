"""A note on paper. The template gets a NoteValues, fixed words and the code as a QR code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal, TypedDict

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from checkin.papers import pdf_engine
from checkin.papers.qr_codes import qr_code_svg
from checkin.rules.excuse_note_words import ExcuseNoteWords, choose_note_words
from checkin.rules.excuse_notes import NoteValues, space_note_code
from checkin.rules.stacked_marks import limit_stacked_marks

note_pdf_trouble = pdf_engine.pdf_engine_trouble
note_pdf_trouble_and_cure = pdf_engine.pdf_engine_trouble_and_cure
NotePdfUnavailable = pdf_engine.PdfUnavailable


SheetFit = Literal["", "close", "closest", "closest least"]
_SHEET_FITS: tuple[tuple[int, SheetFit], ...] = ((1200, "closest least"), (900, "closest"), (320, "close"))
"""A number of letters, and the size for a note with more: so it stays on one page."""
_TWO_COPIES_LETTERS = {1: 200, 2: 120}
"""By the number of languages: a note with more letters has a sheet to itself.

Others share it with a copy for the family. A test holds that W alone fits, too.
"""

NoteCopy = Literal["", "recipient", "family"]


class NoteSheetContext(TypedDict):
    """Everything that the template is given."""

    note: NoteValues
    sheet: Literal["one-copy", "two-copies"]
    copies: tuple[NoteCopy, ...]
    fit: SheetFit
    said: tuple[ExcuseNoteWords, ...]
    code: str
    where: str
    square: SafeString


def note_sheet_context(note: NoteValues, *, site: str) -> NoteSheetContext:
    """Return the template's context. `site` is our public address, such as https://checkin.example.org."""
    words = choose_note_words(note.kind, note.language, note.school_language)
    # The issuer is printed once in each language.
    letters = _count_note_letters(note, issuers=len(words))
    is_short = letters <= _TWO_COPIES_LETTERS[len(words)]
    return {
        "note": note,
        "sheet": "two-copies" if is_short else "one-copy",
        "copies": ("recipient", "family") if is_short else ("",),
        "fit": next((name for most, name in _SHEET_FITS if letters > most), ""),
        "said": words,
        "code": space_note_code(note.code),
        "where": f"{site.partition('://')[2]}/verify/",
        "square": qr_code_svg(f"{site}/verify/{note.code}/", words[0].square)
        if note.number
        else SafeString(),
    }


def _count_note_letters(note: NoteValues, *, issuers: int) -> int:
    """Return the length of the note's own words, where a wide letter counts twice."""
    names = f"{note.person_name}{note.name_spelling}{note.issuer * issuers}"
    text = f"{note.clinic_name}{note.clinic_address}{names}{note.limits}"
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def note_sheet_html(note: NoteValues, *, site: str) -> SafeString:
    """Return one note's sheet as HTML for use in a page."""
    sheet = render_to_string("papers/excuse_note.html", dict(note_sheet_context(note, site=site)))
    return mark_safe(limit_stacked_marks(sheet))  # noqa: S308  # a template's own output, with marks left out


def _note_pages_html(notes: Iterable[NoteValues], *, site: str) -> str:
    """Return a full page with one sheet per note."""
    some = list(notes)
    first = some[0]
    titles = [
        f"{choose_note_words(first.kind, 'en')[0].title} {first.number}"
        if len(some) == 1
        else f"{len(some)} notes"
    ]
    language = first.school_language
    return render_to_string(
        "papers/page.html",
        {
            "language": language,
            "title": " · ".join([*titles, first.clinic_name]),
            "sheets": [note_sheet_html(note, site=site) for note in some],
        },
    )


def make_notes_pdf(notes: Iterable[NoteValues], *, site: str) -> bytes:
    """Return a tagged PDF (PDF/UA) with one page per note. Raises PdfUnavailable if this machine cannot."""
    return pdf_engine.render_pdf(_note_pages_html(notes, site=site))


def undrawable_note_words(note: NoteValues) -> str:
    """Return a sentence on letters of this note that this machine's fonts cannot draw; "" if none."""
    names = [note.person_name, note.name_spelling, note.issuer]
    text = " ".join([*names, note.limits, note.clinic_name, note.clinic_address])
    letters = pdf_engine.undrawable_letters(text)
    if not letters:
        return ""
    some = " ".join(letters[:12]) + (" …" if len(letters) > 12 else "")
    return (
        f"The PDF would show empty boxes for {some} because this machine has no font for them. "
        "Print this note from the browser instead, or ask for the font to be installed."
    )
