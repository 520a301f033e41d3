"""An adult resembles the person of a warning in any writing of the name, and in case of doubt."""

from __future__ import annotations

import pytest

from checkin.rules.care_alerts import NamedAdult, names_somebody, resembles

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


@pytest.mark.parametrize(
    ("said", "written"), [("Gud", "Gus Rojas"), ("Tom Kin", "Tim Kim"), ("Vob Marsh Lee", "Bob Marsh")]
)
def test_a_slip_in_a_name_of_three_letters_resembles(said: str, written: str) -> None:
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


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("mother's partner", "I'm his mom's partner"),
        ("mother's partner", "mom’s partner"),
        ("mother's partner", "partner of his mom"),
        ("mother's partner", "mom's man"),
        ("mother's partner", "partner"),
        ("mom's boyfriend", "his mom's boyfriend"),
        ("mother's boyfriend", "moms boyfriend"),
        ("mother's boyfriend", "mom's new boyfriend"),
        ("mother's boyfriend", "novio de mi mamá"),
        ("mother's boyfriend", "妈妈的男朋友"),
        ("mother's boyfriend", "زوج أمه"),
        ("mother's boyfriend", "stepdad"),
        ("stepfather", "mom's husband"),
        ("aunt", "his mom's sister"),
        ("aunt", "his aunt, my sister is at work"),
        ("mother", "la mamá del niño"),
        *(("father", dad) for dad in ("baba", "أبوه", "爸爸", "他的爸爸", "אבא", "bố", "tatay", "pops")),
        ("father", "mom and dad"),
        ("father", "mother's husband"),
        ("neighbor", "mom's neighbor"),
        ("neighbor", "la vecina de mi mamá"),
        ("mom's neighbor", "grandma's neighbor"),
        ("friend", "mom's friend"),
        ("friend", "amigo de mi mamá"),
        ("family friend", "dad's friend"),
        ("mom's friend", "dad's friend"),
        ("cousin", "mom's cousin"),
        ("primo", "primo de mi papá"),
        ("sitter", "mom's babysitter"),
        ("niñera", "dad's nanny"),
        ("neighbor's wife", "wife of mom's neighbor"),
        ("friend", "mom's coworker"),
        ("friend", "妈妈的朋友"),
        ("mother's boyfriend", "mom's friend"),
        *(
            ("uncle", said)
            for said in (
                "dad's side uncle",
                "uncle on his dad's side",
                "uncle on dad side",
                "uncle (father's side)",
                "uncle from the father's side of the family",
                "paternal uncle",
                "tío por parte de padre",
                "tío del lado de su papá",
                "tío paterno",
                "oncle côté père",
                "tio por parte de pai",
            )
        ),
        ("aunt", "mom's side aunt"),
        ("tía", "tía de parte de madre"),
        ("tía", "tía de parte de su mamá"),
        ("father's brother", "uncle on his dad's side"),
        ("hermano de mi papá", "tío por parte de padre"),
        ("abuela", "abuela por parte de papá"),
        ("cousin", "cousin on mom's side"),
        ("friend", "mom's gym friend"),
        ("sister", "dad's church sister"),
        ("father", "mom's boyfriend dad"),
        ("mom's boyfriend", "mom's boyfriend dad"),
        ("mom's boyfriend's father", "mom's boyfriend dad"),
        ("sister", "dad's new wife sister"),
        ("uncle", "aunt's husband"),
        ("tío", "el esposo de mi tía"),
        ("uncle", "mom's sister's boyfriend"),
        ("aunt", "uncle's wife"),
        ("grandpa", "grandma's husband"),
        ("grandma", "grandfather's girlfriend"),
        ("aunt", "cousin's mom"),
        ("tío", "el papá de mi primo"),
        ("father", "his brother's dad"),
        ("stepfather", "his sister's dad"),
        ("stepfather", "mom's man"),
        ("father", "mom's old man"),
        ("dad's aunt", "grandma's sister"),
        ("uncle", "auntie's man"),
        ("grandpa", "mom's stepdad"),
        *(("father", said) for said in ("mom's ex", "ex of my mom", "el ex de mi mamá")),
        ("stepfather", "mom's ex"),
        ("mother's boyfriend", "mom's ex"),
        ("aunt", "great aunt"),
        ("mom's aunt", "great aunt"),
        ("grandma's sister", "great aunt"),
        ("la tía de mi mamá", "tía abuela"),
        ("hermano de mi abuelo", "tío abuelo"),
        ("grandma's mom", "great-grandma"),
        *(("grandmother", said) for said in ("grand mother", "grand-mère", "step-grandma", "Oma")),
        ("stepfather", "beau-père"),
        ("stepmother", "belle-mère"),
        ("brother", "step brother"),
        ("uncle", "mom's step brother"),
        *(("babysitter", said) for said in ("nana", "la nana")),
        ("abuela", "nana"),
        *(("grandfather", said) for said in ("papi", "pops")),
        ("aunt", "ma tante"),
        *(
            ("mother's friend", said)
            for said in ("друг мамы", "صديق أمه", "Freund der Mutter", "amigo da mãe")
        ),
        *(("mother's boyfriend", said) for said in ("мамин друг", "парень мамы")),
        *(("neighbor", said) for said in ("соседка", "جارتنا", "vizinha", "Nachbarin der Mutter")),
    ],
)
def test_one_relationship_in_other_words_resembles(written: str, said: str) -> None:
    assert resembles(NamedAdult("", said), NamedAdult("Miguel Delgado", written))
    assert resembles(NamedAdult("Rosa Vega", said), NamedAdult("", written))
    assert resembles(NamedAdult("", written), NamedAdult("", said))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        *(("father", other) for other in ("mother", "aunt", "abuela", "father's sister", "أمه", "妈妈")),
        ("father", "stepfather"),
        *(("mother", other) for other in ("mother's partner", "partner of his mom", "novio de mi mamá")),
        ("mother's partner", "mother"),
        ("mother's partner", "father's girlfriend"),
        ("mother's boyfriend", "mom's girlfriend"),
        ("mom's cousin", "dad's cousin"),
        ("mother", "mom's neighbor"),
        ("mother", "friend's mother"),
        ("neighbor", "neighbor's wife"),
        ("brother", "mom's friend"),
        ("sister", "mom's sitter"),
        ("mom's aunt", "aunt"),
        ("dad's uncle", "mom's uncle"),
        ("mother's boyfriend", "dad's friend"),
        ("aunt", "aunt's husband"),
        ("aunt", "mom's sister's husband"),
        ("grandmother", "grandma's boyfriend"),
        ("cousin", "cousin's mom"),
        ("aunt", "grandma's sister"),
        ("mother", "cousin's mom"),
        ("mother", "mom's man"),
        ("brother", "mom's man"),
        ("mother", "grand mother"),
        ("father", "grand-père"),
        ("father", "great uncle"),
        ("father", "nana"),
        ("mother", "step brother"),
        ("father", "tío por parte de padre"),
        ("father", "dad's side uncle"),
        ("father", "uncle dad side"),
        ("mother", "aunt on mom's side"),
        ("father's girlfriend", "uncle on his dad's side"),
        ("mother's partner", "dad's new girlfriend"),
        ("father", "the patient"),
        ("father", "n/a"),
    ],
)
def test_another_relationship_that_can_be_read_does_not_resemble(written: str, said: str) -> None:
    assert not resembles(NamedAdult("", said), NamedAdult("Miguel Delgado", written))
    assert not resembles(NamedAdult("Rosa Vega", said), NamedAdult("", written))


