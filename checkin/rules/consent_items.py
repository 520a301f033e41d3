"""Whether two texts name the same item of care ("flu shot", "Influenza"), or surely two different ones."""

from __future__ import annotations

import re

from checkin.rules import names

_VACCINES = (
    (
        "flu",
        "flu influenza gripe grippe gripal antigripal influenzal fluzone flumist flucelvax fluarix flulaval",
    ),
    ("measles", "measles sarampion srp mmr mmrii mmrv priorix proquad"),
    ("mumps", "mumps paperas parotiditis srp mmr mmrii mmrv priorix proquad"),
    ("rubella", "rubella rubeola srp mmr mmrii mmrv priorix proquad"),
    ("chickenpox", "varicella varicela chickenpox var varivax mmrv proquad"),
    (
        "tetanus",
        "tetanus tetanos td dt dtap dtp tdap boostrix adacel pediarix pentacel vaxelis daptacel infanrix",
    ),
    (
        "pertussis",
        "pertussis whooping tosferina dtap dtp tdap boostrix adacel pediarix pentacel vaxelis daptacel",
    ),
    (
        "diphtheria",
        "diphtheria difteria td dt dtap dtp tdap boostrix adacel pediarix pentacel vaxelis daptacel",
    ),
    ("polio", "polio poliovirus ipv opv ipol kinrix quadracel pediarix pentacel vaxelis"),
    ("hib", "hib haemophilus hemophilus acthib pedvaxhib hiberix pentacel vaxelis"),
    ("hepatitis a", "hep hepatitis hepa hav havrix vaqta twinrix"),
    ("hepatitis b", "hep hepatitis hepb hbv vhb engerix recombivax heplisav twinrix pediarix vaxelis"),
    ("pneumococcal", "pneumococcal pneumococo neumococo pcv pcv13 pcv15 pcv20 ppsv23 prevnar vaxneuvance"),
    ("rotavirus", "rotavirus rota rotateq rotarix"),
    ("meningococcal", "meningococcal meningococo menacwy menb menveo menquadfi bexsero trumenba penbraya"),
    ("hpv", "hpv vph papilloma papiloma papillomavirus gardasil"),
    ("covid", "covid covid19 sars coronavirus comirnaty spikevax"),
    ("rsv", "rsv beyfortus nirsevimab"),
)
_KINDS: dict[str, set[str]] = {}
for _kind, _said in _VACCINES:
    for _word in _said.split():
        _KINDS.setdefault(_word, set()).add(_kind)


