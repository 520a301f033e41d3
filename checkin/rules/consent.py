"""Who may agree to what: advice for staff on the next step. It never touches whether a child is seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from checkin.rules import clocks
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
    shorten_to_one_line,
    why_answer_does_not_count,
    why_may_not_decide,
)
from checkin.rules.consent_steps import DEFAULT_CONSENT_TABLE, ConsentStep, ConsentTable

_LONGEST_WHOSE_WORD = 250
"""How long it may take to say on whose word: so the number to call stands in what a need's row holds."""


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """All that a consent path is worked out from. `answers` are those in force, oldest first.

    `others` are on record and may not consent, or may no longer.
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
    """Whether it is known which child this is: the record of nobody says who may decide."""
    others: tuple[ConsentAdult, ...] = ()
    lapsed: tuple[WrittenProxy, ...] = ()

    @property
    def known(self) -> KnownAdults:
        return KnownAdults(self.guardians, self.proxies, self.others, self.lapsed)


@dataclass(frozen=True, slots=True)
class ConsentPath:
    """The next step for one kind of care: as advice, on whose word, and both as a sentence for staff."""

    step: ConsentStep
    basis: ConsentBasis
    advice: str
    on_whose_word: str = ""
    phone: str = ""
    is_conflict: bool = False
    """Whether two people who may decide contradict each other."""

    @property
    def sentence(self) -> str:
        return " · ".join(filter(None, [self.on_whose_word, self.advice]))


def find_consent_path(facts: ConsentFacts, care: CareKind, what: str = "") -> ConsentPath:
    """What staff do next about this care, for whoever brought the child. Advice: it blocks nothing.

    `what` is the item in question ("flu vaccine"): an answer about another item does not count for it.
    Without one it is all of that care, for which no answer about one item counts. A no of who may not decide
    goes to a clinician too, and whom to phone first stays said.
    """
    if facts.deceased:
        advice = "this patient has died: nobody is phoned"
        return ConsentPath(ConsentStep.CLINICIAN_DECIDES, ConsentBasis.NONE, advice)
    if facts.urgent:
        advice = "urgent: go ahead, talk to a guardian meanwhile"
        return ConsentPath(ConsentStep.PROCEED, ConsentBasis.NONE, advice)
    said, against, by_one_person = weigh_consent_answers(facts.answers, facts.known, care, what)
    if said and against:
        return _build_contradiction_path(said, against, what, by_one_person=by_one_person)
    if said and not said.agreed and facts.known.may_decide(said, care):
        return _build_refusal_path(said, what)
    if (unread := find_conditional_answer(facts.answers, facts.known, care, what, said=said)) is not None:
        return _build_path_to_be_read(unread, what)
    basis, on_whose_word = _find_consent_basis(facts, care, said, what)
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
    return ConsentPath(step, basis, advice, on_whose_word, phone)


def _build_contradiction_path(
    said: ConsentAnswer, against: ConsentAnswer, what: str, *, by_one_person: bool
) -> ConsentPath:
    """The step where a yes and a no both stand."""
    why = _why_yes_and_no_may_stand(said, against) if by_one_person else "they disagree"
    both = f"{consent_answer_words(said, what)}, {consent_answer_words(against, what)}: {why}"
    return ConsentPath(
        ConsentStep.CLINICIAN_DECIDES,
        ConsentBasis.NONE,
        "clinician decides",
        both,
        is_conflict=not by_one_person,
    )


def _build_refusal_path(said: ConsentAnswer, what: str) -> ConsentPath:
    """The step after a no of somebody who may decide."""
    advice = "not today" if said.on_whose_word == ConsentBasis.CLINICIAN else "clinician decides"
    words = consent_answer_words(said, what)
    return ConsentPath(ConsentStep.CLINICIAN_DECIDES, said.on_whose_word, advice, words)


def _build_unauthorized_refusal_path(
    said: ConsentAnswer, what: str, facts: ConsentFacts, step: ConsentStep
) -> ConsentPath:
    """The step after a no of somebody who may not decide. `step`: what it would be without that no."""
    advice, phone = _STEP_ADVICE[step](facts)
    words = shorten_to_one_line(
        f"{consent_answer_words(said, what)}, but {why_answer_does_not_count(said, facts.known)}",
        _LONGEST_WHOSE_WORD,
    )
    heard = f"clinician decides; {advice}" if step == ConsentStep.PHONE_GUARDIAN else "clinician decides"
    return ConsentPath(ConsentStep.CLINICIAN_DECIDES, ConsentBasis.NONE, heard, words, phone)


def _build_path_to_be_read(said: ConsentAnswer, what: str) -> ConsentPath:
    """The step where a yes says more than its item, or no more than another: somebody reads the words."""
    words = consent_answer_words(said, what, in_full=True)
    return ConsentPath(ConsentStep.CLINICIAN_DECIDES, ConsentBasis.NONE, "clinician reads these words", words)


def _why_yes_and_no_may_stand(one: ConsentAnswer, other: ConsentAnswer) -> str:
    """Say why one person's no and yes may both stand."""
    is_of_all = any(said.agreed and said.is_of_all for said in (one, other))
    return "the yes did not name it" if is_of_all else "that may be the same"


