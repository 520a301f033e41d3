"""What somebody typed is shown to staff, or it is written down why not."""

from __future__ import annotations

from dataclasses import fields

import pytest
from django.urls import reverse

from checkin.models import SignIn
from checkin.queries import stories
from checkin.rules.claims import LIMITS, Claim
from tests import make

LISTS = (stories.SAID, stories.SHOWN_OTHERWISE, stories.NOT_SHOWN)
MARKED = {name: f"Zz{name.replace('_', '')}zZ" for name in stories.SAID}
CHOSEN = {
    "notes_wanted": (["work"], "Work note"),
    "approach": ("leave", "Leave me be"),
    "language": ("es", "Spanish"),
    "interpreter": ("yes", "Interpreter"),
    "help": ("yes", "Help wanted"),
    "is_patient": ("yes", "came alone"),
    "worried": ("yes", "Worried: the family says"),
    "remember": ("yes", "asked us to remember"),
}


def test_every_field_of_a_claim_is_on_one_list():
    listed = [name for one in LISTS for name in one]
    assert sorted(listed) == sorted(field.name for field in fields(Claim))
    assert set(LIMITS) <= set(listed)


def test_every_list_names_columns_of_a_sign_in():
    columns = {column.name for column in SignIn._meta.get_fields()}
    assert {*stories.SAID, *stories.SHOWN_OTHERWISE} <= columns


def test_every_word_typed_is_on_the_visits_page(desk_client, front, tuesday):
    visit = make.visit(front, **MARKED)
    shown = desk_client.get(reverse("desk:visit", args=[visit.pk])).content.decode()
    assert [name for name, text in MARKED.items() if text not in shown] == []


@pytest.mark.parametrize("name", stories.SHOWN_OTHERWISE)
def test_everything_chosen_is_shown_in_words(desk_client, brook, front, tuesday, name):
    value, words = CHOSEN[name]
    leo = make.patient(brook)
    said = {name: value, "approach": "leave"} if name == "remember" else {name: value}
    visit = make.visit(front, **said)
    elsewhere = {"help": "/", "remember": reverse("desk:patient", args=[leo.pk])}
    address = elsewhere.get(name) or reverse("desk:visit", args=[visit.pk])
    assert words in desk_client.get(address).content.decode()
