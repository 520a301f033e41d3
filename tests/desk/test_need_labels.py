"""The name of a need is recorded once, and every page shows it unchanged."""

from __future__ import annotations

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from checkin.models import Clinic, DueItem, Location, Need, Visit
from checkin.queries.family_timeline_events import need_event_heading
from checkin.rules.need_labels import need_heading
from checkin.rules.need_types import NEEDS_NAMED_BY_OTHERS, NeedKind
from checkin.web.desk.need_chips import build_need_chip
from checkin.web.desk.needs import need_row_heading
from tests import make
from tests.rules.test_languages import TAGS

VACCINES = (
    "MR vaccine",
    "TT booster",
    "MMR",
    "Td",
    "HPV",
    "BCG",
    "IPV",
    "dT booster",
    "dTpa",
    "aP",
    "mRNA-1273",
)
OWN = (
    "ID card seen?",
    "Is the address still right?",
    "No-show fee explained",
    "My chart sign-up",
    "No way to reach anybody",
    "eGFR result explained",
)


@pytest.fixture
def visit(brook: Clinic, front: Location, tuesday: time_machine.Traveller) -> Visit:
    brook.need_settings = {"own": list(OWN)}
    brook.save()
    leo = make.patient(brook)
    for name in VACCINES:
        DueItem.objects.create(
            clinic=brook, patient=leo, kind="vaccine", name=name, due_on=make.TUESDAY, status="due"
        )
    return make.visit(front)


@pytest.mark.parametrize("name", ["desk:visit", "desk:leave"])
def test_vaccines_and_the_clinics_own_needs_keep_their_exact_names(
    desk_client: Client, visit: Visit, name: str
) -> None:
    shown = desk_client.get(reverse(name, args=[visit.pk])).content.decode()
    labels = [need.label_words for need in visit.needs.all()]
    assert {*VACCINES, *OWN} <= {*labels}
    for label in (*VACCINES, *OWN):
        assert f'<b dir="auto">{label}</b>' in shown


def test_names_given_by_others_are_never_translated(visit: Visit) -> None:
    for kind in NEEDS_NAMED_BY_OTHERS:
        for tag in TAGS:
            need = Need(pk=1, visit=visit, kind=kind, label=f"{tag.title()} vaccine")
            row = {"need": need, "heading": need_row_heading(need, visit)}
            assert row["heading"] == need.label
    assert f'<b dir="auto">{need.label}</b>' in render_to_string(
        "desk/_need.html", {"row": row, "visit": visit}
    )


def test_board_and_timeline_show_a_vaccine_by_its_recorded_name(desk_client: Client, visit: Visit) -> None:
    for name in ("dT booster", "aP"):
        need = visit.needs.get(label=name)
        assert build_need_chip(visit, NeedKind.VACCINE, name).words == need_event_heading(need) == name
    board = desk_client.get("/").content.decode()
    assert "DT booster" not in board and "MRNA" not in board


def test_our_own_labels_start_with_a_capital_letter() -> None:
    assert need_heading(NeedKind.SCHOOL_NOTE, "") == "School note"
    assert need_heading(NeedKind.VACCINE, "") == "Flu vaccine"
    assert need_heading(NeedKind.DISCREPANCY, "birth_date,name,sign_in") == (
        "Birth date, name and sign-in differ"
    )


@pytest.mark.parametrize("typed", ["my", "It", "is", "Dari", "Mixteco bajo"])
def test_a_typed_language_name_is_shown_as_typed(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller, typed: str
) -> None:
    visit = make.visit(front, interpreter="yes", interpreter_language=typed)
    shown = desk_client.get(reverse("desk:visit", args=[visit.pk])).content.decode()
    assert f'<b dir="auto">Interpreter · {typed}</b>' in shown
    assert f"{typed} interpreter" in shown
    board = desk_client.get("/").content.decode()
    assert f"{typed} interpreter" in board
    assert "Norwegian" not in shown + board


@pytest.mark.parametrize("typed", ["no", "none", "-", "N/A", "no sé"])
def test_an_interpreter_without_a_language_asks_which(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller, typed: str
) -> None:
    """The board showed “no interpreter” for a family that had asked for one."""
    visit = make.visit(front, interpreter="yes", interpreter_language=typed, access_needs=typed, also=typed)
    shown = desk_client.get(reverse("desk:visit", args=[visit.pk])).content.decode()
    assert '<b dir="auto">Interpreter, ask which language</b>' in shown
    assert [
        need.kind for need in visit.needs.all() if need.kind in ("interpreter", "access", "second_concern")
    ] == ["interpreter"]
    board = desk_client.get("/").content.decode()
    assert "Interpreter, ask which language" in board and f"{typed} interpreter" not in board


@pytest.mark.parametrize("typed", ["es", "spa", "Español", "castellano"])
def test_a_known_language_is_shown_by_its_english_name(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller, typed: str
) -> None:
    visit = make.visit(front, interpreter="yes", interpreter_language=typed)
    shown = desk_client.get(reverse("desk:visit", args=[visit.pk])).content.decode()
    assert '<b dir="auto">Interpreter · Spanish</b>' in shown
    assert "Spanish interpreter" in desk_client.get("/").content.decode()


def test_a_recorded_language_code_is_shown_by_its_name(
    desk_client: Client, brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    make.patient(brook, language="ht", interpreter_needed=True)
    visit = make.visit(front)
    shown = desk_client.get(reverse("desk:visit", args=[visit.pk])).content.decode()
    assert '<b dir="auto">Interpreter · Haitian Creole</b>' in shown
    assert "Haitian Creole interpreter" in shown
    assert "Haitian Creole interpreter" in desk_client.get("/").content.decode()
