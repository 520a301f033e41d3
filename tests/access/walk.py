"""Every address of the program as every kind of person or machine: who may open it, read from one file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from checkin.actions import care_alerts, devices, patient_merges, visit_feedback
from checkin.actions.care_alerts import AlertWords
from checkin.models import Clinic, Device, LookAlike, Role, Staff
from checkin.models.devices import hash_device_token
from checkin.rules.care_alerts import AlertKind
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make
from tests.fresh_pages import mark_of, marks_beside
from tests.house.test_open_pages import pages

MATRIX = Path(__file__).with_name("matrix.csv")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
PRINTED = {"desk:note_pdf", "desk:notes_today"}
"""Opening one is recorded as printed, so nothing but a GET opens it."""
OF_ALLAUTH = {
    *("account_login", "account_logout", "account_change_password", "account_inactive"),
    *("account_reauthenticate", "mfa_index", "mfa_authenticate", "mfa_reauthenticate"),
    *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_remove_webauthn"),
    *("mfa_reauthenticate_webauthn", "mfa_login_webauthn"),
    *("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"),
}
"""Class-based views of a library: PUT is their POST, and OPTIONS lists their methods."""
SAID_NO = {401, 403, 404, 405, 423}


class Principal(NamedTuple):
    """Somebody or something that asks, and the column of the matrix that says what they get."""

    name: str
    column: str
    browser: Client
    role: str = ""
    is_elsewhere: bool = False
    """Whether it is staff of another clinic."""
    person_id: int | None = None


class Row(NamedTuple):
    """One address of the matrix."""

    url: str
    takes: tuple[str, ...]
    cells: dict[str, str]


def read_matrix() -> dict[str, Row]:
    with MATRIX.open(newline="") as file:
        lines = csv.DictReader(line for line in file if not line.startswith("#"))
        return {one["url"]: Row(one["url"], tuple(one["takes"].split()), one) for one in lines}


def list_urls() -> dict[str, Any]:
    """Return every address of the URLconf by its full name, however deep it is nested."""
    return dict(pages(get_resolver().url_patterns))


def list_arguments(patterns: list[Any], spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    """Yield every address with the names of its arguments, its prefixes' too."""
    for one in patterns:
        names = list(one.pattern.converters)
        if hasattr(one, "url_patterns"):
            inner = (*spaces, one.namespace) if one.namespace else spaces
            yield from ((name, names + more) for name, more in list_arguments(one.url_patterns, inner))
        else:
            yield ":".join([*spaces, one.name or str(one.pattern)]), names


Values = dict[str, Callable[[SimpleNamespace], object]]
ARGUMENTS: Values = {
    "visit_id": lambda at: at.leo.pk,
    "patient_id": lambda at: at.leo.patient_id,
    "other_id": lambda at: at.mia.pk,
    "need_id": lambda at: at.leo.needs.order_by("pk").first().pk,
    "record_id": lambda at: at.ben.patient.consent_records.first().pk,
    "proxy_id": lambda at: at.ben.patient.standing_proxies.first().pk,
    "discrepancy_id": lambda at: at.leo.discrepancies.order_by("pk").first().pk,
    "number": lambda at: at.note.number,
    "kind": lambda at: "school",
    "alert_id": lambda at: at.alert.pk,
    "merge_id": lambda at: at.merge.pk,
    "look_alike_id": lambda at: at.look_alike.pk,
    "feedback_id": lambda at: at.feedback.pk,
    "promise_id": lambda at: at.promise.pk,
    "slug": lambda at: "blue-rabbit",
    "code": lambda at: "nosuchcode",
    "person_id": lambda at: at.noor.pk,
    "staff_id": lambda at: at.noor.pk,
    "device_id": lambda at: at.tablet.pk,
    "access_id": lambda at: at.emergency.pk,
    "provider_id": lambda at: "clinic",
    "session": lambda at: 1,
    "pk": lambda at: 1,
}
"""What each argument of an address is on the standing cast. A new argument needs a line."""
ARGUMENTS_OF: dict[str, Values] = {
    "desk:match_link": {"visit_id": lambda at: at.noa.pk},
    "desk:withdraw_consent": {"visit_id": lambda at: at.ben.pk},
    "desk:revoke_proxy": {"patient_id": lambda at: at.ben.patient_id},
    "desk:undo_answer": {
        "visit_id": lambda at: at.ben.pk,
        "need_id": lambda at: at.ben.needs.order_by("pk").first().pk,
    },
}
"""Arguments of one address, where the usual ones are not the right pair."""
ASKED: dict[str, Callable[[SimpleNamespace], dict[str, object]]] = {
    "desk:board_rows": lambda at: {"location": at.leo.location_id, "v": 1},
    "desk:board_expected": lambda at: {"location": at.leo.location_id},
    "desk:board_owed": lambda at: {"location": at.leo.location_id},
    "desk:promise_new": lambda at: {"visit": at.leo.pk},
    "desk:leave": lambda at: {"to": "left"},
}
"""The query string of an address that says nothing without one."""
SENT: dict[str, Callable[[SimpleNamespace], dict[str, object]]] = {
    "desk:people": lambda at: {"q": "Leo"},
    "desk:location": lambda at: {"location": at.leo.location_id},
    "desk:board_here": lambda at: {"location": at.leo.location_id},
    "desk:match_link": lambda at: {"patient": at.mia.pk},
    "audit:patients": lambda at: {"q": "Leo"},
    "desk:patient_merge": lambda at: {"into": at.mia.pk},
    "kiosk:enrol": lambda at: {"token": at.token},
}
"""What a POST sends, where it says nothing without."""


