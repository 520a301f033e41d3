"""A family's preferences, language and access needs, as the board and the visit's page show them."""

from __future__ import annotations

from dataclasses import replace

from checkin.models import Patient, Visit
from checkin.models import understanding as understanding_models
from checkin.models.hidden_addresses import hide_own_email
from checkin.queries import patient_dossiers
from checkin.rules import shown_preferences
from checkin.rules import understanding as understanding_rules
from checkin.rules.preferences import WISHES, WishAnswers
from checkin.rules.shown_preferences import ShownPreference
from checkin.rules.sign_in_claims import SignInClaim
from checkin.rules.understanding import NeedsOnRecord, NeedsSaidToday, SpokenLanguage


def list_preferences_of_visit(visit: Visit) -> list[ShownPreference]:
    """Return preferences said today, remembered or on record. No query if escort and patient are loaded.

    A wish said today replaces a remembered one, and is shown next to what is on record.
    """
    kept = understanding_models.remembered_preferences(visit.escort, visit.clinic)
    own = understanding_models.clinic_own_language(visit.clinic)
    said = claim_with_chosen_language(visit)
    return shown_preferences.build_shown_preferences(
        replace(said, email=hide_own_email(said.email, visit)),
        replace(kept, email=hide_own_email(kept.email, visit)),
        understanding_models.understanding_on_visit_record(visit),
        own=own,
    )


def list_languages_of_visit(visit: Visit) -> list[SpokenLanguage]:
    """Return this visit's interpreters and languages for its board row, without building the whole claim."""
    said, own = (
        understanding_models.understanding_said_today(visit, visit.clinic),
        understanding_models.clinic_own_language(visit.clinic),
    )
    return understanding_rules.combine_spoken_languages(
        said, understanding_models.understanding_on_visit_record(visit), own=own
    )


def list_preferences_on_record(patient: Patient) -> list[ShownPreference]:
    """Return language and access needs on the record, without any visit."""
    own = understanding_models.clinic_own_language(patient.clinic)
    return shown_preferences.language_and_access_lines(
        NeedsSaidToday(), understanding_models.understanding_on_record(patient), own=own
    )


def list_preferences_said_today(visit: Visit) -> list[ShownPreference]:
    """Return language and access needs said at this visit, without those on record."""
    said, own = (
        understanding_models.understanding_said_today(visit, visit.clinic),
        understanding_models.clinic_own_language(visit.clinic),
    )
    return shown_preferences.language_and_access_lines(said, NeedsOnRecord(), own=own)


def list_board_wishes(visit: Visit) -> list[ShownPreference]:
    """Return the wishes that a board row shows, those marked so in `WISHES`. No query on the board."""
    said = WishAnswers(**{one.name: getattr(visit.sign_in, one.name) for one in WISHES})
    kept = understanding_models.remembered_preferences(visit.escort, visit.clinic)
    return shown_preferences.build_board_wishes(said, kept)


def claim_with_chosen_language(visit: Visit) -> SignInClaim:
    """Return the claim, with the language only if somebody chose it."""
    return replace(
        patient_dossiers.restore_sign_in_claim(visit.sign_in),
        language=understanding_models.chosen_sign_in_language(visit, visit.clinic),
    )
