"""When a record is certainly the child, and what makes even that doubtful.

The given name must be the very same, always: twins share everything else. What may differ is the family
name or the birth date, and only where a second fact speaks for the record.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checkin.rules import birth_dates, likeness
from checkin.rules.birth_dates import Nearness
from checkin.rules.identity_evidence import NEAR_NAME, Evidence
from checkin.rules.name_tones import is_other_tone
from checkin.rules.phones import shares_phone

STRONG_FACTS = frozenset({"appointment", "phone"})
CLEARLY_ANOTHER_NAME = 0.7

TWIN = _("Another child of this family was born the same day.")
OTHER_FAMILY = _("The phone is also on record for a family of the name that was typed.")
NAMESAKE = _("Another record has nearly the same name and birth date.")
ONE_OF_MANY = _("Another child of that birth date has the postcode or the given name.")
RIVAL = _("The phone, postcode or appointment belongs to another child of that birth date.")
DECEASED = _("The record says that this child has died.")
MOVED = _("Both the phone and the postcode are other than on record.")
OTHER_TONE = _("The given names differ in an accent, and both sides write accents: twins may bear both.")
CONTRADICTED = _("The phone or the postcode is other than on record, and so is part of what was typed.")


def is_sufficient(evidence: Evidence) -> bool:
    """Whether the evidence for this record would be enough if no other record existed."""
    if not evidence.same_given or evidence.other_suffix:
        return False
    facts = evidence.own_facts
    if evidence.same_birth and not evidence.stand_in_birth:
        return evidence.family == likeness.SAME or _is_family_settled(evidence)
    if evidence.family != likeness.SAME:
        return False
    if evidence.same_birth:
        # Cousins who both have a stand-in date may share a name and the grandfather's phone.
        return "appointment" in facts or facts >= {"phone", "postcode"}
    if evidence.first_name_only or evidence.stand_in_birth:
        return False
    if evidence.birth is Nearness.SLIP:
        # A cousin of the same name may come with the same grandmother, and her phone with her.
        return "appointment" in facts
    # No birth date to compare: a father and his son may share name, phone and postcode, not the appointment.
    return evidence.birth is None and facts >= STRONG_FACTS


def doubts(top: Evidence, weighed: Iterable[Evidence]) -> tuple[str | Promise, ...]:
    """Why a settled record should still be confirmed by a person; nothing when it need not."""
    others = [other for other in weighed if other is not top]
    found: list[str | Promise] = []
    if any(_is_spoken_for(top, other) for other in others):
        found.append(RIVAL)
    if _needs_to_stand_alone(top) and not _stands_alone(top, others):
        found.append(ONE_OF_MANY)
    if any(_may_be_twin(top, other) for other in others):
        found.append(TWIN)
    if top.first_name_only and any(_is_of_that_family_and_day(top, other) for other in others):
        found.append(TWIN)
    if any(_has_the_family_name_typed(top, other) for other in others):
        found.append(OTHER_FAMILY)
    if any(_may_be_namesake(top, other) for other in others):
        found.append(NAMESAKE)
    if top.record.is_deceased:
        found.append(DECEASED)
    if top.phone is False and top.postcode is False and not top.record.has_appointment_today:
        found.append(MOVED)
    if _has_other_tone(top):
        found.append(OTHER_TONE)
    if _is_contradicted(top):
        found.append(CONTRADICTED)
    return tuple(dict.fromkeys(found))


def _has_other_tone(top: Evidence) -> bool:
    """Minh Anh and Minh Ánh Nguyễn: an accent that was left out says nothing, but here none was."""
    record = top.record
    names = (record.given_name, record.preferred_name, record.family_name)
    return is_other_tone(top.names_typed, names, called=names if top.other_way_round else names[:2])


def _is_contradicted(top: Evidence) -> bool:
    """A fact speaks against the record, and so does the family name or the birth date.

    The child expected has a namesake or a cousin: the appointment alone does not say which of them came.
    """
    agrees = top.family == likeness.SAME and top.same_birth and not top.stand_in_birth
    return not agrees and (top.phone is False or top.postcode is False)


def _is_of_that_family_and_day(top: Evidence, other: Evidence) -> bool:
    """Another child of the family, born the same day: the first given name alone does not tell them apart."""
    if not birth_dates.is_same_birth(top.record.birth_date, other.record.birth_date):
        return False
    first, second = top.record, other.record
    one_family = (likeness.alike(first.family_name, second.family_name) or 0.0) >= NEAR_NAME
    return (one_family or other.near_family) and not _live_apart(top, other)


def _has_the_family_name_typed(top: Evidence, other: Evidence) -> bool:
    """The phone is also on the records of the family whose name was typed: the child may be one of theirs."""
    return bool(top.phone and not top.near_family and other.phone and other.family == likeness.SAME)


def _is_family_settled(evidence: Evidence) -> bool:
    """Whether a second fact, or that neither side has a family name, settles what was typed otherwise."""
    facts = evidence.own_facts
    if evidence.family is not None and not evidence.near_family:
        # Of the day's list a child of quite another family may share given name and birth date.
        facts -= {"appointment"}
    if facts & STRONG_FACTS:
        return True
    if evidence.one_name_only:
        # Of two strangers who skip the family name the second would get the record that the first one made.
        return not evidence.record.is_provisional
    return "postcode" in facts and evidence.phone is not False


def _needs_to_stand_alone(top: Evidence) -> bool:
    """Whether only a postcode, or nothing, stands for a family name that is missing or another one."""
    if top.family == likeness.SAME or top.own_facts & STRONG_FACTS:
        return False
    return top.same_birth and (top.one_name_only or not top.near_family)


def _stands_alone(top: Evidence, others: Iterable[Evidence]) -> bool:
    """Whether nobody else born that day has the postcode or the given name.

    Where many are, as with millions of records, one more who is not on file is likely too; then a
    postcode cannot stand for a family name that was left out or is another one.
    """
    return not any(
        other.record.birth_date == top.record.birth_date
        and (other.postcode or (other.given or 0.0) >= NEAR_NAME)
        for other in others
    )


def _may_be_twin(top: Evidence, other: Evidence) -> bool:
    """Born together into one family. Only an appointment of one's own tells two such apart."""
    first, second = top.record, other.record
    if not birth_dates.is_same_birth(first.birth_date, second.birth_date):
        return False
    family = likeness.alike(first.family_name, second.family_name)
    if family is not None and family < NEAR_NAME and not other.near_family:
        return False
    if _live_apart(top, other):
        return False
    told_apart = first.has_appointment_today and not second.has_appointment_today
    return not told_apart or not _clearly_other_given(top, other)


