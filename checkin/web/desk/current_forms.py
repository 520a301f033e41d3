"""Redraw forms that are filled in from a record, for the child as it is now.

This module also says which boxes may hold another child's details, for forms that state what somebody did or
said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.forms import BaseForm
from django.http import Http404
from django.utils import timezone

from checkin.actions import excuse_notes
from checkin.models import Patient, Visit
from checkin.models import excuse_notes as excuse_note_models
from checkin.queries import need_facts
from checkin.rules.consent_adult_matches import is_adult_of_other_family
from checkin.rules.consent_adults import ConsentAdult, split_kin_from_adult
from checkin.web.access import get_patient_or_404, get_visit_or_404
from checkin.web.desk import (
    consent as consent_views,
)
from checkin.web.desk import (
    excuse_notes as excuse_note_views,
)
from checkin.web.desk import (
    promises as promise_views,
)
from checkin.web.desk.consent_forms import ConsentForm, ProxyForm
from checkin.web.desk.consent_proxies import list_visit_proxies
from checkin.web.desk.excuse_note_forms import ExcuseNoteForm, NoteReissueForm, note_form_facts
from checkin.web.desk.forms import PatientForm
from checkin.web.desk.preference_forms import PreferencesForm
from checkin.web.desk.promise_forms import PromiseForm
from checkin.web.stale_forms import StatementFields


def build_current_form(request: Any, **named: int) -> BaseForm | None:
    """Return the form of this URL, drawn again; None if nothing in it comes from a record.

    `named` replaces URL arguments that have changed since.
    """
    match = request.resolver_match
    draw = _CURRENT_FORMS.get(match.url_name)
    if draw is None:
        return None
    try:
        return draw(request, **match.kwargs | named)
    except Http404:
        return None


def _current_preferences_form(request: Any, visit_id: int) -> BaseForm:
    return PreferencesForm(visit=get_visit_or_404(request, visit_id))


def _current_promise_form(request: Any) -> BaseForm:
    known = promise_views.read_promise_subject(request)["known"]
    return PromiseForm(clinic=request.clinic, at=timezone.now(), known=known)


def _current_consent_form(request: Any, visit_id: int) -> ConsentForm:
    visit = get_visit_or_404(request, visit_id)
    known = need_facts.read_visit_need_facts(visit, at=timezone.now())
    day = consent_views.clinic_today(request)
    listed = list_visit_proxies(visit, day, known.consent.known)
    return consent_views.build_consent_form(request, visit, known, listed)


def _current_proxy_form(request: Any, patient_id: int) -> BaseForm:
    patient = get_patient_or_404(request, patient_id)
    visit = consent_views.find_asking_visit(request, patient)
    if visit is None:
        return ProxyForm(today=consent_views.clinic_today(request))
    known = need_facts.read_visit_need_facts(visit, at=timezone.now())
    initial = {"granted_by": consent_views.first_guardian_name(known.consent)}
    return ProxyForm(today=consent_views.clinic_today(request), initial=initial)


def _current_note_form(request: Any, visit_id: int, kind: str) -> BaseForm:
    visit = get_visit_or_404(request, visit_id)
    standing = excuse_notes.find_standing_note(visit, kind)
    edits = standing.edits() if standing else excuse_note_models.first_note_draft(visit, kind)
    return ExcuseNoteForm(
        **note_form_facts(visit, kind, excuse_notes.normalize_note_edits(visit, kind, edits))
    )


def _current_reissue_form(request: Any, number: int) -> BaseForm:
    found = excuse_note_views.get_note_or_404(request, number)
    visit: Visit = found.visit
    edits = excuse_notes.normalize_note_edits(visit, found.kind, found.edits())
    return NoteReissueForm(issuing=True, **note_form_facts(visit, found.kind, edits))


def _current_patient_form(request: Any, patient_id: int) -> BaseForm:
    return PatientForm(instance=get_patient_or_404(request, patient_id))


_CURRENT_FORMS: dict[str, Callable[..., BaseForm]] = {
    "preferences": _current_preferences_form,
    "promise_new": _current_promise_form,
    "consent": _current_consent_form,
    "proxy": _current_proxy_form,
    "note_draft": _current_note_form,
    "note_reissue": _current_reissue_form,
    "patient_complete": _current_patient_form,
}
_STATEMENT_FORMS = {
    "consent": StatementFields(),
    "proxy": StatementFields(adult="granted_by"),
    "promise_new": StatementFields(adult="to_whom", theirs=("reach_at", "best_words")),
    "note_draft": StatementFields(theirs=("person_name", "name_spelling"), of_record=("language",)),
    "note_reissue": StatementFields(theirs=("person_name", "name_spelling"), of_record=("language",)),
}
"""Forms that state what somebody did or said. The others show what is on record."""


def build_current_statement(
    request: Any, was: Patient | None, patient: Patient | None, visit: Visit | None
) -> StatementFields | None:
    """Return which boxes of this URL's form may be another child's; None if it states nothing that was said.

    `was` is the child of the page, `patient` the one it is for now.
    """
    found = _STATEMENT_FORMS.get(request.resolver_match.url_name)
    if found is None:
        return None
    here = visit.sign_in.escort_name if visit is not None else ""
    is_same_child = was is not None and was == patient
    return replace(
        found,
        is_same_child=is_same_child,
        is_same=lambda name: _is_adult_of_both_children(name, here, was, patient),
    )


def _is_adult_of_both_children(name: str, here: str, was: Patient | None, patient: Patient | None) -> bool:
    """Return whether the name means one adult for both children: who is here, or on both records."""
    adult = ConsentAdult(name)
    if adult.same_as(ConsentAdult(here)):
        return True
    if was is None or was == patient:
        # A record merged into this one may be separate again, with the adults that the page showed.
        return any(adult.same_as(one) for one in _adults_on_record(patient))
    if adult.same_as(ConsentAdult(was.name)):
        return False
    return not is_adult_of_other_family(adult, _adults_on_record(was), _adults_on_record(patient))


def _adults_on_record(patient: Patient | None) -> list[ConsentAdult]:
    """Return guardians, proxies, their grantors and escorts."""
    if patient is None:
        return []
    entries: list[Any] = [*patient.guardians.all(), *patient.escorts.filter(is_patient=False)]
    granted = patient.standing_proxies.filter(revoked_at=None)
    proxies = [ConsentAdult(one.name, "", one.relationship) for one in granted]
    grantors = [split_kin_from_adult(ConsentAdult(one.granted_by)) for one in granted]
    return [*(ConsentAdult(one.name, one.phone, one.relationship) for one in entries), *proxies, *grantors]
