"""Decide whether free text means that there is nothing to say: "no, thanks", "N/A", "no sé", "-".

`missing_values` does this for what other systems send. This module reads free text from families, so that a
hasty "none" makes no chip, no need and no preference that says the opposite. "No" may be a name: names have a
function of their own.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from checkin.rules.missing_values import is_missing_value
from checkin.rules.short_lines import put_on_one_line


def split_word_list(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LONGEST_EMPTY_ANSWER = 120
"""Longer text always says something."""

_WORDS_THAT_SAY_NO = split_word_list(
    """
    no none nope nah na not nothing non nothin nein kein keine nada ninguno ninguna ningun ningunos
    ningunas sin nunca never neither tampoco without zero cero nil null nul rien aucun aucune nichts
    niente nessuno nessuna nenhum nenhuma nao khong dont doesnt didnt wont havent hasnt isnt arent nobody
    nadie zilch negative negativo 0 нет ничего 无 無 没有 沒有 不 不用 不需要 없음 없어요 لا لاشيء
    """
)
"""Words for no. If all other words are neutral, the text asks for nothing."""

_POLITE_WORDS = split_word_list(
    "sorry perdon disculpe please thanks thank you gracias muchas por favor so much very"
)
_WITHOUT_WORDS = frozenset({"without", "sin"})
"""With another word for no these mean the opposite: "never without help"."""

_NEUTRAL_WORDS = split_word_list(
    """
    i we he she it they you us me my our your his her their him the a an any anything anyone at all of for
    to in on is are am was be been do does did have has had need needs needed necessary required require
    requires special particular specific extra more else other want wants wanted now today yet right
    moment this time thanks thank please that know known think just really currently so far here there
    reported noted given help assistance accommodation accommodations support service services
    access accessibility request requests requirement requirements preference preferences wish wishes info
    information answer response comment comments concern concerns issue issues problem problems question
    questions one ones and or nor ever everything add think above offhand por favor gracias yo nosotros el
    ella ellos ellas lo la los las le les un una de del en para que se si es son hay tengo tiene tenemos
    tienen necesito necesita necesitamos necesitan necesidad necesidades necesario necesaria ocupo ocupa
    ocupamos aplica applica aplicable especial especiales ayuda adicional mas nada hace falta ahora hoy
    momento todavia aun por ahorita algo quiero quiere queremos quieren deseo mi mis su sus nuestra
    nuestro y ni o otro otra cosa cosas pregunta preguntas problema problemas comentario comentarios
    muchas muy todo interpreter interpreters interprete interpretes translator traductor language
    languages idioma sir maam senor senora mam hi hello hola
    """
)
"""Words that do not change a no."""

_NOT_KNOWN_WORDS = frozenset({"idk", "dunno", "unsure", "unknown", "desconocido"})
_UNSURE_WORDS = _NOT_KNOWN_WORDS | split_word_list(
    """
    know sure certain se sabe sabemos saben sabria seguro segura idea clue remember recuerdo
    """
)

_FINE_WORDS = split_word_list(
    """
    fine good ok okay okey k great alright well perfect set bien bueno buena listo lista perfecto normal
    same igual okei vale super cool
    """
)
_WORDS_BESIDE_FINE = split_word_list(
    """
    all everything its it is are i im we were he hes she shes they theyre am doing just thanks thank you
    todo todos estoy estamos esta estan gracias muy por ahora now today very the things usual as always
    siempre before antes me us with that here muchas
    """
)
_NO_THEN_FINE = re.compile(r"(?:no|nope|nah) (?:all|everything|thanks|thank|i|im|we|were|its|it|todo)\b")
_SHORT_FOR_NOTHING = split_word_list(
    """
    x xx xxx n nn na nc np ns nr s d nd sn nka nkda
    """
)
_BETWEEN_CLAUSES = re.compile(r"[.,;:!?…/()\n\r]+|\s[-–—]+\s|，|。|、")
_CONTRACTION_SIGNS = re.compile(r"['’‘`´]")


@lru_cache(maxsize=16_384)
def is_empty_answer(said: str) -> bool:
    """Return whether this text asks for nothing and says nothing, in English or Spanish.

    A blank text does. "No stairs", "no puede caminar" and "not well" do not.
    """
    plain = put_on_one_line(said)
    if not plain or not any(_is_telling_sign(sign) for sign in plain):
        return True
    if len(plain) > _LONGEST_EMPTY_ANSWER:
        return False
    if is_missing_value(plain.casefold()):
        return True
    parts = [words for part in _BETWEEN_CLAUSES.split(plain) if (words := _plain_answer_words(part))]
    if "?" in plain and len(parts) == 1 and _kind_of_empty_clause(parts[0]) == "fine":
        return False
    told = [kind for words in parts if (kind := _kind_of_empty_clause(words)) != "polite"]
    whole = [word for words in parts for word in words]
    if all(told) and told:
        return True
    return bool(_kind_of_empty_clause(whole))


def is_word_for_no(said: str) -> bool:
    """Return whether the text is only words for no, as written instead of a name: "no/no", "无", "لا"."""
    words = _plain_answer_words(said)
    return bool(words) and _WORDS_THAT_SAY_NO.issuperset(words)


def is_empty_name(said: str) -> bool:
    """Return whether this text gives no name: "-", "N/A", "unknown". "Na", "X" and "Fine" may be names."""
    return not any(_is_telling_sign(sign) for sign in said) or is_missing_value(said)


def _is_telling_sign(sign: str) -> bool:
    """Return whether a sign carries meaning: a letter, a digit, or a picture such as a wheelchair."""
    return sign.isalnum() or unicodedata.category(sign) == "So"


def _plain_answer_words(part: str) -> list[str]:
    """Return lowercase words without accents and apostrophes: "I don't know" is "i dont know"."""
    apart = unicodedata.normalize("NFKD", _CONTRACTION_SIGNS.sub("", part)).casefold()
    # Joined again: the Korean words for no are whole syllables.
    plain = unicodedata.normalize("NFC", "".join(sign for sign in apart if not unicodedata.combining(sign)))
    return "".join(sign if _is_telling_sign(sign) else " " for sign in plain).split()


def _kind_of_empty_clause(words: list[str]) -> str:
    """Return the kind of an empty clause: "none", "unsure", "fine" or "polite"; "" for any other clause."""
    said = set(words)
    if said <= {
        "please",
        "thanks",
        "thank",
        "you",
        "gracias",
        "muchas",
        "por",
        "favor",
        "so",
        "much",
        "very",
    }:
        return "polite"
    if len(words) == 1 and (
        words[0] in _NOT_KNOWN_WORDS or words[0] in _SHORT_FOR_NOTHING or is_missing_value(words[0])
    ):
        return "none"
    if "can think of" in " ".join(words):
        said -= {"can"}
    is_twice = said & _WITHOUT_WORDS and said & (_WORDS_THAT_SAY_NO - _WITHOUT_WORDS)
    if said & _WORDS_THAT_SAY_NO and not is_twice and said <= _WORDS_THAT_SAY_NO | _NEUTRAL_WORDS:
        return "none"
    is_unsure = said & _NOT_KNOWN_WORDS or (said & _UNSURE_WORDS and said & _WORDS_THAT_SAY_NO)
    if is_unsure and said <= _WORDS_THAT_SAY_NO | _NEUTRAL_WORDS | _UNSURE_WORDS | _POLITE_WORDS:
        return "unsure"
    if said & _FINE_WORDS and said <= _FINE_WORDS | _WORDS_BESIDE_FINE:
        return "fine"
    if _NO_THEN_FINE.match(" ".join(words)) and said <= _WORDS_THAT_SAY_NO | _FINE_WORDS | _WORDS_BESIDE_FINE:
        return "fine"
    return ""
