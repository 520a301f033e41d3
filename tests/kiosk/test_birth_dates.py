"""The tablet's three birth date fields: the year field is read as a year, whatever digits are typed in it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from checkin.models import Clinic, Discrepancy, Patient, SignIn, Visit
from tests import make
from tests.field import field_json

if TYPE_CHECKING:
    from tests.kiosk.conftest import Tell


def boxes(month: str, day: str, year: str) -> dict[str, Any]:
    return make.claim(born="") | {"birth_month": month, "birth_day": day, "birth_year": year}


def test_a_two_digit_year_is_read_as_the_right_century(tell: Tell, tuesday: time_machine.Traveller) -> None:
    names = ("Leo Ruiz", "Wei Zhang", "Ivo Novak")
    for name, one in zip(names, field_json("k01_two_digit_years.json"), strict=True):
        tell(make.claim(name, born="") | one["typed"])
        born = Patient.objects.latest("pk").birth_date
        assert born.isoformat() == one["right"][:10]
    assert not Discrepancy.objects.exists()


def test_a_two_digit_year_still_finds_the_patient(
    tell: Tell, brook: Clinic, tuesday: time_machine.Traveller
) -> None:
    leo = make.patient(brook)
    tell(boxes("3", "14", "18"))
    assert Visit.objects.get().patient == leo
    assert SignIn.objects.get().child_birth_date == "'18-03-14"


@pytest.mark.parametrize("year", ["8", "018", "201", "20018"])
def test_an_impossible_year_becomes_a_discrepancy(
    tell: Tell, tuesday: time_machine.Traveller, year: str
) -> None:
    tell(boxes("3", "14", year))
    assert Patient.objects.get().birth_date is None
    assert Discrepancy.objects.get().field == Discrepancy.Field.BIRTH_DATE


@pytest.mark.parametrize(
    ("region", "born"),
    [("US", dt.date(2018, 3, 4)), ("GB", dt.date(2018, 4, 3)), ("MX", dt.date(2018, 4, 3))],
)
def test_a_date_typed_as_text_is_read_in_the_regions_order(
    tell: Tell, brook: Clinic, tuesday: time_machine.Traveller, region: str, born: dt.date
) -> None:
    brook.region = region
    brook.save()
    tell(make.claim(born="03/04/2018"))
    assert Patient.objects.get().birth_date == born


def test_an_ambiguous_date_becomes_a_discrepancy(
    tell: Tell, brook: Clinic, tuesday: time_machine.Traveller
) -> None:
    make.patient(brook)
    tell(make.claim(born="18-03-14"))
    visit, asked = Visit.objects.get(), Discrepancy.objects.get()
    assert (visit.match, asked.typed) == ("probable", "18-03-14")
    assert "in two ways" in asked.cause_words
