"""A need's label comes from its kind and subject, in the reader's language."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import translation

from checkin.actions import needs
from checkin.models import Clinic, DueItem, Location, Need, Patient, Visit
from checkin.rules.need_labels import label_words
from checkin.rules.need_types import NEEDS_NAMED_BY_OTHERS, NeedKind
from tests import make

filling = import_module("checkin.migrations.0026_fill_need_subjects")
SUBJECTS = {NeedKind.WRONG_NOTE: "school:1", NeedKind.DISCREPANCY: "birth_date,phone"}


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    DueItem.objects.create(
        clinic=leo.clinic, patient=leo, kind="vaccine", name="MMR", due_on=make.TUESDAY, status="due"
    )
    said = {"interpreter": "yes", "interpreter_language": "Dari", "access_needs": "uses a wheelchair"}
    return make.visit(front, address="14 Oak Rd", escort_phone="555-010-0002", also="the rash", **said)


def test_chips_store_what_a_need_is_about_without_display_words(visit: Visit) -> None:
    assert ["discrepancy", "address"] in visit.chips
    assert ["interpreter", "Dari"] in visit.chips
    assert ["access", "uses a wheelchair"] in visit.chips
    assert ["vaccine", "MMR"] in visit.chips
    assert ["second_concern", ""] in visit.chips
    named = visit.needs.exclude(label="")
    assert {need.kind for need in named} <= NEEDS_NAMED_BY_OTHERS


@pytest.mark.parametrize("kind", sorted(set(NeedKind) - NEEDS_NAMED_BY_OTHERS))
def test_every_kind_has_a_label_in_both_languages(kind: NeedKind) -> None:
    for text in ("", SUBJECTS.get(kind, "7")):
        english = label_words(kind, text)
        with translation.override("es"):
            assert label_words(kind, text) not in ("", english)


def test_the_visit_and_the_board_show_labels_in_spanish(visit: Visit, desk_client: Client) -> None:
    with translation.override("es"):
        page = desk_client.get(f"/visits/{visit.pk}/").content.decode()
        board = desk_client.get("/").content.decode()
    for words in ("Segunda consulta", "Intérprete · Dari", "MMR", "No coincide: dirección"):
        assert words in page
    assert "Segunda consulta" in board and "MMR" in board


def test_a_sign_in_in_spanish_writes_the_same_rows(front: Location, leo: Patient, visit: Visit) -> None:
    with translation.override("es"):
        again = make.visit(front, make.at("9:50"), address="14 Oak Rd", also="the rash")
        needs.recompute_needs(visit=visit, at=make.at("9:51"))
    assert "second_concern" in dict(again.chips)
    assert not Need.objects.exclude(label="").exclude(kind__in=NEEDS_NAMED_BY_OTHERS).exists()


def test_an_unknown_label_of_an_old_row_is_shown_unchanged(visit: Visit) -> None:
    need = visit.needs.get(kind=NeedKind.SECOND_CONCERN)
    Need.objects.filter(pk=need.pk).update(label="a second thing")
    need.refresh_from_db()
    assert need.label_words == str(need) == "a second thing"


def old_apps() -> Any:
    loader = MigrationExecutor(connection).loader
    return loader.project_state([("checkin", "0026_fill_need_subjects")]).apps


OLD = [
    # kind, label, why, next step; label, subject and next step now
    ("match", "who is this?", "w", "", "", "", ""),
    ("school_note", "school note", "asked for at sign-in", "", "", "", ""),
    ("work_note", "work note", "work note 12 was made void, and no other was issued", "", "", "12", ""),
    ("wrong_note", "work note 3: another name", "w", "void it", "", "work:3", "void it"),
    ("interpreter", "interpreter · Dari", "w", "", "", "Dari", ""),
    ("interpreter", "interpreter, ask which language", "w", "", "", "", ""),
    ("access", "access · ramp · left", "w", "", "", "ramp · left", ""),
    ("access", "no label of ours", "w", "", "no label of ours", "", ""),
    (
        *("discrepancy", "birth date, name and sign-in differ"),
        *("typed otherwise than recorded: birth date, name, sign-in", "", "", "birth_date,name,sign_in", ""),
    ),
    ("discrepancy", "name differs", "the moon was full", "", "name differs", "", ""),
    ("vaccine", "MMR", "w", "MMR · aunt · phone Ana", "MMR", "", "aunt · phone Ana"),
    ("check_up", "2-year  check", "w", "2-year check · go ahead", "2-year  check", "", "go ahead"),
    ("vaccine", "HPV", "w", "aunt · phone Ana", "HPV", "", "aunt · phone Ana"),
    ("clinic", "ID card seen?", "w", "", "ID card seen?", "", ""),
]  # fmt: skip


@pytest.mark.parametrize("at_once", [2, 1000])
def test_the_migration_fills_the_subject_of_old_rows(
    monkeypatch: pytest.MonkeyPatch, visit: Visit, at_once: int
) -> None:
    monkeypatch.setattr(filling, "AT_ONCE", at_once)
    facts = {"clinic": visit.clinic, "noticed_at": make.at("9:50"), "owner_role": "front_desk"}
    found = {}
    for number, (kind, label, why, step, *now) in enumerate(OLD):
        words = {"kind": kind, "label": label, "why": why, "next_step": step, "key": f"old {number}"}
        found[visit.needs.create(**facts, **words).pk] = tuple(now)
    for _ in range(2):
        filling.fill_subjects(old_apps(), None)
        rows = Need.objects.filter(pk__in=found).values_list("pk", "label", "subject", "next_step")
        assert {pk: tuple(now) for pk, *now in rows} == found


def test_the_migration_converts_the_boards_chips(visit: Visit) -> None:
    was = visit.chips
    Visit.objects.filter(pk=visit.pk).update(
        chips=[["vaccine", "flu vaccine"], ["discrepancy", "it differs"]]
    )
    filling.fill_subjects(old_apps(), None)
    visit.refresh_from_db()
    assert sorted(visit.chips) == sorted(was)
    assert visit.chips[0][0] == "discrepancy" and ["vaccine", ""] in visit.chips


def test_the_migration_covers_every_kind_of_its_time(db: None) -> None:
    """A kind that is added later has no rows without a subject."""
    kinds = old_apps().get_model("checkin", "Need")._meta.get_field("kind").choices
    known = {*filling.NAMED_BY_OTHERS, *filling.PLAIN_LABELS, *filling.STARTS, "wrong_note", "discrepancy"}
    assert known == {kind for kind, _ in kinds}
    assert set(filling.NAMED_BY_OTHERS) == NEEDS_NAMED_BY_OTHERS & known
    assert apps.get_model("checkin", "Need")._meta.get_field("subject").max_length == 200
