"""Why a need is there, what staff do next and why it ended are kept as codes, and read in any language."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import translation

from checkin.actions import needs, visits
from checkin.models import Clinic, DueItem, Location, Need, NeedAnswer, Patient, Staff, Visit
from checkin.rules.need_types import NeedKind, NeedOutcome
from checkin.rules.sentence_codes import SentenceCode
from tests import make

filling = import_module("checkin.migrations.0028_fill_need_sentences")


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


def test_no_row_keeps_a_sentence_of_ours(visit: Visit) -> None:
    assert visit.needs.count() > 5
    assert set(visit.needs.values_list("why", "next_step", "reason")) == {("", "", "")}
    assert all(need.why_words and need.why_sentence["code"] for need in visit.needs.all())
    due = visit.needs.get(kind=NeedKind.VACCINE, label="MMR")
    assert due.why_sentence == {"code": "due_since", "day": "2026-03-10"}


def test_the_visit_shows_them_in_the_language_of_whoever_reads(visit: Visit, desk_client: Client) -> None:
    def read_pages() -> str:
        pages = (f"/visits/{visit.pk}/", f"/visits/{visit.pk}/leave/?to=left")
        return "".join(desk_client.get(page).content.decode() for page in pages)

    english = read_pages()
    with translation.override("es"):
        spanish = read_pages()
    for words, palabras in [
        ("they asked: the rash", "preguntaron: the rash"),
        (
            "the record says due since Mar 10, 2026",
            "según el expediente, pendiente desde el 10 de marzo de 2026",
        ),
        ("they said: uses a wheelchair", "dijeron: uses a wheelchair"),
        ("here on a Tuesday in school hours", "vino en horario escolar (martes)"),
    ]:
        assert words in english and palabras not in english
        assert palabras in spanish and words not in spanish


def test_a_tablet_in_spanish_writes_the_same_rows(visit: Visit) -> None:
    was = list(visit.needs.order_by("pk").values())
    with translation.override("es"):
        needs.recompute_needs(visit=visit, at=make.at("9:51"))
    assert list(visit.needs.order_by("pk").values()) == was


def test_a_row_from_before_shows_its_words_until_the_rules_say_more(visit: Visit) -> None:
    need = visit.needs.get(kind=NeedKind.SECOND_CONCERN)
    old = {"why": "they asked: the rash", "next_step": "ask", "why_sentence": None, "step_sentence": None}
    Need.objects.filter(pk=need.pk).update(**old)
    need.refresh_from_db()
    assert (need.why_words, need.step_words) == ("they asked: the rash", "ask")
    needs.recompute_needs(visit=visit, at=make.at("9:51"))
    need.refresh_from_db()
    assert (need.why, need.next_step) == ("", "")
    assert (need.why_words, need.step_words) == ("they asked: the rash", "")


def test_a_need_says_why_by_code_or_in_words(visit: Visit) -> None:
    need = visit.needs.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(why="", why_sentence=None)


def test_a_visit_left_unseen_leaves_its_needs_open_for_that_reason(visit: Visit, dana: Staff) -> None:
    visits.move_visit(
        visit=visit, to="left_without_being_seen", by=dana, at=make.at("9:55"), reason="the bus"
    )
    need = visit.needs.get(kind=NeedKind.SECOND_CONCERN)
    assert (need.status, need.reason) == (NeedOutcome.LEFT_OPEN, "")
    assert need.reason_sentence == {"code": "left_unseen_because", "reason": "the bus"}
    assert need.reason_words == need.answers.get().told_reason == "left without being seen: the bus"
    with translation.override("es"):
        assert need.reason_words == "se fue sin recibir atención: the bus"


WHYS = {
    "somebody on record may be this child": {"code": "record_in_doubt"},
    "asked for at sign-in, the language on record": {"code": "asked_as_recorded"},
    "typed otherwise than recorded: birth date, sign-in": {
        "code": "typed_otherwise",
        "fields": ["birth_date", "sign_in"],
    },
    "typed otherwise than recorded: the moon": None,
    "work note 12 was made void, and no other was issued": {"code": "work_note_void", "number": 12},
    "7 years old, here on a Tuesday in school hours": {"code": "school_hours", "age": 7, "weekday": 1},
    "7 years old, here on a Holiday in school hours": None,
    "2 promised to this family and not kept yet": {"code": "promises_not_kept", "count": 2},
    "in season, and none recorded since Sep 1, 2025": {"code": "in_season", "day": "2025-09-01"},
    "the record says due since Mar 10, 2026": {"code": "due_since", "day": "2026-03-10"},
    "the record says due since Feb 30, 2026": None,
    "they asked: the rash": None,
}


def old_apps() -> Any:
    loader = MigrationExecutor(connection).loader
    return loader.project_state([("checkin", "0028_fill_need_sentences")]).apps


@pytest.mark.parametrize("at_once", [2, 1000])
def test_old_rows_get_their_codes_and_read_as_before(
    monkeypatch: pytest.MonkeyPatch, visit: Visit, at_once: int
) -> None:
    monkeypatch.setattr(filling, "AT_ONCE", at_once)
    facts = {"clinic": visit.clinic, "noticed_at": make.at("9:50"), "owner_role": "front_desk"}
    made = {}
    for number, why in enumerate(WHYS):
        made[visit.needs.create(**facts, kind="clinic", key=f"old {number}", why=why).pk] = why
    for _ in range(2):
        filling.fill_sentences(old_apps(), None)
        for need in Need.objects.filter(pk__in=made):
            old, kept = made[need.pk], WHYS[made[need.pk]]
            now = old.replace("typed otherwise than recorded", "what was typed differs from the record")
            now = now.replace("was made void", "was voided")
            assert (need.why_sentence, need.why_words) == (kept, now if kept else old)


@pytest.mark.parametrize("at_once", [2, 1000])
def test_backwards_each_row_says_it_in_english(
    monkeypatch: pytest.MonkeyPatch, visit: Visit, dana: Staff, at_once: int
) -> None:
    monkeypatch.setattr(filling, "AT_ONCE", at_once)
    visits.move_visit(visit=visit, to="left_without_being_seen", by=dana, at=make.at("9:55"))
    read = {one.pk: (one.why_words, one.step_words, one.told_reason) for one in visit.needs.all()}
    filling.write_english(old_apps(), None)
    rows = visit.needs.values_list("pk", "why", "next_step", "reason")
    assert {pk: tuple(words) for pk, *words in rows} == read
    said = NeedAnswer.objects.filter(need__visit=visit).values_list("reason", flat=True)
    assert set(said) == {"left without being seen"}


def test_the_migration_fills_no_code_that_is_none() -> None:
    codes = {*filling.WHY_BY_SENTENCE.values(), *(code for _, code in filling.WHY_BY_PATTERN)}
    assert codes <= set(SentenceCode.values)
