"""Hand promises over: one, all of a shift's, or all of somebody who leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from checkin.actions.decisions import WrittenDecision, decide
from checkin.actions.escalation_notices import tell_new_promise_owners
from checkin.actions.permissions import require_permission
from checkin.actions.promise_decisions import audit_promise, lock_promise, refuse_if_promise_ended
from checkin.actions.promises import PromiseOwner, promise_owner_columns, promise_owner_problem
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import BoardVersion, Clinic, Promise, PromiseHandover, Role, Staff
from checkin.rules.promises import PROMISE_KEEPER_ROLES
from checkin.rules.roles import StaffAct

_LONGEST_HANDOVER_REASON = 300
OWNER_LEFT_REASON = "its owner does not work here anymore"
_OWNER_NOT_WITH_FAMILIES = "its owner does not work with families"


def hand_over_promise(
    *, promise: Promise, to: PromiseOwner, by: Staff, at: dt.datetime, why: str = ""
) -> Promise:
    """Make `to` the owner of this promise; return it. Does nothing if they own it already."""
    require_permission(StaffAct.PROMISE, by)
    if sentence := promise_owner_problem(to, promise.clinic_id):
        raise Refused(sentence)

    def write(held: Promise) -> WrittenDecision[Promise]:
        _give_promises([held], to, by=by, at=at, why=why)
        return WrittenDecision(held, None)

    return decide(
        by=by,
        at=at,
        lock=lambda: lock_promise(promise),
        find_repeated=lambda held: held if held.is_open and _is_owned_by(held, to) else None,
        refuse_if_decided=refuse_if_promise_ended,
        write=write,
    )


def _is_owned_by(held: Promise, to: PromiseOwner) -> bool:
    new = promise_owner_columns(to)
    return (held.owner, held.owner_role) == (new["owner"], new["owner_role"])


def _give_promises(
    these: Iterable[Promise], to: PromiseOwner, *, by: Staff | None, at: dt.datetime, why: str = ""
) -> int:
    """Give the promises to one owner, who is told at once of overdue ones; return how many changed.

    Call inside a transaction.
    """
    given = [made for held in these if (made := _give_promise(held, to, by=by, at=at, why=why))]
    tell_new_promise_owners(given, by=by, at=at)
    return len(given)


def _give_promise(
    held: Promise, to: PromiseOwner, *, by: Staff | None, at: dt.datetime, why: str = ""
) -> PromiseHandover | None:
    """Write and return a handover of this locked, open promise; None if `to` owns it already."""
    if _is_owned_by(held, to):
        return None
    new = promise_owner_columns(to)
    made = PromiseHandover(
        promise=held,
        at=at,
        by=by,
        from_owner=held.owner,
        from_role=held.owner_role,
        to_owner=new["owner"],
        to_role=new["owner_role"],
        why=why.strip()[:_LONGEST_HANDOVER_REASON],
    )
    Promise.objects.filter(pk=held.pk).update(**new)
    made.save()
    held.owner, held.owner_role = new["owner"], new["owner_role"]
    audit_promise("handed_over", held, by=by, at=at, to_role=held.owner_role, to=held.owner_id)
    return made


def hand_over_all_promises(
    *, person: Staff, to: PromiseOwner, by: Staff, at: dt.datetime, why: str = ""
) -> int:
    """Give all open promises of this person to one person or role; return how many. Ends a shift."""
    require_permission(StaffAct.PROMISE, by)
    if sentence := promise_owner_problem(to, person.clinic_id):
        raise Refused(sentence)
    if to == person:
        raise Refused("These are theirs already. Choose somebody else, or a role.")
    with write_in_turn():
        return _give_promises(lock_open_promises(owner=person), to, by=by, at=at, why=why)


def release_staff_promises(*, person: Staff, by: Staff | None, at: dt.datetime) -> int:
    """Give the promises of somebody who leaves to the managers; return how many.

    Call in the transaction that deactivates them. `adopt_orphaned_promises` picks up any that were missed.
    """
    with write_in_turn():
        return _give_promises(
            lock_open_promises(owner=person), Role.MANAGER, by=by, at=at, why=OWNER_LEFT_REASON
        )


def adopt_orphaned_promises(*, clinic: Clinic, at: dt.datetime) -> int:
    """Give promises of owners who left or may keep none anymore to the managers; return how many."""
    is_lost = Q(owner__isnull=False) | ~Q(owner_role__in=PROMISE_KEEPER_ROLES)
    found = list(clinic.promises.unowned().filter(is_lost).values_list("pk", flat=True))
    if not found:
        return 0
    with write_in_turn():
        held = lock_open_promises(pk__in=found, clinic=clinic)
        gone = [one for one in held if promise_owner_problem(one.owner or Role(one.owner_role), clinic.pk)]
        left = [one for one in gone if one.owner and not one.owner.is_active]
        others = [one for one in gone if one not in left]
        return _give_promises(left, Role.MANAGER, by=None, at=at, why=OWNER_LEFT_REASON) + _give_promises(
            others, Role.MANAGER, by=None, at=at, why=_OWNER_NOT_WITH_FAMILIES
        )


def lock_open_promises(**which: object) -> list[Promise]:
    """Return these open promises, locked until the transaction ends; boards are locked first, by id."""
    found = Promise.objects.open().filter(**which)
    for location_id in sorted(set(found.values_list("location_id", flat=True))):
        BoardVersion.bump(location_id)
    locked = found.select_for_update(of=("self",), no_key=True)
    return list(locked.select_related("location__clinic", "owner", "patient").order_by("pk"))
