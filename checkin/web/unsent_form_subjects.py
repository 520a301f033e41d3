"""Whom a form that is shown again is for, so that nobody sends it for somebody else."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from django.urls import Resolver404, ResolverMatch, resolve

from checkin.models import Clinic
from checkin.rules.page_versions import PageVersion, read_page_version
from checkin.web.locations import strip_location_path
from checkin.web.page_versions import DRAWN_FOR, find_record_of_version, find_visit_of_version
from checkin.web.params import parse_number_param
from checkin.web.stale_page_wording import name_and_birth_date


class FormSubject(NamedTuple):
    """A child, a visit, a person of the staff or a tablet. `named`: the patient's id, for the trail."""

    name: str = ""
    born: str = ""
    token: str = ""
    named: tuple[int, ...] = ()


def find_form_subject(clinic: Clinic, typed: Any) -> FormSubject | None:
    """Return whom this form is for, by its page or else its address; None if it names nobody.

    The audit log's forms name patients by number only, so neither does this. Of a confidential visit it has
    the token only.
    """
    address = urlsplit(typed["action"])
    try:
        match = resolve(strip_location_path(address.path))
    except Resolver404:
        return None
    if match.app_name == "settings":
        return _find_settings_subject(clinic, match)
    if match.app_name != "desk":
        return None
    sent = [*parse_qsl(address.query), *((name, text) for name, text in typed["fields"])]
    return _find_desk_subject(clinic, _read_version(match, sent))


def _find_settings_subject(clinic: Clinic, match: ResolverMatch) -> FormSubject | None:
    person, device = match.kwargs.get("person_id"), match.kwargs.get("device_id")
    rows: Any = clinic.devices if device else clinic.staff
    found = rows.filter(pk=device or person or 0).first()
    return FormSubject(found.name) if found else None


def _read_version(match: ResolverMatch, sent: list[tuple[str, str]]) -> PageVersion:
    """Return the version of the form's page, or else what its address and fields name."""
    marks = [mark for name, text in sent if name == DRAWN_FOR and (mark := read_page_version(text))]
    said = {name: parse_number_param(text) for name, text in sent if name in ("patient", "visit")}
    visit, patient = (match.kwargs.get(f"{name}_id") or said.get(name) for name in ("visit", "patient"))
    plain = PageVersion(visit=visit, patient=patient)
    return next((one for one in marks if one.visit or one.patient), plain)


def _find_desk_subject(clinic: Clinic, mark: PageVersion) -> FormSubject | None:
    visit, patient = find_visit_of_version(clinic, mark), find_record_of_version(clinic, mark)
    token = visit.token if visit else ""
    if visit is not None and visit.confidential:
        patient = None
    if patient is None:
        return FormSubject(token=token) if token else None
    born = name_and_birth_date(patient).removeprefix(str(patient))
    return FormSubject(str(patient), born, token, (patient.pk,))
