"""Erase a patient, or records and audit rows that were kept as long as they must be."""

from __future__ import annotations

import datetime as dt
import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.timezone import localdate, make_aware, now

from checkin.actions import audit_removal, forgetting
from checkin.actions.refusals import Refused
from checkin.management.plain_commands import PlainCommand
from checkin.models import Clinic, Staff
from checkin.models.erasure import empty_write_log
from checkin.rules.forgetting import (
    ForgetReason,
    RetentionTerm,
    describe_rows,
    find_day_problem,
    find_years_problem,
    subtract_years,
    trail_may_go_before,
)
from checkin.rules.roles import StaffAct

_NOT_YET = "Nothing was erased. Add --yes to do it: it cannot be undone."
_LOG_IS_HELD = (
    "Somebody is reading the database, so the server still holds its log of writes, the file that ends in "
    "-wal, and in it what was erased. It is overwritten at the next checkpoint, or gone once the program is "
    "stopped."
)
_NO_NAME_HERE = "Run it at a terminal to read the name and the birth date: they go into no file."
_WHO_MAY = (
    "{username} may not erase patients: only the manager or an administrator may. Nothing was erased. Name "
    "one of them with --by."
)
_NUMBER_HELP = "the number in the address of the patient's page: 7 for /patients/7/"
_WHAT = "Name one: --patient NUMBER, --before DATE, --older-than YEARS or --again."
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
"""Not what int() takes too, such as 1_0 for 10."""


