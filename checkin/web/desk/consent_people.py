"""The adults that the consent form offers as speakers, each with their own relationship and phone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from checkin.models import Visit
from checkin.rules import consent as consent_rules
from checkin.rules.certain_kinship import is_guardian_kin_on_record
from checkin.rules.consent_adults import CareKind, ConsentAdult, ConsentChannel, ProxyState, is_same_guardian
from checkin.rules.consent_forms import ConsentGiver, ConsentGiverKind
from checkin.rules.consent_reasons import why_may_not_decide
from checkin.rules.kinship import is_exactly_same_kin, is_other_kin
from checkin.rules.phones import format_phone, has_phone_in_common
from checkin.rules.short_lines import shorten_to_one_line
from checkin.web.desk.consent_proxies import ListedProxy

_LONGEST_PERSON_LABEL = 120
_CLINICIAN_RELATIONSHIP = "decides as clinician"
_RIGHT_TO_LEFT_LETTERS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LEFT_TO_RIGHT_MARK = "\u200e"


def list_consent_people(
    visit: Visit,
    known: consent_rules.ConsentFacts,
    listed: Iterable[ListedProxy],
    clinician: str = "",
    *,
    offers_patient: bool,
) -> list[ConsentGiver]:
    """List who may have said it: the escort, each guardian, each proxy, the patient, the clinician asking."""
    found: list[ConsentGiver] = []
    for one in _every_consent_person(visit, known, listed, clinician):
        if one.part == ConsentGiverKind.PATIENT and not offers_patient:
            continue
        if one.adult.name and not any(is_listed_consent_person(one, other) for other in found):
            found.append(one)
    return found


def _every_consent_person(
    visit: Visit, known: consent_rules.ConsentFacts, listed: Iterable[ListedProxy], clinician: str
) -> Iterator[ConsentGiver]:
    here = None if known.is_patient else _guardian_at_visit(known)
    if not known.is_patient:
        yield _escort_as_person(known, here)
    for guardian in known.guardians:
        if guardian is not here:
            yield ConsentGiver(guardian, ConsentGiverKind.GUARDIAN, "guardian")
    for one in listed:
        if one.state == ProxyState.IN_FORCE and not one.doubt:
            adult = ConsentAdult(one.row.name, "", one.row.relationship)
            yield ConsentGiver(
                adult, ConsentGiverKind.PROXY, ", ".join(filter(None, ["written proxy", one.check]))
            )
    child = child_name_at_visit(visit)
    yield ConsentGiver(ConsentAdult(child, "", "the patient"), ConsentGiverKind.PATIENT, is_here=True)
    if clinician:
        yield ConsentGiver(
            ConsentAdult(clinician, "", _CLINICIAN_RELATIONSHIP),
            ConsentGiverKind.CLINICIAN,
            is_here=True,
        )


def list_known_consent_adults(
    known: consent_rules.ConsentFacts, people: Iterable[ConsentGiver]
) -> list[ConsentAdult]:
    """List every adult known of this family, on record or offered by the form, except the clinician."""
    not_family = (ConsentGiverKind.PATIENT, ConsentGiverKind.CLINICIAN)
    offered = [one.adult for one in people if one.part not in not_family]
    return [*known.guardians, *known.others, *offered]


def child_name_at_visit(visit: Visit) -> str:
    return visit.patient.name if visit.patient else visit.sign_in.child_name


def _guardian_at_visit(known: consent_rules.ConsentFacts) -> ConsentAdult | None:
    return next((one for one in known.guardians if is_same_guardian(known.escort, one)), None)


def _escort_as_person(known: consent_rules.ConsentFacts, guardian: ConsentAdult | None) -> ConsentGiver:
    """Return the escort as they gave their details, with a guardian's blanks filled from the record."""
    said = known.escort
    name = said.name or said.relationship
    relationship = said.relationship if said.name else ""
    if guardian:
        adult = ConsentAdult(name, said.phone or guardian.phone, relationship or guardian.relationship)
        return ConsentGiver(adult, ConsentGiverKind.GUARDIAN, "here today, guardian", is_here=True)
    adult = ConsentAdult(name, said.phone, relationship)
    if any(known.known.proxy_of(said, care) for care in CareKind):
        return ConsentGiver(adult, ConsentGiverKind.PROXY, "here today, written proxy", is_here=True)
    why = why_may_not_decide(known.known, said)
    return ConsentGiver(
        adult, ConsentGiverKind.ESCORT, f"here today, {why}" if why else "here today", is_here=True
    )


def is_listed_consent_person(one: ConsentGiver, other: ConsentGiver) -> bool:
    """Return whether this adult is listed already. Guardians of one name with different phones are two."""
    if one.value == other.value:
        return True
    if {one.part, other.part} & {ConsentGiverKind.CLINICIAN, ConsentGiverKind.PATIENT}:
        return False
    mine, theirs = one.adult, other.adult
    if not mine.same_as(theirs) or is_other_kin(mine.relationship, theirs.relationship):
        return False
    pairs = ((mine, theirs), (theirs, mine))
    is_theirs = any(is_guardian_kin_on_record(said.relationship, known.relationship) for said, known in pairs)
    if ConsentGiverKind.GUARDIAN in (one.part, other.part) and not is_theirs:
        return False
    if not one.part == other.part == ConsentGiverKind.GUARDIAN:
        return True
    # A grandfather and grandson can share a name, even if one gives a relationship that we do not know.
    is_kin = (
        not mine.relationship
        or not theirs.relationship
        or is_exactly_same_kin(mine.relationship, theirs.relationship)
    )
    is_other_phone = mine.phone and theirs.phone and not has_phone_in_common(mine.phone, theirs.phone, "")
    return not is_other_phone and (is_kin or one.is_here or other.is_here)


def consent_person_label(one: ConsentGiver, region: str) -> str:
    """Return the choice as staff read it, with the phone as the region writes it."""
    said = [one.adult.name, one.adult.relationship, format_phone(one.adult.phone, region)]
    words = " · ".join(
        filter(
            None,
            [
                shorten_to_one_line(", ".join(filter(None, said)), _LONGEST_PERSON_LABEL),
                one.note,
            ],
        )
    )
    return _mark_left_to_right(words)


def _mark_left_to_right(words: str) -> str:
    """Return the text, with left-to-right marks after its commas and dots if it has a right-to-left name.

    Without them, a phone number after such a name is displayed with its groups in another order.
    """
    return (
        re.sub("([,·]) ", rf"\1 {_LEFT_TO_RIGHT_MARK}", words)
        if _RIGHT_TO_LEFT_LETTERS.search(words)
        else words
    )


def likely_consent_answer(people: list[ConsentGiver], due: list[tuple[CareKind, str]]) -> dict[str, object]:
    """Return the most likely answer: whoever came and may agree, else the first guardian.

    Fills in what is due only if it is one thing: otherwise one press would consent to all of it.
    """
    if not due:
        return {}
    may = [one for one in people if one.part in (ConsentGiverKind.GUARDIAN, ConsentGiverKind.PROXY)]
    first = next((one for one in may if one.is_here), next(iter(may), None))
    first = first if first is None or first.is_here or first.part == ConsentGiverKind.GUARDIAN else None
    is_here = first is not None and first.is_here
    care, item = due[0] if len(due) == 1 else ("", "")
    return {
        "care": care,
        "to_what": item,
        "person": first.value if first else "",
        "how": ConsentChannel.VERBAL if is_here else ConsentChannel.TELEPHONE,
    }
