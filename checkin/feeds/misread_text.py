"""Recognize text in another encoding that was read as Windows-1252, by what no Western language writes."""

from __future__ import annotations

import re

from checkin.rules.record_names import has_misread_letters, has_misread_word

_ACCENTS_ALONE = re.compile("(?<![^\\W\\d_])[À-ÖØ-öø-ÿ]{2,}(?![^\\W\\d_])")
_CONSONANT = "[bcdfghjklmnpqrstvwxz]"
_VOWEL = "[aeiouyáéíóúýìò]"
_NEVER_WESTERN = re.compile(
    # Czech: Jiøí for Jiří, Èerná for Černá, Vìra for Věra.
    f"{_VOWEL}ø[^\\W\\d_]|ø[áéíóúýìaou]|è[aeiouyáéíóúýìùæ]|[ìù][^\\W\\d_]|ò[aeiouyð]"
    # Polish, Hungarian, Croatian, Romanian: Gdañsk, Dêbski, Wiœniewski, Erdõs, Szûcs, Babiæ, Mãdãlina, Ioneº.
    f"|ñ{_CONSONANT}|ñ(?![^\\W\\d_])|ê[bdkz]|[aeiouy]œ|õ(?!e)|(?:sz|gy)û|æ(?![^\\W\\d_])|ã{_CONSONANT}"
    # Latvian: Pçteris for Pēteris, Kïavs for Ķļavs.
    f"|(?<=[^\\W\\d_])ç{_CONSONANT}|{_CONSONANT}ï",
    re.IGNORECASE,
)
_SIGN_IN_WORD = re.compile(
    "[a-zß-ÿ]{2}[ºª]|[ºª][a-zß-ÿ]|[^\\W\\d_]Ÿ|[a-zß-ÿ][À-ÖØ-Þ][a-zß-ÿ]|[a-zß-ÿ]‘[a-zß-ÿ]|ƒ[a-zß-ÿ]|[a-zß-ÿ][“”]"
    "|[^\\W\\d_][\u0080-\u009f¡-§«-­¯-±²³µ¶¹»¿×÷†‡‰‹›€˜ˆ]|[\u0080-\u009f¡-§¯±²³µ¹¿×÷†‡‰‹›€˜ˆ][^\\W\\d_]"
)
_QUOTED_WORDS = re.compile("“([^“”]*)”")
_ICELANDIC_LETTER = re.compile("[þðý]", re.IGNORECASE)
ICELANDIC_NAME = re.compile("dóttir\\b|sson\\b", re.IGNORECASE)


def is_misread_line(text: str, *, may_be_icelandic: bool = False) -> bool:
    """Return whether a line read as Windows-1252 has another encoding: “Jiøí”, “Ayþe”, “JosŽ”."""
    return has_misread_letters(text) or has_sign_of_other_encoding(text, may_be_icelandic=may_be_icelandic)


def has_sign_of_other_encoding(text: str, *, may_be_icelandic: bool = False) -> bool:
    """Return whether a word is impossible in Windows-1252, so that no line of its file may be guessed.

    A sign alone, as in "12½ Elm Street", says nothing about other lines. Turkish has ş, ı and ğ where
    Icelandic has þ, ý and ð: these are accepted only if the file has Icelandic names.
    """
    if _ICELANDIC_LETTER.search(text) and not may_be_icelandic:
        return True
    return has_misread_word(text) or any(
        sign.search(_QUOTED_WORDS.sub(r"\1", text))
        for sign in (_ACCENTS_ALONE, _NEVER_WESTERN, _SIGN_IN_WORD)
    )
