"""A note on paper. The template sees a NoteValues, words that never change and the code's square."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal, TypedDict

import segno
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from checkin.papers import press
from checkin.rules.excuse_note_words import Words, said
from checkin.rules.excuse_notes import NoteValues, spaced

pdf_trouble = press.trouble
pdf_trouble_and_cure = press.trouble_and_cure
NoPress = press.NoPress


Fit = Literal["", "close", "closest", "closest least"]
FITS: tuple[tuple[int, Fit], ...] = ((1200, "closest least"), (900, "closest"), (320, "close"))
"""From how many letters on a note is set smaller, so that it stays on one page."""


class Context(TypedDict):
    """All that the template is given."""

    note: NoteValues
    fit: Fit
    said: tuple[Words, ...]
    code: str
    where: str
    square: SafeString


def context(note: NoteValues, *, site: str) -> Context:
    """`site` is where the program is reached from outside, such as https://checkin.example.org."""
    words = said(note.kind, note.language)
    return {
        "note": note,
        "fit": fit(note),
        "said": words,
        "code": spaced(note.code),
        "where": f"{site.partition('://')[2]}/verify/",
        "square": square(f"{site}/verify/{note.code}/", words[0].square) if note.number else SafeString(),
    }


def fit(note: NoteValues) -> Fit:
    """How closely the sheet is set, by how much room its own words take."""
    text = f"{note.clinic_name}{note.clinic_address}{note.person_name}{note.limits}{note.issuer}"
    letters = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return next((name for most, name in FITS if letters > most), "")


def square(address: str, title: str) -> SafeString:
    """The address as a QR code: inline SVG without a style attribute, which the pages' policy forbids."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, border=2, title=title, svgclass="square", lineclass=None
    )
    return mark_safe(drawn)  # noqa: S308  # drawn by segno from our own address and words


def html(note: NoteValues, *, site: str) -> SafeString:
    """The sheet of one note, to stand in a page."""
    return render_to_string("papers/excuse_note.html", dict(context(note, site=site)))


def document(notes: Iterable[NoteValues], *, site: str) -> str:
    """A whole page that holds one sheet for each note."""
    some = list(notes)
    first = some[0]
    titles = [f"{said(first.kind, 'en')[0].title} {first.number}" if len(some) == 1 else f"{len(some)} notes"]
    language = said(first.kind, first.language)[0].language if len(some) == 1 else "en"
    return render_to_string(
        "papers/page.html",
        {
            "language": language,
            "title": " · ".join([*titles, first.clinic_name]),
            "sheets": [html(note, site=site) for note in some],
        },
    )


def pdf(notes: Iterable[NoteValues], *, site: str) -> bytes:
    """One page for each note, tagged (PDF/UA). Raises NoPress where this machine cannot make PDFs."""
    return press.pdf(document(notes, site=site))


def cannot_draw(note: NoteValues) -> str:
    """What the fonts of this machine leave blank on this note, in a sentence; "" when they draw it all."""
    text = " ".join([note.person_name, note.limits, note.issuer, note.clinic_name, note.clinic_address])
    letters = press.undrawable(text)
    if not letters:
        return ""
    some = " ".join(letters[:12]) + (" …" if len(letters) > 12 else "")
    return (
        f"The PDF would show empty boxes for {some} because this machine has no font for them. "
        "Print this note from the browser instead, or ask for the font to be installed."
    )