@pytest.mark.parametrize("said", ["xyzzy", "legal guardian", "бабуся", "ልጅ"])
def test_a_relationship_that_cannot_be_read_is_a_doubt(said: str) -> None:
    assert resembles(NamedAdult("", said), MIGUEL)
    assert resembles(NamedAdult("", said), NamedAdult("Miguel Delgado"))
    assert resembles(NamedAdult("Rosa Vega", said), NamedAdult("", "father"))
    assert resembles(NamedAdult("Rosa Vega", "mother"), NamedAdult("", said))
    assert not resembles(NamedAdult("Rosa Vega", said), MIGUEL)


def test_a_relationship_of_several_words_in_the_box_of_the_name_is_read() -> None:
    partner = NamedAdult("Bob Marsh", "mother's partner")
    for said in ("his mom's boyfriend", "Ana's boyfriend", "novio de mi mamá"):
        assert resembles(NamedAdult(said), partner)
    assert resembles(NamedAdult("Husband, Tom"), NamedAdult("T. Husband"))
    assert resembles(NamedAdult("his mom's friend Bob"), partner)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("محمد علي", "Mohamed Ali"),
        ("يوسف عمر", "Yusuf Omar"),
        ("عمر", "Omar"),
        ("田中 博", "Tanaka Hiroshi"),
        ("田中 博", "Rosa Vega"),
        ("Иван Петров", "Ivan Petroff"),
        # "Omar" in Arabic has the consonants of "Mr."
        ("عمر", "عمر"),
    ],
)
def test_names_in_two_scripts_resemble_unless_they_certainly_differ(one: str, other: str) -> None:
    assert resembles(NamedAdult(one), NamedAdult(other))
    assert resembles(NamedAdult(other), NamedAdult(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("محمد علي", "Mohamed Hassan"),
        ("محمد علي", "Rosa Delgado"),
        ("محمد علي", "محمد حسن"),
        ("Mohamed Ali", "Mohamed Hassan"),
        ("田中 博", "鈴木 博"),
        ("Иван Петров", "Олег Петров"),
    ],
)
def test_names_with_another_word_do_not_resemble_in_one_script_or_two(one: str, other: str) -> None:
    assert not resembles(NamedAdult(one), NamedAdult(other))
    assert not resembles(NamedAdult(other), NamedAdult(one))


