"""Staff logins: one per person, with one role. Create, change and deactivate them.

Whoever looks after accounts does it in turn, one clinic at a time: each change locks the clinic's row first,
then reads again who makes it. So two administrators who deactivate each other leave one.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import NamedTuple

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import Q

from checkin.actions import audit, emergency_access, handovers, mailing, own_sessions
from checkin.actions.permissions import NotAllowed, require_permission
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Location, Staff, StaffInvitation
from checkin.rules import mailing as mailing_rules
from checkin.rules import staff_accounts
from checkin.rules.roles import Role, StaffAct
from checkin.rules.staff_accounts import StaffFacts

_STAFF_PASSWORD_BYTES = 18
_OF_A_USERNAME = "username"
"""In the name of each constraint that sees what another clinic has taken in the same instant."""
_NO_SUCH_LOCATION = "That front desk is not one of this clinic's. Choose another."


class StaffChangedMeanwhile(Refused):
    """Somebody else changed this account since the page was opened. `facts` is how it is now."""

    def __init__(self, facts: StaffFacts, words: str) -> None:
        super().__init__(staff_accounts.CHANGED_MEANWHILE.format(now=words))
        self.facts = facts


class LockedStaff(NamedTuple):
    """The person that an account change is about, and who makes it, both as they are now."""

    person: Staff
    by: Staff | None


def create_staff_login(
    *, location: Location, username: str, name: str, role: str, by: Staff | None, at: dt.datetime
) -> tuple[Staff, str]:
    """Create a login; return the person and their password, which cannot be shown again.

    Raises Refused.
    """
    password = secrets.token_urlsafe(_STAFF_PASSWORD_BYTES)
    facts = StaffFacts(name, role, location.pk, "")
    with write_in_turn():
        made = add_staff(clinic=location.clinic, username=username, facts=facts, password=password)
        audit.write_audit_event(
            action="staff.created", subject=made, clinic_id=location.clinic_id, at=at, by=by, role=role
        )
    return made, password


def add_staff(
    *, clinic: Clinic, username: str, facts: StaffFacts, password: str | None = None, is_active: bool = True
) -> Staff:
    """Create and return a person, in the caller's transaction. Raises Refused."""
    # The manager stores it so: checked as typed, a fullwidth “ＡDA” passed as new beside “ada”.
    username = Staff.normalize_username(username)
    _refuse_wrong_length(username, "username")
    kept = _read_staff_facts(facts, clinic=clinic)
    if Staff.objects.has_username(username):
        raise _username_taken(username)
    mailing.refuse_shared_login_address(kept.email, person=None)
    fields = kept._asdict() | {"clinic": clinic, "is_active": is_active}
    try:
        with transaction.atomic():
            return Staff.objects.create_user(username=username, password=password, **fields)
    except IntegrityError as problem:
        # Each clinic adds in turn, but another one may have taken the name in between.
        if _OF_A_USERNAME in str(problem):
            raise _username_taken(username) from None
        raise


def _username_taken(username: str) -> Refused:
    return Refused(f"Somebody has the username {username} already: choose another.")


def _read_staff_facts(facts: StaffFacts, *, clinic: Clinic) -> StaffFacts:
    """Return the facts as they are stored. Raises Refused with what is wrong."""
    if facts.role not in Role.values:
        raise Refused(f"There is no role “{facts.role[:20]}”: choose one of {', '.join(Role.values)}.")
    _refuse_wrong_length(facts.name, "name")
    if staff_accounts.is_blank_name(facts.name):
        raise Refused(staff_accounts.NEEDS_NAME)
    if facts.location_id is not None and not clinic.locations.filter(pk=facts.location_id).exists():
        raise Refused(_NO_SUCH_LOCATION)
    address = facts.email.strip()
    email = mailing_rules.read_mail_address(address) if address else ""
    if email is None:
        raise Refused(mailing.NOT_A_MAIL_ADDRESS.format(address[:80]))
    return facts._replace(email=email)


def _refuse_wrong_length(text: str, column: str) -> None:
    limit = getattr(Staff._meta.get_field(column), "max_length", 0)
    if not text or len(text) > limit:
        raise Refused(f"The {column} needs 1 to {limit} letters.")


def staff_facts(person: Staff) -> StaffFacts:
    return StaffFacts(person.name, person.role, person.location_id, person.email)


def lock_staff_account(*, person: Staff, by: Staff | None) -> LockedStaff:
    """Lock this clinic's accounts; return the person and the author as they are now.

    Call inside a transaction. Raises NotAllowed if the author may not look after this account, for instance
    because somebody deactivated them a moment ago.
    """
    lock_clinic_accounts(person.clinic_id)
    held = Staff.objects.select_related("clinic").get(pk=person.pk)
    author = reread_author(by)
    refuse_other_roles(held.role, by=author)
    return LockedStaff(held, author)


def lock_clinic_accounts(clinic_id: int) -> None:
    # Not FOR UPDATE, which would make sign-ins wait: their rows refer to the clinic.
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic_id)


def reread_author(by: Staff | None) -> Staff | None:
    """Return the author as they are now. Raises NotAllowed if they may not look after accounts anymore."""
    author = Staff.objects.get(pk=by.pk) if by else None
    require_permission(StaffAct.MANAGE_STAFF, author)
    if by and author and author.password != by.password:
        raise NotAllowed(staff_accounts.OWN_LOGIN_RESET)
    return author


def refuse_other_roles(role: str, *, by: Staff | None) -> None:
    """Raise NotAllowed if the author may not look after accounts with this role."""
    if by is not None and not staff_accounts.may_look_after(by.role, of=role):
        raise NotAllowed(staff_accounts.ONLY_ADMINISTRATORS)