def _is_spoken_for(top: Evidence, other: Evidence) -> bool:
    """Born the same day, half the name right, and a second fact speaks for this one but not for the first."""
    if other.record.birth_date != top.record.birth_date or not other.own_facts - top.own_facts:
        return False
    return other.near_family or (other.given or 0.0) >= NEAR_NAME


def _live_apart(top: Evidence, other: Evidence) -> bool:
    """Phones or postcodes are known for both, and none is shared: two families of one name."""
    shared_phone = shares_phone(top.phones, other.record.phones, top.clinic.region)
    shared_postcode = bool(top.home) and top.home == other.home
    compared = bool(top.phones and other.phones) or bool(top.home and other.home)
    return compared and not shared_phone and not shared_postcode


def _clearly_other_given(top: Evidence, other: Evidence) -> bool:
    first, second = top.record, other.record
    return all(
        (likeness.alike(one, two) or 0.0) < CLEARLY_ANOTHER_NAME
        for one in (first.given_name, first.preferred_name)
        for two in (second.given_name, second.preferred_name)
        if one and two
    ) and likeness.is_named(second.given_name)


def _may_be_namesake(top: Evidence, other: Evidence) -> bool:
    """A record that the claim might mean as well, unless a second fact speaks for the first alone."""
    if other.given is not None and other.given < likeness.INITIAL:
        return False
    if top.birth is Nearness.SLIP and other.near_family and (other.birth or 0) >= Nearness.SLIP:
        return (
            True  # an appointment tells a slip from another child's date only where no such child is on file
        )
    if top.own_facts - other.own_facts:
        return False
    if other.family is not None and not other.near_family:
        return not top.near_family and other.same_birth
    least = Nearness.SLIP if top.same_birth else Nearness.HALF
    return other.birth is None or other.birth >= least
