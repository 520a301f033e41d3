"""Vaccine names, and words that leave a yes unchanged or make it conditional."""

from __future__ import annotations

import re

from checkin.rules.empty_answers import split_word_list

_WORDS_BY_DISEASE = (
    (
        "flu",
        "flu influenza gripe grippe gripal gripa antigripal influenzal fluzone flumist flucelvax "
        "fluarix flulaval",
    ),
    ("measles", "measles sarampion srp mmr mmrii mmrv priorix proquad"),
    ("mumps", "mumps paperas parotiditis srp mmr mmrii mmrv priorix proquad"),
    ("rubella", "rubella rubeola srp mmr mmrii mmrv priorix proquad"),
    ("chickenpox", "varicella varicela chickenpox var varivax mmrv proquad"),
    (
        "tetanus",
        "tetanus tetanos tetano tetanus antitetanica td dt dtap dtp tdap boostrix adacel pediarix "
        "pentacel vaxelis daptacel infanrix",
    ),
    (
        "pertussis",
        "pertussis whooping tosferina dtap dtp tdap boostrix adacel pediarix pentacel vaxelis daptacel",
    ),
    (
        "diphtheria",
        "diphtheria difteria td dt dtap dtp tdap boostrix adacel pediarix pentacel vaxelis daptacel",
    ),
    (
        "polio",
        "polio poliovirus antipolio poliomielitis ipv opv ipol kinrix quadracel pediarix pentacel vaxelis",
    ),
    ("hib", "hib haemophilus hemophilus acthib pedvaxhib hiberix pentacel vaxelis"),
    ("hepatitis a", "hep hepatitis hepa hav havrix vaqta twinrix"),
    ("hepatitis b", "hep hepatitis hepb hbv vhb engerix recombivax heplisav twinrix pediarix vaxelis"),
    (
        "pneumococcal",
        "pneumococcal pneumococo neumococo pneumo pneumonia neumonia neumococica antineumococica pcv "
        "pcv13 pcv15 pcv20 ppsv23 prevnar vaxneuvance",
    ),
    ("rotavirus", "rotavirus rota antirotavirus rotateq rotarix"),
    (
        "meningococcal",
        "meningococcal meningococo meningitis meningococica men mening meningo menacwy menb menveo menquadfi "
        "bexsero trumenba penbraya",
    ),
    ("hpv", "hpv vph papilloma papiloma papillomavirus gardasil"),
    ("covid", "covid covid19 sars coronavirus comirnaty spikevax"),
    ("rsv", "rsv vrs beyfortus nirsevimab"),
)
DISEASES_BY_WORD: dict[str, set[str]] = {}
for _kind, _said in _WORDS_BY_DISEASE:
    for _word in _said.split():
        DISEASES_BY_WORD.setdefault(_word, set()).add(_kind)


HEPATITIS_WORDS = frozenset({"hep", "hepatitis"})
VACCINE_FAMILY_WORDS = (
    HEPATITIS_WORDS,
    split_word_list("men mening meningo meningococcal meningococo meningitis meningococica"),
    split_word_list(
        "pneumo pneumococcal pneumococo neumococo pneumonia neumonia neumococica antineumococica"
    ),
    split_word_list("polio poliovirus antipolio poliomielitis"),
)
"""Names of several vaccines told apart by a letter, a number or another word: which one was not said."""
BETWEEN_HEPATITIS_LETTERS = frozenset(
    {"b", "and", "y", "o", "or", "type", "tipo", "virus", "vaccine", "vacuna"}
)
AFTER_SPANISH_A = split_word_list("la el las los mi mis su sus nuestra nuestro este esta")
"""Words after the Spanish "a", which is not a vaccine's letter there: "hepatitis a mi hija"."""


