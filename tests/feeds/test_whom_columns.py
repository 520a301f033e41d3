"""Whom a row about a patient's care names, and whether it is the child that its number names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checkin.feeds import columns
from checkin.models import Guardian

pytestmark = pytest.mark.django_db

TWO = "MRN,First,Last,DOB\n1,Leo,Brown,2016-05-01\n2,Ruby,Stone,2018-05-01\n"
BELONGING = {
    "appointments": ("{head},Appointment Date,Time", "2026-11-27,10:00"),
    "immunizations": ("{head},Vaccine,Date Given", "MMR,2019-05-01"),
    "due_items": ("{head},Vaccine,Due Date", "MMR,2026-12-01"),
    "guardians": ("{head},Guardian Name,Relationship", "Zoe Stone,Mother"),
}
WRONG = [
    ("MRN,Patient Name,Patient DOB", '1,"Stone, Ruby",2018-05-01'),
    ("MRN,Patient Name", '1,"Stone, Ruby"'),
    ("MRN,First Name,Last Name", "1,Ruby,Stone"),
    ("MRN,Child First Name,Child Last Name", "1,Ruby,Brown"),
    ("MRN,Name", "1,STONE^RUBY"),
    ("MRN,Name,Patient Birth Date", '1,"Brown, Emma",2016-05-01'),
]
RIGHT = [
    ("MRN,Patient Name,Patient DOB", '1,"Brown, Leo",2016-05-01'),
    ("MRN,Patient Name", '1,"BROWN, LEO M"'),
    ("MRN,Patient Name", "1,Brown Leo"),
    ("MRN,Patient Name", '1,"Brown, L."'),
    ("MRN,Patient Name,Patient DOB", '1,"Brown, Baby Boy",2016-05-01'),
    ("MRN,First Name,Last Name", "1,N/A,Brown"),
    ("MRN,Patient Name,Patient DOB", '1,"Brown, Leo",soon'),
    ("MRN,Patient Name,Patient DOB", '1,"Brown, Leo",1900-01-01'),
]


def suiting(kind: str, rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the rows that suit this kind: a birth date and a relationship would make it a patients file."""
    return [one for one in rows if kind != "guardians" or one[0].count(",") == 1 or "Name,Last" in one[0]]


@pytest.mark.parametrize("kind", BELONGING)
def test_row_that_names_another_child_is_rejected(load: Callable[..., Any], kind: str) -> None:
    load("p.csv", TWO)
    head, cells = BELONGING[kind]
    for number, (named, said) in enumerate(suiting(kind, WRONG)):
        text = f"{head.format(head=named)}\n{said},{cells}\n"
        assert load(f"{number}.csv", text) == (0, 0, 0, 1), named
        assert "names another child" in load.reasons()[0]
    assert load.files({"a.csv": TWO.replace("\n1", "\n7").replace("\n2", "\n8"), "b.csv": text}) == (
        2,
        0,
        0,
        1,
    )


@pytest.mark.parametrize("kind", ["appointments", "immunizations", "due_items"])
def test_damaged_name_hides_nothing_else_of_another_child(load: Callable[..., Any], kind: str) -> None:
    """The other names and the birth date were dropped with it, and the row went to the wrong child."""
    load("p.csv", TWO)
    head, cells = BELONGING[kind]
    for number, said in enumerate(
        ("1,Ru?by,Stone,2016-05-01", "1,Ruby,Br?wn,2016-05-01", "1,Ru?by,Brown,2018-05-01")
    ):
        text = f"{head.format(head='MRN,First Name,Last Name,Patient DOB')}\n{said},{cells}\n"
        assert load(f"{number}.csv", text) == (0, 0, 0, 1), said
        assert "names another child" in load.reasons()[0]
    text = f"{head.format(head='MRN,First Name,Last Name,Patient DOB')}\n1,L?o,Brown,2016-05-01,{cells}\n"
    assert load("right.csv", text) == (1, 0, 0, 0)


