"""A client that sends every form from a page opened just now, as most tests need.

The page version is added to what a test posts to the desk without its own. Stale pages are tested in
tests/desk/test_stale_pages.py, with pages that are really rendered.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from checkin.actions import desk_locks
from checkin.models import DeskSession, Discrepancy, ExcuseNote, LookAlike, Patient, Promise, Visit
from checkin.rules.desk_locks import DESK_SESSION_KEY
from checkin.rules.page_versions import PageVersion
from checkin.web import page_versions
from checkin.web.page_versions import DRAWN_BESIDE, DRAWN_FOR
from checkin.web.params import parse_number_param


class FreshPages(Client):
    """Log in with `force_login`; `post` as a form of a page rendered just now.

    However far a test moves the clock, its person has just logged in: tests/desk/test_desk_locks.py has the
    desks that are left alone.
    """

    used_at: dt.datetime | None = None

    def force_login(self, user: Any, backend: str | None = None) -> None:
        super().force_login(user, backend)
        self.used_at = timezone.now()
        begun = desk_locks.begin_desk_session(person=user, at=self.used_at)
        session = self.session
        session[DESK_SESSION_KEY] = begun.pk
        session.save()

    def request(self, **request: Any) -> Any:
        now = timezone.now()
        if self.used_at and abs(now - self.used_at) > dt.timedelta(minutes=1):
            DeskSession.objects.filter(pk=self.session.get(DESK_SESSION_KEY)).update(
                logged_in_at=now, active_at=now
            )
            self.used_at = now
        return super().request(**request)

    def post(self, path: str, data: Any = None, *args: Any, **more: Any) -> Any:  # type: ignore[override]  # no lazy text
        if DRAWN_FOR not in path and not (isinstance(data, dict) and DRAWN_FOR in data):
            mark = mark_of(path)
            path += f"{'&' if '?' in path else '?'}{DRAWN_FOR}={mark}" if mark else ""
        if DRAWN_BESIDE not in path and not (isinstance(data, dict) and DRAWN_BESIDE in data):
            for mark in marks_beside(path, data):
                path += f"{'&' if '?' in path else '?'}{DRAWN_BESIDE}={mark}"
        return super().post(path, data, *args, **more)


def mark_of(path: str) -> str:
    """Return the version of a page with a form to this address; "" for an address outside the desk."""
    address, _, query = path.partition("?")
    try:
        match = resolve(address)
    except Resolver404:
        return ""
    if match.app_name != "desk" or match.url_name in page_versions.WRITES_NOTHING:
        return ""
    named = {name: int(pk) for name, pk in match.kwargs.items() if name != "kind"}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if match.url_name == "promise_new" and value.isdigit():
            key = {"replaces": "promise_id", "again": "promise_id"}.get(name, f"{name}_id")
            named.setdefault(key, int(value))
    return of_ids(named).text or "l0"


def marks_beside(path: str, data: Any) -> list[str]:
    """Return the version of each record that this form names besides its own."""
    try:
        match = resolve(path.partition("?")[0])
    except Resolver404:
        return []
    if match.app_name != "desk":
        return []
    said = data if isinstance(data, dict) else {}
    texts = [said.get(name) for name in page_versions.RECORD_FIELDS] + [match.kwargs.get("other_id")]
    ids = [pk for text in texts if (pk := parse_number_param(str(text or "")))]
    if pair := match.kwargs.get("look_alike_id"):
        ids += LookAlike.objects.filter(pk=pair).values_list("record_id", "older_id").first() or ()
    return (
        [page_versions.patient_page_version(one).text for one in Patient.objects.filter(pk__in=ids)]
        if ids
        else []
    )


def of_ids(named: dict[str, int]) -> PageVersion:
    promise = Promise.objects.filter(pk=named.get("promise_id") or 0).first()
    if promise:
        return page_versions.promise_page_version(promise)
    visit = named.get("visit_id")
    if pk := named.get("discrepancy_id"):
        visit = Discrepancy.objects.filter(pk=pk).values_list("visit_id", flat=True).first()
    if number := named.get("number"):
        visit = ExcuseNote.objects.filter(number=number).values_list("visit_id", flat=True).first()
    if found := Visit.objects.filter(pk=visit or 0).first():
        return page_versions.visit_and_adult_version(found)
    patient = Patient.objects.filter(pk=named.get("patient_id") or 0).first()
    return page_versions.patient_page_version(patient) if patient else PageVersion()
