"""How a family likes to be served, as the board and the visit show it."""

from __future__ import annotations

from dataclasses import replace

from checkin.models import Patient, Visit
from checkin.models import lookup as records
from checkin.models import understanding as facts
from checkin.rules import preferences, understanding
from checkin.rules.claims import Claim
from checkin.rules.preferences import Preference
from checkin.rules.understanding import OnRecord, SaidToday, Spoken


def of_visit(visit: Visit) -> list[Preference]:
    """Everything said, remembered or on record. No query where escort and patient are read along.

    Today's word takes the place of a remembered wish, and stands beside what is on record.
    """
    kept = facts.remembered(visit.escort, visit.clinic)
    own = facts.own_language(visit.clinic)
    return preferences.shown(said_today(visit), kept, facts.on_record(visit), own=own)


def understood(visit: Visit) -> list[Spoken]:
    """Interpreters and languages of this visit, for its row: without reading the whole claim."""
    said, own = facts.said_today(visit, visit.clinic), facts.own_language(visit.clinic)
    return understanding.understood(said, facts.on_record(visit), own=own)


def of_record(patient: Patient) -> list[Preference]:
    """What the record says of how they are understood and what helps them, without any visit."""
    own = facts.own_language(patient.clinic)
    return preferences.beside_the_record(SaidToday(), facts.of_record(patient), own=own)


def of_today(visit: Visit) -> list[Preference]:
    """What was said at this visit of how they are understood and what helps them, whatever is on record."""
    said, own = facts.said_today(visit, visit.clinic), facts.own_language(visit.clinic)
    return preferences.beside_the_record(said, OnRecord(), own=own)


def of_board(visit: Visit) -> Preference | None:
    """The one wish that a row shows: greet me, or leave me be. No query: the board reads the escort along."""
    kept = facts.remembered(visit.escort, visit.clinic)
    return preferences.approach(today=visit.sign_in.approach, remembered=kept.approach, since=kept.since)


def said_today(visit: Visit) -> Claim:
    """The claim, with the language only where somebody chose it."""
    return replace(records.said(visit.sign_in), language=facts.chosen_language(visit, visit.clinic))
