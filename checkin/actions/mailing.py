"""Set the addresses of e-mail to staff, and send it."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import TypeVar

import structlog
from django.core.cache import cache
from django.core.mail import EmailMessage, get_connection
from django.db import connection

from checkin.actions import audit
from checkin.actions.clinic_changes import change_clinic
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Staff
from checkin.models.mailing import (
    is_address_a_login,
    is_mail_configured,
    mail_sender_address,
    unsent_mail_cache_key,
)
from checkin.rules import mailing as mailing_rules
from checkin.rules import staff_accounts

log = structlog.get_logger(__name__)
Row = TypeVar("Row")
_MAIL_SECONDS = 5
_LOGIN_ADDRESSES_LOCK = 51_309_227
"""Any number that no other advisory lock of this program has."""
NOT_A_MAIL_ADDRESS = "“{}” is no e-mail address: write one such as dana@clinic.example, or nothing."
_NOT_A_SENDER = (
    "“{}” is no sender: write an address such as desk@clinic.example, or “Our Clinic <desk@clinic.example>”."
)
_NOT_A_SITE = (
    "“{}” is no address of a site: write it as a browser shows it, such as https://checkin.clinic.example."
)


def set_staff_email(*, person: Staff, address: str, by: Staff | None, at: dt.datetime) -> Staff:
    """Set this person's e-mail address; "" for none. `by` is None from the command line. Raises Refused.

    Where it is a login, raises NotAllowed for their own address, and Refused for one on another account.
    """
    known = mailing_rules.read_mail_address(address) if address.strip() else ""
    if known is None:
        raise Refused(NOT_A_MAIL_ADDRESS.format(address.strip()[:80]))
    with write_in_turn():
        _lock_login_addresses()
        held = Staff.objects.select_for_update().get(pk=person.pk)
        if held.email != known:
            refuse_own_login_address(held, by=by)
            refuse_shared_login_address(known, person=held)
            held.email = known
            held.save(update_fields=["email"])
            is_set = bool(known)
            audit.write_audit_event(
                action="staff.email_set", subject=held, at=at, by=by, clinic_id=held.clinic_id, is_set=is_set
            )
    return held


def refuse_own_login_address(person: Staff, *, by: Staff | None) -> None:
    """Raise NotAllowed if this is the author's own address, and the clinic's provider finds people by it.

    Whoever sat down at an open desk could set their own address, and log in as that person ever after.
    """
    if by is not None and by.pk == person.pk and is_address_a_login():
        raise NotAllowed(staff_accounts.OWN_ADDRESS)


def refuse_shared_login_address(address: str, *, person: Staff | None) -> None:
    """Raise Refused if the provider finds people by their address, and somebody else has this one.

    With two holders neither could log in, so a manager of another clinic could keep a person out. An inactive
    account counts: it may be set up or come back. `person` is None for a new one. Call inside a transaction.
    """
    if not address or not is_address_a_login():
        return
    _lock_login_addresses()
    others = Staff.objects.exclude(pk=person.pk) if person is not None else Staff.objects.all()
    if others.filter(email__iexact=address).exists():
        raise Refused(staff_accounts.SHARED_ADDRESS)


def _lock_login_addresses() -> None:
    """Let one transaction at a time give out addresses, in all clinics. On SQLite, all writers take turns."""
    if is_address_a_login() and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOGIN_ADDRESSES_LOCK])


def set_clinic_mail(
    *, clinic: Clinic, at: dt.datetime, mail_from: str | None = None, site: str | None = None
) -> Clinic:
    """Set this clinic's sender and the site its links open; None leaves one as it is. Raises Refused."""
    wanted = {name: text for name, text in _read_mail_settings(mail_from, site).items() if text is not None}
    return change_clinic(clinic=clinic, wanted=wanted, at=at)


def _read_mail_settings(mail_from: str | None, site: str | None) -> dict[str, str | None]:
    """Return the two settings as they are stored. Raises Refused if one is invalid."""
    sent_from = mailing_rules.read_mail_sender(mail_from) if mail_from and mail_from.strip() else mail_from
    if mail_from and sent_from is None:
        raise Refused(_NOT_A_SENDER.format(mail_from.strip()[:80]))
    opened = mailing_rules.read_site_address(site) if site and site.strip() else site
    if site and opened is None:
        raise Refused(_NOT_A_SITE.format(site.strip()[:80]))
    return {"mail_from": sent_from and sent_from.strip(), "site": opened and opened.strip()}


def group_by_address(
    rows: Iterable[Row], clinic: Clinic, *, is_told: Callable[[Row, Staff], bool]
) -> dict[str, list[Row]]:
    """Return the rows by the address of each active person whom they tell; people may share an address."""
    people, letters = list(clinic.staff.filter(is_active=True).exclude(email="")), dict[str, list[Row]]()
    for row in rows:
        for address in {person.email for person in people if is_told(row, person)}:
            letters.setdefault(address, []).append(row)
    return letters


def send_staff_mail(*, clinic: Clinic, subject: str, letters: Mapping[str, str], at: dt.datetime) -> int:
    """Send each text to its address; return how many were sent. Failures are logged and remembered.

    An address that the server refuses does not stop the others. An unreachable server is tried once.
    """
    if not letters or not is_mail_configured():
        return 0
    origin, problems = mail_sender_address(clinic), list[str]()
    if not origin:
        log.error("mail_not_sent", clinic=clinic.pk, problems=["no sender is set"], letters=len(letters))
        return 0
    sent, post = 0, get_connection(timeout=_MAIL_SECONDS)
    try:
        post.open()
        for address, text in sorted(letters.items()):
            sent += _send_letter(EmailMessage(subject, text, origin, [address], connection=post), problems)
    # A host such as “mail..example.com” is a UnicodeError, which is a ValueError.
    except (OSError, ValueError) as problem:
        problems.append(type(problem).__name__)
    finally:
        with contextlib.suppress(OSError):
            post.close()
    if problems:
        log.error("mail_not_sent", clinic=clinic.pk, problems=problems, letters=len(letters) - sent)
    _remember_unsent_mail(clinic, unsent=len(letters) - sent, problems=problems, at=at)
    return sent


def _send_letter(letter: EmailMessage, problems: list[str]) -> bool:
    """Return whether it was sent; if the server refused it, add why. Raises OSError if there is no server."""
    try:
        return bool(letter.send())
    except (SMTPResponseException, SMTPRecipientsRefused, ValueError) as problem:
        problems.append(type(problem).__name__)
        return False


def _remember_unsent_mail(clinic: Clinic, *, unsent: int, problems: list[str], at: dt.datetime) -> None:
    """Remember for the managers' page that e-mails failed; forget it once all are sent."""
    if problems:
        cache.set(unsent_mail_cache_key(clinic), [at.timestamp(), unsent, problems[0]], None)
    elif cache.get(unsent_mail_cache_key(clinic)):
        cache.delete(unsent_mail_cache_key(clinic))
