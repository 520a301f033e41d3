"""What a killed restore left goes if a restore marked it, and is named if an earlier version made it."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkin.actions import restore_leftovers


def left_behind(beside: Path, name: str, *files: str) -> Path:
    folder = beside / name
    folder.mkdir()
    for file in files:
        (folder / file).write_text("zqxvkj")
    return folder


@pytest.mark.parametrize("name", ["restore-x7_k2pq9", "broughtby-restore-unencrypted-ab12cd34"])
@pytest.mark.parametrize("file", ["database.sqlite3", "database.sqlite3-wal", "database.dump", "secret_key"])
def test_what_an_earlier_version_left_unencrypted_is_named_and_stays(
    tmp_path: Path, name: str, file: str
) -> None:
    """It had no marker yet, so it stayed with every patient in it, and nobody was told."""
    folder = left_behind(tmp_path, name, file)
    restore_leftovers.remove_restore_leftovers(tmp_path)
    assert restore_leftovers.list_unmarked_leftovers(tmp_path) == [folder]
    assert (folder / file).exists()


def test_what_is_marked_goes_and_is_not_named(tmp_path: Path) -> None:
    name = f"{restore_leftovers.WORK_PREFIX}ab12cd34"
    folder = left_behind(tmp_path, name, restore_leftovers.WORK_MARKER, "database.sqlite3")
    restore_leftovers.remove_restore_leftovers(tmp_path)
    assert not folder.exists()
    assert restore_leftovers.list_unmarked_leftovers(tmp_path) == []


def test_folders_of_other_names_and_without_a_restores_files_are_not_named(tmp_path: Path) -> None:
    left_behind(tmp_path, "restore-from-usb", "database.sqlite3")
    left_behind(tmp_path, "restore-x7_k2pq9", "notes.txt")
    (tmp_path / "restore-x7_k2pq8").write_text("a file")
    elsewhere = left_behind(tmp_path, "elsewhere", "database.sqlite3")
    (tmp_path / "restore-x7_k2pq7").symlink_to(elsewhere)
    assert restore_leftovers.list_unmarked_leftovers(tmp_path) == []
