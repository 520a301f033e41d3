"""Whom the consent form offers as who said it: each adult with their own relationship and phone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from checkin.models import Visit
from checkin.rules import consent as rules
from checkin.rules.consent_adults import ProxyState
from checkin.rules.consent_forms import Part, Person
from checkin.rules.consent_reasons import why_not
from checkin.rules.kinship import is_one_kin, is_other_kin
from checkin.rules.phones import is_same_phone
from checkin.rules.plain_kin import agrees_with_record
from checkin.web.desk.consent_proxies import ListedProxy

LONGEST = 120
CLINICIAN = "decides as clinician"
FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
FROM_THE_LEFT = "\u200e"


def people_of(
    visit: Visit,
    known: rules.Facts,
    listed: Iterable[ListedProxy],
    clinician: str = "",
    *,
    offers_patient: bool,
) -> list[Person]:
    """Who may have said it: who came, each guardian, each proxy, the patient, and the clinician who asks."""
    found: list[Person] = []
    for one in everybody(visit, known, listed, clinician):
        if one.part == Part.PATIENT and not offers_patient:
            continue
        if one.adult.name and not any(is_listed(one, other) for other in found):
            found.append(one)
    return found


def everybody(
    visit: Visit, known: rules.Facts, listed: Iterable[ListedProxy], clinician: str
) -> Iterator[Person]:
    here = None if known.is_patient else guardian_here(known)
    if not known.is_patient:
        yield escort_of(known, here)
    for guardian in known.guardians:
        if guardian is not here:
            yield Person(guardian, Part.GUARDIAN, "guardian")
    for one in listed:
        if one.state == ProxyState.IN_FORCE and not one.doubt:
            adult = rules.Adult(one.row.name, "", one.row.relationship)
            yield Person(adult, Part.PROXY, ", ".join(filter(None, ["written proxy", one.check])))
    child = child_of(visit)
    yield Person(rules.Adult(child, "", "the patient"), Part.PATIENT, is_here=True)
    if clinician:
        yield Person(rules.Adult(clinician, "", CLINICIAN), Part.CLINICIAN, is_here=True)


def child_of(visit: Visit) -> str:
    return visit.patient.name if visit.patient else visit.sign_in.child_name


def guardian_here(known: rules.Facts) -> rules.Adult | None:
    return next((one for one in known.guardians if rules.is_guardian(known.escort, one)), None)


def escort_of(known: rules.Facts, guardian: rules.Adult | None) -> Person:
    """Who came, as they said it; of a guardian who said no relationship or phone, those on record."""
    said = known.escort
    name = said.name or said.relationship
    relationship = said.relationship if said.name else ""
    if guardian:
        adult = rules.Adult(name, said.phone or guardian.phone, relationship or guardian.relationship)
        return Person(adult, Part.GUARDIAN, "here today, guardian", is_here=True)
    adult = rules.Adult(name, said.phone, relationship)
    if any(known.known.proxy_of(said, care) for care in rules.Care):
        return Person(adult, Part.PROXY, "here today, written proxy", is_here=True)
    why = why_not(known.known, said)
    return Person(adult, Part.ESCORT, f"here today, {why}" if why else "here today", is_here=True)


def is_listed(one: Person, other: Person) -> bool:
    """Whether this adult stands in the list already. Two guardians of one name with two phones are two."""
    if one.value == other.value:
        return True
    if {one.part, other.part} & {Part.CLINICIAN, Part.PATIENT}:
        return False
    mine, theirs = one.adult, other.adult
    if not mine.same_as(theirs) or is_other_kin(mine.relationship, theirs.relationship):
        return False
    pairs = ((mine, theirs), (theirs, mine))
    is_theirs = any(agrees_with_record(said.relationship, known.relationship) for said, known in pairs)
    if Part.GUARDIAN in (one.part, other.part) and not is_theirs:
        return False
    if not one.part == other.part == Part.GUARDIAN:
        return True
    # Grandfather and grandson of one name are two, also where one of them says what no list of kin knows.
    is_kin = (
        not mine.relationship or not theirs.relationship or is_one_kin(mine.relationship, theirs.relationship)
    )
    is_other_phone = mine.phone and theirs.phone and not is_same_phone(mine.phone, theirs.phone, "")
    return not is_other_phone and (is_kin or one.is_here or other.is_here)


def label_of(one: Person) -> str:
    """The choice as staff read it."""
    said = [one.adult.name, one.adult.relationship, one.adult.phone]
    words = " · ".join(filter(None, [rules.short(", ".join(filter(None, said)), LONGEST), one.note]))
    return left_to_right(words)


def left_to_right(words: str) -> str:
    """Return the words with a mark behind each comma where a name in them is written from the right.

    Without it a phone number behind such a name is shown with its groups changed over, as another number.
    """
    return re.sub("([,·]) ", rf"\1 {FROM_THE_LEFT}", words) if FROM_THE_RIGHT.search(words) else words


def likely(people: list[Person], due: list[tuple[rules.Care, str]]) -> dict[str, Any]:
    """What staff most often write next: who came and may agree, else the first guardian, of what is due.

    Only of the one thing that is due: care and item that nobody chose made one press a consent to all of it.
    """
    if not due:
        return {}
    may = [one for one in people if one.part in (Part.GUARDIAN, Part.PROXY)]
    first = next((one for one in may if one.is_here), next(iter(may), None))
    first = first if first is None or first.is_here or first.part == Part.GUARDIAN else None
    is_here = first is not None and first.is_here
    care, item = due[0] if len(due) == 1 else ("", "")
    return {
        "care": care,
        "to_what": item,
        "person": first.value if first else "",
        "how": rules.How.VERBAL if is_here else rules.How.TELEPHONE,
    }
