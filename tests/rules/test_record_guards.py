"""Which updates would turn one child into another."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules.record_adults import is_same_adult
from checkin.rules.record_guards import (
    Person,
    is_same_person,
    is_surely_same,
    refuse_another_person,
    refuse_given_before_birth,
    refuse_guessed,
    refuse_impossible_death,
)
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
        Person("Leo", "García", "", BORN),
        Person("", "Ruiz", "", BORN),
        Person("", "", "Lenny", BORN),
        Person("Leo", "", "", None),
        Person("Leonardo", "Ruiz", "", BORN),
        Person("Ruiz", "Leo", "", BORN),
        Person("Leo", "Ruiz", "", dt.date(2006, 1, 2)),
        Person("Leo", "Ruiz", "", dt.date(1918, 3, 14)),
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
        Person("", "Ruiz", "", OTHER_DAY),
        Person("", "", "", OTHER_DAY),
        Person("Leo", "", "", OTHER_DAY),
        Person("Lenny", "", "", OTHER_DAY),
        Person("Baby Boy", "Ruiz", "", OTHER_DAY),
        Person("", "García", "", BORN),
        Person("", "García", "", None),
        Person("Leo", "García", "", None),
        Person("", "García", "Lenny", None),
        Person("", "Ruiz", "Ruby", OTHER_DAY),
        Person("Ruby", "Ruiz", "Lenny", OTHER_DAY),
        Person("Lenny", "Ruiz", "Ruby", OTHER_DAY),
        Person("Ruby", "Ruiz", "", None),
        Person("Ruby", "Bell", "", None),
        Person("", "Ruiz", "Ruby", None),
        Person("Leon", "Bell", "", None),
        Person("Noah", "Ruiz", "", BORN),
        Person("Noah", "García", "", BORN),
        Person("Leonardo", "García", "", BORN),
        Person("Leo", "Ruiz", "", dt.date(1980, 3, 14)),
        Person("Leo", "Ruiz", "", dt.date(2004, 11, 2)),
        Person("Leo", "Ruiz", "", dt.date(2005, 11, 2)),
        Person("Leo", "Ruiz", "", dt.date(1918, 5, 2)),
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
    with pytest.raises(BadRow):
        refuse_another_person(newborn, Person("Emil", "Ortiz", "", BORN))


TWINS = [
    ("Liam", "Emma"),
    ("Alexander", "Alexandra"),
    ("Daniel", "Danielle"),
    ("Michael", "Michelle"),
    ("Gabriel", "Gabriela"),
    ("Julián", "Juliana"),
    ("Kayla", "Layla"),
    ("Tim", "Tom"),
    ("Ian", "Ivan"),
    ("Jean", "Joan"),
    ("Eric", "Erica"),
    ("Stephen", "Stephanie"),
    ("María José", "María Isabel"),
    ("Wei", "Mei"),
]
TWINS += [
    ("Marco", "Mario"),
    ("Martin", "Marvin"),
    ("Maria", "Marta"),
    ("Amina", "Amira"),
    ("Emma", "Emily"),
    ("Liz", "Beth"),
    ("Lizzie", "Beth"),
    ("Samir", "Samar"),
    ("Laura", "Lara"),
    ("Kevin", "Kelvin"),
    ("Julia", "Julie"),
    ("Simon", "Simeon"),
    ("Harold", "Harald"),
    ("Leo", "Leon"),
    ("Minh-Anh", "Minh-An"),
    ("Noa", "Noah"),
    ("Elena", "Elina"),
    ("Twin A", "Twin B"),
    ("BabyA", "BabyB"),
    ("Baby Boy", "Baby Girl"),
    ("Baby Boy 1", "Baby Boy 2"),
    ("Twin A", "Baby B"),
    ("B/O Maria", "B/O Ana"),
    ("TwinOne", "Twin Two"),
    ("RN de Ana", "RN de Eva"),
    ("Babygirl", "Newborn Male"),
]
SPELLED = [
    ("Jon", "John"),
    ("Jhon", "John"),
    ("Micheal", "Michael"),
    ("Sofia", "Sophia"),
    ("Hanna", "Hannah"),
    ("Katherine", "Catherine"),
    ("Mohamed", "Mohammed"),
    ("Bob", "Robert"),
    ("Ana Sofia", "Ana Sophia"),
    ("Leo", "Leo Max"),
    ("Liam", "Líam"),
]
SPELLED += [
    ("Sara", "Sarah"),
    ("Dylan", "Dillan"),
    ("Aisha", "Aysha"),
    ("Mike", "Michael"),
    ("Pepe", "José"),
    ("Baby Boy", "Babyboy"),
    ("Twin A", "Baby 1"),
    ("Twin A", "Baby Boy A"),
    ("Baby Boy A", "Twin A"),
    ("Newborn", "Baby Girl"),
    ("Baby Boy A", "Leo"),
    ("Twin B", "Ruby"),
]


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        (Person("Leo", "Brown"), Person("Leo", "Stone", "", BORN)),
        (Person("Leo", "", "", BORN), Person("Leo", "Stone", "", OTHER_DAY)),
        (Person("Baby", "Brown", "", BORN), Person("Baby Boy", "Brown", "", OTHER_DAY)),
        (Person("", "Brown", "", BORN), Person("", "Brown", "", OTHER_DAY)),
    ],
)
def test_what_is_blank_on_either_side_proves_no_change(recorded: Person, said: Person) -> None:
    with pytest.raises(BadRow):
        refuse_another_person(recorded, said)


@pytest.mark.parametrize("born", [BORN, None])
@pytest.mark.parametrize(("one", "other"), TWINS)
def test_a_birth_date_or_none_does_not_make_one_of_two_siblings_the_other(
    one: str, other: str, born: dt.date | None
) -> None:
    for first, second in ((one, other), (other, one)):
        with pytest.raises(BadRow):
            refuse_another_person(Person(first, "Novak", "", born), Person(second, "Novak", "", BORN))


@pytest.mark.parametrize("born", [BORN, None])
@pytest.mark.parametrize(("one", "other"), SPELLED)
def test_another_spelling_of_one_name_goes_in(one: str, other: str, born: dt.date | None) -> None:
    refuse_another_person(Person(one, "Novak", "", born, "male"), Person(other, "Novak", "", BORN, "male"))


@pytest.mark.parametrize(("one", "other"), [("Kathrine", "Katherine"), ("Christopher", "Christobher")])
def test_a_slip_in_a_long_name_needs_the_birth_date(one: str, other: str) -> None:
    refuse_another_person(Person(one, "Novak", "", BORN), Person(other, "Novak", "", BORN))
    with pytest.raises(BadRow):
        refuse_another_person(Person(one, "Novak"), Person(other, "Novak", "", BORN))


def test_a_spelling_or_pet_form_is_another_child_where_the_sex_is_another() -> None:
    for one, other in (("Francis", "Frances"), ("Alex", "Alexandra"), ("Jean", "Jean Marie"), ("", "Emma")):
        with pytest.raises(BadRow):
            refuse_another_person(
                Person(one, "Novak", "Sam", BORN, "male"), Person(other, "Novak", "", BORN, "female")
            )
    refuse_another_person(
        Person("Ana", "Novak", "", BORN, "male"), Person("Ana", "Novak", "", BORN, "female")
    )
    refuse_another_person(Person("Ana", "Novak", "", BORN, "male"), Person(sex="female"))


def test_a_first_name_that_sisters_share_is_no_beginning_unless_the_birth_date_agrees() -> None:
    both = Person("María", "Ruiz", "", BORN), Person("María José", "Ruiz", "", BORN)
    refuse_another_person(*both)
    for said in (both[1]._replace(birth_date=OTHER_DAY), both[1]._replace(birth_date=None)):
        with pytest.raises(BadRow):
            refuse_another_person(both[0], said)


def test_a_birth_date_is_corrected_by_years_but_not_by_a_generation() -> None:
    john = Person("John", "Smith", "", dt.date(2018, 5, 6))
    refuse_another_person(john, john._replace(birth_date=dt.date(2008, 5, 6)))
    refuse_another_person(john, john._replace(birth_date=dt.date(1918, 5, 6)))
    refuse_another_person(john._replace(birth_date=dt.date(1900, 1, 1)), john)
    with pytest.raises(BadRow):
        refuse_another_person(john, john._replace(birth_date=dt.date(1980, 5, 6)))


def test_where_no_given_name_is_on_file_the_family_name_stays() -> None:
    nameless = Person("", "Ruiz", "", BORN)
    refuse_another_person(nameless, Person("Leo", "Ruiz", "", BORN))
    with pytest.raises(BadRow):
        refuse_another_person(nameless, Person("Leo", "Bell", "", BORN))
    with pytest.raises(BadRow):
        refuse_another_person(nameless._replace(preferred_name="Leo"), Person("Noah", "Ruiz", "", BORN))


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


def test_a_newborns_vaccine_goes_in_though_universal_time_has_the_day_before() -> None:
    refuse_given_before_birth(BORN - dt.timedelta(days=1), BORN, ())
    with pytest.raises(BadRow):
        refuse_given_before_birth(BORN - dt.timedelta(days=2), BORN, ())


def test_a_death_today_or_on_the_day_of_birth_can_be() -> None:
    refuse_impossible_death(OTHER_DAY, OTHER_DAY, OTHER_DAY)
    for died, born in ((OTHER_DAY, BORN), (BORN, None)):
        with pytest.raises(BadRow, match="The date of death"):
            refuse_impossible_death(died, born, OTHER_DAY)


def test_a_vaccine_before_a_date_that_stands_for_an_unknown_one_can_be() -> None:
    given = dt.date(2018, 2, 1)
    refuse_given_before_birth(given, dt.date(2018, 7, 1), ())
    with pytest.raises(BadRow):
        refuse_given_before_birth(given, dt.date(2018, 7, 2), ())


def test_a_correction_that_may_go_in_does_not_yet_say_that_an_unread_row_is_theirs() -> None:
    assert is_surely_same(LEO, Person("Leo", "Ruiz", "", None))
    corrected = Person("Leo", "García", "", BORN)
    refuse_another_person(LEO, corrected)
    assert not is_surely_same(LEO, corrected)


@pytest.mark.parametrize(
    ("recorded", "said", "same"),
    [
        *(("Ana Ruiz", "Ruiz Ana", True), ("Ana Ruiz", "Ana María Ruiz", True)),
        *((word, "Ana Ruiz", True) for word in ("Mother", "Legal guardian", "Foster mother", "Unknown")),
        *(("Ana Ruiz", "Eva Ruiz", False), ("Ana Ruiz", "Ana Bell", False)),
    ],
)
def test_one_adult_is_known_in_any_order_and_behind_the_word_for_them(recorded, said, same) -> None:
    assert is_same_adult(recorded, said) is same
