"""A need's end is stored as a code if the program or a button caused it; free text never gets a code."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from checkin.actions import needs, second_concerns
from checkin.models import Clinic, DueItem, Location, Need, NeedAnswer, Patient, Staff, Visit
from checkin.rules.need_reasons import NeedReason
from checkin.rules.need_types import NeedKind, NeedOutcome
from checkin.rules.need_words import need_outcome_words, need_reason_words
from tests import make

filling = import_module("checkin.migrations.0022_fill_need_reason_codes")


@pytest.fixture
def concern(front: Location, leo: Patient) -> Need:
    return make.visit(front, also="the rash").needs.get(kind=NeedKind.SECOND_CONCERN)


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


def fresh(need: Need) -> Need:
    need.refresh_from_db()
    return need


def test_rewording_a_reason_also_rewords_stored_rows(
    monkeypatch: pytest.MonkeyPatch, front: Location, leo: Patient
) -> None:
    item = DueItem.objects.create(
        clinic=leo.clinic, patient=leo, kind="vaccine", name="MMR", due_on=make.TUESDAY
    )
    visit = make.visit(front)
    DueItem.objects.filter(pk=item.pk).update(status=DueItem.Status.WITHDRAWN)
    needs.recompute_needs(visit=visit, at=make.at("9:50"))
    monkeypatch.setattr(NeedReason.FACTS_CHANGED, "_label_", "this is not needed now")
    need = visit.needs.get(due_item=item)
    line = need.answers.get()
    assert need.reason_words == "this is not needed now"
    assert line.is_by_facts and line.is_by_program
    assert need_reason_words(line.reason_code, line.told_reason) == ""


def test_free_text_that_reads_like_a_button_gets_no_code(concern: Need, noor: Staff) -> None:
    needs.answer_need(
        need=concern, outcome="deferred", reason="booked for Friday, she says", by=noor, at=make.at("9:50")
    )
    need = fresh(concern)
    assert (need.reason_code, need.reason) == ("", "booked for Friday, she says")
    assert need_outcome_words(need.kind, need.status, need.reason_code) == "Deferred"


@pytest.mark.parametrize(("how", "word"), [("done", "Done today"), ("not_possible", "Not possible")])
def test_the_pressed_button_is_stored_beside_the_typed_words(
    concern: Need, noor: Staff, how: str, word: str
) -> None:
    made = second_concerns.answer_second_concern(
        need=concern, how=how, words="no time", by=noor, at=make.at("9:50")
    )
    assert made.reason_code == fresh(concern).reason_code == f"concern_{how}"
    assert "no time" in made.told_reason
    assert need_outcome_words(concern.kind, concern.status, concern.reason_code) == word


def test_an_undo_also_clears_the_code(concern: Need, noor: Staff) -> None:
    second_concerns.answer_second_concern(need=concern, how="done", by=noor, at=make.at("9:50"))
    needs.undo_need_answer(need=fresh(concern), by=noor, at=make.at("9:51"))
    assert (fresh(concern).reason_code, concern.reason) == ("", "")


def old_apps() -> Any:
    """Return the models as the migration sees them."""
    loader = MigrationExecutor(connection).loader
    return loader.project_state([("checkin", "0022_fill_need_reason_codes")]).apps


def add_old_line(need: Need, outcome: str, reason: str) -> NeedAnswer:
    return NeedAnswer.objects.create(
        need=need, before="open", outcome=outcome, reason=reason, at=make.at("9:50")
    )


FACTS = "the facts changed: it is no longer needed"
OLD_LINES = [
    ("lapsed", FACTS, "facts_changed"),
    ("lapsed", "MMR was given here on Mar 10, 2026; the record says MMR was given on Mar 10, 2026", "given"),
    ("lapsed", "this season's flu vaccine was given on Oct 1, 2025", "given"),
    ("lapsed", "entered in error", ""),
    ("deferred", "the flu shot was given on Monday", ""),
    ("deferred", "booked for Friday", ""),
]


@pytest.mark.parametrize("at_once", [2, 1000])
def test_the_migration_gives_old_lines_codes_and_keeps_their_words(
    monkeypatch: pytest.MonkeyPatch, front: Location, leo: Patient, concern: Need, at_once: int
) -> None:
    monkeypatch.setattr(filling, "AT_ONCE", at_once)
    visit = Visit.objects.get(pk=concern.visit_id)
    need = visit.needs.exclude(pk=concern.pk).first() or pytest.fail("no other need")
    lines = {add_old_line(need, outcome, words).pk: code for outcome, words, code in OLD_LINES}
    booked = add_old_line(concern, "deferred", "booked for Friday 13 Mar 2026").pk
    words = list(NeedAnswer.objects.order_by("pk").values_list("pk", "reason"))
    Need.objects.filter(pk=concern.pk).update(status="deferred", reason="booked for Friday 13 Mar 2026")
    Need.objects.filter(pk=need.pk).update(status="lapsed", reason=FACTS)
    for _ in range(2):
        filling.fill_reason_codes(old_apps(), None)
        found = dict(NeedAnswer.objects.values_list("pk", "reason_code"))
        assert {pk: found[pk] for pk in lines} == lines
        assert found[booked] == fresh(concern).reason_code == "concern_booked"
        assert fresh(need).reason_code == "facts_changed"
        assert list(NeedAnswer.objects.order_by("pk").values_list("pk", "reason")) == words


def test_reasons_are_shown_in_spanish(concern: Need) -> None:
    concern.reason_code = NeedReason.FACTS_CHANGED
    with translation.override("es"):
        assert concern.reason_words == "los datos cambiaron: ya no hace falta"
        assert need_outcome_words(NeedKind.VACCINE, NeedOutcome.DONE) == "Administrada"


def test_the_migration_fills_only_existing_reason_codes() -> None:
    assert {*filling.CONCERN_STARTS.values(), "facts_changed", "given"} == set(NeedReason.values)
    assert apps.get_model("checkin", "Need")._meta.get_field("reason_code").max_length >= max(
        map(len, NeedReason.values)
    )
