"""E-mail to staff: from which address, with which links, to whom, and the sending itself."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping
from smtplib import SMTPRecipientsRefused, SMTPResponseException

import structlog
from django.core.cache import cache
from django.core.mail import EmailMessage, get_connection

from checkin.actions import audit
from checkin.actions.boards import Refused
from checkin.actions.writing import write
from checkin.models import Clinic, Staff
from checkin.models.mailing import is_configured, sender, unsent_key
from checkin.rules import mailing as rules

log = structlog.get_logger(__name__)
MAIL_SECONDS = 5
NO_ADDRESS = "“{}” is no e-mail address: write one such as dana@clinic.example, or nothing."
NO_SENDER = (
    "“{}” is no sender: write an address such as desk@clinic.example, or “Our Clinic <desk@clinic.example>”."
)
NO_SITE = (
    "“{}” is no address of a site: write it as a browser shows it, such as https://checkin.clinic.example."
)


def set_staff_email(*, person: Staff, address: str, by: Staff | None, at: dt.datetime) -> Staff:
    """Write where this person is told by e-mail; "" for nowhere. `by` is None from the command line."""
    known = rules.read_address(address) if address.strip() else ""
    if known is None:
        raise Refused(NO_ADDRESS.format(address.strip()[:80]))
    with write():
        held = Staff.objects.select_for_update().get(pk=person.pk)
        if held.email != known:
            held.email = known
            held.save(update_fields=["email"])
            is_set = bool(known)
            audit.record(
                action="staff.email_set", subject=held, at=at, by=by, clinic_id=held.clinic_id, is_set=is_set
            )
    return held


def set_clinic_mail(
    *, clinic: Clinic, at: dt.datetime, mail_from: str | None = None, site: str | None = None
) -> Clinic:
    """Write whom this clinic's mail comes from and what its links open; None leaves one as it is."""
    wanted = {name: text for name, text in clinic_mail(mail_from, site).items() if text is not None}
    with write():
        held = Clinic.objects.select_for_update().get(pk=clinic.pk)
        changed = [name for name, text in wanted.items() if getattr(held, name) != text]
        for name in changed:
            setattr(held, name, wanted[name])
        if changed:
            held.save(update_fields=changed)
            audit.record(action="clinic.changed", subject=held, at=at, clinic_id=held.pk, columns=changed)
    return held


def clinic_mail(mail_from: str | None, site: str | None) -> dict[str, str | None]:
    """The two settings as they are kept. Raises Refused with a sentence for what is neither."""
    sent_from = rules.read_sender(mail_from) if mail_from and mail_from.strip() else mail_from
    if mail_from and sent_from is None:
        raise Refused(NO_SENDER.format(mail_from.strip()[:80]))
    opened = rules.read_site(site) if site and site.strip() else site
    if site and opened is None:
        raise Refused(NO_SITE.format(site.strip()[:80]))
    return {"mail_from": sent_from and sent_from.strip(), "site": opened and opened.strip()}


def send(*, clinic: Clinic, subject: str, letters: Mapping[str, str], at: dt.datetime) -> int:
    """Send each text to its address; return how many went out. What cannot be sent is logged and remembered.

    One address that is refused keeps nobody else from being told; a server that is away is asked once.
    """
    if not letters or not is_configured():
        return 0
    origin, problems = sender(clinic), list[str]()
    if not origin:
        log.error("mail_not_sent", clinic=clinic.pk, problems=["no sender is set"], letters=len(letters))
        return 0
    sent, post = 0, get_connection(timeout=MAIL_SECONDS)
    try:
        post.open()
        for address, text in sorted(letters.items()):
            sent += send_one(EmailMessage(subject, text, origin, [address], connection=post), problems)
    except OSError as problem:
        problems.append(type(problem).__name__)
    finally:
        with contextlib.suppress(OSError):
            post.close()
    if problems:
        log.error("mail_not_sent", clinic=clinic.pk, problems=problems, letters=len(letters) - sent)
    remember_mail(clinic, unsent=len(letters) - sent, problems=problems, at=at)
    return sent


def send_one(letter: EmailMessage, problems: list[str]) -> bool:
    """Whether it went out; its own refusal is noted. Raises OSError when the server is away."""
    try:
        return bool(letter.send())
    except (SMTPResponseException, SMTPRecipientsRefused, ValueError) as problem:
        problems.append(type(problem).__name__)
        return False


def remember_mail(clinic: Clinic, *, unsent: int, problems: list[str], at: dt.datetime) -> None:
    """Keep for the manager's page that letters could not be sent; forget it when all could."""
    if problems:
        cache.set(unsent_key(clinic), [at.timestamp(), unsent, problems[0]], None)
    elif cache.get(unsent_key(clinic)):
        cache.delete(unsent_key(clinic))
