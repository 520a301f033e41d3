"""Overdue promises are told upwards, step by step; each step once, whoever looks first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from checkin.actions import handovers, promises
from checkin.actions.writing import write
from checkin.models import Clinic, Promise, PromiseEscalation, Staff
from checkin.rules import promises as rules

log = structlog.get_logger(__name__)
CONSOLE = "django.core.mail.backends.console.EmailBackend"
MAIL_SECONDS = 5


def escalate_due(*, clinic: Clinic, at: dt.datetime) -> list[PromiseEscalation]:
    """Write every step whose time has come and that is not on record. Again, or twice at once: nothing new.

    Also gives the promises of who left to the managers. E-mail goes out after the transaction, where it
    is configured.
    """
    handovers.adopt(clinic=clinic, at=at)
    late = missing(clinic.promises.overdue(at), clinic, at=at)
    if not late:
        return []
    with write():
        held = handovers.hold_open(clinic=clinic, pk__in={one.promise_id for one in late})
        made = missing(held, clinic, at=at)
        PromiseEscalation.objects.bulk_create(made)
        transaction.on_commit(lambda: tell(made, clinic))
    for late_one in {one.promise.patient_id: one.promise for one in made}.values():
        promises.catch_up(late_one, by=None, at=at)
    return made


def missing(promises: Iterable[Promise], clinic: Clinic, *, at: dt.datetime) -> list[PromiseEscalation]:
    """The rows to write, not saved yet."""
    wanted, late = rules.steps(clinic.promise_settings), list(promises)
    if not late:
        return []
    told = set(PromiseEscalation.objects.filter(promise__in=late).values_list("promise_id", "step", "due_at"))
    return [
        row(one, nth, step, at=at)
        for one in late
        for nth, step in rules.steps_passed(wanted, due_at=one.due_at, at=at)
        if (one.pk, nth, one.due_at) not in told
    ]


def row(promise: Promise, nth: int, step: rules.Step, *, at: dt.datetime) -> PromiseEscalation:
    made = PromiseEscalation(promise=promise, step=nth, due_at=promise.due_at, at=at, to_role=step.to)
    if step.to == rules.OWNER:
        made.to_id, made.to_role = promise.owner_id, promise.owner_role
    return made


def is_configured() -> bool:
    """Whether EMAIL_URL names a way to send."""
    return settings.EMAIL_BACKEND != CONSOLE


def tell(made: list[PromiseEscalation], clinic: Clinic) -> None:
    """One e-mail to each person told. A mail that cannot be sent is logged; the rows stand all the same."""
    if not is_configured():
        return
    letters = [
        EmailMessage("A promise is waiting", text(lines), None, [address])
        for address, lines in sorted(letters_of(made, clinic).items())
    ]
    if not letters:
        return
    try:
        get_connection(timeout=MAIL_SECONDS).send_messages(letters)
    except (OSError, SMTPException) as problem:
        log.error("promise_mail_not_sent", clinic=clinic.pk, problem=type(problem).__name__)


def letters_of(made: list[PromiseEscalation], clinic: Clinic) -> dict[str, list[PromiseEscalation]]:
    """The rows by the address of each active person whom they tell."""
    here = list(clinic.staff.filter(is_active=True).exclude(email=""))
    found: dict[str, list[PromiseEscalation]] = defaultdict(list)
    for one in made:
        for person in here:
            if is_told(one, person) and one not in found[person.email]:
                found[person.email].append(one)
    return {address: rows for address, rows in found.items() if rows}


def is_told(one: PromiseEscalation, person: Staff) -> bool:
    return person.pk == one.to_id if one.to_id else person.role == one.to_role


def text(rows: list[PromiseEscalation]) -> str:
    """No name of a family, nor what it is about: mail is read in many places."""
    once = {one.promise_id: one for one in rows}
    return "\n".join(line(one) for one in once.values()) + "\n"


def line(one: PromiseEscalation) -> str:
    due = one.due_at.astimezone(one.promise.location.clinic.zone)
    patient = one.promise.patient
    died = " The child has died: do not phone." if patient is not None and patient.is_deceased else ""
    return f"A promise due {due:%H:%M} is waiting: {site(one)}/promises/{one.promise_id}/{died}"


def site(one: PromiseEscalation) -> str:
    """Where the desk is reached: the clinic's own setting, or else this server's first name."""
    kept = one.promise.location.clinic.promise_settings
    chosen = kept.get("site") if isinstance(kept, dict) else None
    if isinstance(chosen, str) and chosen.startswith(("http://", "https://")):
        return chosen.rstrip("/")
    host = next((name for name in settings.ALLOWED_HOSTS if name.strip("*.")), "localhost")
    return f"{'https' if settings.SESSION_COOKIE_SECURE else 'http'}://{host}"
