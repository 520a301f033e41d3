"""Records of an import that are like somebody on file: one child twice, or two children."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Self

from django.db import connection, models

from checkin.models.patient_search import ON_FILE
from checkin.models.people import Patient

AT_ONCE = 1000
MOST_EACH = 5
BORN = "o.birth_date = n.birth_date"
PHONE = "o.phone_key = n.phone_key AND n.phone_key <> ''"
NEVER_OR_PHONE = f"(o.birth_date IS NULL OR n.birth_date IS NULL OR ({PHONE}))"
NAMES = "o.family_key = n.family_key AND o.given_key = n.given_key AND n.family_key <> ''"
CROSSED = "o.family_key = n.given_key AND o.given_key = n.family_key AND n.given_key <> ''"
DAY, NEW_DAY = "CAST(o.birth_date AS text)", "CAST(n.birth_date AS text)"
SAME_GUARDIANS = (
    "SELECT g.patient_id FROM checkin_guardian m JOIN checkin_guardian g ON g.phone_key = m.phone_key"
    " WHERE m.patient_id = n.id AND m.phone_key <> ''"
)
SUFFIXES = ("jr", "jnr", "junior", "sr", "snr", "senior", "ii", "iii", "iv")
WITH_SUFFIX = [f"n.family_key || '{suffix}'" for suffix in SUFFIXES]
WITHOUT_SUFFIX = [
    f"CASE WHEN substr(n.family_key, length(n.family_key) - {len(suffix) - 1}) = '{suffix}'"
    f" THEN substr(n.family_key, 1, length(n.family_key) - {len(suffix)}) END"
    for suffix in SUFFIXES
]
OTHER_SUFFIX = f"o.family_key IN ({', '.join(WITH_SUFFIX + WITHOUT_SUFFIX)})"
"""One of both family names has a suffix more: "Vale Jr" and "Vale"."""
SAME = {
    "birth date and family name but for a suffix": f"{BORN} AND {OTHER_SUFFIX} AND n.family_key <> ''"
    " AND o.family_key <> ''",
    "birth date and family name": f"{BORN} AND o.family_key = n.family_key AND n.family_key <> ''",
    "birth date and given name": f"{BORN} AND o.given_key = n.given_key AND n.given_key <> ''",
    "birth date and phone": f"{BORN} AND {PHONE}",
    "birth date and a guardian's phone": f"{BORN} AND o.id IN ({SAME_GUARDIANS})",
    "birth date and names in each other's box": f"{BORN} AND {CROSSED}",
    "birth date and both names in one box on file": f"{BORN} AND o.family_key = ''"
    " AND o.given_key = n.given_key || n.family_key",
    "birth date and both names in one box": f"{BORN} AND n.family_key = ''"
    " AND o.given_key || o.family_key = n.given_key",
    "both names": f"{NAMES} AND {NEVER_OR_PHONE}",
    "both names in each other's box": f"{CROSSED} AND {NEVER_OR_PHONE}",
    "both names and the year": f"{NAMES} AND o.birth_date <> n.birth_date"
    f" AND substr({DAY}, 1, 4) = substr({NEW_DAY}, 1, 4)",
    "both names and the day of the year": f"{NAMES} AND o.birth_date <> n.birth_date"
    f" AND substr({DAY}, 5) = substr({NEW_DAY}, 5)",
}
"""What two records have in common that are worth a closer look; each is answered from an index."""


class LookAlikeQuerySet(models.QuerySet["LookAlike"]):
    def open(self) -> Self:
        """Nobody has said what they are, and both are still on file."""
        both = {"record__status__in": ON_FILE, "older__status__in": ON_FILE}
        return self.filter(settled_at=None, **both)


class LookAlike(models.Model):
    """A record that an import made, and an older one that may be the same child."""

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


def older_ones(made: Sequence[int]) -> dict[int, list[Any]]:
    """Of each new record those before it that have in common what `SAME` says; one query for each thousand.

    At most a few of each kind: more of one name and birth date stand for a date that nobody knew.
    """
    found: dict[int, list[Any]] = defaultdict(list)
    for start in range(0, len(made), AT_ONCE):
        some = list(made[start : start + AT_ONCE])
        older: Any
        for older in Patient.objects.raw(sql(len(some)), some * len(SAME)):
            found[older.new_id].append(older)
    return found


def sql(count: int) -> str:
    marks = ", ".join(["%s"] * count)
    return " UNION ".join(look_up(same, marks) for same in SAME.values())


def look_up(same: str, marks: str) -> str:
    """From each new record to the index: a plan that reads all patients would do so for every batch."""
    on_file = ", ".join(f"'{status}'" for status in ON_FILE)
    alike = f"o.clinic_id = n.clinic_id AND {same} AND o.id < n.id AND o.status IN ({on_file})"
    older = f"SELECT o.id FROM checkin_patient o WHERE {alike} LIMIT {MOST_EACH}"  # noqa: S608
    shown = "SELECT n.id AS new_id, p.* FROM checkin_patient n"
    if connection.vendor == "postgresql":
        found = f"CROSS JOIN LATERAL ({older}) x JOIN checkin_patient p ON p.id = x.id"
        return f"{shown} {found} WHERE n.id IN ({marks})"  # noqa: S608
    return f"{shown} CROSS JOIN checkin_patient p WHERE n.id IN ({marks}) AND p.id IN ({older})"  # noqa: S608
