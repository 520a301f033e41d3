"""Who may agree to what: advice for staff on the next step. It never touches whether a child is seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules import clocks
from checkin.rules.consent_adults import Adult, Basis, Care, How, Proxy, is_guardian
from checkin.rules.consent_answers import Answer, Known
from checkin.rules.consent_items import names_item
from checkin.rules.consent_reasons import check_who_granted, short, who_on_record, why_not
from checkin.rules.consent_weighing import narrowed, on_condition, weigh

__all__ = [
    "Adult",
    "Answer",
    "Basis",
    "Care",
    "Facts",
    "How",
    "Path",
    "Proxy",
    "Step",
    "check_of",
    "is_guardian",
    "path",
    "short",
    "table",
    "why_it_does_not_count",
]


class Step(TextChoices):
    """What staff do next."""

    PROCEED = "proceed", _("Go ahead")
    PHONE_GUARDIAN = "phone_guardian", _("Phone a guardian first")
    NEEDS_WRITING = "needs_writing", _("Needs it in writing")
    CLINICIAN_DECIDES = "clinician_decides", _("Clinician decides")


LONGEST_WORD = 250
"""How long it may take to say on whose word: so the number to call stands in what a need's row holds."""

Table = Mapping[Care, Mapping[Basis, Step]]

ANYBODY = dict.fromkeys(Basis, Step.PROCEED)
BY_PROXY = {
    Basis.GUARDIAN_PRESENT: Step.PROCEED,
    Basis.WRITTEN_PROXY: Step.PROCEED,
    Basis.TELEPHONE: Step.PROCEED,
    Basis.OWN: Step.CLINICIAN_DECIDES,
    Basis.CLINICIAN: Step.PROCEED,
    Basis.NONE: Step.PHONE_GUARDIAN,
}
DEFAULT_TABLE: Table = {
    Care.SEEING: ANYBODY,
    Care.VACCINE: BY_PROXY,
    Care.CHECK_UP: BY_PROXY,
    Care.TREATMENT: BY_PROXY | {Basis.TELEPHONE: Step.CLINICIAN_DECIDES},
}
"""Where a clinic starts. No jurisdiction's law is built in: each clinic writes its own."""


def table(settings: Any) -> Table:
    """The clinic's table over the default one; whatever in it cannot be read is passed over."""
    made = {care: dict(row) for care, row in DEFAULT_TABLE.items()}
    for care, row in settings.items() if isinstance(settings, Mapping) else ():
        if care in Care.values and isinstance(row, Mapping):
            known = {b: s for b, s in row.items() if b in Basis.values and s in Step.values}
            made[Care(care)].update({Basis(b): Step(s) for b, s in known.items()})
    return made


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a consent path is worked out from. `answers` are those in force, oldest first.

    `others` are on record and may not consent, or may no longer.
    """

    escort: Adult = Adult()
    is_patient: bool = False
    guardians: tuple[Adult, ...] = ()
    proxies: tuple[Proxy, ...] = ()
    answers: tuple[Answer, ...] = ()
    table: Table = field(default_factory=lambda: DEFAULT_TABLE)
    urgent: bool = False
    deceased: bool = False
    is_matched: bool = True
    """Whether it is known which child this is: the record of nobody says who may decide."""
    others: tuple[Adult, ...] = ()
    lapsed: tuple[Proxy, ...] = ()

    @property
    def known(self) -> Known:
        return Known(self.guardians, self.proxies, self.others, self.lapsed)


@dataclass(frozen=True, slots=True)
class Path:
    """The next step for one kind of care: as advice, on whose word, and both as a sentence for staff."""

    step: Step
    basis: Basis
    advice: str
    on_whose_word: str = ""
    phone: str = ""
    is_conflict: bool = False
    """Whether two people who may decide contradict each other."""

    @property
    def sentence(self) -> str:
        return " · ".join(filter(None, [self.on_whose_word, self.advice]))


def path(facts: Facts, care: Care, what: str = "") -> Path:
    """What staff do next about this care, for whoever brought the child. Advice: it blocks nothing.

    `what` is the item in question ("flu vaccine"): an answer about another item does not count for it.
    Without one it is all of that care, for which no answer about one item counts. A no of who may not decide
    goes to a clinician too, and whom to phone first stays said.
    """
    if facts.deceased:
        return Path(Step.CLINICIAN_DECIDES, Basis.NONE, "this patient has died: nobody is phoned")
    if facts.urgent:
        return Path(Step.PROCEED, Basis.NONE, "urgent: go ahead, talk to a guardian meanwhile")
    said, against, by_one_person = weigh(facts.answers, facts.known, care, what)
    if said and against:
        why = why_in_doubt(said, against) if by_one_person else "they disagree"
        both = f"{in_words(said, what)}, {in_words(against, what)}: {why}"
        is_conflict = not by_one_person
        return Path(Step.CLINICIAN_DECIDES, Basis.NONE, "clinician decides", both, is_conflict=is_conflict)
    if said and not said.agreed and facts.known.may_decide(said, care):
        advice = "not today" if said.on_whose_word == Basis.CLINICIAN else "clinician decides"
        return Path(Step.CLINICIAN_DECIDES, said.on_whose_word, advice, in_words(said, what))
    if (unread := on_condition(facts.answers, facts.known, care, what, said=said)) is not None:
        return to_be_read(unread, what)
    basis, on_whose_word = found_basis(facts, care, said, what)
    step = facts.table[care][basis]
    only = narrowed(facts.answers, facts.known, care, what) if step == Step.PROCEED else None
    if only is not None:
        return to_be_read(only, what)
    check = check_who(said, facts) if said and facts.table[care][Basis.NONE] != Step.PROCEED else ""
    if said and check and step == Step.PROCEED:
        return Path(Step.CLINICIAN_DECIDES, Basis.NONE, check, in_words(said, what))
    advice, phone = STEPS[step](facts)
    if said and not said.agreed:
        words = short(f"{in_words(said, what)}, but {why_it_does_not_count(said, facts.known)}", LONGEST_WORD)
        heard = f"clinician decides; {advice}" if step == Step.PHONE_GUARDIAN else "clinician decides"
        return Path(Step.CLINICIAN_DECIDES, Basis.NONE, heard, words, phone)
    return Path(step, basis, advice, on_whose_word, phone)


def to_be_read(said: Answer, what: str) -> Path:
    """The step where a yes says more than its item, or no more than another: somebody reads the words."""
    words = in_words(said, what, in_full=True)
    return Path(Step.CLINICIAN_DECIDES, Basis.NONE, "clinician reads these words", words)


def why_in_doubt(one: Answer, other: Answer) -> str:
    """Say why one person's no and yes may both stand."""
    is_of_all = any(said.agreed and said.is_of_all for said in (one, other))
    return "the yes did not name it" if is_of_all else "that may be the same"


