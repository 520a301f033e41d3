"""Which updates would turn one child into another."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules.record_guards import Person, is_same_person, refuse_another_person, refuse_guessed
from checkin.rules.records import BadRow

BORN, OTHER_DAY = dt.date(2018, 3, 14), dt.date(2016, 2, 2)
LEO = Person("Leo", "Ruiz", "Lenny", BORN)


@pytest.mark.parametrize(
    "said",
    [
        LEO,
        Person("Leo", "Ruiz", "", OTHER_DAY),
        Person("LÉO", "ruiz", "", OTHER_DAY),
        Person("Leo Max", "Ruiz", "", OTHER_DAY),
        Person("Lenny", "Ruiz", "Leo", OTHER_DAY),
        Person("Lenny", "Ruiz", "", OTHER_DAY),
        Person("", "Ruiz", "Lenny", OTHER_DAY),
        Person("", "Ruiz", "", OTHER_DAY),
        Person("Leo", "", "", OTHER_DAY),
        Person("Leo", "García", "", BORN),
        Person("Noah", "Ruiz", "", BORN),
        Person("Noah", "García", "", BORN),
        Person("Leo", "García", "", None),
        Person("Leonardo", "Ruiz", "", BORN),
        Person("Ruiz", "Leo", "", BORN),
    ],
)
def test_a_correction_of_one_thing_goes_in(said: Person) -> None:
    refuse_another_person(LEO, said)


@pytest.mark.parametrize(
    "said",
    [
        Person("Ruby", "Ruiz", "", OTHER_DAY),
        Person("Ruby", "Bell", "", OTHER_DAY),
        Person("Leo", "Bell", "", OTHER_DAY),
        Person("", "Bell", "", OTHER_DAY),
        Person("", "Ruiz", "Ruby", OTHER_DAY),
        Person("Ruby", "Ruiz", "Lenny", OTHER_DAY),
        Person("Lenny", "Ruiz", "Ruby", OTHER_DAY),
        Person("Ruby", "Ruiz", "", None),
        Person("Ruby", "Bell", "", None),
        Person("", "Ruiz", "Ruby", None),
        Person("Leon", "Bell", "", None),
    ],
)
def test_another_child_is_refused(said: Person) -> None:
    with pytest.raises(BadRow, match="turn one patient into another"):
        refuse_another_person(LEO, said)


def test_what_is_blank_on_file_is_filled_in_only_for_the_same_child() -> None:
    unborn = LEO._replace(birth_date=None)
    refuse_another_person(unborn, LEO)
    with pytest.raises(BadRow):
        refuse_another_person(unborn, Person("Ruby", "Ruiz", "", BORN))
    refuse_another_person(Person("", "Ruiz", "", BORN), Person("Leo", "Ruiz", "", OTHER_DAY))


def test_a_stand_in_name_gives_way_to_the_childs_own_unless_the_birth_date_changes_too() -> None:
    newborn = Person("Baby Boy", "Harlan", "", BORN)
    refuse_another_person(newborn, Person("Emil", "Harlan", "", BORN))
    refuse_another_person(newborn, Person("Emil", "Harlan"))
    with pytest.raises(BadRow):
        refuse_another_person(newborn, Person("Emil", "Harlan", "", OTHER_DAY))


def test_a_spelling_is_corrected_without_a_birth_date() -> None:
    refuse_another_person(Person("Jon", "Ruiz", "", BORN), Person("John", "Ruiz"))


def test_two_names_of_one_sound_are_two_children_without_a_birth_date() -> None:
    for on_file, read in (("Anna", "Hanna"), ("Maria", "Mario")):
        with pytest.raises(BadRow):
            refuse_another_person(Person(on_file, "Ruiz", "", BORN), Person(read, "Ruiz"))


def test_without_a_birth_date_on_either_side_nobody_becomes_another_child() -> None:
    with pytest.raises(BadRow):
        refuse_another_person(Person("Leo", "Ruiz"), Person("Ruby", "Bell"))


def test_guessed_letters_replace_no_name_with_accents_and_any_other() -> None:
    refuse_guessed(Person("Zoé", "Ruiz"), Person("Zoé", "Bell"))
    refuse_guessed(Person("Jon", "Ruiz"), Person("John", "Ruiz"))
    with pytest.raises(BadRow, match="--encoding"):
        refuse_guessed(Person("Zoé", "Ruiz"), Person("ZoÃ©", "Ruiz"))


def test_the_same_person_agrees_in_all_of_names_and_birth_date() -> None:
    assert is_same_person(LEO, Person("LEO", "Ruiz", "", BORN))
    assert is_same_person(Person("Leo", "Ruiz"), Person("Leo", "Ruiz"))
    assert not is_same_person(LEO, Person("Leo", "Ruiz"))
    assert not is_same_person(Person(), Person())