def address_of(url: str, names: list[str], at: SimpleNamespace) -> str:
    """Return the address on the standing cast. Raises KeyError if an argument has no line above."""
    values = {name: (ARGUMENTS_OF.get(url, {}).get(name) or ARGUMENTS[name])(at) for name in names}
    return reverse(url, kwargs=values)


class Address(NamedTuple):
    """Where a request goes, and what a POST sends there as from a page drawn just now."""

    path: str
    drawn: str
    """The address of the form, with the versions of what its page showed."""
    sent: dict[str, object]


def make_address(path: str, sent: dict[str, object]) -> Address:
    beside = marks_beside(path, {key: str(value) for key, value in sent.items()})
    marks = [f"drawn_for={mark_of(path)}", *(f"drawn_beside={one}" for one in beside)]
    return Address(path, f"{path}{'&' if '?' in path else '?'}{'&'.join(marks)}", sent)


def list_addresses(at: SimpleNamespace) -> dict[str, Address]:
    """Return every address on the standing cast. Raises KeyError for an argument that has no line above."""
    found = {}
    for url, names in list_arguments(get_resolver().url_patterns):
        asked = urlencode(ASKED[url](at)) if url in ASKED else ""
        path = f"{address_of(url, names, at)}{'?' if asked else ''}{asked}"
        found[url] = make_address(path, SENT[url](at) if url in SENT else {})
    return found


def add_rows_of_addresses(at: SimpleNamespace) -> None:
    """Add to the standing morning what it lacks: a merge, a look-alike's row, feedback, an emergency."""
    brook, now = at.leo.clinic, make.at("9:41")
    one, other = (make.patient(brook, "Ola Berg", "2011-01-01") for _ in range(2))
    at.merge = patient_merges.merge_patients(merged=one, into=other, by=at.max, at=now, sure=True).merge
    at.ola = other
    words = AlertWords(AlertKind.OTHER, words="Ask for the manager")
    at.alert = care_alerts.write_care_alert(patient=at.leo.patient, said=words, by=at.max, at=now)
    at.look_alike = LookAlike.objects.get(clinic=brook)
    at.feedback = visit_feedback.save_feedback(visit=at.ben, said=FamilyFeedback(1, "too long"), at=now)
    alone = make.staff(brook, "alone", Role.ADMINISTRATOR)
    at.emergency = make.emergency_access(alone, "Fire, nobody is here", now)


def make_display(at: SimpleNamespace) -> str:
    """Enroll a waiting-room screen; return its token."""
    Device.objects.create(
        clinic=at.leo.clinic, location=at.leo.location, name="Screen", kind=Device.Kind.DISPLAY,
        token_hash=hash_device_token("a display's token"), enrolled_at=make.at("7:00"),
    )  # fmt: skip
    return "a display's token"


def list_principals(at: SimpleNamespace, hill: Clinic, **client: Any) -> list[Principal]:
    """Return everybody who asks. `client`: options of every test client."""
    now, front, brook = make.at("7:00"), at.leo.location, at.leo.clinic
    hilltop = make.location(hill, "Hilltop")
    tablet, revoked = (devices.enrol_device(location=front, name=name, at=now) for name in ("One", "Two"))
    devices.revoke_device(device=revoked[0], by=None, at=now)
    at.tablet, at.token = tablet
    tokens = {"tablet": tablet[1], "revoked tablet": revoked[1], "display": make_display(at)}
    found = [
        Principal("nobody", "stranger", Client(**client)),
        Principal("nonsense token", "stranger", Client(headers={"Authorization": "Bearer x"}, **client)),
        *(
            Principal(
                name, name if name in ("tablet", "display") else "stranger", tablet_browser(token, client)
            )
            for name, token in tokens.items()
        ),
    ]
    people = {
        "front desk": at.dana, "clinician": at.noor, "manager": at.max,
        "administrator": make.staff(brook, "ada", Role.ADMINISTRATOR, location=front),
        "auditor": make.staff(brook, "otto", Role.AUDITOR, location=front),
        "inactive": make.staff(brook, "ina", Role.MANAGER, location=front),
        "front desk elsewhere": make.staff(hill, "sol", Role.FRONT_DESK, location=hilltop),
        "manager elsewhere": make.staff(hill, "sam", Role.MANAGER, location=hilltop),
        "auditor elsewhere": make.staff(hill, "ole", Role.AUDITOR, location=hilltop),
    }  # fmt: skip
    for name, person in people.items():
        found.append(_staff_principal(name, person, client))
    Staff.objects.filter(username="ina").update(is_active=False)
    return found


def tablet_browser(token: str, client: dict[str, Any]) -> Client:
    browser = Client(headers={"Authorization": f"Device {token}"}, **client)
    browser.cookies["device"] = token
    return browser


def _staff_principal(name: str, person: Staff, client: dict[str, Any]) -> Principal:
    browser = Client(**client)
    browser.force_login(person)
    column = "stranger" if name == "inactive" else person.role
    return Principal(name, column, browser, person.role, name.endswith("elsewhere"), person.pk)


@contextmanager
def undone(browser: Client) -> Iterator[None]:
    """Roll back what one request writes, and the browser's cookies."""
    kept = browser.cookies.copy()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    browser.cookies = kept
    caches["rows"].clear()


def send(who: Principal, method: str, address: Address, **headers: str) -> Any:
    """Send one request and return the answer."""
    if method in ("GET", "HEAD"):
        return who.browser.generic(method, address.path, headers=headers)
    if method == "POST":
        return who.browser.post(address.drawn, address.sent, headers=headers)
    return who.browser.generic(method, address.drawn, headers=headers)


def ask(who: Principal, method: str, address: Address) -> Any:
    """Send one request, leave no row of it behind if it may write, and return the answer."""
    if method in ("GET", "HEAD"):
        return send(who, method, address)
    with undone(who.browser):
        return send(who, method, address)
