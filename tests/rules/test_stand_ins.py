"""What stands for a name or a birth date that is not known."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import likeness
from checkin.rules.stand_ins import is_stand_in_date, is_stand_in_family_name, is_stand_in_name

NO_NAMES = """
Babyboy1|Baby boy|BABYBOY|Babyboy 1|baby_girl|Baby-Girl 2|babygirl2|Babygirla|BabyBoyA|Baby 1|Baby#1
Baby G|babyg
Baby Twin A|Baby(Boy)|baby boy two|Baby (unnamed)|Unnamed Baby|Boy Baby|Maria's baby|Baby of Mia|babyofmia
Baby Boy Smith|B/O Maria|B/O  Mia|b.o. maria|BO Maria|S/O Rahul|D/O Ana|BOY/O Ana|B/G Ana|BG|BB
BBoy|BGirl Smith
Newborn|Newborn Girl|newborn2|newborngirl|Newborn Boy Garcia|NB Girl|Infant|Infant1|Infant Male|infantmale
Infant of Mary|Infant Girl of Ana|Male Infant|Neonate|Neonato|Twin|Twin A|Twin-1|Twin1|twinone
TWIN#2|Twin B Girl
TwinGirl|Twin Boy A|GIRL-TWIN B|girl twin|Triplet C|Boy|boy2|Boy B|Girl A|Girl 1|Girl of Ana|Male 1
Female|Child 2
RN|RN de Ana|RN Ana|Recién nacido|Recien Nacida de Ana|Recém-nascido|Hijo de Maria|Bebé|Bebé de Ana
Bebé niña|niño
Niña 2|Gemelo 2|Sin nombre|Unknown|No name|N/A|Test|XX|Nouveau-né
"""
NAMES = """
Maria|Amy|Bo|Bo Maria|BO MARIA|Boy George|Bebe Ana|Nina|Nina Rose|Sonia|Son Heung|Ben|Bea|Infanta|Twinkle|Ana
Testa|Noor|Malek|Malena|Girlie|Babylon|Babette|Bibi|Gemma|Leo|Jo|Al|Borna|Bora|Mo|Dora|D'Orsay|Newton|Isa|Boyd
Girish|C. O'Brien|Boyana|Babatunde|Babyanna|Infantino|Uno|王伟|Анна|محمد
"""


def listed(text: str) -> list[str]:
    return [name for line in text.split("\n") if line for name in line.split("|")]


@pytest.mark.parametrize("name", listed(NO_NAMES))
def test_a_stand_in_is_no_name(name: str) -> None:
    assert is_stand_in_name(name)
    assert not likeness.is_named(name)


@pytest.mark.parametrize("name", listed(NAMES))
def test_a_name_is_no_stand_in(name: str) -> None:
    assert not is_stand_in_name(name)
    assert likeness.is_named(name)


@pytest.mark.parametrize("name", ["", " ", "--", "J", "2"])
def test_a_blank_or_an_initial_is_not_named_either(name: str) -> None:
    assert not likeness.is_named(name)


@given(st.text(max_size=60))
def test_any_text_can_be_asked(text: str) -> None:
    assert is_stand_in_name(text) in (True, False)


def test_a_family_name_may_say_only_that_none_is_known() -> None:
    assert all(map(is_stand_in_family_name, ("Unknown", "UNKNOWN", "No-Name", "LNU", "Desconocido")))
    assert not any(map(is_stand_in_family_name, ("Garcia", "Child", "Son", "Na", "", "Baby")))


@pytest.mark.parametrize(
    ("born", "stand_in"),
    [
        (date(2015, 1, 1), True),
        (date(2015, 7, 1), True),
        (date(1900, 1, 1), True),
        (date(2015, 1, 2), False),
        (date(2015, 7, 2), False),
        (date(2015, 1, 31), False),
        (date(2015, 6, 1), False),
        (date(2015, 9, 9), True),
        (date(2016, 9, 9), True),
        (date(2011, 11, 11), True),
        (date(2012, 11, 11), False),
        (None, False),
    ],
)
def test_a_birth_date_may_stand_for_an_unknown_one(born: date | None, stand_in: bool) -> None:
    assert is_stand_in_date(born, ("09-09", "2011-11-11")) is stand_in


def test_the_clinics_own_dates_are_its_own() -> None:
    assert not is_stand_in_date(date(2015, 9, 9))
