"""One linear sequence of migrations, and history that never changes."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, models
from django.db.backends.postgresql import base
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import pre_migrate

from checkin.models import ImmutableModel, PromiseDecision
from tests import make
from tests.promising import keep, promise

# Each new model must be added to one of the two.
HISTORY = {
    "AfterWord",
    "AfterWordAnswer",
    "AfterWordReading",
    "AfterWordTold",
    "AuditEvent",
    "AuditEventPatient",
    "CareAlertAnswer",
    "CareAlertVersion",
    "ClosedDay",
    "ConfidentialMark",
    "DiscrepancyDecision",
    "EmergencyAccessSeen",
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
    "SealedReading",
    "SignIn",
    "ToldFamily",
    "WorryStep",
}
MAY_CHANGE = {
    "Appointment",
    "AuditChain",
    "BoardVersion",
    "CareAlert",
    "ChartChange",
    "Clinic",
    "ConsentRecord",
    "DeskSession",
    "Device",
    "Discrepancy",
    "DueItem",
    "EmergencyAccess",
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
    "StaffInvitation",
    "StandingProxy",
    "UnsentForm",
    "Visit",
}
# These get their clinic from the row they belong to.
WITHOUT_A_CLINIC = {
    "CareAlertAnswer",
    "CareAlertVersion",
    "AuditChain",
    "AuditEventPatient",
    "AfterWordAnswer",
    "AfterWordReading",
    "AfterWordTold",
    "BoardVersion",
    "Clinic",
    "ClosedDay",
    "DeskSession",
    "DiscrepancyDecision",
    "EmergencyAccessSeen",
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
    "UnsentForm",
    "WorryStep",
}


def ours() -> list[type[models.Model]]:
    return list(apps.get_app_config("checkin").get_models())


def test_migrations_have_a_single_leaf() -> None:
    assert len(MigrationLoader(None).graph.leaf_nodes("checkin")) == 1


def test_no_migration_that_rewrites_rows_pretends_to_be_reversed() -> None:
    """Six did nothing in reverse. The older version then showed needs without a label, for example."""
    reverses = {
        (name, operation.reverse_code)
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        for operation in migration.operations
        if app == "checkin" and isinstance(operation, RunPython)
    }
    assert {name: code for name, code in reverses if code is not None} == {
        # The columns that these two fill are dropped.
        "0005_worried": RunPython.noop,
        "0008_search_keys": RunPython.noop,
        "0028_fill_need_sentences": import_module(
            "checkin.migrations.0028_fill_need_sentences"
        ).write_english,
        # Written in the clear again, with the same keys.
        "0048_encrypted_factors": import_module("checkin.migrations.0048_encrypted_factors").decrypt,
    }
    assert len(reverses) >= 9


@pytest.mark.parametrize("to", [("checkin", "0029"), ("checkin", "zero"), ("sessions", "zero")])
@pytest.mark.django_db(transaction=True)
def test_going_back_is_refused_before_anything_is_undone(to: tuple[str, str]) -> None:
    dana = make.staff(make.clinic(), "dana")
    keep(promise(make.location(dana.clinic), due="9:30"), dana)
    before = MigrationRecorder(connection).applied_migrations().keys()
    with pytest.raises(CommandError, match=r"cannot be reversed.*use the old version and the backup"):
        call_command("migrate", *to, verbosity=0)
    assert PromiseDecision.objects.get().status == "reached"
    assert MigrationRecorder(connection).applied_migrations().keys() == before


def test_a_migration_that_only_adds_a_column_is_not_undone_either() -> None:
    added = MigrationLoader(None).disk_migrations["checkin", "0029_promise_decisions"]
    with pytest.raises(CommandError, match="cannot be reversed"):
        pre_migrate.send(sender=apps.get_app_config("checkin"), plan=[(added, True)])
    pre_migrate.send(sender=apps.get_app_config("checkin"), plan=[(added, False)])


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
