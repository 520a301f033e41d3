"""One linear sequence of migrations, and history that never changes."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.backends.postgresql import base
from django.db.migrations.loader import MigrationLoader

from checkin.models import ImmutableModel

# Each new model must be added to one of the two.
HISTORY = {
    "AfterWord",
    "AfterWordAnswer",
    "AfterWordReading",
    "AfterWordTold",
    "AuditEvent",
    "ClosedDay",
    "DiscrepancyDecision",
    "MatchDecision",
    "Move",
    "NeedAnswer",
    "PaperMove",
    "PatientMerge",
    "PromiseAttempt",
    "PromiseDecision",
    "PromiseEscalation",
    "PromiseHandover",
    "ReasonReading",
    "SignIn",
    "ToldFamily",
    "WorryStep",
}
MAY_CHANGE = {
    "Appointment",
    "BoardVersion",
    "ChartChange",
    "Clinic",
    "ConsentRecord",
    "Device",
    "Discrepancy",
    "DueItem",
    "Escort",
    "ExcuseNote",
    "Guardian",
    "Immunization",
    "Location",
    "LookAlike",
    "Need",
    "NoteCounter",
    "Patient",
    "PatientIdentifier",
    "Presence",
    "Promise",
    "SignInReplay",
    "Staff",
    "StandingProxy",
    "Visit",
}
# These get their clinic from the row they belong to.
WITHOUT_A_CLINIC = {
    "AfterWordAnswer",
    "AfterWordReading",
    "AfterWordTold",
    "BoardVersion",
    "Clinic",
    "ClosedDay",
    "DiscrepancyDecision",
    "MatchDecision",
    "Move",
    "NeedAnswer",
    "PaperMove",
    "Presence",
    "PromiseAttempt",
    "PromiseDecision",
    "PromiseEscalation",
    "PromiseHandover",
    "ReasonReading",
    "SignInReplay",
    "ToldFamily",
    "WorryStep",
}


def ours() -> list[type[models.Model]]:
    return list(apps.get_app_config("checkin").get_models())


def test_migrations_have_a_single_leaf() -> None:
    assert len(MigrationLoader(None).graph.leaf_nodes("checkin")) == 1


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_model_is_listed_as_history_or_changeable() -> None:
    assert {model.__name__ for model in ours() if issubclass(model, ImmutableModel)} == HISTORY
    assert {model.__name__ for model in ours() if not issubclass(model, ImmutableModel)} == MAY_CHANGE


def test_every_model_has_a_clinic_unless_listed() -> None:
    nobodys = {model.__name__ for model in ours() if not hasattr(model, "clinic")}
    assert nobodys == WITHOUT_A_CLINIC


def test_no_model_has_a_default_ordering() -> None:
    assert [model.__name__ for model in ours() if model._meta.ordering] == []


def test_postgresql_uses_psycopg2() -> None:
    """If psycopg 3 were installed too, Django would silently use it."""
    assert base.Database.__name__ == "psycopg2"
    with pytest.raises(ImportError):
        __import__("psycopg")
