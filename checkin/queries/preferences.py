"""How a family likes to be served, as the board and the visit show it."""

from __future__ import annotations

from dataclasses import replace

from checkin.models import Patient, Visit
from checkin.models import understanding as understanding_models
from checkin.queries import patient_dossiers
from checkin.rules import shown_preferences
from checkin.rules import understanding as understanding_rules
from checkin.rules.shown_preferences import ShownPreference
from checkin.rules.sign_in_claims import SignInClaim
from checkin.rules.understanding import NeedsOnRecord, NeedsSaidToday, SpokenLanguage


def list_preferences_of_visit(visit: Visit) -> list[ShownPreference]:
    """Everything said, remembered or on record. No query where escort and patient are read along.

    Today's word takes the place of a remembered wish, and stands beside what is on record.
    """
    kept = understanding_models.remembered_preferences(visit.escort, visit.clinic)
    own = understanding_models.clinic_own_language(visit.clinic)
    return shown_preferences.build_shown_preferences(
        claim_with_chosen_language(visit),
        kept,
        understanding_models.understanding_on_visit_record(visit),
        own=own,
    )


def list_languages_of_visit(visit: Visit) -> list[SpokenLanguage]:
    """Interpreters and languages of this visit, for its row: without reading the whole claim."""
    said, own = (
        understanding_models.understanding_said_today(visit, visit.clinic),
        understanding_models.clinic_own_language(visit.clinic),
    )
    return understanding_rules.combine_spoken_languages(
        said, understanding_models.understanding_on_visit_record(visit), own=own
    )


def list_preferences_on_record(patient: Patient) -> list[ShownPreference]:
    """What the record says of how they are understood and what helps them, without any visit."""
    own = understanding_models.clinic_own_language(patient.clinic)
    return shown_preferences.language_and_access_lines(
        NeedsSaidToday(), understanding_models.understanding_on_record(patient), own=own
    )


def list_preferences_said_today(visit: Visit) -> list[ShownPreference]:
    """What was said at this visit of how they are understood and what helps them, whatever is on record."""
    said, own = (
        understanding_models.understanding_said_today(visit, visit.clinic),
        understanding_models.clinic_own_language(visit.clinic),
    )
    return shown_preferences.language_and_access_lines(said, NeedsOnRecord(), own=own)


def find_board_preference(visit: Visit) -> ShownPreference | None:
    """The one wish that a row shows: greet me, or leave me be. No query: the board reads the escort along."""
    kept = understanding_models.remembered_preferences(visit.escort, visit.clinic)
    return shown_preferences.approach_preference(
        today=visit.sign_in.approach, remembered=kept.approach, since=kept.since
    )


def claim_with_chosen_language(visit: Visit) -> SignInClaim:
    """The claim, with the language only where somebody chose it."""
    return replace(
        patient_dossiers.restore_sign_in_claim(visit.sign_in),
        language=understanding_models.chosen_sign_in_language(visit, visit.clinic),
    )
