"""What was given or done at a visit goes to the child who got it; due items follow."""

from __future__ import annotations

import datetime as dt

from checkin.actions import given, needs
from checkin.actions.paper_ledger import Ledger, columns
from checkin.models import DueItem, Immunization, Need, NeedAnswer, Staff
from checkin.rules.need_facts import Kind, Outcome
from checkin.rules.paper_fates import Done, Paper, Whose

IN_WORDS = {Whose.OLD: "given to {old}, who is another child", Whose.NOBODY: "it was not given"}
SAYS = ("label", "why", "next_step", "due_item_id")
"""What a need says of the child that it is asked for."""


def carry(
    need: Need,
    whose: Whose,
    *,
    ledger: Ledger,
    was: int | None,
    now: int | None,
    old_name: str,
    by: Staff | None,
    at: dt.datetime,
) -> None:
    """Put it on the record of whoever got it. The need stays done only if that is the visit's child."""
    if whose == Whose.NEW:
        ledger.note(need, Paper.VACCINE, Done.MOVED, was=was, now=now)
        take_off(need, ledger=ledger, was=was, now=now)
        if now is not None:
            put_on(need, ledger=ledger, was=was, now=now)
        return
    if whose == Whose.NOBODY:
        ledger.note(need, Paper.VACCINE, Done.ENDED, was=was, now=None)
        take_off(need, ledger=ledger, was=was, now=None)
    else:
        ledger.note(need, Paper.VACCINE, Done.KEPT, was=was, now=was)
        leave(need, ledger=ledger, was=was)
    reason = IN_WORDS[whose].format(old=old_name)
    count_no_longer(need, Paper.VACCINE, reason=reason, ledger=ledger, was=was, by=by, at=at)


def take_off(need: Need, *, ledger: Ledger, was: int | None, now: int | None) -> None:
    """The old chart's item is due again; the vaccine goes to the new chart, or comes off record."""
    item = need.due_item
    if item is not None and item.patient_id == was and item.status == DueItem.Status.GIVEN:
        ledger.change(item, Paper.DUE_ITEM, Done.CHANGED, was=was, now=was, status=DueItem.Status.DUE)
    given_as = given.immunization_of(need)
    if given_as is None:
        return
    if now is None:
        ledger.remove(given_as, Paper.VACCINE, was=given_as.patient_id)
    else:
        ledger.change(given_as, Paper.VACCINE, Done.MOVED, was=was, now=now, patient_id=now)


def put_on(need: Need, *, ledger: Ledger, was: int | None, now: int) -> None:
    """The new chart's item is given, and the vaccine stands among its immunizations."""
    item = given.item_for(need, now)
    if item is not None and item.status == DueItem.Status.DUE:
        ledger.change(item, Paper.DUE_ITEM, Done.CHANGED, was=now, now=now, status=DueItem.Status.GIVEN)
    if need.due_item_id != (item.pk if item else None):
        ledger.change(
            need, Paper.DUE_ITEM, Done.CHANGED, was=was, now=now, due_item_id=item.pk if item else None
        )
        need.due_item = item
    if need.kind == Kind.VACCINE and given.immunization_of(need) is None:
        given.put_on_record(need, patient_id=now)
        made = given.immunization_of(need)
        if made is not None:
            ledger.made(made, Paper.VACCINE, was=was, now=now)


def leave(need: Need, *, ledger: Ledger, was: int | None) -> None:
    """It stays on the old chart, under a key of its own: the need's next answer is another child's."""
    given_as = given.immunization_of(need)
    if given_as is None:
        return
    value = f"{need.pk}:{was}"
    while Immunization.objects.filter(clinic_id=need.clinic_id, system=given.SYSTEM, value=value).exists():
        value += "+"
    ledger.change(given_as, Paper.VACCINE, Done.KEPT, was=was, now=was, value=value)


def count_no_longer(
    need: Need,
    paper: Paper,
    *,
    reason: str,
    ledger: Ledger,
    was: int | None,
    by: Staff | None,
    at: dt.datetime,
) -> NeedAnswer:
    """The answer was of another child: open again, to lapse where this child does not need it.

    A visit that has ended is left with nothing open.
    """
    outcome = Outcome.OPEN if need.visit.is_open else Outcome.LAPSED
    before = columns(need, SAYS)
    answer = needs.settle(need, outcome, reason=reason, by=by, at=at)
    ledger.made(answer, paper, was=was)
    # Open, it will be of this child's item: an undo gives back the one that was answered.
    ledger.note(need, Paper.DUE_ITEM, Done.CHANGED, was=was, now=was, before=before)
    return answer
