"""Text helpers of desk pages: phones, dates and times in one format, languages by name.

Tags that need the clinic take it from the request. A date or time that is not known is "".
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from checkin.models import Clinic, LookAlike, Patient
from checkin.queries.patients import PATIENT_SEARCH_HINT, PATIENT_SEARCH_LABEL
from checkin.rules.coded_sentences import sentence_words_in_region, words_in_region
from checkin.rules.excuse_notes import NoteKind
from checkin.rules.languages import name_recorded_language
from checkin.rules.need_labels import need_heading
from checkin.rules.phones import format_phone

register = template.Library()

# Numbers and dates as people write them. Longer runs may break, or they would widen the page.
_PHONE_OR_DATE = re.compile(r"\+?[0-9(][0-9 ().\-]{5,18}[0-9]")

_SPACE_NOT_BEFORE_TIME = re.compile(r" (?!\d{1,2}[:.]\d\d)")


@register.filter
def unbroken(text: str) -> SafeString:
    """Return the text with each phone number and date kept on one line: “555-010-0123”."""
    return mark_safe(_PHONE_OR_DATE.sub(r'<span class="unbroken">\g<0></span>', conditional_escape(text)))  # noqa: S308


@register.filter
def unsplit(moment: str) -> str:
    """Return a day and time that may break only between the two: “Mon, Nov 30,” and “10:00 AM”."""
    return _SPACE_NOT_BEFORE_TIME.sub("\N{NO-BREAK SPACE}", moment)


@register.simple_tag(takes_context=True)
def phone(context: Mapping[str, Any], text: str) -> SafeString:
    """Return a phone number as the clinic's region writes it, on one line. Pages show phones only by this."""
    request = context.get("request")
    return unbroken(format_phone(text, request.user.clinic.region) if request else text)


@register.simple_tag(takes_context=True)
def sentence(context: Mapping[str, Any], kept: Mapping[str, Any] | None, words: str) -> SafeString:
    """Return a row's sentence with its phones in one format; `words` if the row keeps no sentence."""
    request = context.get("request")
    region = request.user.clinic.region if request else ""
    return unbroken(sentence_words_in_region(kept, region) or words)


@register.simple_tag(takes_context=True)
def in_region(context: Mapping[str, Any], words: str) -> str:
    """Return a sentence of the program with its phones and dates as here; typed text as it is."""
    return words_in_region(words, _clinic_of(context).region)


@register.simple_tag(takes_context=True)
def time_words(context: Mapping[str, Any], at: dt.datetime | None) -> str:
    """Return the time on the clinic's clock: "9:40 AM". Pages show times only by this tag and the next."""
    return _clinic_of(context).time_words(at) if at else ""


@register.simple_tag(takes_context=True)
def moment_words(context: Mapping[str, Any], at: dt.datetime | None) -> str:
    """Return "Nov 25, 9:40 AM"."""
    return _clinic_of(context).moment_words(at) if at else ""


@register.simple_tag(takes_context=True)
def full_moment_words(context: Mapping[str, Any], at: dt.datetime | None) -> str:
    """Return "Nov 25, 2026, 9:40 AM"."""
    return _clinic_of(context).full_moment_words(at) if at else ""


@register.simple_tag(takes_context=True)
def date_words(context: Mapping[str, Any], day: dt.date | None) -> str:
    """Return "Nov 25, 2026", also of a moment. Pages show dates only by this tag and the next."""
    return _clinic_of(context).date_words(day) if day else ""


@register.simple_tag(takes_context=True)
def date_digits(context: Mapping[str, Any], day: dt.date | None) -> str:
    """Return a date as staff type it, such as "3/14/2018"; "" for none."""
    return _clinic_of(context).date_digits(day) if day else ""


@register.simple_tag(takes_context=True)
def day_words(context: Mapping[str, Any], day: dt.date | None) -> str:
    """Return "Nov 25", also of a moment."""
    return _clinic_of(context).day_words(day) if day else ""


def _clinic_of(context: Mapping[str, Any]) -> Clinic:
    clinic: Clinic = context["request"].user.clinic
    return clinic


@register.filter
def spoken(language: str) -> str:
    """Return a recorded language by name, “es” as “Spanish”, also after “ · ”. For languages only."""
    before, dot, tag = language.rpartition(" · ")
    return f"{before}{dot}{name_recorded_language(tag)}"


@register.filter
def care_name(name: str, kind: str) -> str:
    """Return a due or given item as needs name it: “Influenza vaccine” is “Flu vaccine”."""
    return need_heading(kind, name)


@register.filter
def note_label(kind: str) -> str:
    """Return a note kind's label: “school” as “School note”."""
    return str(NoteKind(kind).label)


@register.simple_tag
def patient_search_label() -> str:
    return PATIENT_SEARCH_LABEL


@register.simple_tag
def patient_search_hint() -> str:
    return PATIENT_SEARCH_HINT


@register.filter
def other_than(pair: LookAlike, patient: Patient) -> Patient:
    """Return the other record of a look-alike pair."""
    return pair.older if pair.record_id == patient.pk else pair.record
