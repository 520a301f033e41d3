"""Finn's visit, what is written at it, and its correction to another child."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import consent, discrepancies, match_decisions, needs, preferences
from checkin.actions.entry_moves import EntryAnswers
from checkin.actions.match_corrections import find_entries_to_show
from checkin.models import ConsentRecord, Location, MatchDecision, Patient, Staff, StandingProxy, Visit
from checkin.queries import entry_wording as entry_wording_queries
from checkin.rules.consent_adults import ConsentBasis, ConsentChannel
from checkin.rules.need_types import NeedOutcome
from tests import make

NOVEMBER = dt.date(2026, 11, 24)
WRITTEN, LATER, LATEST = (make.at(clock, NOVEMBER) for clock in ("9:50", "10:00", "10:10"))


def fresh(row: Any) -> Any:
    row.refresh_from_db()
    return row


def said(visit: Any, now: Any, *, undoing: MatchDecision | None = None, **whose: Any) -> EntryAnswers:
    """The same answer to everything that asks of one kind: `said(visit, zofia, vaccine="old")`."""
    fresh(visit)
    papers = find_entries_to_show(visit, now, undoes=undoing)
    return EntryAnswers({one.key: whose[one.paper] for one in papers if one.asks and one.paper in whose})


def relink(visit: Any, now: Any, by: Staff, at: dt.datetime = LATER, **whose: Any) -> MatchDecision:
    return match_decisions.link_visit_to_patient(
        visit=fresh(visit), patient=now, by=by, at=at, said=said(visit, now, **whose)
    )


def undo(visit: Any, by: Staff, at: dt.datetime = LATEST, **whose: Any) -> MatchDecision:
    last = visit.match_decisions.order_by("pk").last()
    papers = said(visit, last.previous_patient, undoing=last, **whose)
    return match_decisions.undo_match_decision(visit=fresh(visit), by=by, at=at, said=papers)


def correct_finns_name(where: Location, finn: Patient, by: Staff) -> Visit:
    """Sign Finn in under a name with another letter, and correct his record by it."""
    found = make.visit(where, make.at("9:40", NOVEMBER), name="Finn O'Neill", escort_phone="555-010-0123")
    if found.patient is None:
        match_decisions.link_visit_to_patient(visit=found, patient=finn, by=by, at=WRITTEN)
    one = found.discrepancies.open().get(field="name")
    discrepancies.decide_discrepancy(discrepancy=one, kind="use_new", by=by, at=WRITTEN)
    assert fresh(finn).family_name == "O'Neill"
    return found


def agree(visit: Any, by: Staff, who: str, **changes: Any) -> ConsentRecord:
    usual = {
        "care": "vaccine",
        "agreed": True,
        "basis": ConsentBasis.TELEPHONE,
        "how": ConsentChannel.TELEPHONE,
    }
    facts = {"patient": fresh(visit).patient, "visit": visit, "heard_by": by, "at": WRITTEN, "who": who}
    return consent.record_consent(**{**facts, **usual, **changes})


def proxy(visit: Any, by: Staff, granted_by: str) -> StandingProxy:
    made = consent.grant_proxy(
        patient=visit.patient, name="Nan Kelly", granted_by=granted_by, written_on=NOVEMBER, by=by, at=WRITTEN
    )
    StandingProxy.objects.filter(pk=made.pk).update(visit=visit)
    return made


def give(visit: Any, by: Staff, key: str = "influenza") -> Any:
    need = visit.needs.get(key=key)
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=by, at=WRITTEN)
    return need


def chart(patient: Patient) -> tuple[Any, bool, str]:
    return (fresh(patient).language, patient.interpreter_needed, patient.access_needs)


def put_on_chart(visit: Any, by: Staff) -> None:
    preferences.record_language_and_needs(
        patient=visit.patient, visit=visit, language="pl", interpreter_needed=True, access_needs="ramp",
        by=by, at=WRITTEN,
    )  # fmt: skip


def told(made: MatchDecision | None) -> str:
    return "\n".join(entry_wording_queries.decision_entry_lines(made))