def found_basis(facts: Facts, care: Care, said: Answer | None, what: str = "") -> tuple[Basis, str]:
    """On whose word it stands. Of who may not decide no yes counts, and so it takes no other's place."""
    if said and facts.known.may_decide(said, care):
        check = check_of(said, facts)
        words = ", ".join(filter(None, [in_words(said, what), check]))
        return facts.known.basis_of(said, care), short(words, LONGEST_WORD)
    found = basis_of_escort(facts, care)
    if said and found[0] == Basis.NONE:
        but = why_it_does_not_count(said, facts.known)
        return Basis.NONE, short(f"{in_words(said, what)}, but {but}", LONGEST_WORD)
    return found


def basis_of_escort(facts: Facts, care: Care) -> tuple[Basis, str]:
    if facts.is_patient:
        return Basis.OWN, "came alone"
    here = who(facts.escort)
    if any(is_guardian(facts.escort, guardian) for guardian in facts.guardians):
        return Basis.GUARDIAN_PRESENT, f"{here}, guardian"
    proxy = facts.known.proxy_of(facts.escort, care)
    if proxy:
        until = f" until {clocks.date_words(proxy.expires_on)}" if proxy.expires_on else ""
        limits = f" ({short(proxy.limits, 120)})" if proxy.limits else ""
        words = f"{here}, written proxy from {short(proxy.granted_by)}{until}{limits}"
        check = check_who_granted(facts.known, proxy)
        return Basis.WRITTEN_PROXY, ", ".join(filter(None, [words, check]))
    why = why_not(facts.known, facts.escort, care)
    return Basis.NONE, f"{here}, whose {why}" if why else here


def check_of(said: Answer, facts: Facts) -> str:
    """What is to be checked of who gave this answer, or of the proxy by which it counts; '' for nothing."""
    if check := check_who(said, facts):
        return check
    known, care = facts.known, Care(said.care)
    proxy = known.proxy_of(said.adult, care)
    by_proxy = proxy is not None and known.basis_of(said, care) == Basis.WRITTEN_PROXY
    return check_who_granted(known, proxy) if proxy and by_proxy else ""


def check_who(said: Answer, facts: Facts) -> str:
    """Say that nobody is matched, so who agreed may be the guardian of another child; '' otherwise."""
    if facts.is_matched or not said.agreed or said.on_whose_word in (Basis.OWN, Basis.CLINICIAN):
        return ""
    return f"check who {short(said.who)} is" if facts.known.may_decide(said, Care(said.care)) else ""


def why_it_does_not_count(said: Answer, known: Known) -> str:
    """What staff are told of an answer by somebody who may not decide ("is no guardian on record")."""
    why = why_not(known, said.adult, Care(said.care) if said.care in Care else None)
    if why:
        return f"may not consent ({why})"
    return "may not consent" if known.is_over(said.adult) else who_on_record(known, said.adult)


def in_words(said: Answer, asked: str = "", *, in_full: bool = False) -> str:
    """ "Ana Ruiz agreed by telephone today", "Ana Ruiz said no to MMR until Jun 30, 2026".

    `asked` is the item in question: only another one is named, unless the words are to be read in full.
    """
    answer = "agreed" if said.agreed else "said no"
    if said.on_whose_word == Basis.CLINICIAN:
        answer = "decided yes" if said.agreed else "decided no"
    how = " by telephone" if How.TELEPHONE in (said.how, said.on_whose_word.value) else ""
    when = f"until {clocks.date_words(said.until)}" if said.until else "today"
    limits = f" ({short(said.limits, 120)})" if said.limits else ""
    is_known = not in_full and (said.is_of_all or names_item(said.to_what, asked))
    item = "" if is_known else f" to {f'“{short(said.to_what)}”' if in_full else short(said.to_what)}"
    return f"{short(said.who)} {answer}{item}{how} {when}{limits}"


def who(adult: Adult) -> str:
    return short(adult.relationship or adult.name) or "an adult"


def call(facts: Facts) -> tuple[str, str]:
    """Whom to phone first, as a sentence and the number."""
    known = next((guardian for guardian in facts.guardians if guardian.phone.strip()), None)
    if known:
        return f"phone {short(known.name)} first: {known.phone}", known.phone
    return "phone a guardian first; no number is on file, so ask for one", ""


STEPS: Mapping[Step, Callable[[Facts], tuple[str, str]]] = {
    Step.PROCEED: lambda facts: ("go ahead", ""),
    Step.PHONE_GUARDIAN: call,
    Step.NEEDS_WRITING: lambda facts: ("needs a guardian's word in writing", ""),
    Step.CLINICIAN_DECIDES: lambda facts: ("clinician decides", ""),
}