class Command(PlainCommand):
    help = "Erase patients and everything typed about them. Without --yes, count what would be erased."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--patient", type=_read_number, metavar="NUMBER", help=_NUMBER_HELP)
        what.add_argument("--before", type=_read_day, metavar="DATE", help="not in use since then")
        what.add_argument(
            "--older-than", type=_read_number, metavar="YEARS", help="not in use for so many years"
        )
        what.add_argument("--again", action="store_true", help="who is back from an older backup")
        parser.add_argument("--reason", choices=ForgetReason.values, help="needed with --patient")
        parser.add_argument("--by", required=True, metavar="USERNAME", help="the manager or administrator")
        parser.add_argument(
            "--until-age",
            type=_read_number,
            metavar="YEARS",
            help="with a date: keep everybody who is younger",
        )
        parser.add_argument(
            "--trail", action="store_true", help="with a date: remove older audit rows, never of six years"
        )
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(self, **options: Any) -> None:
        by = Staff.objects.find_by_username(options["by"], only_active=True)
        if not by:
            raise CommandError(f"Nobody who works here logs in as {options['by']}. Nothing was erased.")
        if not by.may_act(StaffAct.MANAGE_BACKUPS):
            raise CommandError(_WHO_MAY.format(username=by.username))
        if options["trail"]:
            _find_day(options)  # refused before anything is erased, which cannot be undone
        term = _find_term(options)
        try:
            for patient_id, reason in self._choose(by.clinic, term, options):
                # Of those who were found, one may have gone with a record that it was merged with.
                if options["patient"] is None and not by.clinic.patients.filter(pk=patient_id).exists():
                    continue
                self._forget(by, patient_id, reason, term, does_it=options["yes"])
                if options["patient"] is not None and not options["yes"]:
                    self._show_who_it_is(by.clinic, patient_id)
            if options["trail"]:
                self._remove_old_rows(by, options)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except forgetting.ListUnfinished as erased:
            raise CommandError(str(erased)) from None
        except OSError as problem:
            raise CommandError(
                f"{settings.FORGOTTEN_LIST} cannot be read or written ({problem.strerror}), and after a "
                "restore nobody would know whom to forget again. The last one was not erased."
            ) from None
        finally:
            # Also when it stops half-way: what is erased until then is to be in no file.
            if options["yes"]:
                self._empty_write_log()
        self.stdout.write(self._say_end() if options["yes"] else _NOT_YET)

    def _empty_write_log(self) -> None:
        if not empty_write_log():
            self.stdout.write(_LOG_IS_HELD)

    def _choose(
        self, clinic: Clinic, term: RetentionTerm | None, options: dict[str, Any]
    ) -> list[tuple[int, str]]:
        """Return the patients to forget, each with the reason."""
        if options["patient"] is not None:
            if not options["reason"]:
                raise CommandError(f"Say why: --reason {'|'.join(ForgetReason.values)}. Nothing was erased.")
            return [(options["patient"], options["reason"])]
        if term is None:
            self._name_unfinished(clinic)
            return [(one.patient, one.reason) for one in forgetting.list_returned(clinic)]
        found = forgetting.select_expired(clinic, term)
        records = "1 record" if len(found) == 1 else f"{len(found)} records"
        self.stdout.write(f"Not in use since {term.before:%Y-%m-%d}: {records}.")
        return [(pk, ForgetReason.RETENTION.value) for pk in found]

    def _forget(
        self, by: Staff, patient_id: int, reason: str, term: RetentionTerm | None, *, does_it: bool
    ) -> None:
        if not does_it:
            goes = forgetting.find_what_goes(by.clinic, [patient_id])
        else:
            try:
                goes = forgetting.forget_patient(
                    clinic=by.clinic, patient_id=patient_id, reason=reason, by=by, at=now(), term=term
                )
            except forgetting.PatientInUse as kept:
                self.stdout.write(str(kept))
                return
        numbers = ", ".join(map(str, goes.patients))
        self.stdout.write(f"Patient {numbers}: {describe_rows(goes.counts)}.")

    def _name_unfinished(self, clinic: Clinic) -> None:
        for one in forgetting.list_unfinished(clinic):
            self.stdout.write(
                f"Patient {one.patient} was kept. Somebody began to forget this record at {one.at} "
                f"({ForgetReason(one.reason).label}), and the list does not say that it was done. Find out "
                "whether it must go; if so, run `manage.py forget` again as it was run then."
            )

    def _show_who_it_is(self, clinic: Clinic, patient_id: int) -> None:
        """Write the child's name to whoever types this, and to no file, which would outlive the erasure."""
        if not self.stdout.isatty():
            self.stdout.write(_NO_NAME_HERE)
            return
        one = clinic.patients.filter(pk=patient_id).first()
        if one:
            name = " ".join(filter(None, [one.given_name, one.family_name])) or "without a name"
            born = f"born {one.birth_date:%Y-%m-%d}" if one.birth_date else "without a birth date"
            self.stdout.write(f"This is {name}, {born}.")

    def _remove_old_rows(self, by: Staff, options: dict[str, Any]) -> None:
        day = trail_may_go_before(_find_day(options), localdate())
        before = make_aware(dt.datetime.combine(day, dt.time()))
        if options["yes"]:
            removed = audit_removal.remove_old_rows(clinic=by.clinic, before=before, by=by, at=now())
            self.stdout.write(f"Audit rows from before {day}: {removed} removed, behind a checkpoint.")
            return
        last = audit_removal.find_last_old_row(by.clinic, before)
        self.stdout.write(
            f"Audit rows from before {day}: {f'up to row {last.number}' if last else 'no rows'}."
        )

    def _say_end(self) -> str:
        return (
            f"Backups made until now still hold this: the nightly ones for {settings.BACKUP_KEPT} nights, "
            "others until you delete them. After restoring one, run `manage.py forget --again --by … "
            "--yes`.\n"
            f"The numbers are in {settings.FORGOTTEN_LIST}: keep it on another disk, as the anchors."
        )


def _find_term(options: dict[str, Any]) -> RetentionTerm | None:
    """Return how long records are kept; None if no date is named but a patient, or who is back."""
    age = options["until_age"]
    if options["patient"] is not None or options["again"]:
        if age is not None:
            raise CommandError("--until-age goes with --before or --older-than only. Nothing was erased.")
        return None
    if age is not None and (problem := find_years_problem(age)):
        raise CommandError(f"--until-age: {problem} Nothing was erased.")
    return RetentionTerm(_find_day(options), age, localdate())


def _find_day(options: dict[str, Any]) -> dt.date:
    """Return the day before which records were last in use. Raises CommandError if it is none, or absurd."""
    today, day, years = localdate(), options["before"], options["older_than"]
    if day is None and years is None:
        raise CommandError(f"{_WHAT} Nothing was erased.")
    problem = find_day_problem(day, today) if day is not None else find_years_problem(years)
    if problem:
        raise CommandError(f"{'--older-than' if day is None else '--before'}: {problem} Nothing was erased.")
    found: dt.date = day if day is not None else subtract_years(today, years)
    return found


def _read_number(text: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(text):
        raise ArgumentTypeError(f"“{text}” is not a number. Write it in digits, such as 10.")
    return int(text)


def _read_day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a date. Write it as 2016-01-31.") from None
