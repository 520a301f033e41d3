"""Promises that go from one owner to another: one, all of a shift's, or all of somebody who leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from checkin.actions.boards import Refused
from checkin.actions.permissions import require
from checkin.actions.promises import Owner, cannot_own, ended_words, hold, owned_by, trail
from checkin.actions.tellings import tell_new_owners
from checkin.actions.writing import write
from checkin.models import BoardVersion, Clinic, Promise, PromiseHandover, Role, Staff
from checkin.rules.roles import Act

LONGEST_WHY = 300
LEFT = "its owner does not work here any more"


def hand_over(*, promise: Promise, to: Owner, by: Staff, at: dt.datetime, why: str = "") -> Promise:
    """This promise is theirs from now on. To whom it belongs already changes nothing."""
    require(Act.PROMISE, by)
    if sentence := cannot_own(to, promise.clinic_id):
        raise Refused(sentence)
    with write():
        held = hold(promise)
        if not held.is_open:
            raise Refused(ended_words(held))
        give_all([held], to, by=by, at=at, why=why)
        return held


def give_all(these: Iterable[Promise], to: Owner, *, by: Staff | None, at: dt.datetime, why: str = "") -> int:
    """Give them to one owner, who is told at once of what is overdue; how many changed hands.

    Call inside a transaction.
    """
    given = [made for held in these if (made := give(held, to, by=by, at=at, why=why))]
    tell_new_owners(given, by=by, at=at)
    return len(given)


def give(
    held: Promise, to: Owner, *, by: Staff | None, at: dt.datetime, why: str = ""
) -> PromiseHandover | None:
    """Write the new owner and the line of history; None where it is theirs already."""
    new = owned_by(to)
    if (held.owner, held.owner_role) == (new["owner"], new["owner_role"]):
        return None
    made = PromiseHandover(
        promise=held,
        at=at,
        by=by,
        from_owner=held.owner,
        from_role=held.owner_role,
        to_owner=new["owner"],
        to_role=new["owner_role"],
        why=why.strip()[:LONGEST_WHY],
    )
    if not Promise.objects.open().filter(pk=held.pk).update(**new):
        held.refresh_from_db()
        raise Refused(ended_words(held))
    made.save()
    held.owner, held.owner_role = new["owner"], new["owner_role"]
    trail("handed_over", held, by=by, at=at, to_role=held.owner_role, to=held.owner_id)
    return made


def hand_over_all(*, person: Staff, to: Owner, by: Staff, at: dt.datetime, why: str = "") -> int:
    """Everything open that this person owns goes to one person or role: the end of a shift. How many."""
    require(Act.PROMISE, by)
    if sentence := cannot_own(to, person.clinic_id):
        raise Refused(sentence)
    if to == person:
        raise Refused("These are theirs already. Choose somebody else, or a role.")
    with write():
        return give_all(hold_open(owner=person), to, by=by, at=at, why=why)


def release(*, person: Staff, by: Staff | None, at: dt.datetime) -> int:
    """This person does not work here any more: their promises are the managers' from now on. How many.

    Call it in the transaction that deactivates them. `adopt` finds what was left behind all the same.
    """
    with write():
        return give_all(hold_open(owner=person), Role.MANAGER, by=by, at=at, why=LEFT)


def adopt(*, clinic: Clinic, at: dt.datetime) -> int:
    """Promises whose owner has been deactivated, or only reads, are the managers' from now on. How many."""
    left = clinic.promises.unowned().filter(owner__isnull=False)
    found = list(left.values_list("pk", flat=True))
    if not found:
        return 0
    with write():
        held = hold_open(pk__in=found, clinic=clinic)
        gone = [one for one in held if one.owner and cannot_own(one.owner, clinic.pk)]
        return give_all(gone, Role.MANAGER, by=None, at=at, why=LEFT)


def hold_open(**which: object) -> list[Promise]:
    """Those that are open, held until the transaction ends: their boards first, then they, in one order."""
    found = Promise.objects.open().filter(**which)
    for location_id in sorted(set(found.values_list("location_id", flat=True))):
        BoardVersion.bump(location_id)
    locked = found.select_for_update(of=("self",), no_key=True)
    return list(locked.select_related("location__clinic", "owner", "patient").order_by("pk"))
