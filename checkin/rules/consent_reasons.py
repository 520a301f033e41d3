"""Why the word of somebody whom the record knows does not count, in words for staff."""

from __future__ import annotations

from checkin.rules import clocks
from checkin.rules.consent_adults import (
    CareKind,
    ConsentAdult,
    WrittenProxy,
    is_same_guardian,
    may_mean_this_adult,
    split_kin_from_adult,
)
from checkin.rules.consent_answers import ConsentAnswer, KnownAdults

_LONGEST_GRANTOR_NAME = 80


def why_may_not_decide(known: KnownAdults, adult: ConsentAdult, care: CareKind | None = None) -> str:
    """Say why this adult may not decide ("written proxy ended on Mar 9, 2026").

    Blank where nothing on record speaks against them, or only that they may not consent.
    """
    if any(is_same_guardian(adult, one) for one in known.guardians):
        return ""
    held = [one for one in known.proxies if adult.same_as(one.adult)]
    if any(known.is_granted(one) and (care is None or one.covers(care)) for one in held):
        return ""
    ended = next((one.ended_on for one in known.others if one.ended_on and adult.same_as(one)), None)
    if ended:
        return f"authority ended on {clocks.date_words(ended)}"
    granted = next((one for one in held if known.is_granted(one)), None)
    if granted:
        only = " and ".join(str(CareKind(one).label).lower() for one in granted.cares if one in CareKind)
        return f"written proxy is for {only} only" if only else "written proxy does not cover it"
    unheard = known.ungranted(adult)
    if unheard:
        return f"written proxy does not count: {why_proxy_does_not_count(known, unheard)}"
    over = [one for one in known.lapsed if adult.same_as(one.adult) or may_mean_this_adult(adult, one.adult)]
    return _how_proxy_ended(over[-1]) if over else ""


def why_answer_does_not_count(said: ConsentAnswer, known: KnownAdults) -> str:
    """What staff are told of an answer by somebody who may not decide ("is no guardian on record")."""
    why = why_may_not_decide(known, said.adult, CareKind(said.care) if said.care in CareKind else None)
    if why:
        return f"may not consent ({why})"
    return "may not consent" if known.is_over(said.adult) else _adult_on_record_words(known, said.adult)


def why_proxy_does_not_count(known: KnownAdults, proxy: WrittenProxy) -> str:
    """Say why it counts for nothing ("Kim granted it and is no guardian on record"); '' where it counts."""
    if known.is_granted(proxy):
        return ""
    by, name = known.grantor(proxy), shorten_to_one_line(proxy.granted_by, _LONGEST_GRANTOR_NAME)
    ended = next((one.ended_on for one in known.others if one.ended_on and by.same_as(one)), None)
    if ended:
        return f"{name} granted it, whose authority ended on {clocks.date_words(ended)}"
    if known.is_over(by):
        return f"{name} granted it and may not consent"
    if known.who_may_be(by):
        return f"{name} granted it and is not surely a guardian on record"
    return f"{name} granted it and {_adult_on_record_words(known, by)}"


def _adult_on_record_words(known: KnownAdults, adult: ConsentAdult) -> str:
    """Say what the record knows of an adult who is none of its guardians ("is no guardian on record").

    Of a guardian of that very name, who is something else to the child, that is untrue: both are said.
    """
    whole = (adult, split_kin_from_adult(adult))
    named = next((one for one in known.guardians if any(said.same_as(one) for said in whole)), None)
    if named is None:
        return "is no guardian on record"
    recorded = shorten_to_one_line(named.relationship) or "guardian"
    said = shorten_to_one_line(whole[-1].relationship)
    other = f"as “{said}”" if said else "who is meant here"
    return f"is on record as “{recorded}”, and not surely {other}"


def proxy_grantor_check(known: KnownAdults, proxy: WrittenProxy) -> str:
    """Say that a proxy which counts was granted by nobody on record ("… check who Bob is"); '' otherwise.

    Where no guardian is on record staff's word is taken, and as long as it is, it is said.
    """
    if not known.is_granted(proxy) or known.who_may_be(known.grantor(proxy)):
        return ""
    grantor = shorten_to_one_line(proxy.granted_by, _LONGEST_GRANTOR_NAME)
    return f"nobody on record granted it: check who {grantor} is"


def _how_proxy_ended(proxy: WrittenProxy) -> str:
    if proxy.revoked_on:
        return f"written proxy was revoked on {clocks.date_words(proxy.revoked_on)}"
    if proxy.expires_on:
        return f"written proxy ended on {clocks.date_words(proxy.expires_on)}"
    return "written proxy is not in force yet"


def shorten_to_one_line(text: str, longest: int = 80) -> str:
    """One line of at most that many characters, so that what follows it, a number to call, is never cut."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
