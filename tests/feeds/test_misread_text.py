"""Lines in an unnamed encoding: which are Windows-1252, and which only look like it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checkin.feeds.misread_text import has_sign_of_other_encoding, is_misread_line
from checkin.models import Patient

HEAD = "MRN,First,Last,DOB"
WESTERN = """
André Noël|Maël Benoît|Zoé Lefèvre|Jérôme Brûlé|Anaïs Décœur|Éva Crépin|Aïcha Naïma|Lætitia Héloïse|José Muñoz
Íñigo Güell|Begoña Cañete|Mª José Ibáñez|João Conceição|Inês Simões|Sebastião Magalhães|Antònia Ferrà
Lluïsa Mañé|Jürgen Müller|Björn Groß|Bjørn Åberg|Øystein Bøe|Søren Sørensen|Øivind Bjørge|Bård Næss|Åsa Öberg
Päivi Hämäläinen|Niccolò Forlì|Josè Bartalù|Robert “Bob” Smith|Niamh O’Toole
Ja’von Höß|Av. São João nº 5|1º de Maio|Çelik Ömer|Çlirim Hoxha
"""
OTHERS = {
    "cp1254": "Ayşe Yıldız|Çağrı Şahin|Oğuz Doğan|Işıl Kılıç",
    "cp1250": "Jiří Dvořák|Věra Němcová|Kateřina Černá|Oldřich Růžička|Małgorzata Pęk|Michał Żak|"
    "Róża Dąbrowska|Jan Kamiński|Agnieszka Wiśniewska|Béla Szűcs|László Erdős|Ivan Horvatić|"
    "Marija Kovačević|Mădălina Ioneş",
    "cp1257": "Jānis Bērziņš|Pēteris Kalniņš|Līga Ozoliņa|Živilė Šimkutė|Rūta Žemaitė",
    "mac_roman": "Maël Benoît|Zoé Lefèvre|Chloë Ñíguez|René Höß|Éva Öz|José Muñoz|Jürgen Müller",
    "cp437": "André Noël|Maël Benoît|Zoé Lefèvre|René Höß|José Peña",
    "cp850": "Zoé Lefèvre|João Peña|Søren Ålund",
    "cp1251": "Иван Петров|Ян Ли",
    "cp1253": "Γιώργος Παπάς",
}


@pytest.mark.parametrize("said", [one for line in WESTERN.split("\n") for one in line.split("|") if one])
def test_western_names_are_read_as_windows_1252(said: str) -> None:
    assert not is_misread_line(said.encode("cp1252").decode("cp1252"))


@pytest.mark.parametrize(
    ("encoding", "said"), [(encoding, one) for encoding, all_ in OTHERS.items() for one in all_.split("|")]
)
def test_names_in_other_encodings_are_recognized_as_misread(encoding: str, said: str) -> None:
    content = said.encode(encoding)
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    assert is_misread_line(text)
    assert has_sign_of_other_encoding(text)


def test_single_symbol_does_not_suggest_another_encoding() -> None:
    assert not any(map(has_sign_of_other_encoding, ("12½ Elm Street", "Straße 5°", "£5", "“Bob”")))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1250", "Tomáš,Novák|Jiří,Dvořák"),
        ("cp1257", "Kārlis,Līcis|Ilze,Bērziņa"),
        ("mac_roman", "Ana,García|Ma\u00ebl,Benoît"),
    ],
)
def test_one_line_in_another_encoding_affects_its_whole_file(
    load: Callable[..., Any], encoding: str, names: str
) -> None:
    first, second = names.split("|")
    content = f"{HEAD}\n1,{first},2018-03-14\n2,{second},2018-03-14\n3,Leo,Ruiz,2018-03-14\n".encode(encoding)
    assert load("a.csv", content) == (1, 0, 0, 2)
    assert all("--encoding" in reason for reason in load.reasons())
    assert "were put aside: name the encoding" in load.summary.notes[-1]
    load.encoding = encoding
    assert load("a.csv", content) == (2, 0, 1, 0)
    assert {one.name for one in Patient.objects.all()} == {*names.replace(",", " ").split("|"), "Leo Ruiz"}


@pytest.mark.django_db
def test_utf_8_lines_are_read_next_to_lines_in_another_encoding(load: Callable[..., Any]) -> None:
    content = f"{HEAD}\n1,Zoë,Čapek,2018-03-14\n".encode() + "2,Jiří,Dvořák,2018-03-14\n".encode("cp1250")
    assert load("a.csv", content) == (1, 0, 0, 1)
    assert Patient.objects.get().name == "Zoë Čapek"


@pytest.mark.django_db
def test_icelandic_letters_are_accepted_next_to_icelandic_names(load: Callable[..., Any]) -> None:
    rows = "1,Þór,Guðmundsson,2018-03-14\n2,Sigríður,Jónsdóttir,2018-03-14\n3,Ýmir,Friðriksson,2018-03-14\n"
    assert load("a.csv", f"{HEAD}\n{rows}".encode("cp1252")) == (3, 0, 0, 0)
    assert load("b.csv", f"{HEAD}\n4,Ayşe,Yıldız,2018-03-14\n".encode("cp1254")) == (0, 0, 0, 1)