SINGLE_PRODUCT_DISEASES = (
    *({kind} for kind in ("flu", "chickenpox", "hpv", "covid", "rotavirus", "hepatitis a", "hepatitis b")),
    {"measles", "mumps", "rubella"},
)
"""Diseases with one vaccine, whatever its name. "DTaP" and "Tdap" are two, against the same diseases."""
PLURAL_VACCINE_WORDS = split_word_list(
    """
    vaccines shots vaccinations immunizations jabs vacunas inmunizaciones
    """
)
ITEM_FILLER_WORDS = PLURAL_VACCINE_WORDS | split_word_list(
    """
    vaccine vaccination immunization immunisation shot jab dose doses injection a an the of for to his
    her their this that these those it them and plus get give due
    now today please ok okay yes fine agree agrees agreed consent consents she he they child year years
    season annual vacuna inyeccion dosis la las el los lo de del contra y un una esta este estas estos
    que le les hoy ahora toca tocan por favor si para al a en su anual temporada
    """
)
"""Words that do not change a yes."""
VACCINE_LABEL_WORDS = split_word_list(
    """
    only just solo solamente seasonal injectable intranasal nasal spray oral trivalent quadrivalent
    bivalent monovalent valent preservative free live attenuated inactivated recombinant conjugate
    conjugated polysaccharide toxoid toxoids acellular adsorbed subunit adjuvanted cell culture mrna
    pediatric paediatric pediatrica adolescent formulation dosage ml mcg series booster virus disease
    ii iv type b c w influenzae combined combination nos unspecified
    """
)
"""Words in a vaccine's full name that set no time or condition."""
WORDS_OF_NO_CONDITION = split_word_list(
    """
    todays mist flumist arm leg thigh left right brazo pierna muslo izquierdo derecho bien sounds good
    """
)
"""Words next to a vaccine's name that set no condition."""
SOME_OF_THEM_WORDS = split_word_list(
    """
    at some few half most several one once time them rest part only just more algunas algunos una uno unas
    unos sola mitad vez menos mayoria cuatro four five whichever whatever solo solamente
    """
)
"""Words that say how many, but not which."""
NARROWING_WORDS = split_word_list(
    """
    only just solo solamente unicamente nomas exclusively exclusivamente alone nothing nada else rest resto
    others otras otros demas none ninguna ninguno
    """
)
"""Words that limit a yes to what it names."""
_NO_OBJECTION = re.compile(
    r"\b(?:no|not an?|without|sin|ningun[ao]?)\s+(?:hay\s+)?"
    r"(?:problems?|objections?|issues?|concerns?|problemas?|inconvenientes?|reparos?)\b",
    re.IGNORECASE,
)
_IS_WELL = re.compile(r"\b(?:is|are)\s+(?=(?:fine|ok|okay|good|due)\b)", re.IGNORECASE)
""" "is" here means neither that the child has the illness nor that the vaccine was given."""
ALL_ITEMS_WORDS = split_word_list(
    """
    all everything every any todo toda todos todas
    """
)
BOTH_ITEMS_WORDS = split_word_list(
    """
    both ambas ambos
    """
)
HOW_MANY_WORDS = BOTH_ITEMS_WORDS | split_word_list(
    """
    two three dos tres
    """
)
EXCEPTION_WORDS = split_word_list(
    """
    but except excluding without not no dont never skip minus other than besides apart instead pero
    excepto menos sin salvo ni
    """
)
CONDITION_WORDS = EXCEPTION_WORDS | split_word_list(
    """
    if unless maybe perhaps possibly depends depending provided pending later tomorrow tonight next
    another after before when once until till ask asks asking call calls wait waiting unsure decide
    think discuss quiza quizas tal vez luego despues antes cuando hasta manana proxima proximo siguiente
    otro otra depende preguntar preguntarme pregunten consultar consultarme llamar llamarme llamen
    esperar aunque whatever whichever hold delay delayed postpone assuming should siempre
    """
)
"""Words that make any yes conditional, or mean another day."""
_DOSE_WORDS = {
    1: "first 1st primera primer primero 1a 1ra 1era 1er 1ero 1o",
    2: "second 2nd 2d segunda segundo 2a 2da 2do 2o",
    3: "third 3rd tercera tercer tercero 3a 3ra 3era 3er 3o",
    4: "fourth 4th cuarta cuarto 4a 4ta 4to 4o",
    5: "fifth 5th quinta quinto 5a 5ta 5to 5o",
    6: "sixth 6th sexta sexto 6a 6ta 6to 6o",
    9: "booster refuerzo",
}
DOSE_BY_WORD = {word: dose for dose, said in _DOSE_WORDS.items() for word in said.split()}
NUMBER_BY_WORD = {
    word: number
    for number, said in enumerate(
        ("one una uno", "two dos", "three tres", "four cuatro", "five cinco", "six seis", "seven siete")
        + ("eight ocho", "nine nueve", "ten diez"),
        1,
    )
    for word in said.split()
}
_COUNT_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
WORD_BY_DIGIT = {str(number): word for number, word in enumerate(_COUNT_WORDS, 1)}
"""A count in digits is read as in words: "2 vaccines" is "two vaccines"."""
BEFORE_DOSE_NUMBER = split_word_list(
    """
    dose dosis number numero
    """
)
BEFORE_OTHER_NUMBER = split_word_list(
    """
    type tipo group grupo grade grado age aged
    """
)
UNIT_WORDS = split_word_list(
    """
    valent valente year years yr yrs yo old ano anos month months mo mos mes meses week weeks day days
    hour hours ml mcg mg am pm doses vaccines shots
    """
)
"""A number before one of these is not a dose number: "9-valent", "4 years", "two doses"."""
NOT_A_DOSE_NUMBER = re.compile(
    r"\d+[.,]\d+"
    r"|(?<=\d)\s*(?:of|de|/)\s*\d+"
    r"|\d+\s*[-–]\s*\d+\s*(?=y|m|a)"
    r"|\d+[-\s]*(?:dose|dosis)\s+(?:series|serie|schedule|esquema)",
    re.IGNORECASE,
)
"""A measure, the total of a series or an age range: not a dose number."""
_BEFORE_COUNTED_VACCINES = (
    r"(?=\s+(?:more\s+|other\s+)?(?:vaccin|shot|jab|immuni[sz]ation|injection|needle|poke|of\s+them|"
    r"vacuna|inmunizaci|inyecci|pinchazo))"
)
SPELLED_OUT_ITEMS = (
    (re.compile(r"\bwhooping[- ]cough\b|\btos[- ]?ferina\b", re.IGNORECASE), "pertussis"),
    (re.compile(r"\b(?:de\s+)?acuerdo(?:\s+con)?\b", re.IGNORECASE), " "),
    (_IS_WELL, " "),
    *(
        (re.compile(rf"(?<![\w.,/#-]){one}{_BEFORE_COUNTED_VACCINES}", re.IGNORECASE), word)
        for one, word in WORD_BY_DIGIT.items()
    ),
    (re.compile(r"\bh[-. ]*(?:flu|influenzae?)\b", re.IGNORECASE), "hib"),
    (_NO_OBJECTION, " "),
    (re.compile(r"\bm[-. ]m[-. ]r\b|\b(?:vaccine )?triple (?:viral|virica|vírica)\b", re.IGNORECASE), "mmr"),
    (re.compile(r"\bchicken[- ]pox\b", re.IGNORECASE), "chickenpox"),
    (re.compile(r"\bgerman measles\b", re.IGNORECASE), "rubella"),
)
BETWEEN_ITEMS = re.compile(r"\s*(?:[,;+&/]|\band\b|\bplus\b|\by\b)\s*", re.IGNORECASE)