_ONE_PRODUCT = (
    *({kind} for kind in ("flu", "chickenpox", "hpv", "covid", "rotavirus", "hepatitis a", "hepatitis b")),
    {"measles", "mumps", "rubella"},
)
"""What is one vaccine whatever it is called. "DTaP" and "Tdap" are two, against the same diseases."""
_SEVERAL = frozenset(
    {"vaccines", "shots", "vaccinations", "immunizations", "jabs", "vacunas"} | {"inmunizaciones"}
)
_FILLER = _SEVERAL | frozenset(
    {"vaccine", "vaccination", "immunization", "immunisation", "shot", "jab", "dose", "doses"}
    | {
        "injection",
        "a",
        "an",
        "the",
        "of",
        "for",
        "to",
        "his",
        "her",
        "their",
        "this",
        "that",
        "these",
        "those",
        "it",
    }
    | {
        "them",
        "and",
        "plus",
        "is",
        "are",
        "be",
        "has",
        "have",
        "had",
        "get",
        "gets",
        "give",
        "given",
        "due",
        "now",
    }
    | {"today", "please", "ok", "okay", "yes", "fine", "agree", "agrees", "agreed", "consent", "consents"}
    | {
        "she",
        "he",
        "they",
        "child",
        "year",
        "years",
        "season",
        "annual",
        "vacuna",
        "inyeccion",
        "dosis",
        "la",
    }
    | {
        "las",
        "el",
        "los",
        "lo",
        "de",
        "del",
        "contra",
        "y",
        "un",
        "una",
        "esta",
        "este",
        "estas",
        "estos",
        "que",
        "le",
    }
    | {"les", "hoy", "ahora", "toca", "tocan", "por", "favor", "si", "para", "al", "a", "en", "su", "anual"}
    | {"temporada"}
)
"""Words that leave a yes what it is."""
_ON_LABELS = frozenset(
    {"only", "just", "solo", "solamente", "seasonal", "injectable", "intranasal", "nasal", "spray"}
    | {"oral", "trivalent", "quadrivalent", "bivalent", "monovalent", "valent", "preservative"}
    | {"free", "live", "attenuated", "inactivated", "recombinant", "conjugate", "conjugated"}
    | {"polysaccharide", "toxoid", "toxoids", "acellular", "adsorbed", "subunit", "adjuvanted"}
    | {"cell", "culture", "mrna", "pediatric", "paediatric", "pediatrica", "adolescent"}
    | {"formulation", "dosage", "ml", "mcg", "series", "booster", "virus", "disease", "cough", "ii", "iv"}
    | {"type", "b", "c", "w", "influenzae", "combined", "combination", "nos", "unspecified"}
)
"""Words of a vaccine's full name that say nothing of when, or on what condition."""
_ALL = frozenset({"all", "everything", "every", "any", "todo", "toda", "todos", "todas"})
_HOW_MANY = frozenset({"both", "two", "three", "ambas", "ambos", "dos", "tres"})
_BUT = frozenset(
    {"but", "except", "excluding", "without", "not", "no", "dont", "never", "skip", "minus", "other", "than"}
    | {"besides", "apart", "instead", "pero", "excepto", "menos", "sin", "salvo", "ni"}
)
_IF = _BUT | frozenset(
    {"if", "unless", "maybe", "perhaps", "possibly", "depends", "depending", "provided", "pending"}
    | {"later", "tomorrow", "tonight", "next", "another", "after", "before", "when", "once", "until"}
    | {"till", "ask", "asks", "asking", "call", "calls", "wait", "waiting", "unsure", "decide", "think"}
    | {"discuss", "quiza", "quizas", "tal", "vez", "luego", "despues", "antes", "cuando", "hasta", "manana"}
    | {"proxima", "proximo", "siguiente", "otro", "otra", "depende", "preguntar", "preguntarme"}
    | {"pregunten", "consultar", "consultarme", "llamar", "llamarme", "llamen", "esperar"}
    | {"aunque"}
)
"""Words that put a condition to a yes, or another day, whatever it is said of."""
_DOSES = {
    "first": 1,
    "1st": 1,
    "primera": 1,
    "second": 2,
    "2nd": 2,
    "segunda": 2,
    "third": 3,
    "3rd": 3,
    "tercera": 3,
    "fourth": 4,
    "4th": 4,
    "booster": 9,
    "refuerzo": 9,
}
_SPELT_OUT = (
    (re.compile(r"\bm[-. ]m[-. ]r\b|\b(?:vaccine )?triple (?:viral|virica|vírica)\b", re.IGNORECASE), "mmr"),
    (re.compile(r"\bchicken[- ]pox\b", re.IGNORECASE), "chickenpox"),
    (re.compile(r"\bgerman measles\b", re.IGNORECASE), "rubella"),
)
_BETWEEN = re.compile(r"\s*(?:[,;+&/]|\band\b|\bplus\b|\by\b)\s*", re.IGNORECASE)


def words_of(item: str) -> tuple[str, ...]:
    for spelt, word in _SPELT_OUT:
        item = spelt.sub(word, item)
    return names.words(item)


def content(item: str) -> list[str]:
    """The words that say which item it is, in any order."""
    return sorted(word for word in words_of(item) if word not in _FILLER)


def is_all(item: str) -> bool:
    """Whether no item is named: nothing, "all vaccines", "the shots", "both vaccines"."""
    said, several = set(content(item)), bool(_SEVERAL & set(words_of(item)))
    if several or said & {"both", "ambas", "ambos"}:
        said -= _HOW_MANY
        return said <= _ALL
    return not item.strip() or bool(said) and said <= _ALL


