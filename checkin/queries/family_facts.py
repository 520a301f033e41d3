"""The rows of which a family's story is told, each kind with all that its line says read along."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q, QuerySet

from checkin.models import (
    AfterWord,
    ConsentRecord,
    DiscrepancyDecision,
    Escort,
    ExcuseNote,
    Need,
    Patient,
    Promise,
    ToldFamily,
    Visit,
)
from checkin.rules.need_facts import Outcome


def visits(patient: Patient, at: dt.datetime) -> QuerySet[Visit]:
    return patient.visits.select_related("sign_in", "clinic")


def remembered(patient: Patient, at: dt.datetime) -> QuerySet[Escort]:
    """Whoever asked us to remember, or to forget, how they like to be served."""
    return patient.escorts.exclude(remembered_at=None)


def promises(patient: Patient, at: dt.datetime) -> QuerySet[Promise]:
    return patient.promises.select_related("promised_by", "owner", "after_word", "replaces__after_word")


def broken(patient: Patient, at: dt.datetime) -> QuerySet[Promise]:
    """Past due, and open then: whether or not it was kept later."""
    late = Q(ended_at=None) | Q(ended_at__gt=F("due_at"))
    return patient.promises.filter(late, due_at__lte=at).select_related("owner")


def ended(patient: Patient, at: dt.datetime) -> QuerySet[Promise]:
    return patient.promises.exclude(ended_at=None).select_related("ended_by")


def needs(patient: Patient, at: dt.datetime) -> QuerySet[Need]:
    found = Need.objects.filter(visit__patient=patient).exclude(answered_at=None)
    return found.exclude(status=Outcome.LAPSED).select_related("answered_by")


def told(patient: Patient, at: dt.datetime) -> QuerySet[ToldFamily]:
    found = ToldFamily.objects.filter(answer__need__visit__patient=patient)
    return found.select_related("answer__need", "by")


def notes(patient: Patient, at: dt.datetime) -> QuerySet[ExcuseNote]:
    return ExcuseNote.objects.numbered().filter(visit__patient=patient).select_related("issued_by")


def consents(patient: Patient, at: dt.datetime) -> QuerySet[ConsentRecord]:
    return patient.consent_records.select_related("heard_by")


def words(patient: Patient, at: dt.datetime) -> QuerySet[AfterWord]:
    return AfterWord.objects.filter(visit__patient=patient)


def decisions(patient: Patient, at: dt.datetime) -> QuerySet[DiscrepancyDecision]:
    found = DiscrepancyDecision.objects.filter(discrepancy__visit__patient=patient)
    return found.select_related("discrepancy", "by", "undone_by")
