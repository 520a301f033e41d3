"""Links by which a person chooses a password: for a new account, a forgotten password, or a return.

A link is valid for a day and used once. Its code follows from the form that asked for it, so a second press
shows the same link; without the form and our secret key nobody can tell it, and only its hash is stored.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import NamedTuple

import structlog
from django.contrib.auth.hashers import make_password
from django.db import DatabaseError
from django.utils.crypto import salted_hmac

from checkin.actions import audit, mailing, own_sessions, staff
from checkin.actions.permissions import NotAllowed, require_permission
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Staff, StaffInvitation
from checkin.models.mailing import desk_base_url, is_mail_configured, mail_sender_address
from checkin.models.staff_invitations import INVITATION_LASTS, hash_invitation_code
from checkin.rules import staff_accounts
from checkin.rules.passwords import LONGEST_PASSWORD, normalize_password
from checkin.rules.roles import StaffAct
from checkin.rules.staff_accounts import StaffFacts

log = structlog.get_logger(__name__)
_CODE_SALT = "checkin.staff-invitation"
_REPEATED_WITHIN = dt.timedelta(minutes=1)
_LINK_IS_OVER = "This form's link was used or replaced already. Open the person and make a new link."
_MAIL_SUBJECT = "Choose your password"
_MAIL_TEXT = (
    "{clinic} made you a login for its check-in, Brought By. Your username is {username}.\n\n"
    "Choose your password here, until {until}. The link works once:\n{address}\n\n"
    "If you did not expect this, do nothing: without the link nobody can use the login.\n"
)


class IssuedLink(NamedTuple):
    """A link with its code, which is known only now."""

    invitation: StaffInvitation
    code: str
    is_repeated: bool

    @property
    def person(self) -> Staff:
        return self.invitation.person


def invite_staff(
    *, clinic: Clinic, username: str, facts: StaffFacts, key: str, by: Staff, at: dt.datetime
) -> IssuedLink:
    """Create an account that is inactive until its link is used; return the link.

    The same form again (`key`) gives the same link. Raises Refused.
    """
    require_permission(StaffAct.MANAGE_STAFF, by)
    code = _derive_link_code(key, by, username, *map(str, facts))
    with write_in_turn():
        staff.lock_clinic_accounts(clinic.pk)
        author = staff.reread_author(by)
        staff.refuse_other_roles(facts.role, by=author)
        if repeated := _find_repeated(code, at=at):
            return repeated
        made = staff.add_staff(clinic=clinic, username=username, facts=facts, is_active=False)
        audit.write_audit_event(
            action="staff.created", subject=made, clinic_id=clinic.pk, at=at, by=author, role=made.role
        )
        return _issue_link(made, code, by=author, at=at, why="invited")


def issue_staff_link(*, person: Staff, key: str, by: Staff, at: dt.datetime) -> IssuedLink:
    """Make a new link for this person in place of any older one; return it.

    The old password, passkeys and PIN stop at once and sessions end. An inactive person is
    active again once they use the link. Raises Refused.
    """
    require_permission(StaffAct.MANAGE_STAFF, by)
    code = _derive_link_code(key, by, str(person.pk))
    with write_in_turn():
        held, author = staff.lock_staff_account(person=person, by=by)
        if author and held.pk == author.pk:
            raise NotAllowed(staff_accounts.CHANGE_IT_YOURSELF)
        if repeated := _find_repeated(code, at=at):
            return repeated
        held.set_unusable_password()
        held.save(update_fields=["password"])
        passkeys = staff.end_passkeys_and_pin(held)
        if held.is_active:
            own_sessions.end_sessions(person=held, by=author, at=at)
        why = "password_reset" if held.is_active else "reactivated" if held.last_login else "invited"
        return _issue_link(held, code, by=author, at=at, why=why, passkeys=passkeys)


def _derive_link_code(key: str, by: Staff, *said: str) -> str:
    """Return the code for this form of this person; one that nobody can repeat if the form had no key."""
    value = "\0".join((key.strip() or secrets.token_hex(32), str(by.pk), *said))
    return salted_hmac(_CODE_SALT, value, algorithm="sha256").hexdigest()


def _find_repeated(code: str, *, at: dt.datetime) -> IssuedLink | None:
    """Return the link that this form made before. Raises Refused if that one is over."""
    known = StaffInvitation.objects.holding(code)
    if known is None:
        return None
    if not StaffInvitation.objects.usable(at).filter(pk=known.pk).exists():
        raise Refused(_LINK_IS_OVER)
    return IssuedLink(known, code, is_repeated=True)


def _issue_link(
    person: Staff, code: str, *, by: Staff | None, at: dt.datetime, why: str, passkeys: int = 0
) -> IssuedLink:
    """Write the link, in the caller's transaction. `passkeys`: how many ended by it."""
    replaced = person.invitations.unused().update(ended_at=at)
    made = StaffInvitation.objects.create(
        clinic=person.clinic,
        person=person,
        by=by,
        code_hash=hash_invitation_code(code),
        at=at,
        until=at + INVITATION_LASTS,
    )
    audit.write_audit_event(
        action="staff.link_made",
        subject=person,
        at=at,
        by=by,
        why=why,
        replaced=replaced,
        passkeys=passkeys,
    )
    return IssuedLink(made, code, is_repeated=False)


