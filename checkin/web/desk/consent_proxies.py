"""The written proxies of a patient as staff see them: in force or not, and whether their word counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from checkin.models import Guardian, Patient, StandingProxy
from checkin.rules import consent as rules
from checkin.rules.clocks import date_words
from checkin.rules.consent_adults import ProxyState, state_of_proxy
from checkin.rules.consent_answers import Known
from checkin.rules.consent_reasons import check_who_granted, short, who_granted

MOST_OVER = 20
"""How many that are over or were revoked are listed: the latest."""

ORDER = (ProxyState.IN_FORCE, ProxyState.NOT_YET, ProxyState.ENDED, ProxyState.REVOKED)


class ListedProxy(NamedTuple):
    """One proxy as its line shows it."""

    row: StandingProxy
    cares: list[str]
    """The kinds of care it is for; none: all of them."""
    state: ProxyState
    doubt: str
    """Why it counts for nothing although it is in force; blank where it counts."""
    check: str = ""
    """What is to be checked of it although it counts."""

    @property
    def may_be_revoked(self) -> bool:
        return self.state in (ProxyState.IN_FORCE, ProxyState.NOT_YET)


def proxies(patient: Patient, day: dt.date, known: Known) -> list[ListedProxy]:
    """Everybody who may agree in a guardian's place on that day, then who may not yet or no longer."""
    rows = patient.standing_proxies.select_related("revoked_by").order_by("pk")
    found = [listed(one, day, known) for one in rows]
    over = [one for one in found if not one.may_be_revoked]
    kept = [one for one in found if one.may_be_revoked] + over[-MOST_OVER:]
    return sorted(kept, key=lambda one: ORDER.index(one.state))


def listed(row: StandingProxy, day: dt.date, known: Known) -> ListedProxy:
    state = state_of(row, day)
    cares = [str(rules.Care(one).label) for one in row.cares if one in rules.Care.values]
    is_over = state in (ProxyState.ENDED, ProxyState.REVOKED)
    if is_over:
        return ListedProxy(row, cares, state, "")
    rule = as_rule(row)
    return ListedProxy(row, cares, state, who_granted(known, rule), check_who_granted(known, rule))


def state_of(row: StandingProxy, day: dt.date) -> ProxyState:
    revoked = row.revoked_at is not None
    return state_of_proxy(day, written_on=row.written_on, expires_on=row.expires_on, is_revoked=revoked)


def as_rule(row: StandingProxy) -> rules.Proxy:
    adult = rules.Adult(row.name, "", row.relationship)
    return rules.Proxy(adult, row.granted_by, tuple(row.cares), row.limits, row.expires_on)


def known_of(guardians: Iterable[Guardian], day: dt.date) -> Known:
    """Who may grant one on that day, of the guardians on record."""
    asked: list[rules.Adult] = []
    others: list[rules.Adult] = []
    for one in guardians:
        is_over = one.ended_on is not None and one.ended_on < day
        adult = rules.Adult(one.name, one.phone, one.relationship, one.ended_on if is_over else None)
        (others if is_over or not one.may_consent else asked).append(adult)
    return Known(guardians=tuple(asked), others=tuple(others))


def put_on_file(row: StandingProxy, day: dt.date, known: Known) -> tuple[str, bool]:
    """What staff are told of a proxy that they have put on file, and whether it counts as it is."""
    whose = short(row.patient.name) if row.patient else "the child of this visit"
    state, doubt = state_of(row, day), who_granted(known, as_rule(row))
    if state == ProxyState.ENDED and row.expires_on is not None:
        return (
            f"Kept as history for {whose}: it ended on {date_words(row.expires_on)}, "
            "so it does not count today.",
            False,
        )
    if doubt:
        return f"On file for {whose}, but it does not count: {doubt}. Ask a guardian.", False
    told = f"On file: {row.name} may agree for {whose}."
    if not check_who_granted(known, as_rule(row)):
        return told, True
    return f"{told} No guardian is on record: check who {short(row.granted_by)} is.", False
