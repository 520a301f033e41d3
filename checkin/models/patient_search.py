"""Find patients by what somebody knows about them. Both databases use an index for each look-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.functions import Concat

from checkin.rules import name_keys
from checkin.rules.phones import PHONE_KEY_DIGITS

if TYPE_CHECKING:
    from checkin.models.people import Patient

ON_FILE_STATUSES = ("active", "provisional")
NAME_KEY_COLUMNS = (
    "family_key",
    "given_key",
    "preferred_key",
    "family_last_key",
    "family_core_key",
    "given_rest_key",
)
_WHOLE_NAME_KEY_COLUMNS = ("family_key", "given_key", "preferred_key")
_MOST_LEADING_WORDS = 2
_LAST_DIGIT_COUNT = 4
_FEWEST_LEADING_DIGITS = 5


class NumberKey(models.Func):
    """A record number as searches compare it. It has no parameters, or no index would be used."""

    arity = 1
    output_field: models.Field[Any, Any] = models.TextField()
    template = "LOWER(REPLACE(REPLACE(%(expressions)s,'-',''),' ',''))"

    def as_postgresql(self, compiler: Any, connection: Any) -> object:
        return self.as_sql(compiler, connection, template=f'({self.template} COLLATE "C")')


class LastDigits(models.Func):
    """The last four digits of a phone's key. It has no parameters; see `NumberKey`."""

    arity = 1
    output_field: models.Field[Any, Any] = models.TextField()
    template = f"SUBSTR(%(expressions)s,-{_LAST_DIGIT_COUNT})"

    def as_postgresql(self, compiler: Any, connection: Any) -> object:
        return self.as_sql(compiler, connection, template=f"RIGHT(%(expressions)s,{_LAST_DIGIT_COUNT})")


def _phone_key_beginnings(digits: str) -> list[str]:
    """Return possible key prefixes of a phone that starts like this. Keys: nine digits, no leading zero."""
    plain = digits.lstrip("0")
    found = (
        [digits, plain, plain[1:]] if _FEWEST_LEADING_DIGITS <= len(plain) <= PHONE_KEY_DIGITS else [digits]
    )
    return list(dict.fromkeys(found))


def _column_prefix_condition(column: str, key: str) -> models.Q:
    """Return the condition that `column` starts with `key`, in a form that both databases answer by index."""
    return models.Q(**{f"{column}__gte": key, f"{column}__lt": name_keys.end_of_key_prefix(key)})


