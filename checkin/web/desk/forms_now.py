"""The forms that are filled in from a record, as they would be drawn now for the child as it now is.

Of those that say what somebody did or said: whose words a box holds that its page had filled in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.forms import BaseForm
from django.http import Http404
from django.utils import timezone

from checkin.actions import excuse_notes, needs
from checkin.models import Patient, Visit
from checkin.models import excuse_notes as note_facts
from checkin.rules.consent_adults import Adult, split_adult
from checkin.rules.consent_meant import is_of_other_family
from checkin.web.access import get_patient_or_404, get_visit_or_404
from checkin.web.changed_fields import Statement
from checkin.web.desk import consent, notes, promises
from checkin.web.desk.consent_forms import ConsentForm, ProxyForm
from checkin.web.desk.consent_proxies import proxies
from checkin.web.desk.forms import PatientForm
from checkin.web.desk.note_forms import NoteForm, ReissueForm
from checkin.web.desk.preference_forms import PreferencesForm
from checkin.web.desk.promise_forms import PromiseForm


def form_now(request: Any, **named: int) -> BaseForm | None:
    """The form of this address, drawn anew; None where its boxes hold nothing of a record.

    `named` stands for what the address names, where that is another by now.
    """
    match = request.resolver_match
    draw = FORMS.get(match.url_name)
    if draw is None:
        return None
    try:
        return draw(request, **match.kwargs | named)
    except Http404:
        return None


def preferences(request: Any, visit_id: int) -> BaseForm:
    return PreferencesForm(visit=get_visit_or_404(request, visit_id))


def promise(request: Any) -> BaseForm:
    known = promises.subject_of(request)["known"]
    return PromiseForm(clinic=request.clinic, at=timezone.now(), known=known)


def answer(request: Any, visit_id: int) -> ConsentForm:
    visit = get_visit_or_404(request, visit_id)
    known = needs.known_facts(visit, at=timezone.now())
    patient, day = visit.patient, consent.today(request)
    listed = proxies(patient, day, known.consent.known) if patient else []
    return consent.form_of(request, visit, known, listed)


def proxy(request: Any, patient_id: int) -> BaseForm:
    patient = get_patient_or_404(request, patient_id)
    visit = consent.visit_of(request, patient)
    if visit is None:
        return ProxyForm(today=consent.today(request))
    known = needs.known_facts(visit, at=timezone.now())
    initial = {"granted_by": consent.first_name(known.consent)}
    return ProxyForm(today=consent.today(request), initial=initial)


def note(request: Any, visit_id: int, kind: str) -> BaseForm:
    visit = get_visit_or_404(request, visit_id)
    standing = excuse_notes.standing(visit, kind)
    edits = standing.edits() if standing else note_facts.first_draft(visit, kind)
    return NoteForm(**notes.asked(visit, kind, excuse_notes.proper(visit, kind, edits)))


def reissue(request: Any, number: int) -> BaseForm:
    found = notes.get_note_or_404(request, number)
    visit: Visit = found.visit
    edits = excuse_notes.proper(visit, found.kind, found.edits())
    return ReissueForm(issuing=True, **notes.asked(visit, found.kind, edits))


def record(request: Any, patient_id: int) -> BaseForm:
    return PatientForm(instance=get_patient_or_404(request, patient_id))


FORMS: dict[str, Callable[..., BaseForm]] = {
    "preferences": preferences,
    "promise_new": promise,
    "consent": answer,
    "proxy": proxy,
    "note_draft": note,
    "note_reissue": reissue,
    "patient_complete": record,
}
STATEMENTS = {
    "consent": Statement(),
    "proxy": Statement(adult="granted_by"),
    "promise_new": Statement(adult="to_whom", theirs=("reach_at", "best_words")),
    "note_draft": Statement(theirs=("person_name",), of_record=("language",)),
    "note_reissue": Statement(theirs=("person_name",), of_record=("language",)),
}
"""Those of the forms that say what somebody did or said. The others show what is on record."""


def statement_now(
    request: Any, was: Patient | None, patient: Patient | None, visit: Visit | None
) -> Statement | None:
    """What is to be known of the form of this address; None where it shows a record, or nothing of one.

    `was` is the child of the page, `patient` the one that it is for now.
    """
    found = STATEMENTS.get(request.resolver_match.url_name)
    if found is None:
        return None
    here = visit.sign_in.escort_name if visit is not None else ""
    is_same_child = was is not None and was == patient
    return replace(
        found, is_same_child=is_same_child, is_same=lambda name: is_same_adult(name, here, was, patient)
    )


def is_same_adult(name: str, here: str, was: Patient | None, patient: Patient | None) -> bool:
    """Whether this name means one adult for both children: who is here, or who stands on both records."""
    adult = Adult(name)
    if adult.same_as(Adult(here)):
        return True
    if was is None or was == patient:
        # A record that was merged into this one may have gone again, with the adults whom the page showed.
        return any(adult.same_as(one) for one in adults_of(patient))
    if adult.same_as(Adult(was.name)):
        return False
    return not is_of_other_family(adult, adults_of(was), adults_of(patient))


def adults_of(patient: Patient | None) -> list[Adult]:
    """Guardians, proxies, who granted them and who brings the child."""
    if patient is None:
        return []
    entries: list[Any] = [*patient.guardians.all(), *patient.escorts.filter(is_patient=False)]
    granted = patient.standing_proxies.filter(revoked_at=None)
    proxies = [Adult(one.name, "", one.relationship) for one in granted]
    grantors = [split_adult(Adult(one.granted_by)) for one in granted]
    return [*(Adult(one.name, one.phone, one.relationship) for one in entries), *proxies, *grantors]