def test_an_adult_of_another_relationship_is_not_in_doubt_because_of_the_script() -> None:
    tanaka = NamedAdult("田中 博", "father")
    assert not resembles(NamedAdult("Rosa Vega", "aunt"), tanaka)
    assert resembles(NamedAdult("Carlos Vega", "dad"), tanaka, known=["Carlos Vega"])
    assert resembles(NamedAdult("Carlos Vega"), tanaka)


NAMES_THAT_ARE_PARTICLES_OR_TITLES = (
    "Ben Al Mac Van Di Da Do Le Bin San Abu Baba Don Sir Miss Kid La El Lo Das Zu Ap Umm Bat Dame Tia Papa"
)


@pytest.mark.parametrize("name", [*NAMES_THAT_ARE_PARTICLES_OR_TITLES.split(), "De La", "Mr. X", "Van der"])
def test_a_name_that_is_also_a_particle_or_title_resembles_itself_and_the_full_name(name: str) -> None:
    for said in (name, name.upper(), f"{name} Kessler", f"Kessler, {name}", f"Ana {name} Kessler"):
        assert resembles(NamedAdult(said), NamedAdult(name)), said
        assert resembles(NamedAdult(name), NamedAdult(said)), said
        assert resembles(NamedAdult(said, "uncle"), NamedAdult(name, "coach")), said


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ben Kessler", "Ben K."),
        ("Ben Kessler", "Benjamin"),
        ("Ben Kessler", "Benjamin K."),
        ("Al Carver", "Al C."),
        ("Al", "Albert Hart"),
        ("Mac", "Mack Dunning"),
        ("Don", "Donald Garcia"),
        ("Don", "Дон Кесслер"),
        ("Don Kessler", "דון"),
        ("Minh Le", "Le"),
    ],
)
def test_such_a_name_resembles_its_nickname_its_initial_and_another_script(one: str, other: str) -> None:
    assert resembles(NamedAdult(one), NamedAdult(other))
    assert resembles(NamedAdult(other), NamedAdult(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("van der Berg", "van Dijk"),
        ("Jan van der Berg", "Piet van der Linden"),
        ("Anna de Vries", "Anna de Jong"),
        ("Sara El Amrani", "Sara El Fassi"),
        ("Ana de la Cruz", "Rosa de la Fuente"),
        ("bin Ali", "bin Hassan"),
        ("al-Rashid", "Al Carver"),
        ("Ben Kessler", "Ben Carver"),
        ("Ben Kessler", "Don"),
        ("Mr. Marsh", "Mr. Ruiz"),
        ("Mrs. Vega", "Miss Chen"),
        ("Don José Ruiz", "Don Carlos Vega"),
        ("Ben", ""),
        ("Sir", "?"),
        ("Don", "Mac"),
        ("-", "-"),
    ],
)
def test_plainly_other_people_with_the_same_particle_or_title_do_not_resemble(one: str, other: str) -> None:
    assert not resembles(NamedAdult(one), NamedAdult(other))
    assert not resembles(NamedAdult(other), NamedAdult(one))


def test_the_same_text_resembles_even_if_it_has_no_letter() -> None:
    assert resembles(NamedAdult("😀", "uncle"), NamedAdult("😀", "coach"))
    assert not resembles(NamedAdult("😀"), NamedAdult("🙂"))


def test_a_name_that_is_also_a_title_stays_beside_a_name_in_the_other_box() -> None:
    assert resembles(NamedAdult("Don", "his uncle Carlos"), NamedAdult("Don"))
    assert resembles(NamedAdult("Don", "his uncle Carlos"), NamedAdult("Carlos Vega"))


def test_another_father_who_shares_only_the_family_name_with_one_on_record_is_not_taken_for_him() -> None:
    assert resembles(NamedAdult("Al Kessler", "dad"), MIGUEL, known=["Ben Kessler"])
    assert not resembles(NamedAdult("Mr. Ben Kessler", "dad"), MIGUEL, known=["Kessler, Ben"])


@pytest.mark.parametrize("text", ["", " ", "?", "-", "...", "😀", "n/a", "unknown"])
def test_a_text_without_a_word_names_nobody(text: str) -> None:
    assert not names_somebody(NamedAdult(text, text))
    assert names_somebody(NamedAdult(text, "father"))
    assert names_somebody(NamedAdult("🙂 Bob", text))


@pytest.mark.parametrize("name", ["X", "No", "Na", "田中", "عمر", "ልጅ", "Don"])
def test_a_short_name_in_any_script_names_somebody(name: str) -> None:
    assert names_somebody(NamedAdult(name))
