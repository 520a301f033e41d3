"""Advise staff on who may consent and what to do next. It never affects whether a child is seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from checkin.rules.coded_sentences import NOTHING_SAID, CodedSentence, say_sentence
from checkin.rules.consent_adults import (
    CareKind,
    ConsentAdult,
    ConsentBasis,
    ConsentChannel,
    WrittenProxy,
    is_same_guardian,
)
from checkin.rules.consent_answers import ConsentAnswer, KnownAdults
from checkin.rules.consent_items import is_care_item_named
from checkin.rules.consent_precedence import (
    find_conditional_answer,
    find_narrowing_answer,
    weigh_consent_answers,
)
from checkin.rules.consent_reasons import (
    proxy_grantor_check,
    why_answer_does_not_count,
    why_may_not_decide,
)
from checkin.rules.consent_steps import DEFAULT_CONSENT_TABLE, ConsentStep, ConsentTable
from checkin.rules.sentence_codes import SentenceCode
from checkin.rules.short_lines import shorten_to_one_line


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """All input for a consent path. `answers` are those in force, oldest first.

    `others` are adults on record who may not consent, or may no longer.
    """

    escort: ConsentAdult = ConsentAdult()
    is_patient: bool = False
    guardians: tuple[ConsentAdult, ...] = ()
    proxies: tuple[WrittenProxy, ...] = ()
    answers: tuple[ConsentAnswer, ...] = ()
    table: ConsentTable = field(default_factory=lambda: DEFAULT_CONSENT_TABLE)
    urgent: bool = False
    deceased: bool = False
    is_matched: bool = True
    """Whether we know which child this is: without a match, no record says who may decide."""
    others: tuple[ConsentAdult, ...] = ()
    lapsed: tuple[WrittenProxy, ...] = ()

    @property
    def known(self) -> KnownAdults:
        return KnownAdults(self.guardians, self.proxies, self.others, self.lapsed)


@dataclass(frozen=True, slots=True)
class ConsentPath:
    """The next step for one kind of care, on whose authority, and what staff read about both."""

    step: ConsentStep
    basis: ConsentBasis
    advice: CodedSentence
    deciding_answer: CodedSentence = NOTHING_SAID
    phone: str = ""
    is_conflict: bool = False
    """Whether two people who may decide contradict each other."""

    @property
    def sentence(self) -> CodedSentence:
        if not self.deciding_answer:
            return self.advice
        return say_sentence(SentenceCode.PATH, whose=self.deciding_answer, advice=self.advice)


def find_consent_path(facts: ConsentFacts, care: CareKind, what: str = "") -> ConsentPath:
    """Return what staff do next about this care, whoever brought the child. Advice only: it blocks nothing.

    `what` is the item in question ("flu vaccine"); an answer about another item does not count. Without it
    the path is for all of that care, and answers about one item do not count. A no from someone who may not
    decide also goes to a clinician, and the advice still says whom to phone first.
    """
    if facts.deceased:
        advice = say_sentence(SentenceCode.PATIENT_DIED)
        return ConsentPath(ConsentStep.CLINICIAN_DECIDES, ConsentBasis.NONE, advice)
    if facts.urgent:
        advice = say_sentence(SentenceCode.URGENT)
        return ConsentPath(ConsentStep.PROCEED, ConsentBasis.NONE, advice)
    said, against, by_one_person = weigh_consent_answers(facts.answers, facts.known, care, what)
    if said and against:
        return _build_contradiction_path(said, against, what, by_one_person=by_one_person)
    if said and not said.agreed and facts.known.may_decide(said, care):
        return _build_refusal_path(said, what)
    if (unread := find_conditional_answer(facts.answers, facts.known, care, what, said=said)) is not None:
        return _build_path_to_be_read(unread, what)
    basis, deciding_answer = _find_consent_basis(facts, care, said, what)
    step = facts.table[care][basis]
    if step == ConsentStep.PROCEED:
        if (only := find_narrowing_answer(facts.answers, facts.known, care, what)) is not None:
            return _build_path_to_be_read(only, what)
        is_consent_needed = facts.table[care][ConsentBasis.NONE] != ConsentStep.PROCEED
        if said and is_consent_needed and (check := _unmatched_giver_check(said, facts)):
            words = consent_answer_words(said, what)
            return ConsentPath(ConsentStep.CLINICIAN_DECIDES, ConsentBasis.NONE, check, words)
    if said and not said.agreed:
        return _build_unauthorized_refusal_path(said, what, facts, step)
    advice, phone = _STEP_ADVICE[step](facts)
    return ConsentPath(step, basis, advice, deciding_answer, phone)


def _build_contradiction_path(
    said: ConsentAnswer, against: ConsentAnswer, what: str, *, by_one_person: bool
) -> ConsentPath:
    """Return the path if both a yes and a no are in force."""
    code = _code_of_contradiction(said, against) if by_one_person else SentenceCode.THEY_DISAGREE
    one, other = consent_answer_words(said, what), consent_answer_words(against, what)
    return ConsentPath(
        ConsentStep.CLINICIAN_DECIDES,
        ConsentBasis.NONE,
        say_sentence(SentenceCode.CLINICIAN_DECIDES),
        say_sentence(code, one=one, other=other),
        is_conflict=not by_one_person,
    )


def _build_refusal_path(said: ConsentAnswer, what: str) -> ConsentPath:
    """Return the path after a no from somebody who may decide."""
    is_clinicians = said.deciding_answer == ConsentBasis.CLINICIAN
    advice = say_sentence(SentenceCode.NOT_TODAY if is_clinicians else SentenceCode.CLINICIAN_DECIDES)
    words = consent_answer_words(said, what)
    return ConsentPath(ConsentStep.CLINICIAN_DECIDES, said.deciding_answer, advice, words)


def _build_unauthorized_refusal_path(
    said: ConsentAnswer, what: str, facts: ConsentFacts, step: ConsentStep
) -> ConsentPath:
    """Return the path after a no from somebody who may not decide. `step` is the step without that no."""
    advice, phone = _STEP_ADVICE[step](facts)
    words = _say_answer_but(said, what, facts.known)
    heard = say_sentence(SentenceCode.CLINICIAN_DECIDES)
    if step == ConsentStep.PHONE_GUARDIAN:
        heard = say_sentence(SentenceCode.DECIDES_AND_PHONE, advice=advice)
    return ConsentPath(ConsentStep.CLINICIAN_DECIDES, ConsentBasis.NONE, heard, words, phone)


def _say_answer_but(said: ConsentAnswer, what: str, known: KnownAdults) -> CodedSentence:
    """Return a sentence that says what was answered and why it does not count."""
    doubt = why_answer_does_not_count(said, known)
    return say_sentence(SentenceCode.ANSWER_BUT, answer=consent_answer_words(said, what), doubt=doubt)


def _build_path_to_be_read(said: ConsentAnswer, what: str) -> ConsentPath:
    """Return the path if staff must read a yes first, because it says more or less than the item itself."""
    words, advice = (
        consent_answer_words(said, what, in_full=True),
        say_sentence(SentenceCode.CLINICIAN_READS),
    )
    return ConsentPath(ConsentStep.CLINICIAN_DECIDES, ConsentBasis.NONE, advice, words)


def _code_of_contradiction(one: ConsentAnswer, other: ConsentAnswer) -> SentenceCode:
    """Return the code that says why a yes and a no from one person may both be in force."""
    is_of_all = any(said.agreed and said.is_of_all for said in (one, other))
    return SentenceCode.YES_NOT_OF_IT if is_of_all else SentenceCode.MAY_BE_THE_SAME


def _find_consent_basis(
    facts: ConsentFacts, care: CareKind, said: ConsentAnswer | None, what: str = ""
) -> tuple[ConsentBasis, CodedSentence]:
    """Return on whose authority care would go ahead, as a basis and as a sentence.

    A yes from someone who may not decide does not count, so it replaces nobody else's.
    """
    if said and facts.known.may_decide(said, care):
        words = consent_answer_words(said, what)
        if check := consent_giver_check(said, facts):
            words = say_sentence(SentenceCode.ANSWER_AND_CHECK, answer=words, check=check)
        return facts.known.basis_of(said, care), words
    found = _consent_basis_of_escort(facts, care)
    if said and found[0] == ConsentBasis.NONE:
        return ConsentBasis.NONE, _say_answer_but(said, what, facts.known)
    return found


def _consent_basis_of_escort(facts: ConsentFacts, care: CareKind) -> tuple[ConsentBasis, CodedSentence]:
    if facts.is_patient:
        return ConsentBasis.OWN, say_sentence(SentenceCode.CAME_ALONE)
    here = _adult_in_words(facts.escort)
    if any(is_same_guardian(facts.escort, guardian) for guardian in facts.guardians):
        return ConsentBasis.GUARDIAN_PRESENT, say_sentence(SentenceCode.GUARDIAN_HERE, adult=here)
    proxy = facts.known.proxy_of(facts.escort, care)
    if proxy:
        return ConsentBasis.WRITTEN_PROXY, _say_proxy_here(here, proxy, facts.known)
    why = why_may_not_decide(facts.known, facts.escort, care)
    return ConsentBasis.NONE, say_sentence(SentenceCode.ADULT_WHOSE, adult=here, why=why) if why else here


def _say_proxy_here(here: CodedSentence, proxy: WrittenProxy, known: KnownAdults) -> CodedSentence:
    facts = {"adult": here, "grantor": shorten_to_one_line(proxy.granted_by)}
    words = (
        say_sentence(SentenceCode.PROXY_HERE_UNTIL, **facts, day=proxy.expires_on)
        if proxy.expires_on
        else say_sentence(SentenceCode.PROXY_HERE, **facts)
    )
    words, check = _say_with_limits(words, proxy.limits), proxy_grantor_check(known, proxy)
    return say_sentence(SentenceCode.PROXY_AND_CHECK, proxy=words, check=check) if check else words


def _say_with_limits(said: CodedSentence, limits: str) -> CodedSentence:
    if not limits:
        return said
    return say_sentence(SentenceCode.WITH_LIMITS, said=said, limits=shorten_to_one_line(limits, 120))


def consent_giver_check(said: ConsentAnswer, facts: ConsentFacts) -> CodedSentence:
    """Return what to check about the giver of this answer, or about the proxy behind it; "" for nothing."""
    if check := _unmatched_giver_check(said, facts):
        return check
    known, care = facts.known, CareKind(said.care)
    proxy = known.proxy_of(said.adult, care)
    by_proxy = proxy is not None and known.basis_of(said, care) == ConsentBasis.WRITTEN_PROXY
    return proxy_grantor_check(known, proxy) if proxy and by_proxy else NOTHING_SAID


def _unmatched_giver_check(said: ConsentAnswer, facts: ConsentFacts) -> CodedSentence:
    """Return a request to check who agreed if the child is not matched; "" if no check is needed.

    Without a match, the guardian who agreed may be another child's.
    """
    is_known = facts.is_matched or said.deciding_answer in (ConsentBasis.OWN, ConsentBasis.CLINICIAN)
    if is_known or not said.agreed or not facts.known.may_decide(said, CareKind(said.care)):
        return NOTHING_SAID
    return say_sentence(SentenceCode.CHECK_WHO, name=shorten_to_one_line(said.who))


def consent_answer_words(said: ConsentAnswer, asked: str = "", *, in_full: bool = False) -> CodedSentence:
    """Return an answer in words: "Ana Ruiz agreed by telephone today", "Ana Ruiz said no to MMR today".

    `asked` is the item in question. The answer's own item is named only if it differs, or with `in_full`.
    """
    facts = {"who": shorten_to_one_line(said.who), "when": _say_until_when(said)}
    of_all, of_item = _ANSWER_CODES[said.deciding_answer == ConsentBasis.CLINICIAN, said.agreed]
    to_what = shorten_to_one_line(said.to_what)
    if not in_full and (said.is_of_all or is_care_item_named(said.to_what, asked)):
        words = say_sentence(of_all, **facts)
    else:
        words = say_sentence(of_item, **facts, item=f"“{to_what}”" if in_full else to_what)
    return _say_with_limits(words, said.limits)


_ANSWER_CODES = {
    (False, True): (SentenceCode.AGREED, SentenceCode.AGREED_TO),
    (False, False): (SentenceCode.SAID_NO, SentenceCode.SAID_NO_TO),
    (True, True): (SentenceCode.DECIDED_YES, SentenceCode.DECIDED_YES_TO),
    (True, False): (SentenceCode.DECIDED_NO, SentenceCode.DECIDED_NO_TO),
}
"""By whether a clinician decided and whether it was yes: of all of that care, and of one item."""


def _say_until_when(said: ConsentAnswer) -> CodedSentence:
    is_phoned = ConsentChannel.TELEPHONE in (said.how, said.deciding_answer.value)
    if said.until:
        return say_sentence(SentenceCode.PHONED_UNTIL if is_phoned else SentenceCode.UNTIL, day=said.until)
    return say_sentence(SentenceCode.PHONED_TODAY if is_phoned else SentenceCode.TODAY)


def _adult_in_words(adult: ConsentAdult) -> CodedSentence:
    name = shorten_to_one_line(adult.relationship or adult.name)
    return say_sentence(SentenceCode.ADULT, name=name) if name else say_sentence(SentenceCode.AN_ADULT)


def _whom_to_phone_first(facts: ConsentFacts) -> tuple[CodedSentence, str]:
    """Return whom to phone first, as a sentence, and the number."""
    known = next((guardian for guardian in facts.guardians if guardian.phone.strip()), None)
    if known is None:
        return say_sentence(SentenceCode.ASK_FOR_PHONE), ""
    name = shorten_to_one_line(known.name)
    return say_sentence(SentenceCode.PHONE_FIRST, name=name, phone=known.phone), known.phone


_STEP_ADVICE: Mapping[ConsentStep, Callable[[ConsentFacts], tuple[CodedSentence, str]]] = {
    ConsentStep.PROCEED: lambda facts: (say_sentence(SentenceCode.GO_AHEAD), ""),
    ConsentStep.PHONE_GUARDIAN: _whom_to_phone_first,
    ConsentStep.NEEDS_WRITING: lambda facts: (say_sentence(SentenceCode.NEEDS_WRITING), ""),
    ConsentStep.CLINICIAN_DECIDES: lambda facts: (say_sentence(SentenceCode.CLINICIAN_DECIDES), ""),
}
