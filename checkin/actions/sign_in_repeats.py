"""The same sign-in again: counted, kept where it says something else, and never a second visit."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

from django.db.models import F

from checkin.actions import audit, needs, sign_in_additions, urgent_signs, visit_links
from checkin.actions.visit_locks import lock_visits, update_visit_and_boards
from checkin.actions.write_queue import write_in_turn
from checkin.models import Device, Location, SignIn, SignInReplay, Visit
from checkin.rules import (
    birth_dates,
    name_keys,
    name_likeness,
    sign_in_claims,
)
from checkin.rules import (
    discrepancies as discrepancy_rules,
)
from checkin.rules.discrepancy_causes import DiscrepancyCause
from checkin.rules.identity_evidence import IDENTITY_NEAR_NAME
from checkin.rules.urgent_signs import UrgentSource


class VisitHasEnded(Exception):
    """The visit ended between the look at it and the hold on it: look again."""


class KnownSignIn(NamedTuple):
    """The sign-in that came with this key first, and its visit."""

    sign_in: SignIn
    visit: Visit


def find_known_sign_in(location: Location, said: sign_in_claims.SignInClaim) -> KnownSignIn | None:
    """Return what this key made before. One query, two where a family had more to say."""
    found = SignIn.objects.select_related("visit").filter(clinic_id=location.clinic_id, key=said.key).first()
    if found is None:
        return None
    visit = getattr(found, "visit", None) or Visit.objects.get(sign_in__continues=found)
    return KnownSignIn(found, visit)


def is_for_new_visit(found: KnownSignIn, said: sign_in_claims.SignInClaim) -> bool:
    """Whether it needs a row of its own: it names another child, or the visit has ended and this is news.

    Staff may have cleared a tap away while the family went on typing, or taps again. What is news of a visit
    that has ended would stand where nobody looks any more.
    """
    first, visit = found
    if _is_claim_of_other_child(first, said):
        return True
    if visit.is_open:
        return False
    if said.worried:
        return not _is_tap_known(found, said)
    digest = said.digest()
    return digest != first.digest and not first.replays.filter(digest=digest).exists()


def _is_claim_of_other_child(first: SignIn, said: sign_in_claims.SignInClaim) -> bool:
    """Whether both name a child, and neither given name nor birth date are one: a page's key used twice.

    A sister after her brother, on a page that the browser kept. One of the two alike is a correction.
    """
    born = [
        set(birth_dates.birth_date_readings(None, one))
        for one in (first.child_birth_date, said.child_birth_date)
    ]
    if not all(born) or born[0] & born[1]:
        return False
    alike = [
        name_likeness.name_similarity(said.child_given_name, name)
        for name in (first.child_given_name, first.child_family_name)
        if name
    ]
    return bool(alike and said.child_given_name) and max(one or 0.0 for one in alike) < IDENTITY_NEAR_NAME


def _is_tap_known(found: KnownSignIn, said: sign_in_claims.SignInClaim) -> bool:
    """Whether this very press of the button came before, whatever became of its visit since.

    One that carries neither a key nor a clock (no page of ours sends such) cannot be told from another, so
    it counts as a new one: better a row too many than a child nobody hears of.
    """
    if not said.tap:
        return False
    made = found.visit.worry_steps.filter(tap=said.tap)
    return made.exists() or found.sign_in.replays.filter(tap=said.tap).exists()


def following_sign_in_key(found: KnownSignIn, said: sign_in_claims.SignInClaim) -> uuid.UUID:
    """The key of the visit that follows one which has ended, or is of the other child: the same each time."""
    if _is_claim_of_other_child(found.sign_in, said):
        child = name_keys.normalize_text(said.child_given_name) + min(
            birth_dates.birth_date_readings(None, said.child_birth_date)
        )
        return uuid.uuid5(found.sign_in.key, f"another child {child}")
    return uuid.uuid5(found.sign_in.key, "after it ended")


def keep_sign_in_repeat(
    found: KnownSignIn, said: sign_in_claims.SignInClaim, *, at: dt.datetime, device: Device | None = None
) -> bool:
    """Write the repeat down. A tap raises the visit; what was typed after a tap completes it.

    Whether it says something else than the first, which is kept beside it and shown as a difference.

    Raises `VisitHasEnded`, with nothing kept, where this belongs to a visit that follows this one.
    """
    first, visit = found
    digest = said.digest()
    same = digest == first.digest
    with write_in_turn():
        if said.worried or first.worried or not same:
            lock_visits(visit)
            if is_for_new_visit(found, said):
                raise VisitHasEnded
        is_news = said.worried and not _is_tap_known(found, said)
        repeat, new = SignInReplay.objects.get_or_create(
            sign_in=first,
            digest=digest,
            tap=said.tap,
            defaults={
                "same": same,
                "claim": {} if same else said.content(),
                "first_at": at,
                "last_at": at,
            },
        )
        if not new:
            SignInReplay.objects.filter(pk=repeat.pk).update(times=F("times") + 1, last_at=at)
        if is_news:
            urgent_signs.raise_urgent_visit(
                visit, source=UrgentSource.FAMILY, at=at, device=device, tap=said.tap
            )
        # A tap is no contradiction, and neither is what a family types after it.
        if first.worried and visit.is_open:
            sign_in_additions.extend_sign_in(visit, said, at=at)
        elif new and not same and not (first.worried or said.worried):
            _show_sign_in_difference(visit, said, at=at)
    return not same and not first.worried


def _show_sign_in_difference(visit: Visit, said: sign_in_claims.SignInClaim, *, at: dt.datetime) -> None:
    lock_visits(visit)
    visit_links.create_discrepancies(
        visit,
        [
            discrepancy_rules.NoticedDifference(
                "sign_in", said.child_given_name, "", DiscrepancyCause.SIGNED_IN_OTHERWISE
            )
        ],
        at=at,
    )
    first = visit.sign_in
    to_read = any(getattr(said, name) not in ("", getattr(first, name)) for name in ("reason", "also"))
    update_visit_and_boards(
        visit, open_discrepancies=F("open_discrepancies") + 1, unread=visit.unread or to_read
    )
    needs.recompute_needs(visit=visit, at=at)
    audit.write_audit_event(action="visit.signed_in_again", subject=visit, at=at, same=False)
