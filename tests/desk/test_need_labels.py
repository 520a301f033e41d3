"""What a need is called is recorded once, and every page shows it so."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from checkin.models import DueItem, Need
from checkin.rules.need_facts import Kind
from checkin.web.desk.needs import label_of
from tests import make
from tests.rules.test_languages import TAGS

VACCINES = ("MR vaccine", "TT booster", "MMR", "Td", "HPV", "BCG", "IPV")
OWN = (
    "ID card seen?",
    "Is the address still right?",
    "No-show fee explained",
    "My chart sign-up",
    "No way to reach anybody",
)


@pytest.fixture
def visit(brook, front, tuesday):
    brook.need_settings = {"own": list(OWN)}
    brook.save()
    leo = make.patient(brook)
    for name in VACCINES:
        DueItem.objects.create(
            clinic=brook, patient=leo, kind="vaccine", name=name, due_on=make.TUESDAY, status="due"
        )
    return make.visit(front)


@pytest.mark.parametrize("name", ["desk:visit", "desk:door"])
def test_a_vaccine_and_a_clinics_own_need_are_shown_as_they_are_called(desk_client, visit, name):
    shown = desk_client.get(reverse(name, args=[visit.pk])).content.decode()
    labels = [need.label for need in visit.needs.all()]
    assert {*VACCINES, *OWN} <= {label[:1].upper() + label[1:] for label in labels} | {*labels}
    for label in (*VACCINES, *OWN):
        assert f'<b dir="auto">{label}</b>' in shown


def test_no_label_of_any_kind_of_need_is_put_into_other_words(visit):
    for kind in set(Kind) - {Kind.INTERPRETER}:
        for tag in TAGS:
            need = Need(pk=1, visit=visit, kind=kind, label=f"{tag.title()} vaccine")
            row = {"need": need, "label": label_of(need, visit)}
            assert row["label"] == need.label
    assert f'<b dir="auto">{need.label}</b>' in render_to_string(
        "desk/_need.html", {"row": row, "visit": visit}
    )


@pytest.mark.parametrize("typed", ["no", "my", "It", "is", "Dari", "es"])
def test_a_language_is_shown_as_the_family_typed_it(desk_client, front, tuesday, typed):
    visit = make.visit(front, interpreter="yes", interpreter_language=typed)
    shown = desk_client.get(reverse("desk:visit", args=[visit.pk])).content.decode()
    assert f'<b dir="auto">Interpreter · {typed}</b>' in shown
    assert f"{typed} interpreter" in shown
    board = desk_client.get("/").content.decode()
    assert f"{typed} interpreter" in board
    assert "Norwegian" not in shown + board


def test_a_recorded_language_is_shown_by_its_name(desk_client, brook, front, tuesday):
    make.patient(brook, language="ht", interpreter_needed=True)
    visit = make.visit(front)
    shown = desk_client.get(reverse("desk:visit", args=[visit.pk])).content.decode()
    assert '<b dir="auto">Interpreter · Haitian Creole</b>' in shown
    assert "Haitian Creole interpreter" in shown
    assert "Haitian Creole interpreter" in desk_client.get("/").content.decode()
