"""No two words of a list sound alike, in any language: a token is called out in a waiting room.

The distance is the weighted feature edit distance of Mortensen and others (PanPhon, COLING 2016): the least
sum of changed features, where a whole sound costs 7.25. Their package would bring pandas and NumPy for it.
The distances here are the same as its version 0.22.2 gives for these words.
"""

from __future__ import annotations

from itertools import combinations

import pytest

from checkin.rules.tokens import FURTHER_TOKEN_WORDS, TOKEN_COLORS, TOKEN_THINGS, VisitToken

LEAST_DISTANCE = 8

# How each word is said in the United States and in Latin America, in IPA, without stress and ties.
COLORS = {
    "blue": ("blu", "asul"),
    "orange": ("ɔɹɪndʒ", "naɾanxa"),
    "green": ("ɡɹin", "beɾde"),
    "pink": ("pɪŋk", "rosa"),
    "purple": ("pəɹpəl", "moɾado"),
}
THINGS = {
    "castle": ("kæsəl", "kastiʝo"),
    "rocket": ("ɹɑkɪt", "koete"),
    "piano": ("piænoʊ", "pjano"),
    "sailboat": ("seɪlboʊt", "beleɾo"),
    "camera": ("kæməɹə", "kamaɾa"),
    "tractor": ("tɹæktəɹ", "tɾaktoɾ"),
    "balloon": ("bəlun", "ɡlobo"),
    "mountain": ("maʊntən", "montaɲa"),
    "cookie": ("kʊki", "ɡaʝeta"),
    "helicopter": ("hɛlɪkɑptəɹ", "elikopteɾo"),
    "pizza": ("pitsə", "pitsa"),
    "telescope": ("tɛləskoʊp", "teleskopjo"),
    "bicycle": ("baɪsɪkəl", "bisikleta"),
    "airplane": ("ɛɹpleɪn", "abjon"),
    "kayak": ("kaɪæk", "kaʝak"),
    "sunflower": ("sʌnflaʊəɹ", "xiɾasol"),
    "compass": ("kʌmpəs", "bɾuxula"),
    "backpack": ("bækpæk", "motʃila"),
    "teacup": ("tikʌp", "tasa"),
    "robot": ("ɹoʊbɑt", "robot"),
    "satellite": ("sætəlaɪt", "satelite"),
    "trophy": ("tɹoʊfi", "tɾofeo"),
    "mailbox": ("meɪlbɑks", "buson"),
    "microphone": ("maɪkɹəfoʊn", "mikɾofono"),
    "flashlight": ("flæʃlaɪt", "linteɾna"),
    "present": ("pɹɛzənt", "reɡalo"),
    "candy": ("kændi", "kaɾamelo"),
    "clover": ("kloʊvəɹ", "tɾebol"),
    "pony": ("poʊni", "kabaʝito"),
    "volleyball": ("vɑlibɔl", "boleibol"),
    "calculator": ("kælkjəleɪtəɹ", "kalkuladoɾa"),
    "factory": ("fæktəɹi", "fabɾika"),
    "basket": ("bæskɪt", "kanasta"),
    "notebook": ("noʊtbʊk", "kwadeɾno"),
    "paintbrush": ("peɪntbɹʌʃ", "pinsel"),
    "pyramid": ("pɪɹəmɪd", "piɾamide"),
    "propeller": ("pɹəpɛləɹ", "elise"),
    "museum": ("mjuziəm", "museo"),
    "gondola": ("ɡɑndələ", "telefeɾiko"),
    "scooter": ("skutəɹ", "monopatin"),
    "television": ("tɛləvɪʒən", "telebisoɾ"),
    "trolley": ("tɹɑli", "tɾambia"),
    "diamond": ("daɪmənd", "djamante"),
}
FURTHER = {
    "little": ("lɪtəl", "pekeɲo"),
    "happy": ("hæpi", "felis"),
    "brave": ("bɹeɪv", "baljente"),
    "shiny": ("ʃaɪni", "bɾiʝante"),
    "friendly": ("fɹɛndli", "amable"),
}

