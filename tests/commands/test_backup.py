"""`manage.py backup` and `restore` say in plain words what they did, or why not."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pyrage
import pytest
import pytest_django
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError

from checkin.actions import backups
from checkin.models import AuditEvent, Staff
from checkin.queries.backups import FAILED_CACHE_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings: pytest_django.Settings) -> Path:
    settings.VAR, settings.BACKUP_DIR, settings.BACKUP_RECIPIENTS = tmp_path, tmp_path / "backups", []
    return tmp_path


def say(*words: str, **options: object) -> str:
    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def test_each_says_to_keep_a_copy_of_the_key(var: Path) -> None:
    """The first one said so, and only the server saw it."""
    first = say("backup")
    assert first.startswith(f"{var}/backups/broughtby-") and "encrypted. Verified:" in first
    assert f"The key of the backups is new: {var}/backup_key\nKeep a copy of this file" in first
    (var / "disk").mkdir()
    second = say("backup", str(var / "disk"))
    assert second.startswith(f"{var}/disk/")
    assert f"The key of the backups is {var}/backup_key\nKeep a copy of this file" in second


def test_with_a_key_kept_elsewhere_it_names_no_file(var: Path, settings: pytest_django.Settings) -> None:
    settings.BACKUP_RECIPIENTS = [str(pyrage.x25519.Identity.generate().to_public())]
    said = say("backup")
    assert "BACKUP_RECIPIENTS names its public half" in said and "backup_key" not in said


def test_who_asked_for_it_on_the_page_is_in_the_trail(ada: Staff) -> None:
    say("backup", by=ada.pk)
    assert AuditEvent.objects.get(action="backup.made").staff == ada


def test_a_failure_is_told_here_and_kept_for_the_page(var: Path) -> None:
    with pytest.raises(CommandError, match="is not there, so no backup was made"):
        say("backup", str(var / "missing"))
    assert "is not there" in cache.get(FAILED_CACHE_KEY)


@pytest.mark.parametrize(
    ("made", "told"), [(False, "There is no file"), (True, "The key .*backup_key cannot be read")]
)
def test_restore_says_what_is_missing(var: Path, made: bool, told: str) -> None:
    if made:
        (var / "one.age").write_bytes(b"")
    with pytest.raises(CommandError, match=told):
        say("restore", str(var / "one.age"))


def test_an_error_that_nobody_foresaw_is_kept_for_the_page_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**given: object) -> None:
        raise ValueError("unforeseen")

    monkeypatch.setattr(backups, "make_backup", fail)
    with pytest.raises(ValueError, match="unforeseen"):
        say("backup")
    assert "ValueError" in cache.get(FAILED_CACHE_KEY)