class PatientSearchQuerySet(models.QuerySet["Patient"]):
    """Find patients by part of a name, a record number or a phone."""

    def on_file(self) -> Self:
        """Return all records except those merged into another or entered in error."""
        return self.filter(status__in=ON_FILE_STATUSES)

    def named_like(self, text: str) -> Self:
        """Return patients by names in either order; the last word may be incomplete."""
        wanted, parts, whole = models.Q(), name_keys.whole_name_words(text), name_keys.normalize_text(text)
        for column in NAME_KEY_COLUMNS if whole else ():
            wanted |= _column_prefix_condition(column, whole)
        for at in range(1, len(parts)):
            first, last = "".join(parts[:at]), "".join(parts[at:])
            wanted |= models.Q(family_key=first) & _column_prefix_condition("given_key", last)
            wanted |= models.Q(given_key=first) & _column_prefix_condition("family_key", last)
            wanted |= models.Q(given_key=first) & _column_prefix_condition("family_last_key", last)
        return self.on_file().filter(wanted) if wanted else self.none()

    def named_with(self, parts: Sequence[str]) -> Iterator[Self]:
        """Yield queries for records with each word somewhere in the name; a long word uses the index."""
        words = sorted(set(parts), key=len, reverse=True)
        for lead in words[:_MOST_LEADING_WORDS] if len(words) > 1 else ():
            begins, found = models.Q(), self.on_file()
            for column in NAME_KEY_COLUMNS:
                begins |= _column_prefix_condition(column, lead)
            for other in set(words) - {lead}:
                somewhere = models.Q()
                for column in _WHOLE_NAME_KEY_COLUMNS:
                    somewhere |= models.Q(**{f"{column}__contains": other})
                found = found.filter(somewhere)
            yield found.filter(begins)

    def with_whole_names(self, keys: Sequence[str]) -> Self:
        """Return records whose full name, in either order, has one of these keys. Narrow the query first."""
        pairs = [(first, "family_key") for first in ("given_key", "preferred_key")]
        pairs += [(family, first) for first, family in pairs]
        wholes = {f"whole_{n}": Concat(*pair) for n, pair in enumerate(pairs)}
        wanted = models.Q()
        for name in wholes:
            wanted |= models.Q(**{f"{name}__in": keys})
        return self.alias(**wholes).filter(wanted)

    def spelled_like(self, text: str) -> Iterator[Self]:
        """Yield queries for type-ahead: incomplete name parts in any order, in different spellings."""
        for spelling in name_keys.umlaut_spellings(text):
            yield self.named_like(spelling)
            yield from self.named_with(name_keys.normalized_words(spelling))

    def called(self, text: str) -> Self:
        """Return patients with exactly this given or family name."""
        key = name_keys.normalize_text(text)
        wanted = models.Q(family_key=key) | models.Q(given_key=key)
        return self.on_file().filter(wanted) if key else self.none()

    def numbered_like(self, text: str, *, clinic_id: int) -> models.QuerySet[Any, Any]:
        """Return identifiers whose number starts like this, in any system, ignoring case, hyphens, spaces."""
        key = name_keys.record_number_key(text)
        numbers = self._theirs("identifiers", clinic_id).annotate(key=NumberKey("value"))
        return numbers.filter(_column_prefix_condition("key", key)) if key else self.none()

    def phoned_like(self, digits: str, *, clinic_id: int) -> Iterator[models.QuerySet[Any, Any]]:
        """Yield queries for patients whose own, escort's or guardian's phone ends or starts like this.

        A number that is hidden finds nobody: digit by digit, it could be found out.
        """
        ends = {"last_digits": digits[-_LAST_DIGIT_COUNT:], "phone_key__endswith": digits}
        escorts, guardians = (self._theirs(whose, clinic_id) for whose in ("escorts", "guardians"))
        for rows in (self.filter(address_hidden=False), escorts, guardians):
            yield rows.annotate(last_digits=LastDigits("phone_key")).filter(**ends)
            for beginning in _phone_key_beginnings(digits):
                yield rows.filter(_column_prefix_condition("phone_key", beginning))

    def _theirs(self, relation: str, clinic_id: int) -> models.QuerySet[Any, Any]:
        """Return a clinic's rows of a table that belong to patients."""
        model: Any = self.model._meta.get_field(relation).related_model
        # `clinic + 0`: without statistics of its own, SQLite would read all of a clinic's rows by clinic.
        rows = model._default_manager.annotate(owner=models.F("clinic_id") + 0)
        theirs: models.QuerySet[Any, Any] = rows.filter(owner=clinic_id)
        return theirs

    def any_of(
        self, lookups: Iterable[models.QuerySet[Any, Any]], limit: int, *, clinic_id: int
    ) -> list[Patient]:
        """Return what any of these look-ups finds on the clinic's file, in one query with one index each."""
        sql, params = self.union_of(lookups, limit, clinic_id=clinic_id)
        return list(self.raw(sql, params)) if sql else []

    def union_of(
        self, lookups: Iterable[models.QuerySet[Any, Any]], limit: int, *, clinic_id: int
    ) -> tuple[str, list[object]]:
        """Return the SQL and parameters of `any_of`; "" if there is nothing to look up."""
        # Unsorted: an index returns the best matches first, and sorting would read all matches.
        ids = [one.values("pk" if one.model is self.model else "patient_id")[:limit] for one in lookups]
        parts = [one.query.sql_with_params() for one in ids if not one.query.is_empty()]
        if not parts:
            return "", []
        union = " UNION ".join(f"SELECT * FROM ({sql}) AS found{n}" for n, (sql, _) in enumerate(parts))  # noqa: S608
        # `+`: with the plain column, the database would use the index on the clinic and not the ids.
        sql = f"SELECT * FROM {self.model._meta.db_table} WHERE id IN ({union}) AND +clinic_id = %s"  # noqa: S608
        on_file = ", ".join(f"'{status}'" for status in ON_FILE_STATUSES)
        params = [one for _, some in parts for one in some]
        return f"{sql} AND status IN ({on_file})", [*params, clinic_id]
