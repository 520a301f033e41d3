"""Everything a family types is shown to staff, or the code says why not."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from checkin.models import Clinic, Location, SignIn
from checkin.queries import visit_timeline
from checkin.rules.preferences import WISHES, Wish
from checkin.rules.sign_in_claims import SIGN_IN_LIMITS, SignInClaim
from tests import make

LISTS = (
    visit_timeline.SIGN_IN_LINE_LABELS,
    visit_timeline.SIGN_IN_OTHER_LABELS,
    visit_timeline.SIGN_IN_FIELDS_NOT_SHOWN,
)
TABLET_INPUTS = [
    tag
    for file in sorted((Path(settings.BASE_DIR) / "templates/kiosk").rglob("*.html"))
    for tag in re.findall(r"<(?:input|textarea|select)\b.*?>", file.read_text())
]
MARKED = {name: f"Zz{name.replace('_', '')}zZ" for name in visit_timeline.SIGN_IN_LINE_LABELS}
CHOSEN = {
    one.name: (choice.value, str(choice.label))
    for one in WISHES
    if one.choices and not one.is_typed
    for choice in one.choices.offered
} | {
    "notes_wanted": (["work"], "Work note"),
    "language": ("es", "Spanish"),
    "interpreter": ("yes", "Interpreter"),
    "help": ("yes", "Help wanted"),
    "is_patient": ("yes", "came alone"),
    "worried": ("yes", "Worried: the family says"),
    "remember": ("yes", "asked us to remember"),
}


def test_every_claim_field_is_on_exactly_one_list() -> None:
    listed = [name for one in LISTS for name in one]
    assert sorted(listed) == sorted(field.name for field in fields(SignInClaim))
    assert set(SIGN_IN_LIMITS) <= set(listed)


@pytest.mark.parametrize("wish", WISHES, ids=[one.name for one in WISHES])
def test_the_tablet_asks_for_every_wish_by_its_codes(wish: Wish) -> None:
    """A code that the list does not have would be ignored, or shown to staff as it is."""
    asked = [tag for tag in TABLET_INPUTS if f'name="{wish.name}"' in tag]
    codes = {code for tag in asked if 'type="radio"' in tag for code in re.findall(r'value="(.*?)"', tag)}
    assert asked, "no box on the tablet asks for it"
    assert codes <= set(wish.choices.offered.values if wish.choices else [])
    assert codes or wish.choices is None


def test_every_list_names_columns_of_a_sign_in() -> None:
    columns = {column.name for column in SignIn._meta.get_fields()}
    assert {*visit_timeline.SIGN_IN_LINE_LABELS, *visit_timeline.SIGN_IN_OTHER_LABELS} <= columns


def test_every_typed_field_is_shown_on_the_visit_page(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    visit = make.visit(front, **MARKED)
    shown = desk_client.get(reverse("desk:visit", args=[visit.pk])).content.decode()
    assert [name for name, text in MARKED.items() if text not in shown] == []


@pytest.mark.parametrize("page", ["visits", "match"])
def test_adult_typed_before_the_patient_came_alone_is_shown(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller, page: str
) -> None:
    """Whoever ticks “I am the patient” after answering about an adult has typed it all the same."""
    adult = {"escort_name": "Luis Vega", "relationship": "stepdad"}
    visit = make.visit(front, name="Zoltan Kiss", is_patient="yes", **adult)
    shown = desk_client.get(f"/{page}/{visit.pk}/").content.decode()
    assert "lso typed" in shown
    assert "Luis Vega" in shown and "stepdad" in shown


@pytest.mark.parametrize("name", visit_timeline.SIGN_IN_OTHER_LABELS)
def test_every_choice_is_shown_in_words(
    desk_client: Client, brook: Clinic, front: Location, tuesday: time_machine.Traveller, name: str
) -> None:
    value, words = CHOSEN[name]
    leo = make.patient(brook)
    said = {name: value, "approach": "leave"} if name == "remember" else {name: value}
    visit = make.visit(front, **said)
    elsewhere = {"help": "/", "remember": reverse("desk:patient", args=[leo.pk])}
    address = elsewhere.get(name) or reverse("desk:visit", args=[visit.pk])
    assert words in desk_client.get(address).content.decode()
