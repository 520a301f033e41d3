"""Recognize a repeated sign-in: count it, store it if it differs, and make no second visit of it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
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
    """The repeat belongs to a follow-up visit, as the visit ended before it was locked: look again."""


class KnownSignIn(NamedTuple):
    """The first sign-in with this key, and its visit."""

    sign_in: SignIn
    visit: Visit


class FollowedSignIn(NamedTuple):
    """What was sent, with the key of the visit that it belongs to, and what this key made before."""

    said: sign_in_claims.SignInClaim
    known: KnownSignIn | None
    ended: Visit | None
    """The same child's visit, which has ended, that a new one goes on from."""


def follow_sign_in(
    location: Location, said: sign_in_claims.SignInClaim, *, ended: Visit | None
) -> FollowedSignIn:
    """Return which visit this sign-in belongs to, from its own key on. `ended`: from an earlier call."""
    known = find_known_sign_in(location, said)
    while known and is_for_new_visit(known, said):
        ended = None if _is_claim_of_other_child(known.sign_in, said) else known.visit
        said = replace(said, key=following_sign_in_key(known, said))
        known = find_known_sign_in(location, said)
    return FollowedSignIn(said, known, ended)


def find_known_sign_in(location: Location, said: sign_in_claims.SignInClaim) -> KnownSignIn | None:
    """Return what this key made before, or None. Two queries if the family added to it, else one."""
    found = SignIn.objects.select_related("visit").filter(clinic_id=location.clinic_id, key=said.key).first()
    if found is None:
        return None
    return KnownSignIn(found, found.find_visit())


def is_for_new_visit(found: KnownSignIn, said: sign_in_claims.SignInClaim) -> bool:
    """Return whether it needs a new visit: it names another child, or has news after the visit ended.

    Staff may have ended the visit while the family went on typing, or the family taps again. On an ended
    visit nobody would see the news.
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
    """Return whether both claims name a child, with different given names and different birth dates.

    A page's key is then used twice: for example for a sister after her brother, on a page that the browser
    kept. If only one of the two differs, it is a correction.
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
    """Return whether this press of the button came before, even if its visit has ended.

    A press with neither a key nor a clock cannot be told from another, so it counts as new (our pages never
    send that): an extra row is better than a worried family that nobody notices.
    """
    if not said.tap:
        return False
    made = found.visit.worry_steps.filter(tap=said.tap)
    return made.exists() or found.sign_in.replays.filter(tap=said.tap).exists()


def following_sign_in_key(found: KnownSignIn, said: sign_in_claims.SignInClaim) -> uuid.UUID:
    """Return the key of the follow-up visit, for another child or after the visit ended.

    It is derived from the first key, so that a repeat finds the same visit.
    """
    if _is_claim_of_other_child(found.sign_in, said):
        child = name_keys.normalize_text(said.child_given_name) + min(
            birth_dates.birth_date_readings(None, said.child_birth_date)
        )
        return uuid.uuid5(found.sign_in.key, f"another child {child}")
    return uuid.uuid5(found.sign_in.key, "after it ended")


def keep_sign_in_repeat(
    found: KnownSignIn, said: sign_in_claims.SignInClaim, *, at: dt.datetime, device: Device | None = None
) -> bool:
    """Record the repeat. A tap marks the visit urgent; what was typed after a call is added to it.

    A call asks for a person, worried or to talk. Returns whether it differs from a first claim that was no
    call. It is then shown as a discrepancy, unless it is a tap itself. Raises `VisitHasEnded` and stores
    nothing if it belongs to a follow-up visit.
    """
    first, visit = found
    digest = said.digest()
    same = digest == first.digest
    with write_in_turn():
        if said.worried or _has_called_person(first) or not same:
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
        # Neither a call nor what a family types after it contradicts the first claim.
        if _has_called_person(first) and visit.is_open:
            sign_in_additions.extend_sign_in(visit, said, at=at)
        elif new and not same and not (_has_called_person(first) or said.worried):
            _show_sign_in_difference(visit, said, at=at)
    return not same and not _has_called_person(first)


def _has_called_person(first: SignIn) -> bool:
    """Return whether this family asked for a person, worried or to talk, before it answered everything."""
    return first.worried or first.help


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
