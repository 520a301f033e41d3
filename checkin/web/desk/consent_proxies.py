"""A patient's written proxies as staff see them: whether in force, and whether they count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from checkin.models import Guardian, Patient, StandingProxy, Visit
from checkin.models.confidential_marks import is_shared_condition
from checkin.rules.coded_sentences import words_in_region
from checkin.rules.consent_adults import CareKind, ConsentAdult, ProxyState, WrittenProxy, proxy_state_on
from checkin.rules.consent_answers import KnownAdults
from checkin.rules.consent_reasons import proxy_grantor_check, why_proxy_does_not_count
from checkin.rules.short_lines import shorten_to_one_line

_MOST_ENDED_PROXIES = 20
"""The most ended or revoked ones that are listed: the latest."""

_PROXY_STATE_ORDER = (ProxyState.IN_FORCE, ProxyState.NOT_YET, ProxyState.ENDED, ProxyState.REVOKED)


class ListedProxy(NamedTuple):
    """One proxy as its line shows it."""

    row: StandingProxy
    cares: list[str]
    """The kinds of care it covers; empty means all."""
    state: ProxyState
    doubt: str
    """The reason why it does not count although it is in force; "" if it counts."""
    check: str = ""
    """What to check although it counts."""

    @property
    def may_be_revoked(self) -> bool:
        return self.state in (ProxyState.IN_FORCE, ProxyState.NOT_YET)


def list_patient_proxies(
    patient: Patient, day: dt.date, known: KnownAdults, *, visit_id: int | None = None
) -> list[ListedProxy]:
    """List who may agree in a guardian's place on that day, then who may not yet or no longer.

    Leaves out those put on file at a confidential visit, unless it is this one.
    """
    rows = patient.standing_proxies.filter(is_shared_condition(opened=visit_id))
    rows = rows.select_related("revoked_by").order_by("pk")
    found = [_listed_proxy_of_row(one, day, known) for one in rows]
    over = [one for one in found if not one.may_be_revoked]
    kept = [one for one in found if one.may_be_revoked] + over[-_MOST_ENDED_PROXIES:]
    return sorted(kept, key=lambda one: _PROXY_STATE_ORDER.index(one.state))


def list_visit_proxies(visit: Visit, day: dt.date, known: KnownAdults) -> list[ListedProxy]:
    """List those of the visit's child; none while it is unknown."""
    return list_patient_proxies(visit.patient, day, known, visit_id=visit.pk) if visit.patient else []


def _listed_proxy_of_row(row: StandingProxy, day: dt.date, known: KnownAdults) -> ListedProxy:
    state = _proxy_row_state(row, day)
    cares = [str(CareKind(one).label) for one in row.cares if one in CareKind.values]
    is_over = state in (ProxyState.ENDED, ProxyState.REVOKED)
    if is_over:
        return ListedProxy(row, cares, state, "")
    rule = _proxy_rule_of_row(row)
    return ListedProxy(
        row, cares, state, why_proxy_does_not_count(known, rule), proxy_grantor_check(known, rule)
    )


def _proxy_row_state(row: StandingProxy, day: dt.date) -> ProxyState:
    revoked = row.revoked_at is not None
    return proxy_state_on(day, written_on=row.written_on, expires_on=row.expires_on, is_revoked=revoked)


def _proxy_rule_of_row(row: StandingProxy) -> WrittenProxy:
    adult = ConsentAdult(row.name, "", row.relationship)
    return WrittenProxy(adult, row.granted_by, tuple(row.cares), row.limits, row.expires_on)


def known_proxy_grantors(guardians: Iterable[Guardian], day: dt.date) -> KnownAdults:
    """Return the guardians on record who may grant a proxy on that day, and the others."""
    asked: list[ConsentAdult] = []
    others: list[ConsentAdult] = []
    for one in guardians:
        is_over = one.ended_on is not None and one.ended_on < day
        adult = ConsentAdult(one.name, one.phone, one.relationship, one.ended_on if is_over else None)
        (others if is_over or not one.may_consent else asked).append(adult)
    return KnownAdults(guardians=tuple(asked), others=tuple(others))


def describe_filed_proxy(row: StandingProxy, day: dt.date, known: KnownAdults) -> tuple[str, bool]:
    """Return what to tell staff about a proxy they filed, and whether it counts as it is."""
    whose = shorten_to_one_line(row.patient.name) if row.patient else "the child of this visit"
    state, doubt = _proxy_row_state(row, day), why_proxy_does_not_count(known, _proxy_rule_of_row(row))
    if state == ProxyState.ENDED and row.expires_on is not None:
        return (
            f"Kept as history for {whose}: it ended on {row.clinic.date_words(row.expires_on)}, "
            "so it does not count today.",
            False,
        )
    if doubt:
        why = words_in_region(doubt, row.clinic.region)
        return f"On file for {whose}, but it does not count: {why}. Ask a guardian.", False
    told = f"On file: {row.name} may agree for {whose}."
    if not proxy_grantor_check(known, _proxy_rule_of_row(row)):
        return told, True
    return f"{told} No guardian is on record: check who {shorten_to_one_line(row.granted_by)} is.", False
