"""What a row of the board says this family will need. One function gives the chips, whatever their source."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import get_language_info

from checkin.models import Match, SignIn, Visit

SHOWN = 3
"""Chips in view; how many more there are is said after them, and which on the visit's page."""


class Chip(NamedTuple):
    icon: str
    words: str
    hint: str = ""
    tone: str = ""
    """“ask”: somebody here must do something; otherwise quiet."""


def chips(visit: Visit) -> list[Chip]:
    """The visit's needs as chips, what cannot wait first. The reason for the visit is never among them."""
    said = visit.sign_in
    found = []
    if said.help:
        found.append(Chip("life-buoy", "Help wanted", tone="ask"))
    if visit.match in (Match.PROBABLE, Match.UNKNOWN):
        found.append(Chip("user-search", "Match", "Which child this is, is to be confirmed", "ask"))
    if visit.open_discrepancies:
        found.append(Chip("git-compare", "Differs", "What was typed is not what is recorded", "ask"))
    return [*found, *to_be_understood(visit), *asked_for(said)]


def to_be_understood(visit: Visit) -> list[Chip]:
    """Language, interpreter and access, as said today or else as recorded."""
    said, patient = visit.sign_in, visit.patient
    language = language_name(said.interpreter_language or said.language)
    found = []
    if said.interpreter or (patient is not None and patient.interpreter_needed):
        spoken = language or (language_name(patient.language) if patient else "")
        found.append(Chip("languages", f"{spoken} interpreter" if spoken else "Interpreter"))
    elif language:
        found.append(Chip("languages", f"Speaks {language}"))
    access = said.access_needs or (patient.access_needs if patient else "")
    if access:
        found.append(Chip("accessibility", access, access))
    return found


def asked_for(said: SignIn) -> list[Chip]:
    found = []
    if said.also:
        found.append(Chip("message-circle-plus", "Second concern"))
    if "school" in said.notes_wanted:
        found.append(Chip("school", "School note"))
    if "work" in said.notes_wanted:
        found.append(Chip("briefcase", "Work note"))
    return found


def language_name(code: str) -> str:
    """“es” as “Spanish”; English, which the desk speaks, as nothing; a word as it was written."""
    if not code or code.casefold().startswith(("en-", "english")) or code.casefold() == "en":
        return ""
    try:
        return str(get_language_info(code.casefold())["name"])
    except KeyError:
        return code