# Distinctive features: weight, sounds that have it, sounds that it says nothing about.
VOWELS = "aeiouæɑɔəɛɪʊʌ"
GLIDES = "jwɹ"
LIQUIDS = "lrɾ"
NASALS = "mnŋɲ"
STOPS = "bdɡptk"
FRICATIVES = "fvszʃʒxʝh"
ALL = VOWELS + GLIDES + LIQUIDS + NASALS + STOPS + FRICATIVES
CONSONANTS = "".join(sound for sound in ALL if sound not in VOWELS)
FEATURES = {
    "syllabic": (1, VOWELS, ""),
    "sonorant": (1, VOWELS + GLIDES + LIQUIDS + NASALS + "h", ""),
    "consonantal": (1, LIQUIDS + NASALS + STOPS + FRICATIVES, ""),
    "continuant": (0.5, VOWELS + GLIDES + LIQUIDS + FRICATIVES, ""),
    "delayed release": (0.25, "", "rɾɑ"),
    "lateral": (0.25, "l", ""),
    "nasal": (0.25, NASALS, ""),
    "strident": (0.125, "fvszʃʒ", ""),
    "voiced": (0.125, VOWELS + GLIDES + LIQUIDS + NASALS + "bdɡvzʒʝ", ""),
    "anterior": (0.25, "bdptfvszlrɾɹmn", VOWELS),
    "coronal": (0.25, "dtszʃʒlrɾɹn", ""),
    "distributed": (0.125, "ʃʒ", "".join(sound for sound in ALL if sound not in "dtszʃʒlrɾɹn")),
    "labial": (0.25, "bpmfvwu", ""),
    "high": (0.25, "iuɪʊjwɹɡkŋɲxʝ", "rɾ"),
    "low": (0.25, "aæɑ", "rɾ"),
    "back": (0.25, "aouɑɔəʊʌwɡkŋxh", ""),
    "round": (0.25, "ouɔʊwɹ", ""),
    # 0.25 in PanPhon's table, which is in another order than its features.
    "tense": (0.125, "aeiouæɑʌ", CONSONANTS),
}
WHOLE_SOUND = 7.25
"""What it costs to add or leave out a sound: the sum of all of PanPhon's weights."""


def difference(one: str, two: str) -> float:
    """Return twice the weight of each feature that only one sound has; once, if the other says nothing."""
    total = 0.0
    for weight, has, silent in FEATURES.values():
        values = [0 if sound in silent else 1 if sound in has else -1 for sound in (one, two)]
        total += weight * abs(values[0] - values[1])
    return total


def distance(one: str, two: str) -> float:
    assert set(one + two) <= set(ALL)
    row = [place * WHOLE_SOUND for place in range(len(two) + 1)]
    for sound in one:
        last, row = row, [row[0] + WHOLE_SOUND]
        for place, other in enumerate(two):
            row.append(
                min(
                    last[place + 1] + WHOLE_SOUND,
                    row[place] + WHOLE_SOUND,
                    last[place] + difference(sound, other),
                )
            )
    return row[-1]


def name_alike(words: list[str]) -> list[tuple[str, str, float]]:
    pairs = [(one, two, distance(one, two)) for one, two in combinations(words, 2)]
    return [pair for pair in pairs if pair[2] < LEAST_DISTANCE]


@pytest.mark.parametrize("language", [0, 1], ids=["en", "es"])
@pytest.mark.parametrize("words", [COLORS, THINGS, FURTHER], ids=["colors", "things", "further"])
def test_no_two_words_sound_alike(words: dict[str, tuple[str, str]], language: int) -> None:
    assert name_alike([said[language] for said in words.values()]) == []


def test_every_word_has_its_sounds() -> None:
    assert sorted(COLORS) == sorted(TOKEN_COLORS)
    assert sorted(THINGS) == sorted(TOKEN_THINGS)
    assert sorted(FURTHER) == sorted(FURTHER_TOKEN_WORDS)


@pytest.mark.parametrize("thing", TOKEN_THINGS)
def test_a_thing_has_two_syllables_or_more(thing: str) -> None:
    for said in THINGS[thing]:
        # These pairs are one vowel.
        vowels = said.replace("aɪ", "a").replace("eɪ", "e").replace("oʊ", "o").replace("aʊ", "a")
        assert sum(sound in VOWELS for sound in vowels) >= 2, said


@pytest.mark.parametrize(
    ("one", "two", "known"),
    [
        ("moɾado", "doɾado", 3.625),
        ("peɾo", "ɡato", 7.25),
        ("kæsəl", "bəlun", 10.25),
        ("pitsə", "kændi", 8.5),
        ("beleɾo", "kamaɾa", 8.375),
    ],
)
def test_the_distance_is_panphons(one: str, two: str, known: float) -> None:
    """Morado and dorado, two colors until November 2026, could not be told apart."""
    assert distance(one, two) == known


def test_words_that_were_given_before_sound_alike() -> None:
    assert name_alike(["moɾado", "doɾado"]) != []
    assert VisitToken("gold", "turtle").words("es") == "Tortuga dorada"