def change_staff(*, person: Staff, to: StaffFacts, shown: str, by: Staff, at: dt.datetime) -> Staff:
    """Change this person's name, role, location or address; return them. Safe to repeat.

    `shown` is the mark of the facts that the page showed. Raises StaffChangedMeanwhile if they are others by
    now, else Refused.
    """
    require_permission(StaffAct.MANAGE_STAFF, by)
    with write_in_turn():
        held, author = lock_staff_account(person=person, by=by)
        wanted, now = _read_staff_facts(to, clinic=held.clinic), staff_facts(held)
        changed = [column for column in now._fields if getattr(now, column) != getattr(wanted, column)]
        if not changed:
            return held
        if shown != now.mark:
            raise StaffChangedMeanwhile(now, _facts_words(held))
        if "role" in changed:
            _refuse_role_change(held, wanted.role, by=author)
        if "email" in changed:
            mailing.refuse_own_login_address(held, by=author)
            mailing.refuse_shared_login_address(wanted.email, person=held)
        for column in changed:
            setattr(held, column, getattr(wanted, column))
        held.save(update_fields=changed)
        if "role" in changed:
            # Given back within the hour, the role would open charts again.
            emergency_access.end_all_emergency_access(person=held, by=author, at=at, why="role")
        # A link of before would open the new role to whoever made it for the old one.
        ended = held.invitations.unused().update(ended_at=at) if "role" in changed else 0
        audit.write_audit_event(
            action="staff.changed",
            subject=held,
            at=at,
            by=author,
            columns=changed,
            role=held.role,
            from_role=now.role,
            links=ended,
        )
    return held


def _facts_words(person: Staff) -> str:
    """Return how the account is now, for whoever would have overwritten it."""
    place = str(person.location) if person.location else "any front desk"
    return (
        f"{person.name}, {person.get_role_display().lower()}, {place}, {person.email or 'no e-mail address'}"
    )


def _refuse_role_change(held: Staff, role: str, *, by: Staff | None) -> None:
    if by is not None and held.pk == by.pk:
        raise NotAllowed(staff_accounts.OWN_ROLE)
    refuse_other_roles(role, by=by)
    _refuse_without_administrator(held)


def _refuse_without_administrator(held: Staff) -> None:
    """Raise Refused if this is the clinic's last active administrator."""
    if held.role != Role.ADMINISTRATOR or not held.is_active:
        return
    others = held.clinic.staff.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=held.pk)
    if not others.exists():
        raise Refused(staff_accounts.LAST_ADMINISTRATOR.format(name=held.name))


def deactivate_staff(*, person: Staff, by: Staff, at: dt.datetime) -> Staff:
    """End this person's access at once; return them. Safe to repeat.

    Their sessions end, and the links for them or made by them. Their password is gone, and their promises
    go to the managers. Raises Refused.
    """
    require_permission(StaffAct.MANAGE_STAFF, by)
    with write_in_turn():
        held, author = lock_staff_account(person=person, by=by)
        if author and held.pk == author.pk:
            raise NotAllowed(staff_accounts.OWN_ACCOUNT)
        _refuse_without_administrator(held)
        # Theirs, and those that they made: they know these codes.
        known = StaffInvitation.objects.filter(Q(person=held) | Q(by=held))
        ended = known.unused().update(ended_at=at)
        if not held.is_active and not ended:
            return held
        held.is_active = False
        # A reactivated person chooses a new one. With the old one, old sessions would be valid again.
        held.set_unusable_password()
        held.save(update_fields=["is_active", "password"])
        own_sessions.end_sessions(person=held, by=author, at=at)
        released = handovers.release_staff_promises(person=held, by=author, at=at)
        audit.write_audit_event(
            action="staff.deactivated", subject=held, at=at, by=author, promises=released, links=ended
        )
    return held


def end_passkeys_and_pin(held: Staff) -> int:
    """Remove the passkeys and the PIN of a locked account; return how many passkeys. The caller audits it.

    Whoever knew the old password may hold them. A passkey logs in alone. An app stays, and so do recovery
    codes beside it: they open nothing without the new password.
    """
    factors = Authenticator.objects.filter(user=held)
    passkeys, _ = factors.filter(type=Authenticator.Type.WEBAUTHN).delete()
    if not factors.filter(type=Authenticator.Type.TOTP).exists():
        factors.delete()
    held.pin = ""
    held.save(update_fields=["pin"])
    return int(passkeys)


def reset_staff_password(*, person: Staff, at: dt.datetime, activate: bool = False) -> str:
    """Give this person a new password; return it. For emergencies.

    Their sessions, links, passkeys and PIN end.

    It is not refused for the only administrator. Raises Refused for an inactive person unless `activate`.
    """
    password = secrets.token_urlsafe(_STAFF_PASSWORD_BYTES)
    with write_in_turn():
        held = lock_staff_account(person=person, by=None).person
        if not held.is_active and not activate:
            raise Refused(f"{held.name} is not active. To make the account active as well, add --activate.")
        was_active, held.is_active = held.is_active, True
        held.set_password(password)
        held.save(update_fields=["password", "is_active"])
        held.invitations.unused().update(ended_at=at)
        passkeys = end_passkeys_and_pin(held)
        own_sessions.end_sessions(person=held, by=None, at=at)
        audit.write_audit_event(
            action="staff.password_reset",
            subject=held,
            at=at,
            is_activated=not was_active,
            way="command",
            passkeys=passkeys,
        )
    return password
