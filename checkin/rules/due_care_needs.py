"""Care needs: what is due, and whom to ask before it is given."""

from __future__ import annotations

import datetime as dt

from checkin.rules import consent as consent_rules
from checkin.rules import vaccines
from checkin.rules.ages import age_in_months
from checkin.rules.coded_sentences import NOTHING_SAID, CodedSentence, say_sentence
from checkin.rules.consent_adults import CareKind
from checkin.rules.consent_steps import ConsentStep
from checkin.rules.due_items import list_due_items_given, list_still_due_items
from checkin.rules.need_types import (
    FLU_NEED_KEY,
    FLU_VACCINE_NAME,
    DueItemFacts,
    FoundNeed,
    NeedFacts,
    NeedKind,
    NeedOwner,
)
from checkin.rules.sentence_codes import SentenceCode
from checkin.rules.short_lines import shorten_to_one_line


def find_phone_guardian_need(facts: NeedFacts, at: dt.date) -> FoundNeed | None:
    """Return the need to phone a guardian; None unless a child is linked and some care requires it."""
    if not facts.linked:
        return None
    asked = [(CareKind.SEEING, "")]
    asked += [(care, what) for care, what in list_due_care(facts, at) if care not in facts.settings.off]
    for care, what in asked:
        path = consent_rules.find_consent_path(facts.consent, care, what)
        if path.step == ConsentStep.PHONE_GUARDIAN or path.phone:
            why = _say_of_item(care, what, path.sentence)
            step = say_sentence(SentenceCode.PHONE_NUMBER, phone=path.phone) if path.phone else NOTHING_SAID
            return FoundNeed(NeedKind.PHONE_GUARDIAN, why, NeedOwner.FRONT_DESK, next_step=step)
    return None


def _say_of_item(care: CareKind, what: str, path: CodedSentence) -> CodedSentence:
    """Return the path with the name of its item, or with the kind of care if no item is named.

    A name from the record stays as it is, but the flu vaccine has one name on every
    screen, in the reader's language.
    """
    is_flu = care == CareKind.VACCINE and vaccines.is_plain_influenza_name(what)
    item = say_sentence(SentenceCode.FLU_VACCINE) if is_flu else shorten_to_one_line(what)
    if item:
        return say_sentence(SentenceCode.PATH_OF_ITEM, item=item, path=path)
    return say_sentence(SentenceCode.PATH_OF_CARE, care=care, path=path)


def find_consent_conflict_need(facts: NeedFacts, at: dt.date) -> FoundNeed | None:
    """Return one need for all care to which two people who may decide said yes and no."""
    asked = {(care, "") for care in CareKind} | set(list_due_care(facts, at))
    said = (one for one in facts.consent.answers if one.care in CareKind)
    asked |= {(CareKind(one.care), one.to_what) for one in said}
    found: dict[CodedSentence, CodedSentence] = {}
    for care, what in sorted(asked):
        path = consent_rules.find_consent_path(facts.consent, care, what)
        if path.is_conflict:
            found.setdefault(path.deciding_answer, _say_of_item(care, what, path.deciding_answer))
    if not found:
        return None
    return FoundNeed(
        NeedKind.CONSENT_CONFLICT,
        say_sentence(SentenceCode.ALL_OF_THESE, each=[*found.values()]),
        NeedOwner.CLINICIAN,
        next_step=say_sentence(SentenceCode.CLINICIAN_DECIDES),
        again=True,
    )


def list_due_care(facts: NeedFacts, at: dt.date) -> list[tuple[CareKind, str]]:
    """Return what could be done today, as kind of care and item, check-ups first."""
    found = [(CareKind(item.kind), _due_item_name(item)) for item in list_still_due_items(facts, at)]
    season = find_influenza_need(facts, at)
    return sorted(found + ([(CareKind.VACCINE, season.label)] if season else []))


def find_influenza_need(facts: NeedFacts, at: dt.date) -> FoundNeed | None:
    """Return the need of a flu vaccine; None if unlinked, out of season, too young, given or due anyway."""
    began = facts.settings.season_began(at)
    if not facts.linked or facts.birth_date is None or began is None:
        return None
    if age_in_months(facts.birth_date, at) < facts.settings.influenza_from_months:
        return None
    if facts.influenza_given_on is not None and facts.influenza_given_on >= began:
        return None
    if any(_is_influenza_item(item) for item in list_still_due_items(facts, at)):
        return None
    why = say_sentence(SentenceCode.IN_SEASON, day=began)
    return _build_due_care_need(NeedKind.VACCINE, FLU_VACCINE_NAME, why, facts, key=FLU_NEED_KEY)


def _is_influenza_item(item: DueItemFacts) -> bool:
    return item.kind == NeedKind.VACCINE and vaccines.is_influenza_vaccine(item.name, item.code)


def build_due_item_need(item: DueItemFacts, facts: NeedFacts, at: dt.date) -> FoundNeed:
    why = say_sentence(SentenceCode.DUE_SINCE, day=item.due_on)
    return _build_due_care_need(
        NeedKind(item.kind), _due_item_name(item), why, facts, key=str(item.pk), due_item=item.pk
    )


def _due_item_name(item: DueItemFacts) -> str:
    return item.name.strip() or str(NeedKind(item.kind).label)


def _build_due_care_need(
    kind: NeedKind,
    label: str,
    why: CodedSentence,
    facts: NeedFacts,
    *,
    key: str,
    due_item: int | None = None,
) -> FoundNeed:
    """Return the need of a due item with its consent path for this escort: "aunt · phone Ana Ruiz first"."""
    path = consent_rules.find_consent_path(facts.consent, CareKind(kind.value), label)
    return FoundNeed(
        kind, why, NeedOwner.CLINICIAN, key=key, label=label, next_step=path.sentence, due_item=due_item
    )


def find_reasons_not_asked(facts: NeedFacts, at: dt.date) -> dict[tuple[str, str], CodedSentence]:
    """Return, by kind and key, why a need is not asked again: when it was given, and who recorded it."""
    found = {(item.kind, str(item.pk)): why for item, why in list_due_items_given(facts, at)}
    began, last = facts.settings.season_began(at), facts.influenza_given_on
    if began is not None and last is not None and last >= began:
        found[str(NeedKind.VACCINE), FLU_NEED_KEY] = say_sentence(SentenceCode.FLU_GIVEN, day=last)
    return found
