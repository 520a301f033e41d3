"""Imported records that resemble someone on file: one child twice, or two children."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Self

from django.db import connection, models

from checkin.models.patient_search import ON_FILE_STATUSES
from checkin.models.people import Patient

LOOK_ALIKE_BATCH_SIZE = 1000
_MOST_LOOK_ALIKES_EACH = 5
_SAME_BIRTH_DATE_SQL = "o.birth_date = n.birth_date"
_SAME_PHONE_SQL = "o.phone_key = n.phone_key AND n.phone_key <> ''"
_NO_BIRTH_DATE_OR_SAME_PHONE_SQL = f"(o.birth_date IS NULL OR n.birth_date IS NULL OR ({_SAME_PHONE_SQL}))"
_SAME_NAMES_SQL = "o.family_key = n.family_key AND o.given_key = n.given_key AND n.family_key <> ''"
_CROSSED_NAMES_SQL = "o.family_key = n.given_key AND o.given_key = n.family_key AND n.given_key <> ''"
_OLDER_BIRTH_DATE_SQL, _NEW_BIRTH_DATE_SQL = "CAST(o.birth_date AS text)", "CAST(n.birth_date AS text)"
_SAME_GUARDIAN_PHONE_SQL = (
    "SELECT g.patient_id FROM checkin_guardian m JOIN checkin_guardian g ON g.phone_key = m.phone_key"
    " WHERE m.patient_id = n.id AND m.phone_key <> ''"
)
_FAMILY_NAME_SUFFIXES = ("jr", "jnr", "junior", "sr", "snr", "senior", "ii", "iii", "iv")
_FAMILY_KEYS_WITH_SUFFIX = [f"n.family_key || '{suffix}'" for suffix in _FAMILY_NAME_SUFFIXES]
_FAMILY_KEYS_WITHOUT_SUFFIX = [
    f"CASE WHEN substr(n.family_key, length(n.family_key) - {len(suffix) - 1}) = '{suffix}'"
    f" THEN substr(n.family_key, 1, length(n.family_key) - {len(suffix)}) END"
    for suffix in _FAMILY_NAME_SUFFIXES
]
_OTHER_SUFFIX_SQL = f"o.family_key IN ({', '.join(_FAMILY_KEYS_WITH_SUFFIX + _FAMILY_KEYS_WITHOUT_SUFFIX)})"
"""One of the family names has an extra suffix: "Vale Jr" and "Vale"."""
_LOOK_ALIKE_CONDITIONS = {
    "birth date and family name but for a suffix": (
        f"{_SAME_BIRTH_DATE_SQL} AND {_OTHER_SUFFIX_SQL} AND n.family_key <> '' AND o.family_key <> ''"
    ),
    "birth date and family name": (
        f"{_SAME_BIRTH_DATE_SQL} AND o.family_key = n.family_key AND n.family_key <> ''"
    ),
    "birth date and given name": (
        f"{_SAME_BIRTH_DATE_SQL} AND o.given_key = n.given_key AND n.given_key <> ''"
    ),
    "birth date and phone": f"{_SAME_BIRTH_DATE_SQL} AND {_SAME_PHONE_SQL}",
    "birth date and a guardian's phone": f"{_SAME_BIRTH_DATE_SQL} AND o.id IN ({_SAME_GUARDIAN_PHONE_SQL})",
    "birth date and names in each other's box": f"{_SAME_BIRTH_DATE_SQL} AND {_CROSSED_NAMES_SQL}",
    "birth date and both names in one box on file": f"{_SAME_BIRTH_DATE_SQL} AND o.family_key = ''"
    " AND o.given_key = n.given_key || n.family_key",
    "birth date and both names in one box": f"{_SAME_BIRTH_DATE_SQL} AND n.family_key = ''"
    " AND o.given_key || o.family_key = n.given_key",
    "both names": f"{_SAME_NAMES_SQL} AND {_NO_BIRTH_DATE_OR_SAME_PHONE_SQL}",
    "both names in each other's box": f"{_CROSSED_NAMES_SQL} AND {_NO_BIRTH_DATE_OR_SAME_PHONE_SQL}",
    "both names and the year": f"{_SAME_NAMES_SQL} AND o.birth_date <> n.birth_date"
    f" AND substr({_OLDER_BIRTH_DATE_SQL}, 1, 4) = substr({_NEW_BIRTH_DATE_SQL}, 1, 4)",
    "both names and the day of the year": f"{_SAME_NAMES_SQL} AND o.birth_date <> n.birth_date"
    f" AND substr({_OLDER_BIRTH_DATE_SQL}, 5) = substr({_NEW_BIRTH_DATE_SQL}, 5)",
}
"""Two records that meet one of these are compared by the rules. Each condition can use an index."""


class LookAlikeQuerySet(models.QuerySet["LookAlike"]):
    def open(self) -> Self:
        """Return those that nobody has settled and whose records are both still on file."""
        both = {"record__status__in": ON_FILE_STATUSES, "older__status__in": ON_FILE_STATUSES}
        return self.filter(settled_at=None, **both)


class LookAlike(models.Model):
    """An imported record, and an older one that may be the same child."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="look_alikes")
    record = models.ForeignKey("Patient", on_delete=models.PROTECT, related_name="look_alikes")
    older = models.ForeignKey("Patient", on_delete=models.PROTECT, related_name="newer_look_alikes")
    noticed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="a person said that they are two children")
    settled_by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")

    objects = LookAlikeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "older"], name="look_alike_asked_once"),
            models.CheckConstraint(
                condition=models.Q(settled_at=None, settled_by=None)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False),
                name="look_alike_settled_says_by_whom",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "noticed_at"],
                condition=models.Q(settled_at=None),
                name="look_alike_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} ~ {self.older_id}"


def find_older_look_alikes(made: Sequence[int]) -> dict[int, list[Any]]:
    """Return, for each new record, the older ones that meet one of `_LOOK_ALIKE_CONDITIONS`.

    Runs one query per thousand records. Returns at most a few per record and condition: if many records have
    one name and birth date, that date is a placeholder for an unknown one.
    """
    found: dict[int, list[object]] = defaultdict(list)
    for start in range(0, len(made), LOOK_ALIKE_BATCH_SIZE):
        some = list(made[start : start + LOOK_ALIKE_BATCH_SIZE])
        older: Any
        for older in Patient.objects.raw(_look_alike_sql(len(some)), some * len(_LOOK_ALIKE_CONDITIONS)):
            found[older.new_id].append(older)
    return found


def _look_alike_sql(count: int) -> str:
    marks = ", ".join(["%s"] * count)
    return " UNION ".join(_older_record_sql(same, marks) for same in _LOOK_ALIKE_CONDITIONS.values())


def _older_record_sql(same: str, marks: str) -> str:
    """Return SQL that starts at each new record, so that it uses an index and never reads all patients."""
    on_file = ", ".join(f"'{status}'" for status in ON_FILE_STATUSES)
    alike = f"o.clinic_id = n.clinic_id AND {same} AND o.id < n.id AND o.status IN ({on_file})"
    older = f"SELECT o.id FROM checkin_patient o WHERE {alike} LIMIT {_MOST_LOOK_ALIKES_EACH}"  # noqa: S608
    shown = "SELECT n.id AS new_id, p.* FROM checkin_patient n"
    if connection.vendor == "postgresql":
        found = f"CROSS JOIN LATERAL ({older}) x JOIN checkin_patient p ON p.id = x.id"
        return f"{shown} {found} WHERE n.id IN ({marks})"
    return f"{shown} CROSS JOIN checkin_patient p WHERE n.id IN ({marks}) AND p.id IN ({older})"
