"""Whether two texts name the same item of care ("flu shot", "Influenza"), or surely two different ones."""

from __future__ import annotations

from checkin.rules import names

_VACCINES = (
    (
        "flu",
        "flu influenza gripe grippe gripal antigripal influenzal fluzone flumist flucelvax fluarix flulaval",
    ),
    ("measles", "measles sarampion mmr mmrv priorix proquad"),
    ("mumps", "mumps paperas parotiditis mmr mmrv priorix proquad"),
    ("rubella", "rubella rubeola mmr mmrv priorix proquad"),
    ("chickenpox", "varicella chickenpox var varivax mmrv proquad"),
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
    ("hepatitis a", "hep hepatitis hepa havrix vaqta twinrix"),
    ("hepatitis b", "hep hepatitis hepb engerix recombivax heplisav twinrix pediarix vaxelis"),
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


def kinds(item: str) -> set[str]:
    """The diseases that a vaccine of this name is against; none where the name does not say."""
    found = [_KINDS[word] for word in names.words(item) if word in _KINDS]
    # "Haemophilus influenzae" is "hib", and "hib influenza" too.
    against = set().union(*found)
    letters = {"a", "b"} & set(names.words(item))
    if len(letters) == 1 and not against - {"hepatitis a", "hepatitis b"}:
        against &= {f"hepatitis {letters.pop()}"}
    return against - {"flu"} if "hib" in against else against


def is_same_item(one: str, other: str) -> bool:
    """Whether both say the same: in the same words, or of influenza in whichever."""
    return names.normalise(one) == names.normalise(other) or kinds(one) == kinds(other) == {"flu"}


def may_be_same_item(one: str, other: str) -> bool:
    """Whether they may be the same: all but two vaccines that are surely against different diseases."""
    first, second = kinds(one), kinds(other)
    return not first or not second or bool(first & second)
