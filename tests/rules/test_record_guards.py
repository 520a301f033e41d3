"""Which updates would turn one patient into another."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules.record_adults import is_same_guardian_name
from checkin.rules.record_guards import (
    PersonIdentity,
    has_other_record_number,
    is_same_recorded_person,
    is_surely_same_person,
    refuse_another_person,
    refuse_change_of_patient,
    refuse_given_before_birth,
    refuse_guessed_letters,
    refuse_impossible_death,
)
from checkin.rules.record_rows import BadRow

BORN, OTHER_DAY = dt.date(2018, 3, 14), dt.date(2016, 2, 2)
LEO = PersonIdentity("Leo", "Ruiz", "Lenny", BORN)


@pytest.mark.parametrize(
    "said",
    [
        LEO,
        PersonIdentity("Leo", "Ruiz", "", OTHER_DAY),
        PersonIdentity("LÉO", "ruiz", "", OTHER_DAY),
        PersonIdentity("Leo Max", "Ruiz", "", OTHER_DAY),
        PersonIdentity("Lenny", "Ruiz", "Leo", OTHER_DAY),
        PersonIdentity("Lenny", "Ruiz", "", OTHER_DAY),
        PersonIdentity("", "Ruiz", "Lenny", OTHER_DAY),
        PersonIdentity("Leo", "García", "", BORN),
        PersonIdentity("", "Ruiz", "", BORN),
        PersonIdentity("", "", "Lenny", BORN),
        PersonIdentity("Leo", "", "", None),
        PersonIdentity("Leonardo", "Ruiz", "", BORN),
        PersonIdentity("Ruiz", "Leo", "", BORN),
        PersonIdentity("Leo", "Ruiz", "", dt.date(2006, 1, 2)),
        PersonIdentity("Leo", "Ruiz", "", dt.date(1918, 3, 14)),
    ],
)
def test_correction_of_one_field_is_accepted(said: PersonIdentity) -> None:
    refuse_another_person(LEO, said)


@pytest.mark.parametrize(
    "said",
    [
        PersonIdentity("Ruby", "Ruiz", "", OTHER_DAY),
        PersonIdentity("Ruby", "Bell", "", OTHER_DAY),
        PersonIdentity("Leo", "Bell", "", OTHER_DAY),
        PersonIdentity("", "Bell", "", OTHER_DAY),
        PersonIdentity("", "Ruiz", "", OTHER_DAY),
        PersonIdentity("", "", "", OTHER_DAY),
        PersonIdentity("Leo", "", "", OTHER_DAY),
        PersonIdentity("Lenny", "", "", OTHER_DAY),
        PersonIdentity("Baby Boy", "Ruiz", "", OTHER_DAY),
        PersonIdentity("", "García", "", BORN),
        PersonIdentity("", "García", "", None),
        PersonIdentity("Leo", "García", "", None),
        PersonIdentity("", "García", "Lenny", None),
        PersonIdentity("", "Ruiz", "Ruby", OTHER_DAY),
        PersonIdentity("Ruby", "Ruiz", "Lenny", OTHER_DAY),
        PersonIdentity("Lenny", "Ruiz", "Ruby", OTHER_DAY),
        PersonIdentity("Ruby", "Ruiz", "", None),
        PersonIdentity("Ruby", "Bell", "", None),
        PersonIdentity("", "Ruiz", "Ruby", None),
        PersonIdentity("Leon", "Bell", "", None),
        PersonIdentity("Noah", "Ruiz", "", BORN),
        PersonIdentity("Noah", "García", "", BORN),
        PersonIdentity("Leonardo", "García", "", BORN),
        PersonIdentity("Leo", "Ruiz", "", dt.date(1980, 3, 14)),
        PersonIdentity("Leo", "Ruiz", "", dt.date(2004, 11, 2)),
        PersonIdentity("Leo", "Ruiz", "", dt.date(2005, 11, 2)),
        PersonIdentity("Leo", "Ruiz", "", dt.date(1918, 5, 2)),
    ],
)
def test_update_to_another_child_is_rejected(said: PersonIdentity) -> None:
    with pytest.raises(BadRow, match="turn one patient into another"):
        refuse_another_person(LEO, said)


def test_blank_field_is_filled_in_only_for_the_same_child() -> None:
    unborn = LEO._replace(birth_date=None)
    refuse_another_person(unborn, LEO)
    with pytest.raises(BadRow):
        refuse_another_person(unborn, PersonIdentity("Ruby", "Ruiz", "", BORN))
    refuse_another_person(PersonIdentity("", "Ruiz", "", BORN), PersonIdentity("Leo", "Ruiz", "", OTHER_DAY))


def test_placeholder_name_is_replaced_unless_the_birth_date_changes_too() -> None:
    newborn = PersonIdentity("Baby Boy", "Harlan", "", BORN)
    refuse_another_person(newborn, PersonIdentity("Emil", "Harlan", "", BORN))
    refuse_another_person(newborn, PersonIdentity("Emil", "Harlan"))
    with pytest.raises(BadRow):
        refuse_another_person(newborn, PersonIdentity("Emil", "Harlan", "", OTHER_DAY))
    with pytest.raises(BadRow):
        refuse_another_person(newborn, PersonIdentity("Emil", "Ortiz", "", BORN))


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
        (PersonIdentity("Leo", "Brown"), PersonIdentity("Leo", "Stone", "", BORN)),
        (PersonIdentity("Leo", "", "", BORN), PersonIdentity("Leo", "Stone", "", OTHER_DAY)),
        (PersonIdentity("Baby", "Brown", "", BORN), PersonIdentity("Baby Boy", "Brown", "", OTHER_DAY)),
        (PersonIdentity("", "Brown", "", BORN), PersonIdentity("", "Brown", "", OTHER_DAY)),
    ],
)
def test_blank_on_either_side_does_not_allow_a_new_name(
    recorded: PersonIdentity, said: PersonIdentity
) -> None:
    with pytest.raises(BadRow):
        refuse_another_person(recorded, said)


@pytest.mark.parametrize("born", [BORN, None])
@pytest.mark.parametrize(("one", "other"), TWINS)
def test_siblings_are_not_swapped_with_or_without_a_birth_date(
    one: str, other: str, born: dt.date | None
) -> None:
    for first, second in ((one, other), (other, one)):
        with pytest.raises(BadRow):
            refuse_another_person(
                PersonIdentity(first, "Novak", "", born), PersonIdentity(second, "Novak", "", BORN)
            )


@pytest.mark.parametrize("born", [BORN, None])
@pytest.mark.parametrize(("one", "other"), SPELLED)
def test_other_spelling_of_one_name_is_accepted(one: str, other: str, born: dt.date | None) -> None:
    refuse_another_person(
        PersonIdentity(one, "Novak", "", born, "male"), PersonIdentity(other, "Novak", "", BORN, "male")
    )


@pytest.mark.parametrize(("one", "other"), [("Kathrine", "Katherine"), ("Christopher", "Christobher")])
def test_typo_in_a_long_name_needs_the_birth_date(one: str, other: str) -> None:
    refuse_another_person(PersonIdentity(one, "Novak", "", BORN), PersonIdentity(other, "Novak", "", BORN))
    with pytest.raises(BadRow):
        refuse_another_person(PersonIdentity(one, "Novak"), PersonIdentity(other, "Novak", "", BORN))


def test_spelling_or_nickname_is_another_child_if_the_sex_differs() -> None:
    for one, other in (("Francis", "Frances"), ("Alex", "Alexandra"), ("Jean", "Jean Marie"), ("", "Emma")):
        with pytest.raises(BadRow):
            refuse_another_person(
                PersonIdentity(one, "Novak", "Sam", BORN, "male"),
                PersonIdentity(other, "Novak", "", BORN, "female"),
            )
    refuse_another_person(
        PersonIdentity("Ana", "Novak", "", BORN, "male"), PersonIdentity("Ana", "Novak", "", BORN, "female")
    )
    refuse_another_person(PersonIdentity("Ana", "Novak", "", BORN, "male"), PersonIdentity(sex="female"))


def test_name_shared_by_sisters_is_no_match_without_the_birth_date() -> None:
    both = PersonIdentity("María", "Ruiz", "", BORN), PersonIdentity("María José", "Ruiz", "", BORN)
    refuse_another_person(*both)
    for said in (both[1]._replace(birth_date=OTHER_DAY), both[1]._replace(birth_date=None)):
        with pytest.raises(BadRow):
            refuse_another_person(both[0], said)


def test_birth_date_may_change_by_years_but_not_by_a_generation() -> None:
    john = PersonIdentity("John", "Smith", "", dt.date(2018, 5, 6))
    refuse_another_person(john, john._replace(birth_date=dt.date(2008, 5, 6)))
    refuse_another_person(john, john._replace(birth_date=dt.date(1918, 5, 6)))
    refuse_another_person(john._replace(birth_date=dt.date(1900, 1, 1)), john)
    with pytest.raises(BadRow):
        refuse_another_person(john, john._replace(birth_date=dt.date(1980, 5, 6)))
    unknown = john._replace(birth_date=dt.date(1999, 7, 4))
    refuse_another_person(unknown, john, stand_ins=["07-04"])
    assert is_surely_same_person(unknown, john, stand_ins=["1999-07-04"])
    assert not is_surely_same_person(unknown, john)


def test_family_name_must_stay_if_no_given_name_is_on_file() -> None:
    nameless = PersonIdentity("", "Ruiz", "", BORN)
    refuse_another_person(nameless, PersonIdentity("Leo", "Ruiz", "", BORN))
    with pytest.raises(BadRow):
        refuse_another_person(nameless, PersonIdentity("Leo", "Bell", "", BORN))
    with pytest.raises(BadRow):
        refuse_another_person(
            nameless._replace(preferred_name="Leo"), PersonIdentity("Noah", "Ruiz", "", BORN)
        )


def test_spelling_may_be_corrected_without_a_birth_date() -> None:
    refuse_another_person(PersonIdentity("Jon", "Ruiz", "", BORN), PersonIdentity("John", "Ruiz"))


def test_names_that_sound_alike_are_two_children_without_a_birth_date() -> None:
    for on_file, read in (("Anna", "Hanna"), ("Maria", "Mario")):
        with pytest.raises(BadRow):
            refuse_another_person(PersonIdentity(on_file, "Ruiz", "", BORN), PersonIdentity(read, "Ruiz"))


def test_record_without_birth_dates_never_becomes_another_child() -> None:
    with pytest.raises(BadRow):
        refuse_another_person(PersonIdentity("Leo", "Ruiz"), PersonIdentity("Ruby", "Bell"))


def test_guessed_letters_never_replace_a_name_with_accents() -> None:
    refuse_guessed_letters(PersonIdentity("Zoé", "Ruiz"), PersonIdentity("Zoé", "Bell"))
    refuse_guessed_letters(PersonIdentity("Jon", "Ruiz"), PersonIdentity("John", "Ruiz"))
    with pytest.raises(BadRow, match="--encoding"):
        refuse_guessed_letters(PersonIdentity("Zoé", "Ruiz"), PersonIdentity("ZoÃ©", "Ruiz"))


def test_same_person_has_equal_names_and_birth_date() -> None:
    assert is_same_recorded_person(LEO, PersonIdentity("LEO", "Ruiz", "", BORN))
    assert is_same_recorded_person(PersonIdentity("Leo", "Ruiz"), PersonIdentity("Leo", "Ruiz"))
    assert not is_same_recorded_person(LEO, PersonIdentity("Leo", "Ruiz"))
    assert not is_same_recorded_person(PersonIdentity(), PersonIdentity())


def test_newborns_vaccine_is_accepted_though_utc_has_the_day_before() -> None:
    refuse_given_before_birth(BORN - dt.timedelta(days=1), BORN, ())
    with pytest.raises(BadRow):
        refuse_given_before_birth(BORN - dt.timedelta(days=2), BORN, ())


def test_death_today_or_on_the_day_of_birth_is_possible() -> None:
    refuse_impossible_death(OTHER_DAY, OTHER_DAY, OTHER_DAY)
    for died, born in ((OTHER_DAY, BORN), (BORN, None)):
        with pytest.raises(BadRow, match="The date of death"):
            refuse_impossible_death(died, born, OTHER_DAY)


def test_vaccine_before_a_placeholder_birth_date_is_possible() -> None:
    given = dt.date(2018, 2, 1)
    refuse_given_before_birth(given, dt.date(2018, 7, 1), ())
    with pytest.raises(BadRow):
        refuse_given_before_birth(given, dt.date(2018, 7, 2), ())


def test_accepted_correction_alone_does_not_prove_the_same_person() -> None:
    assert is_surely_same_person(LEO, PersonIdentity("Leo", "Ruiz", "", None))
    corrected = PersonIdentity("Leo", "García", "", BORN)
    refuse_another_person(LEO, corrected)
    assert not is_surely_same_person(LEO, corrected)


@pytest.mark.parametrize(
    ("recorded", "said", "same"),
    [
        *(("Ana Ruiz", "Ruiz Ana", True), ("Ana Ruiz", "Ana María Ruiz", True)),
        *((word, "Ana Ruiz", True) for word in ("Mother", "Legal guardian", "Foster mother", "Unknown")),
        *(("Ana Ruiz", "Eva Ruiz", False), ("Ana Ruiz", "Ana Bell", False)),
    ],
)
def test_adult_is_recognized_in_any_name_order_and_after_a_role_word(
    recorded: str, said: str, same: bool
) -> None:
    assert is_same_guardian_name(recorded, said) is same


def test_entry_never_moves_to_another_patient() -> None:
    refuse_change_of_patient(1, 1)
    for other in (2, None):
        with pytest.raises(BadRow, match="belongs to another patient"):
            refuse_change_of_patient(1, other)


def test_unknown_number_in_a_known_system_is_a_different_number() -> None:
    recorded = {"mrn": {"8001", "8002"}, "old": set()}
    assert not has_other_record_number(recorded, [("mrn", "8002"), ("old", "17")])
    assert has_other_record_number(recorded, [("old", "17"), ("mrn", "8003")])
    assert not has_other_record_number(recorded, [])


def test_vaccine_may_be_dated_on_or_one_day_before_the_day_of_birth() -> None:
    day = dt.timedelta(days=1)
    refuse_given_before_birth(BORN - day, BORN, ())
    refuse_given_before_birth(BORN - 2 * day, None, ())
    refuse_given_before_birth(dt.date(1899, 1, 1), dt.date(1900, 1, 1), ())
    with pytest.raises(BadRow, match="before the patient was born"):
        refuse_given_before_birth(BORN - 2 * day, BORN, ())


def test_death_is_possible_from_the_day_of_birth_to_today() -> None:
    refuse_impossible_death(BORN, BORN, BORN)
    refuse_impossible_death(None, BORN, BORN)
    with pytest.raises(BadRow, match="in the future"):
        refuse_impossible_death(BORN + dt.timedelta(days=1), BORN, BORN)
    with pytest.raises(BadRow, match="before the birth date"):
        refuse_impossible_death(BORN - dt.timedelta(days=1), BORN, BORN)