def test_one_damaged_family_name_of_two_names_nobody_else(load: Callable[..., Any]) -> None:
    load("p.csv", "MRN,First,Last,DOB\n1,Leo,Brown Soto,2016-05-01\n")
    head = "MRN,Nombre,Apellido Paterno,Apellido Materno,Vaccine,Date Given"
    assert load("a.csv", f"{head}\n1,Leo,Brown,S?to,MMR,2019-05-01\n") == (1, 0, 0, 0)
    assert load("b.csv", f"{head}\n1,Ruby,Brown,S?to,MMR,2019-06-01\n") == (0, 0, 0, 1)


@pytest.mark.parametrize("kind", ["appointments", "immunizations", "due_items"])
@pytest.mark.parametrize(
    ("named", "said", "count"),
    [
        ("MRN,Patient First Name,Child First Name", "1,Leo,Ruby", 0),
        ("MRN,Patient First Name,Child First Name", "1,Leo,Leo M", 1),
        ("MRN,Patient Name,Child Name", '1,"Brown, Leo","Stone, Ruby"', 0),
        ("MRN,Patient DOB,Child DOB", "1,2016-05-01,2018-05-01", 0),
        ("MRN,Patient DOB,Child DOB", "1,2016-05-01,05/01/2016", 1),
    ],
)
def test_two_headings_that_name_two_children_reject_the_row(
    load: Callable[..., Any], kind: str, named: str, said: str, count: int
) -> None:
    """Only the first was compared, so a row about Ruby went to Leo."""
    load("p.csv", TWO)
    head, cells = BELONGING[kind]
    text = f"{head.format(head=named)}\n{said},{cells}\n"
    assert load("a.csv", text) == (count, 0, 0, 1 - count)
    if count == 0:
        assert "say which it is, by --map" in load.reasons()[0]
        assert "whom_" not in load.reasons()[0]
        load.mapping = columns.parse_heading_mapping([f"{named.split(',')[2]}=ignore"])
        assert load("a.csv", text) == (1, 0, 0, 0)


@pytest.mark.parametrize("kind", BELONGING)
def test_row_that_names_its_child_in_another_way_is_accepted(load: Callable[..., Any], kind: str) -> None:
    load("p.csv", TWO)
    head, cells = BELONGING[kind]
    for number, (named, said) in enumerate(suiting(kind, RIGHT)):
        counts = load(f"{number}.csv", f"{head.format(head=named)}\n{said},{cells}\n")
        assert counts == ((0, 0, 1, 0) if number else (1, 0, 0, 0)), said


def test_guardians_name_is_not_taken_for_the_patients(load: Callable[..., Any]) -> None:
    load("p.csv", TWO)
    text = "MRN,First Name,Last Name,Relationship,May Consent,DOB\n1,Zoe,Stone,Mother,,1985-01-01\n"
    assert load("g.csv", text) == (1, 0, 0, 0)
    assert Guardian.objects.get().name == "Zoe Stone"


def test_guardian_written_another_way_is_the_same_and_loses_the_authority(load: Callable[..., Any]) -> None:
    load("p.csv", TWO)
    head = "MRN,Guardian Name,Relationship,May Consent"
    for said in ('"Brown, Bob"', "BROWN Bob", "Mr. Bob Brown", "BROWN^BOB"):
        Guardian.objects.all().delete()
        load("a.csv", f"{head}\n1,{said},Father,\n")
        assert Guardian.objects.get().may_consent
        assert load("b.csv", f"{head}\n1,Bob Brown,Father,no\n") == (0, 1, 0, 0), said
        assert not Guardian.objects.get().may_consent
        Guardian.objects.all().delete()
        assert load("c.csv", f"{head}\n1,{said},Father,\n1,Bob Brown,Father,no\n") == (1, 1, 0, 0)
        assert not Guardian.objects.get().may_consent
    assert load("d.csv", f'{head}\n1,"Brown, Bob, Jr.",Brother,\n') == (1, 0, 0, 0)


def test_question_mark_gives_nobody_authority(load: Callable[..., Any]) -> None:
    load("p.csv", TWO)
    rows = "1,Al Gray,guardian?\n1,Bo Gray,Mother (?)\n1,Cy Gray,¿Madre?\n1,Di Gray,Mother\n"
    load("g.csv", f"MRN,Guardian Name,Relationship\n{rows}")
    assert list(Guardian.objects.filter(may_consent=True).values_list("name", flat=True)) == ["Di Gray"]
