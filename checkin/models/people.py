"""The people a clinic knows: patients, and those who bring them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from checkin.models import patient_blocks
from checkin.models.base import KeyField, include_key_columns
from checkin.models.entry_moves import PatientMerge
from checkin.models.patient_search import (
    NAME_KEY_COLUMNS,
    LastDigits,
    NumberKey,
    PatientSearchQuerySet,
)
from checkin.models.row_json import column_value_as_json
from checkin.rules import name_keys, phones
from checkin.rules.identity_blocks import CandidateBlock
from checkin.rules.preferences import FORGOTTEN_PREFERENCES


class RecordSource(models.TextChoices):
    """The source of a record, which tells how far to trust its spelling."""

    KIOSK = "kiosk"
    DESK = "desk"
    IMPORT = "import"


class PatientQuerySet(PatientSearchQuerySet):
    def provisional(self) -> Self:
        return self.filter(status=Patient.Status.PROVISIONAL)

    def could_be(
        self, blocks: Iterable[CandidateBlock], *, clinic_id: int, board: int | None = None
    ) -> list[Patient]:
        """Return the records for `identity.judge_identity`, each with the `board_version`. One query."""
        sql, params = self.looking_up(blocks, clinic_id=clinic_id)
        version = "SELECT version FROM checkin_boardversion WHERE location_id = %s"
        sql = sql and f"SELECT u.*, ({version}) AS board_version FROM ({sql}) AS u"  # noqa: S608
        return list(self.raw(sql, [board, *params])) if sql else []

    def looking_up(self, blocks: Iterable[CandidateBlock], *, clinic_id: int) -> tuple[str, list[object]]:
        """Return the SQL and parameters of `could_be`; "" if there is nothing to look up.

        Each block is a separate index look-up. If blocks were joined by OR in one WHERE, or joined to the
        table again by id, a database might read all patients.
        """
        return patient_blocks.build_block_union(Patient, blocks, clinic_id=clinic_id)


class Patient(models.Model):
    """The child, or any patient, on record."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        PROVISIONAL = "provisional"
        MERGED = "merged"
        ENTERED_IN_ERROR = "entered_in_error"

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="patients")
    given_name = models.CharField(max_length=200, blank=True)
    family_name = models.CharField(max_length=200, blank=True)
    preferred_name = models.CharField(max_length=200, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=20, blank=True, help_text="as recorded: FHIR administrative gender")
    phone = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=40, blank=True)
    interpreter_needed = models.BooleanField(default=False)
    access_needs = models.CharField(max_length=500, blank=True)
    address_hidden = models.BooleanField(default=False, db_default=False, help_text="a mark on it stands")
    is_deceased = models.BooleanField(default=False)
    deceased_on = models.DateField(null=True, blank=True, help_text="where the source says it")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.ACTIVE)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=12, choices=RecordSource.choices, default=RecordSource.DESK)
    family_key = KeyField(max_length=200, blank=True, editable=False)
    given_key = KeyField(max_length=200, blank=True, editable=False)
    preferred_key = KeyField(max_length=200, blank=True, editable=False)
    family_last_key = KeyField(max_length=200, blank=True, editable=False)
    family_core_key = KeyField(max_length=200, blank=True, editable=False)
    given_rest_key = KeyField(max_length=200, blank=True, editable=False)
    phone_key = KeyField(max_length=20, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = PatientQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["clinic", "family_key", "given_key"], name="patient_by_family"),
            models.Index(fields=["clinic", "given_key", "family_key"], name="patient_by_given"),
            models.Index(fields=["clinic", "birth_date", "family_key"], name="patient_by_birth_family"),
            models.Index(fields=["clinic", "birth_date", "given_key"], name="patient_by_birth_given"),
            models.Index(fields=["clinic", "family_last_key", "given_key"], name="patient_by_last"),
            models.Index(fields=["clinic", "preferred_key", "family_key"], name="patient_by_preferred"),
            models.Index(fields=["clinic", "family_core_key"], name="patient_by_family_core"),
            models.Index(fields=["clinic", "given_rest_key"], name="patient_by_given_rest"),
            models.Index(fields=["clinic", "phone_key"], name="patient_by_phone"),
            models.Index("clinic", LastDigits("phone_key"), name="patient_by_last_digits"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="merged", merged_into__isnull=False)
                | (~models.Q(status="merged") & models.Q(merged_into__isnull=True)),
                name="patient_merged_says_into_whom",
            ),
            models.CheckConstraint(
                condition=models.Q(deceased_on__isnull=True) | models.Q(is_deceased=True),
                name="patient_died_on_a_day_only_if_deceased",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
                name="patient_not_merged_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.set_keys()
        super().save(*args, **include_key_columns(kwargs, *PATIENT_KEY_COLUMNS))

    def set_keys(self) -> None:
        """Update the search columns from the names and the phone."""
        named = {name: getattr(self, name) for name in ("given_name", "family_name", "preferred_name")}
        region = self.clinic.region if self.phone else ""
        for column, value in make_patient_keys(**named, phone=self.phone, region=region).items():
            setattr(self, column, value)

    @property
    def name(self) -> str:
        return " ".join(filter(None, [self.given_name, self.family_name])) or "—"

    @property
    def shown_phone(self) -> str:
        """The phone number for pages and mails; "" while the address is hidden."""
        return "" if self.address_hidden else self.phone

    @property
    def shown_place(self) -> str:
        """City and postal code for pages; "" while the address is hidden."""
        return "" if self.address_hidden else " ".join(filter(None, [self.city, self.postcode]))

    @property
    def is_provisional(self) -> bool:
        return self.status == Patient.Status.PROVISIONAL

    @cached_property
    def last_merge_id(self) -> int | None:
        """The id of the last merge of or into this record, or of its undo, as pages show it."""
        of_it = models.Q(merged=self.pk) | models.Q(into=self.pk)
        found = PatientMerge.objects.filter(of_it).aggregate(last=models.Max("pk"))
        last: int | None = found["last"]
        return last

    def standing_merge(self) -> PatientMerge | None:
        """Return the merge by which this record was merged into another, if it was recorded."""
        found: PatientMerge | None = PatientMerge.objects.standing().filter(merged=self.pk).first()
        return found

    @property
    def is_on_file(self) -> bool:
        return self.status in (Patient.Status.ACTIVE, Patient.Status.PROVISIONAL)


PATIENT_KEY_COLUMNS = (*NAME_KEY_COLUMNS, "phone_key")


def make_patient_keys(
    *, given_name: str, family_name: str, preferred_name: str, phone: str, region: str
) -> dict[str, str]:
    """Return the key columns of a patient with these names, for bulk writers, which do not call `save`."""
    return {
        "family_key": name_keys.normalize_text(family_name)[:200],
        "given_key": name_keys.normalize_text(given_name)[:200],
        "preferred_key": name_keys.normalize_text(preferred_name)[:200],
        "family_last_key": name_keys.last_family_word_key(family_name)[:200],
        "family_core_key": name_keys.key_of_family_core(family_name)[:200],
        "given_rest_key": name_keys.further_given_key(given_name)[:200],
        "phone_key": phones.phone_key(phone, region)[:20],
    }


class PatientIdentifier(models.Model):
    """A number by which another system knows the patient (FHIR Identifier)."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="patient_identifiers")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="identifiers")
    system = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "system", "value"], name="identifier_once_per_clinic"),
            models.CheckConstraint(condition=~models.Q(value=""), name="identifier_has_a_value"),
        ]
        indexes = [models.Index(NumberKey("value"), name="identifier_by_number")]

    def __str__(self) -> str:
        return self.value


class Escort(models.Model):
    """An adult known to bring this patient, with the last relationship given; or a patient who came alone."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="escorts")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="escorts")
    is_patient = models.BooleanField(default=False, help_text="came alone; no name or phone of its own")
    name = models.CharField(max_length=200, blank=True)
    name_key = KeyField(max_length=200, blank=True, editable=False)
    relationship = models.CharField(max_length=500, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    phone_key = KeyField(max_length=20, blank=True, editable=False)
    last_came_at = models.DateTimeField(null=True, blank=True)
    approach = models.CharField(max_length=20, blank=True, help_text="remembered because they said so")
    best_way = models.CharField(max_length=12, blank=True)
    best_time = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    remembered_at = models.DateTimeField(null=True, blank=True)
    on_record = models.JSONField(
        null=True, default=dict, help_text="what it says beside what sign-ins taught; null where one made it"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "name_key"],
                condition=~models.Q(name_key=""),
                name="escort_once_per_patient",
            ),
            models.UniqueConstraint(
                fields=["patient"], condition=models.Q(is_patient=True), name="escort_is_the_patient_once"
            ),
        ]
        indexes = [
            models.Index(fields=["phone_key"], name="escort_by_phone"),
            models.Index(LastDigits("phone_key"), name="escort_by_last_digits"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_keys.normalize_text(self.name)[:200]
        self.phone_key = phones.phone_key(self.phone, self.clinic.region)[:20] if self.phone else ""
        if self._state.adding and self.on_record == {}:
            self.on_record = {
                name: column_value_as_json(getattr(self, name)) for name in _ESCORT_COLUMNS_OF_SIGN_IN
            }
        super().save(*args, **include_key_columns(kwargs, "name_key", "phone_key"))


_ESCORT_COLUMNS_OF_SIGN_IN = (
    "relationship",
    "last_came_at",
    *FORGOTTEN_PREFERENCES,
    "remembered_at",
)
"""Columns of an escort's row that a sign-in may overwrite."""