def _find_consent_basis(
    facts: ConsentFacts, care: CareKind, said: ConsentAnswer | None, what: str = ""
) -> tuple[ConsentBasis, str]:
    """On whose word it stands. Of who may not decide no yes counts, and so it takes no other's place."""
    if said and facts.known.may_decide(said, care):
        check = consent_giver_check(said, facts)
        words = ", ".join(filter(None, [consent_answer_words(said, what), check]))
        return facts.known.basis_of(said, care), shorten_to_one_line(words, _LONGEST_WHOSE_WORD)
    found = _consent_basis_of_escort(facts, care)
    if said and found[0] == ConsentBasis.NONE:
        but = why_answer_does_not_count(said, facts.known)
        return ConsentBasis.NONE, shorten_to_one_line(
            f"{consent_answer_words(said, what)}, but {but}", _LONGEST_WHOSE_WORD
        )
    return found


def _consent_basis_of_escort(facts: ConsentFacts, care: CareKind) -> tuple[ConsentBasis, str]:
    if facts.is_patient:
        return ConsentBasis.OWN, "came alone"
    here = _adult_in_words(facts.escort)
    if any(is_same_guardian(facts.escort, guardian) for guardian in facts.guardians):
        return ConsentBasis.GUARDIAN_PRESENT, f"{here}, guardian"
    proxy = facts.known.proxy_of(facts.escort, care)
    if proxy:
        until = f" until {clocks.date_words(proxy.expires_on)}" if proxy.expires_on else ""
        limits = f" ({shorten_to_one_line(proxy.limits, 120)})" if proxy.limits else ""
        words = f"{here}, written proxy from {shorten_to_one_line(proxy.granted_by)}{until}{limits}"
        check = proxy_grantor_check(facts.known, proxy)
        return ConsentBasis.WRITTEN_PROXY, ", ".join(filter(None, [words, check]))
    why = why_may_not_decide(facts.known, facts.escort, care)
    return ConsentBasis.NONE, f"{here}, whose {why}" if why else here


def consent_giver_check(said: ConsentAnswer, facts: ConsentFacts) -> str:
    """What is to be checked of who gave this answer, or of the proxy by which it counts; '' for nothing."""
    if check := _unmatched_giver_check(said, facts):
        return check
    known, care = facts.known, CareKind(said.care)
    proxy = known.proxy_of(said.adult, care)
    by_proxy = proxy is not None and known.basis_of(said, care) == ConsentBasis.WRITTEN_PROXY
    return proxy_grantor_check(known, proxy) if proxy and by_proxy else ""


def _unmatched_giver_check(said: ConsentAnswer, facts: ConsentFacts) -> str:
    """Say that nobody is matched, so who agreed may be the guardian of another child; '' otherwise."""
    if (
        facts.is_matched
        or not said.agreed
        or said.on_whose_word in (ConsentBasis.OWN, ConsentBasis.CLINICIAN)
    ):
        return ""
    return (
        f"check who {shorten_to_one_line(said.who)} is"
        if facts.known.may_decide(said, CareKind(said.care))
        else ""
    )


def consent_answer_words(said: ConsentAnswer, asked: str = "", *, in_full: bool = False) -> str:
    """ "Ana Ruiz agreed by telephone today", "Ana Ruiz said no to MMR until Jun 30, 2026".

    `asked` is the item in question: only another one is named, unless the words are to be read in full.
    """
    answer = "agreed" if said.agreed else "said no"
    if said.on_whose_word == ConsentBasis.CLINICIAN:
        answer = "decided yes" if said.agreed else "decided no"
    how = " by telephone" if ConsentChannel.TELEPHONE in (said.how, said.on_whose_word.value) else ""
    when = f"until {clocks.date_words(said.until)}" if said.until else "today"
    limits = f" ({shorten_to_one_line(said.limits, 120)})" if said.limits else ""
    is_known = not in_full and (said.is_of_all or is_care_item_named(said.to_what, asked))
    to_what = shorten_to_one_line(said.to_what)
    named = f"“{to_what}”" if in_full else to_what
    item = "" if is_known else f" to {named}"
    return f"{shorten_to_one_line(said.who)} {answer}{item}{how} {when}{limits}"


def _adult_in_words(adult: ConsentAdult) -> str:
    return shorten_to_one_line(adult.relationship or adult.name) or "an adult"


def _whom_to_phone_first(facts: ConsentFacts) -> tuple[str, str]:
    """Whom to phone first, as a sentence and the number."""
    known = next((guardian for guardian in facts.guardians if guardian.phone.strip()), None)
    if known:
        return f"phone {shorten_to_one_line(known.name)} first: {known.phone}", known.phone
    return "phone a guardian first; no number is on file, so ask for one", ""


_STEP_ADVICE: Mapping[ConsentStep, Callable[[ConsentFacts], tuple[str, str]]] = {
    ConsentStep.PROCEED: lambda facts: ("go ahead", ""),
    ConsentStep.PHONE_GUARDIAN: _whom_to_phone_first,
    ConsentStep.NEEDS_WRITING: lambda facts: ("needs a guardian's word in writing", ""),
    ConsentStep.CLINICIAN_DECIDES: lambda facts: ("clinician decides", ""),
}