def mail_link(*, link: IssuedLink, address: str, at: dt.datetime) -> bool | None:
    """Send the link to its person; return whether that worked, None if there is no way to send it.

    `address`: the link as a browser opens it. A failure is logged and never undoes the link. Call it after
    the transaction: a mail server may take seconds.
    """
    person = link.person
    if not person.email or not is_mail_configured() or not mail_sender_address(person.clinic):
        return None
    text = _MAIL_TEXT.format(
        clinic=person.clinic.name,
        username=person.username,
        until=person.clinic.full_moment_words(link.invitation.until),
        address=address,
    )
    try:
        letters = {person.email: text}
        return bool(
            mailing.send_staff_mail(clinic=person.clinic, subject=_MAIL_SUBJECT, letters=letters, at=at)
        )
    except (OSError, ValueError, DatabaseError) as problem:
        log.error("invitation_not_sent", clinic=person.clinic_id, problem=type(problem).__name__)
        return False


def invitation_address(*, clinic: Clinic, path: str) -> str:
    """Return the whole address of a link, on the site that the clinic's staff open."""
    return f"{desk_base_url(clinic)}{path}"


def find_invitation(*, code: str, at: dt.datetime) -> StaffInvitation | None:
    """Return the link with this code if it can still be used; None if it is unknown, used or over."""
    found = StaffInvitation.objects.holding(code)
    return found if found and StaffInvitation.objects.usable(at).filter(pk=found.pk).exists() else None


def accept_invitation(*, code: str, password: str, at: dt.datetime) -> Staff | None:
    """Use the link: set the password and make the account active; return the person, or None if it is over.

    The same password sent twice is one choice. The password's strength is checked by the caller; one that is
    too long sets nothing.
    """
    if len(password) > LONGEST_PASSWORD:
        return None
    hashed = make_password(normalize_password(password))  # before the turn to write: it is slow on purpose
    found = StaffInvitation.objects.holding(code)
    if found is None:
        return None
    with write_in_turn():
        staff.lock_clinic_accounts(found.clinic_id)
        if not StaffInvitation.objects.usable(at).filter(pk=found.pk).update(used_at=at):
            return _find_same_choice(found, password, at=at)
        person = Staff.objects.select_related("clinic").get(pk=found.person_id)
        person.password, person.is_active = hashed, True
        person.save(update_fields=["password", "is_active"])
        audit.write_audit_event(action="staff.link_used", subject=person, at=at, by=person)
    return person


def _find_same_choice(found: StaffInvitation, password: str, *, at: dt.datetime) -> Staff | None:
    """Return the person if this very password was chosen by this link a moment ago."""
    since = at - _REPEATED_WITHIN
    used = StaffInvitation.objects.filter(pk=found.pk, used_at__gte=since, used_at__lte=at)
    person = Staff.objects.select_related("clinic").get(pk=found.person_id)
    return person if used.exists() and person.is_active and person.check_password(password) else None
