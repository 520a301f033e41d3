"""What a terminal or a script hands to a command by mistake is refused in one sentence, by each command."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from checkin.models import Device, Location, Staff

pytestmark = pytest.mark.django_db

TOO_LONG = "x" * 300

TEXTS = [
    (["set_clinic", "--where-to-wait", "\udcff chairs"], "--where-to-wait"),
    (["set_clinic", "--clinic", "\udcff"], "--clinic"),
    (["set_clinic", "--mail-from", "\udcff@x.example"], "--mail-from"),
    (["set_staff_email", "dana", "\udcff@x.example"], "The address"),
    (["reset_password", "\udcff"], "The username"),
    (["create_staff", "\udcff", "--role", "manager", "--location", "Main desk"], "The username"),
    (["enrol_device", "--name", "Door", "--location", "\udcff"], "--location"),
    (["forget", "--patient", "1", "--by", "\udcff"], "--by"),
    (["import_records", "nothing.csv", "--source", "\udcff"], "--source"),
]
FILES = [
    ["restore"],
    ["restore", "here.age", "--identity"],
    ["backup"],
    ["import_records"],
    ["evaluate_matching", "here.csv"],
    ["verify_audit", "--anchors"],
    ["serve", "--certificate"],
]


def run(*words: str) -> str:
    said = io.StringIO()
    call_command(*words, stdout=said)
    return said.getvalue()


@pytest.mark.parametrize(
    ("words", "named"), TEXTS, ids=lambda said: said[0] if isinstance(said, list) else ""
)
def test_text_that_is_none_is_refused_by_its_name(
    front: Location, dana: Staff, words: list[str], named: str
) -> None:
    with pytest.raises(CommandError, match=f"^{named} cannot be read: the terminal must send text as UTF-8"):
        run(*words)


@pytest.mark.parametrize("words", FILES, ids=" ".join)
def test_a_files_name_that_the_system_refuses_is_said_and_cut(words: list[str]) -> None:
    with pytest.raises(
        CommandError, match="cannot be read: File name too long. Nothing was changed"
    ) as refused:
        run(*words, TOO_LONG)
    assert TOO_LONG not in str(refused.value)


@pytest.mark.parametrize("words", FILES, ids=" ".join)
def test_an_empty_name_of_a_file_never_means_the_usual_one(words: list[str]) -> None:
    """`--anchors "$WHERE"` without $WHERE proved the trail by anchors that lie beside it."""
    with pytest.raises(CommandError, match="its name is empty"):
        run(*words, "")


def test_where_families_wait_is_kept_without_hidden_signs(front: Location) -> None:
    run(
        "set_clinic",
        "--location",
        front.name,
        "--where-to-wait",
        "The \u202echairs\x1b[31m by\nthe\u034f window",
    )
    front.refresh_from_db()
    assert front.where_to_wait == "The chairs[31m by the window"


@pytest.mark.parametrize("name", ["\u034f", "\u2800", "\u3164 \u2800", "\u0301"])
def test_a_name_of_which_nothing_is_seen_is_blank_to_each_command(front: Location, name: str) -> None:
    for words in (
        ["enrol_device", "--location", front.name, "--name", name],
        ["setup_clinic", "--name", name, "--location", "Desk", "--username", "eve"],
        ["setup_clinic", "--name", "Hazel", "--location", name, "--username", "eve"],
        ["create_staff", name, "--role", "manager", "--location", front.name],
    ):
        with pytest.raises(CommandError):
            run(*words)
    assert not Device.objects.exists() and not Staff.objects.exists()
