"""Prove that nobody changed the audit trail, or name the first wrong row."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from checkin.management.plain_commands import PlainCommand, read_path_argument
from checkin.models import Clinic
from checkin.models.audit_fallback import read_fallback
from checkin.queries import audit_verification
from checkin.queries.audit_verification import VerifiedChain
from checkin.rules.audit import NO_CLINIC
from checkin.rules.audit_anchors import AuditAnchor, parse_anchors


class Command(PlainCommand):
    help = "Verify every row of the audit trail, and that none is missing. Ends with 1 if anything is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchors",
            type=read_path_argument,
            metavar="FILE",
            help="the anchors, from where you keep them; default: AUDIT_ANCHOR",
        )

    def handle(self, *, anchors: Path | None, **options: object) -> None:
        path = anchors or Path(settings.AUDIT_ANCHOR)
        known = list(_read_anchors(path, is_named=anchors is not None))
        troubles = _describe_triggers()
        for found in audit_verification.verify_chains(known):
            if found.wrong:
                troubles.append(_say_wrong(found))
            self.stdout.write(_say_right(found))
        troubles += [
            f"The rows of chain {chain} can be deleted: no removal is under way."
            for chain in audit_verification.list_open_chains()
        ]
        outside = audit_verification.count_rows_outside_chains()
        if outside:
            troubles.append(f"Rows that belong to no chain: {outside}.")
        if not known:
            self.stdout.write(
                f"No anchor is in {path}: the newest rows could be missing and nobody would see."
            )
        troubles += self._verify_fallback(Path(settings.AUDIT_FALLBACK))
        if troubles:
            raise CommandError("\n".join(troubles), returncode=1)
        self.stdout.write("The audit trail is whole.")

    def _verify_fallback(self, path: Path) -> list[str]:
        """Say how many lines are in the file instead of the trail, and return what is wrong with them."""
        try:
            lines = list(read_fallback(path))
        except OSError as problem:
            return [f"{path} cannot be read: {problem.strerror}."]
        if lines:
            times = sorted(one.at for one in lines if one.at)
            since = f", of {times[0]} to {times[-1]}" if times else ""
            self.stdout.write(f"{path} has what the audit trail could not take: {len(lines)} lines{since}.")
        wrong = [one.number for one in lines if not one.is_sealed]
        if not wrong:
            return []
        return [
            f"{path}: line {wrong[0]} is the first wrong one of {len(wrong)}: "
            "it was changed or cut short, or nobody with the key wrote it."
        ]


def _describe_triggers() -> list[str]:
    """Say which triggers are not those that the program made."""
    wrong = audit_verification.find_wrong_triggers()
    return [
        *(f"The trigger {one.name} is missing: the trail can be changed." for one in wrong.missing),
        *(
            f"The trigger {one.name} is not the one that the program made: the trail can be changed."
            for one in wrong.changed
        ),
        *(
            f"The trigger or rule {one.name} of the table {one.table} was not made by the program: it can "
            "keep rows out of the trail."
            for one in wrong.added
        ),
    ]


def _read_anchors(path: Path, *, is_named: bool) -> Iterator[AuditAnchor]:
    try:
        with path.open(errors="replace") as file:
            yield from parse_anchors(file)
    except OSError as problem:
        if is_named or not isinstance(problem, FileNotFoundError):
            raise CommandError(f"{path} cannot be read: {problem.strerror}.", returncode=1) from None


def _say_right(found: VerifiedChain) -> str:
    until = f", the last of {found.until:%Y-%m-%d %H:%M:%S} UTC" if found.until else ""
    if not found.removed:
        return f"{_name_chain(found)}: {found.rows} rows verified{until}."
    gone = found.removed
    return (
        f"{_name_chain(found)}: {found.rows - gone.number} rows verified{until}. The {gone.number} before "
        f"them were removed on {gone.at:%Y-%m-%d}: row {gone.checkpoint} is the checkpoint."
    )


def _say_wrong(found: VerifiedChain) -> str:
    wrong = found.wrong
    assert wrong  # noqa: S101
    when = f" of {wrong.at:%Y-%m-%d %H:%M:%S} UTC" if wrong.at else ""
    return f"{_name_chain(found)}: row {wrong.number}{when} is the first wrong one: {wrong.why}."


def _name_chain(found: VerifiedChain) -> str:
    if found.chain == NO_CLINIC:
        return "No clinic"
    clinic = Clinic.objects.filter(pk=found.chain).first()
    return f"{clinic} (clinic {found.chain})" if clinic else f"clinic {found.chain}"
