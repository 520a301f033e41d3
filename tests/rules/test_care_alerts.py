"""An adult resembles the person of a warning in any writing of the name, and in case of doubt."""

from __future__ import annotations

import pytest

from checkin.rules.care_alerts import NamedAdult, resembles

MIGUEL = NamedAdult("Miguel Delgado", "father")


@pytest.mark.parametrize(
    "name",
    [
        "Miguel Delgado",
        "MIGUEL DELGADO",
        "  miguel   delgado ",
        "Migüel Delgadó",
        "Delgado, Miguel",
        "Delgado Miguel",
        "MiguelDelgado",
        "Mr. Miguel Delgado",
        "Miguel Angel Delgado",
        "Miguel Delgado-Ruiz",
        "Migel Delgado",
        "Miguel Delgdao",
        "Miquel Delgado",
        "M. Delgado",
        "Miguel",
        "Delgado",
        "Miguel (dad)",
    ],
)
def test_any_writing_of_the_name_resembles_it(name: str) -> None:
    assert resembles(NamedAdult(name), MIGUEL)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Mike Hansen", "Michael Hansen"),
        ("Pepe Ruiz", "José Ruiz"),
        ("Bob Marsh", "Robert Marsh"),
        ("Ana de la Cruz", "Ana Delacruz"),
        ("Jon Smith", "John Smyth"),
        ("Sofia Reyes", "Sophia Reyes"),
    ],
)
def test_nicknames_particles_and_sounds_resemble(said: str, written: str) -> None:
    assert resembles(NamedAdult(said), NamedAdult(written))
    assert resembles(NamedAdult(written), NamedAdult(said))


@pytest.mark.parametrize("relationship", ["father", "Dad", "his dad", "papá", "Leo's dad"])
def test_the_relationship_alone_resembles_whatever_name_is_given(relationship: str) -> None:
    assert resembles(NamedAdult("", relationship), MIGUEL)
    assert resembles(NamedAdult("Carlos Vega", relationship), MIGUEL)
    assert resembles(NamedAdult(relationship), MIGUEL)
    assert resembles(NamedAdult("Anybody", relationship), NamedAdult("", "father"))


def test_another_father_on_record_is_not_taken_for_the_one_named() -> None:
    carlos = NamedAdult("Carlos Vega", "dad")
    assert not resembles(carlos, MIGUEL, known=["Vega, Carlos"])
    assert resembles(MIGUEL, MIGUEL, known=["Miguel Delgado"])


@pytest.mark.parametrize(
    "other",
    [
        NamedAdult("Rosa Delgado", "aunt"),
        NamedAdult("Ana Ruiz", "mother"),
        NamedAdult("", "grandmother"),
        NamedAdult("", ""),
        NamedAdult("M.", ""),
        NamedAdult("Tom Baker", "uncle"),
    ],
)
def test_another_adult_does_not_resemble(other: NamedAdult) -> None:
    assert not resembles(other, MIGUEL)


def test_an_aunt_of_another_name_is_another_aunt() -> None:
    assert not resembles(NamedAdult("Rosa Vega", "aunt"), NamedAdult("Carmen Ruiz", "aunt"))
    assert resembles(NamedAdult("", "auntie"), NamedAdult("Carmen Ruiz", "aunt"))
