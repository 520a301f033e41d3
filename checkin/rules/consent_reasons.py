"""Say why the answer of somebody on the record does not count, in words for staff."""

from __future__ import annotations

from checkin.rules.coded_sentences import NOTHING_SAID, CodedSentence, say_sentence
from checkin.rules.consent_adults import (
    CareKind,
    ConsentAdult,
    WrittenProxy,
    is_same_guardian,
    may_mean_this_adult,
    split_kin_from_adult,
)
from checkin.rules.consent_answers import ConsentAnswer, KnownAdults
from checkin.rules.sentence_codes import SentenceCode
from checkin.rules.short_lines import shorten_to_one_line

_LONGEST_GRANTOR_NAME = 80


def why_may_not_decide(
    known: KnownAdults, adult: ConsentAdult, care: CareKind | None = None
) -> CodedSentence:
    """Return why this adult may not decide ("written proxy ended on Mar 9, 2026").

    Return "" if the record says nothing against them, or only that they may not consent.
    """
    if any(is_same_guardian(adult, one) for one in known.guardians):
        return NOTHING_SAID
    held = [one for one in known.proxies if adult.same_as(one.adult)]
    if any(known.is_granted(one) and (care is None or one.covers(care)) for one in held):
        return NOTHING_SAID
    ended = next((one.ended_on for one in known.others if one.ended_on and adult.same_as(one)), None)
    if ended:
        return say_sentence(SentenceCode.AUTHORITY_ENDED, day=ended)
    granted = next((one for one in held if known.is_granted(one)), None)
    if granted:
        only = [one for one in granted.cares if one in CareKind]
        if only:
            return say_sentence(SentenceCode.PROXY_FOR_SOME, cares=only)
        return say_sentence(SentenceCode.PROXY_FOR_OTHERS)
    unheard = known.ungranted(adult)
    if unheard:
        return say_sentence(SentenceCode.PROXY_UNGRANTED, why=why_proxy_does_not_count(known, unheard))
    over = [one for one in known.lapsed if adult.same_as(one.adult) or may_mean_this_adult(adult, one.adult)]
    return _how_proxy_ended(over[-1]) if over else NOTHING_SAID


def why_answer_does_not_count(said: ConsentAnswer, known: KnownAdults) -> CodedSentence:
    """Return what staff read about an answer from someone who may not decide ("is no guardian on record")."""
    why = why_may_not_decide(known, said.adult, CareKind(said.care) if said.care in CareKind else None)
    if why:
        return say_sentence(SentenceCode.MAY_NOT_BECAUSE, why=why)
    if known.is_over(said.adult):
        return say_sentence(SentenceCode.MAY_NOT_CONSENT)
    return _say_what_record_knows(known, said.adult)


def why_proxy_does_not_count(known: KnownAdults, proxy: WrittenProxy) -> CodedSentence:
    """Return why a proxy does not count ("Kim granted it and is no guardian on record"); "" if it counts."""
    if known.is_granted(proxy):
        return NOTHING_SAID
    by, name = known.grantor(proxy), shorten_to_one_line(proxy.granted_by, _LONGEST_GRANTOR_NAME)
    ended = next((one.ended_on for one in known.others if one.ended_on and by.same_as(one)), None)
    if ended:
        return say_sentence(SentenceCode.GRANTOR_ENDED, name=name, day=ended)
    if known.is_over(by):
        return say_sentence(SentenceCode.GRANTOR_MAY_NOT, name=name)
    if known.who_may_be(by):
        return say_sentence(SentenceCode.GRANTOR_IN_DOUBT, name=name)
    return say_sentence(SentenceCode.GRANTOR_IS, name=name, doubt=_say_what_record_knows(known, by))


def _say_what_record_knows(known: KnownAdults, adult: ConsentAdult) -> CodedSentence:
    """Return what the record says of an adult who is not one of its guardians ("is no guardian on record").

    If a guardian has that name but another relationship, the text gives both.
    """
    whole = (adult, split_kin_from_adult(adult))
    named = next((one for one in known.guardians if any(said.same_as(one) for said in whole)), None)
    if named is None:
        return say_sentence(SentenceCode.NO_GUARDIAN)
    recorded = shorten_to_one_line(named.relationship) or say_sentence(SentenceCode.A_GUARDIAN)
    said = shorten_to_one_line(whole[-1].relationship)
    if said:
        return say_sentence(SentenceCode.RECORDED_AS_OTHER, recorded=recorded, said=said)
    return say_sentence(SentenceCode.RECORDED_AS, recorded=recorded)


def proxy_grantor_check(known: KnownAdults, proxy: WrittenProxy) -> CodedSentence:
    """Return what staff must check about a proxy that counts though nobody on record granted it; else "".

    If no guardian is on record, what staff recorded is enough, so the sentence reminds them of it.
    """
    if not known.is_granted(proxy) or known.who_may_be(known.grantor(proxy)):
        return NOTHING_SAID
    grantor = shorten_to_one_line(proxy.granted_by, _LONGEST_GRANTOR_NAME)
    return say_sentence(SentenceCode.GRANTOR_UNKNOWN, name=grantor)


def _how_proxy_ended(proxy: WrittenProxy) -> CodedSentence:
    if proxy.revoked_on:
        return say_sentence(SentenceCode.PROXY_REVOKED, day=proxy.revoked_on)
    if proxy.expires_on:
        return say_sentence(SentenceCode.PROXY_ENDED, day=proxy.expires_on)
    return say_sentence(SentenceCode.PROXY_NOT_YET)
