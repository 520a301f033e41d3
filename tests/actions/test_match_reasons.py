"""Match reasons are stored as codes, so rewording them does not make a record look changed."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import translation

from checkin.models import Clinic, Location, MatchDecision, Patient, Visit
from checkin.queries.match_candidates import explain_visit_link
from checkin.rules.identity_reasons import IdentityReason
from tests import make

filling = import_module("checkin.migrations.0024_fill_match_reasons")


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz", "2018-03-14", phone="555-010-0001")


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    return make.visit(front, escort_phone="555-010-0001")


def test_a_sign_in_stores_reason_codes(visit: Visit) -> None:
    made = visit.match_decisions.get()
    assert (made.reasons, made.why) == (["same_name", "same_birth_date", "phone_on_record"], "")
    assert made.reason_words == "The same name. The same birth date. The phone is on record."


def test_rewording_a_reason_does_not_make_the_record_look_changed(
    monkeypatch: pytest.MonkeyPatch, visit: Visit
) -> None:
    monkeypatch.setattr(IdentityReason.SAME_NAME, "_label_", "Both names agree.")
    linked = explain_visit_link(visit, visit.match_decisions.get())
    assert linked.why == "Both names agree. The same birth date. The phone is on record."
    assert not linked.has_changed and not linked.is_doubtful


def test_a_reason_the_record_no_longer_supports_is_left_out(visit: Visit, leo: Patient) -> None:
    leo.family_name = "Ruizz"
    leo.save()
    linked = explain_visit_link(Visit.objects.get(pk=visit.pk), visit.match_decisions.get())
    assert (linked.why, linked.has_changed) == ("The same birth date. The phone is on record.", True)


def test_the_page_shows_reasons_in_spanish(visit: Visit, desk_client: Client) -> None:
    with translation.override("es"):
        shown = desk_client.get(f"/visits/{visit.pk}/").content.decode()
    assert "El mismo nombre. La misma fecha de nacimiento." in shown


def test_every_reason_has_a_spanish_label() -> None:
    with translation.override("es"):
        spanish = {one: str(one.label) for one in IdentityReason}
    assert [one for one in IdentityReason if spanish[one] == str(one.label)] == []


OLD = {
    "The same name. The same birth date. The phone is on record.": [
        *("same_name", "same_birth_date", "phone_on_record"),
    ],
    "It would be this child’s but for the merge.": ["child_but_for_merge"],
    "The same name. The stars agree.": [],
    "": [],
}


@pytest.mark.parametrize("at_once", [2, 1000])
def test_the_migration_gives_old_decisions_codes_and_keeps_their_words(
    monkeypatch: pytest.MonkeyPatch, visit: Visit, at_once: int
) -> None:
    monkeypatch.setattr(filling, "AT_ONCE", at_once)
    facts = {"visit": visit, "kind": MatchDecision.Kind.AUTO, "at": make.at("9:41"), "patient": visit.patient}
    made = {MatchDecision.objects.create(**facts, why=why).pk: (why, codes) for why, codes in OLD.items()}
    loader = MigrationExecutor(connection).loader
    old = loader.project_state([("checkin", "0024_fill_match_reasons")]).apps
    for _ in range(2):
        filling.fill_reasons(old, None)
        rows = MatchDecision.objects.filter(pk__in=made).values_list("pk", "why", "reasons")
        assert {pk: (why, codes) for pk, why, codes in rows} == made
    unknown = next(pk for pk, (why, codes) in made.items() if why and not codes)
    linked = explain_visit_link(visit, MatchDecision.objects.get(pk=unknown))
    assert (linked.why, linked.has_changed) == ("The same name. The stars agree.", False)


def test_the_migration_fills_only_existing_reason_codes() -> None:
    assert set(filling.REASON_BY_SENTENCE.values()) <= set(IdentityReason.values)
