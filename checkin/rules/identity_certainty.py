"""Decide whether a record is certainly the child, and list what makes even that doubtful.

The given name must always be the same, because twins share everything else. Only the family name or the birth
date may differ, and only if a second fact supports the record.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checkin.rules import birth_dates, name_likeness
from checkin.rules.birth_dates import BirthNearness
from checkin.rules.identity_evidence import IDENTITY_NEAR_NAME, IdentityEvidence
from checkin.rules.name_tones import has_other_tone_in_name
from checkin.rules.phones import is_any_phone_in_boxes
from checkin.rules.placeholder_names import is_placeholder_family_name

_STRONG_SECOND_FACTS = frozenset({"appointment", "phone"})
_CLEARLY_ANOTHER_NAME = 0.7

_TWIN_DOUBT = _("Another child of this family was born the same day.")
_NO_FAMILY_NAME_DOUBT = _(
    "Another record of that birth date may be of the same family: a family name is missing."
)
_OTHER_FAMILY_DOUBT = _("The phone is also on record for a family of the name that was typed.")
_NAMESAKE_DOUBT = _("Another record has nearly the same name and birth date.")
_ONE_OF_MANY_DOUBT = _("Another child of that birth date has the postal code or the given name.")
_RIVAL_DOUBT = _("The phone, postal code or appointment belongs to another child of that birth date.")
_DECEASED_DOUBT = _("The record says that this child has died.")
_MOVED_DOUBT = _("Both the phone and the postal code differ from the record.")
OTHER_TONE_DOUBT = _(
    "The given names differ in an accent, and both sides write accents: twins may have both."
)
_CONTRADICTED_DOUBT = _(
    "The phone or the postal code differs from the record, and so does part of what was typed."
)


def is_sufficient_evidence(evidence: IdentityEvidence) -> bool:
    """Return whether the evidence for this record would be enough if no other record existed."""
    if not evidence.same_given or evidence.other_suffix:
        return False
    facts = evidence.own_facts
    if evidence.is_pet_word_of_a_family and not facts & _STRONG_SECOND_FACTS:
        return False  # two strangers may both write it, and the first one's sign-in made this record
    if evidence.same_birth and not evidence.stand_in_birth:
        return evidence.family == name_likeness.SAME_NAME_SCORE or _is_family_name_settled(evidence)
    if evidence.family != name_likeness.SAME_NAME_SCORE:
        return False
    if evidence.same_birth:
        # Cousins who both have a stand-in birth date may share a name and their grandfather's phone.
        return "appointment" in facts or facts >= {"phone", "postcode"}
    if evidence.first_name_only or evidence.stand_in_birth:
        return False
    if evidence.birth is BirthNearness.SLIP:
        # A cousin with the same name may come with the same grandmother, and so with her phone.
        return "appointment" in facts
    # No birth date to compare: a father and son may share name, phone and postcode, but not the appointment.
    return evidence.birth is None and facts >= _STRONG_SECOND_FACTS


def find_identity_doubts(
    top: IdentityEvidence, weighed: Iterable[IdentityEvidence]
) -> tuple[str | Promise, ...]:
    """Return why a person should still confirm a sufficient record; empty if nobody has to."""
    others = [other for other in weighed if other is not top]
    found: list[str | Promise] = []
    if any(_is_rival_record(top, other) for other in others):
        found.append(_RIVAL_DOUBT)
    if _has_to_stand_alone(top) and not _is_standing_alone(top, others):
        found.append(_ONE_OF_MANY_DOUBT)
    twins = [other for other in others if _may_be_twin(top, other)]
    if any(_is_of_known_family(top, other) for other in twins):
        found.append(_TWIN_DOUBT)
    elif twins:
        found.append(_NO_FAMILY_NAME_DOUBT)
    if top.first_name_only and any(_is_of_that_family_and_day(top, other) for other in others):
        found.append(_TWIN_DOUBT)
    if any(_has_family_name_typed(top, other) for other in others):
        found.append(_OTHER_FAMILY_DOUBT)
    if any(_may_be_namesake(top, other) for other in others):
        found.append(_NAMESAKE_DOUBT)
    if top.record.is_deceased:
        found.append(_DECEASED_DOUBT)
    if top.phone is False and top.postcode is False and not top.record.has_appointment_today:
        found.append(_MOVED_DOUBT)
    if _has_other_tone(top):
        found.append(OTHER_TONE_DOUBT)
    if _is_evidence_contradicted(top):
        found.append(_CONTRADICTED_DOUBT)
    return tuple(dict.fromkeys(found))


def _has_other_tone(top: IdentityEvidence) -> bool:
    """Return whether names differ in an accent that was not just left out: Minh Anh, Minh Ánh Nguyễn."""
    record = top.record
    names = (record.given_name, record.preferred_name, record.family_name)
    return has_other_tone_in_name(top.names_typed, names, called=names if top.other_way_round else names[:2])


def _is_evidence_contradicted(top: IdentityEvidence) -> bool:
    """Return whether phone or postcode contradicts the record, and so does the family name or the birth date.

    An expected child may have a namesake or a cousin: the appointment alone does not say which of them came.
    """
    agrees = top.family == name_likeness.SAME_NAME_SCORE and top.same_birth and not top.stand_in_birth
    return not agrees and (top.phone is False or top.postcode is False)


def _is_of_that_family_and_day(top: IdentityEvidence, other: IdentityEvidence) -> bool:
    """Return whether both are of one family and born together: a first given name cannot tell them apart."""
    if not birth_dates.is_same_birth(top.record.birth_date, other.record.birth_date):
        return False
    first, second = top.record, other.record
    one_family = (
        name_likeness.name_similarity(first.family_name, second.family_name) or 0.0
    ) >= IDENTITY_NEAR_NAME
    return (one_family or other.near_family) and not _is_other_household(top, other)


def _has_family_name_typed(top: IdentityEvidence, other: IdentityEvidence) -> bool:
    """Return whether the phone is also on record for the typed family name: the child may be theirs."""
    return bool(
        top.phone and not top.near_family and other.phone and other.family == name_likeness.SAME_NAME_SCORE
    )


def _is_family_name_settled(evidence: IdentityEvidence) -> bool:
    """Return whether something makes up for another family name, or for none.

    A second fact may; or that neither side has a family name.
    """
    facts = evidence.own_facts
    if evidence.family is not None and not evidence.near_family:
        # On the day's list, a child of an unrelated family may share given name and birth date.
        facts -= {"appointment"}
    if facts & _STRONG_SECOND_FACTS:
        return True
    if evidence.one_name_only:
        # If two strangers skip the family name, the second would get the record that the first one made.
        return not evidence.record.is_provisional
    return "postcode" in facts and evidence.phone is not False


def _has_to_stand_alone(top: IdentityEvidence) -> bool:
    """Return whether only a postcode, or nothing, makes up for a missing or different family name."""
    if top.family == name_likeness.SAME_NAME_SCORE or top.own_facts & _STRONG_SECOND_FACTS:
        return False
    return top.same_birth and (top.one_name_only or not top.near_family)


def _is_standing_alone(top: IdentityEvidence, others: Iterable[IdentityEvidence]) -> bool:
    """Return whether nobody else born that day has the postal code or the given name.

    If others do, as with millions of records, one more who is not on file is likely too. Then a postcode
    cannot make up for a family name that is missing or different.
    """
    return not any(
        other.record.birth_date == top.record.birth_date
        and (other.postcode or (other.given or 0.0) >= IDENTITY_NEAR_NAME)
        for other in others
    )


def _may_be_twin(top: IdentityEvidence, other: IdentityEvidence) -> bool:
    """Return whether both were born together into one family. Only an appointment tells such twins apart."""
    first, second = top.record, other.record
    if not birth_dates.is_same_birth(first.birth_date, second.birth_date):
        return False
    family = name_likeness.name_similarity(first.family_name, second.family_name)
    if family is not None and family < IDENTITY_NEAR_NAME and not other.near_family:
        return False
    if _is_other_household(top, other):
        return False
    told_apart = first.has_appointment_today and not second.has_appointment_today
    return not told_apart or not _is_clearly_other_given_name(top, other)


def _is_of_known_family(top: IdentityEvidence, other: IdentityEvidence) -> bool:
    """Return whether the family names say that both are of one family; a missing one does not."""
    names = (top.record.family_name, other.record.family_name)
    alike = (name_likeness.name_similarity(*names) or 0.0) >= IDENTITY_NEAR_NAME
    return other.near_family or (alike and not any(map(is_placeholder_family_name, names)))


def _is_rival_record(top: IdentityEvidence, other: IdentityEvidence) -> bool:
    """Return whether another record has this birth date, half the name, and a fact that `top` lacks."""
    if other.record.birth_date != top.record.birth_date or not other.own_facts - top.own_facts:
        return False
    return other.near_family or (other.given or 0.0) >= IDENTITY_NEAR_NAME


def _is_other_household(top: IdentityEvidence, other: IdentityEvidence) -> bool:
    """Return whether phones or postcodes are known for both and none is shared: two families of one name."""
    shared_phone = is_any_phone_in_boxes(top.phones, other.record.phones, top.clinic.region)
    shared_postcode = bool(top.home) and top.home == other.home
    compared = bool(top.phones and other.phones) or bool(top.home and other.home)
    return compared and not shared_phone and not shared_postcode


def _is_clearly_other_given_name(top: IdentityEvidence, other: IdentityEvidence) -> bool:
    first, second = top.record, other.record
    return all(
        (name_likeness.name_similarity(one, two) or 0.0) < _CLEARLY_ANOTHER_NAME
        for one in (first.given_name, first.preferred_name)
        for two in (second.given_name, second.preferred_name)
        if one and two
    ) and name_likeness.is_real_given_name(second.given_name)


def _may_be_namesake(top: IdentityEvidence, other: IdentityEvidence) -> bool:
    """Return whether the claim might mean this record too, unless a second fact supports only the first."""
    if other.given is not None and other.given < name_likeness.INITIAL_SCORE:
        return False
    if top.birth is BirthNearness.SLIP and other.near_family and (other.birth or 0) >= BirthNearness.SLIP:
        return True  # an appointment proves a slip only if no child with that other date is on file
    if top.own_facts - other.own_facts:
        return False
    if other.family is not None and not other.near_family:
        return not top.near_family and other.same_birth
    least = BirthNearness.SLIP if top.same_birth else BirthNearness.HALF
    return other.birth is None or other.birth >= least