def leaves_out(item: str) -> bool:
    """Whether it says what it is not ("everything but the flu shot"), and so names no item."""
    return not _BUT.isdisjoint(words_of(item))


def has_condition(item: str) -> bool:
    """Whether it says more than an item ("MMR if dad agrees", "maybe MMR", "flu next month").

    Of a vaccine, or of all of them, whatever is no word that is known to say nothing of that.
    """
    said = set(words_of(item))
    if is_all(item):
        return False
    known = _FILLER | _ON_LABELS | _ALL | _HOW_MANY | _KINDS.keys() | _DOSES.keys()
    named = bool(kinds(item) or said & (_ALL | _SEVERAL))
    return bool(said & _IF) or (named and any(is_word(one) for one in said - known))


def is_word(said: str) -> bool:
    """Whether it is more than a number, a letter, or a number with its unit ("2nd", "9vhpv")."""
    return len(said) > 1 and not said[0].isdigit()


def may_be_of(item: str, asked: str) -> bool:
    """Whether a yes on a condition may be about what is asked; "" asks about all of that care."""
    said = words_of(item)
    if leaves_out(item) and (said[0] in _BUT or set(said) & _ALL):
        # "All but the flu shot", "no flu": a yes to what is not named, and a no to what is.
        return False
    if asked:
        return not kinds(asked) or not kinds(item) or bool(kinds(asked) & kinds(item))
    return not kinds(item) and bool(set(words_of(item)) & (_ALL | _SEVERAL))


def kinds(item: str) -> set[str]:
    """The diseases that a vaccine of this name is against; none where the name does not say."""
    found = [_KINDS[word] for word in words_of(item) if word in _KINDS]
    # "Haemophilus influenzae" is "hib", and "hib influenza" too.
    against = set().union(*found)
    letters = {"a", "b"} & set(names.words(item))
    if len(letters) == 1 and not against - {"hepatitis a", "hepatitis b"}:
        against &= {f"hepatitis {letters.pop()}"}
    return against - {"flu"} if "hib" in against else against


def is_same_item(one: str, other: str) -> bool:
    """Whether both say the same: in the same words, or of one vaccine in whichever."""
    if (names.normalise(one) or one.strip()) == (names.normalise(other) or other.strip()):
        return True
    if leaves_out(one) or leaves_out(other):
        return False
    first, second = content(one), content(other)
    if first and first == second:
        return True
    doses = [{_DOSES[word] for word in said if word in _DOSES} for said in (first, second)]
    is_other_dose = all(doses) and doses[0] != doses[1]
    return not is_other_dose and kinds(one) == kinds(other) in _ONE_PRODUCT


def may_be_same_item(one: str, other: str) -> bool:
    """Whether they may be the same: all but two vaccines that are surely against different diseases."""
    if leaves_out(one) or leaves_out(other):
        return True
    first, second = kinds(one), kinds(other)
    return not first or not second or bool(first & second)


def overlaps(one: str, other: str) -> bool:
    """Whether they have a disease or a word in common and are not surely the same ("measles" and "MMR")."""
    if is_same_item(one, other):
        return False
    shared = set(content(one)) & set(content(other)) - set(_DOSES)
    return bool(kinds(one) & kinds(other)) or any(not word.isdigit() for word in shared)


def parts(item: str) -> list[str]:
    """The items that one text names: "flu and MMR" is two. What cannot be told apart stays one."""
    said = [part for part in _BETWEEN.split(item) if part.strip()]
    are_known = len(said) > 1 and all(kinds(part) for part in said)
    is_one = leaves_out(item) or kinds(item) in _ONE_PRODUCT
    return said if are_known and not is_one else [item]


def names_item(said: str, item: str) -> bool:
    """Whether who agreed to this agreed to that item."""
    return is_same_item(said, item) or any(is_same_item(part, item) for part in parts(said))
