"""Find which diseases a vaccine is against, by CVX code or name, to compare the names of two sources."""

from __future__ import annotations

import re
from functools import lru_cache

from checkin.rules import name_keys, vaccines

CVX_CODES_BY_FAMILY: dict[str, tuple[int, ...]] = {
    "mmr": (3,),
    "mmr varicella": (94,),
    "varicella": (21,),
    "zoster": (121, 187, 188),
    "dtap": (1, 20, 106, 107),
    "dtap hib": (22, 50),
    "dtap hib hepb": (102, 198),
    "dtap hepb polio": (110,),
    "dtap hib polio": (120, 170),
    "dtap polio": (130,),
    "dtap polio hib hepb": (132, 146),
    "tdap td": (115,),
    "td": (9, 113, 138, 139, 196),
    "polio": (2, 10, 89, 178, 179, 182, 324),
    "hib": (17, 46, 47, 48, 49),
    "hib hepb": (51,),
    "hepb": (8, 42, 43, 44, 45, 189, 220),
    "hepa hepb": (104, 193),
    "hepa": (31, 52, 83, 84, 85, 169),
    "pneumococcal-conjugate": (100, 133, 152, 177, 215, 216, 327),
    "pneumococcal-polysaccharide": (33,),
    "rotavirus": (74, 116, 119, 122),
    "meningococcal-acwy": (32, 108, 114, 136, 147, 203),
    "meningococcal-b": (162, 163, 164),
    "meningococcal-acwy meningococcal-b": (316, 328),
    "hpv": (62, 118, 137, 165),
    "covid": (207, 208, 210, 211, 212, 213, 217, 218, 219, 221, 225, 226, 227, 228, 229, 230)
    + (300, 301, 302, 308, 309, 310, 311, 312, 313)
    + (500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510)
    + (511, 512, 513, 514, 515, 516, 517, 518, 519, 520, 521),
    "rabies": (18, 40, 90, 175, 176),
}
"""The CVX codes of each vaccine family.

Source: CDC, Immunization Information Systems (IIS), code set CVX, as of September 3, 2025, with its mapping
to vaccine groups: DTP (whole cell) is in the DTaP group there. Vaccines against only part of a group (DT, 28;
meningococcal C and Y with Hib, 148) are left out, as are unspecified codes (109, 167).
"""

_NAMES_BY_FAMILY: dict[str, tuple[str, ...]] = {
    "mmr": ("MMR", "MMR II", "Measles, mumps and rubella", "Priorix", "triple vírica", "SRP")
    + ("sarampión, paperas y rubéola",),
    "mmr varicella": ("MMRV", "ProQuad", "Measles, mumps, rubella and varicella"),
    "varicella": ("Varicella", "Varivax", "Chickenpox", "chicken pox", "varicela", "VAR"),
    "zoster": ("Zoster", "Shingrix", "shingles"),
    "dtap": ("DTaP", "Infanrix", "Daptacel", "Diphtheria, tetanus and pertussis")
    + ("Diphtheria, tetanus and acellular pertussis",),
    "dtap hib": ("DTaP-Hib",),
    "dtap hepb polio": ("Pediarix", "DTaP-HepB-IPV"),
    "dtap hib polio": ("Pentacel", "DTaP-Hib-IPV", "DTaP-IPV-Hib"),
    "dtap polio": ("Kinrix", "Quadracel", "DTaP-IPV"),
    "dtap polio hib hepb": ("Vaxelis", "DTaP-IPV-Hib-HepB"),
    "tdap td": ("Tdap", "Boostrix", "Adacel"),
    "td": ("Td", "Tenivac", "TdVax"),
    "polio": ("Polio", "IPV", "OPV", "IPOL", "poliovirus", "inactivated polio", "poliomyelitis"),
    "hib": ("Hib", "PedvaxHIB", "ActHIB", "Hiberix", "Haemophilus influenzae type b"),
    "hepb": ("Hepatitis B", "Hep B", "Engerix-B", "Recombivax HB", "Heplisav-B", "HBV"),
    "hepa hepb": ("Twinrix", "Hep A-Hep B"),
    "hepa": ("Hepatitis A", "Hep A", "Havrix", "Vaqta", "HAV"),
    "pneumococcal-conjugate": ("PCV", "PCV13", "PCV15", "PCV20", "PCV21", "Prevnar", "Prevnar 13")
    + ("Prevnar 20", "Vaxneuvance", "Capvaxive", "pneumococcal conjugate"),
    "pneumococcal-polysaccharide": ("PPSV23", "Pneumovax", "Pneumovax 23", "pneumococcal polysaccharide"),
    "rotavirus": ("Rotavirus", "RotaTeq", "Rotarix", "RV1", "RV5"),
    "meningococcal-acwy": ("MenACWY", "Menactra", "Menveo", "MenQuadfi", "meningococcal ACWY", "MCV4"),
    "meningococcal-b": ("MenB", "Bexsero", "Trumenba", "meningococcal B"),
    "meningococcal-acwy meningococcal-b": ("Penbraya", "Penmenvy", "MenABCWY"),
    "hpv": ("HPV", "HPV9", "Gardasil", "Gardasil 9", "human papillomavirus"),
    "covid": ("COVID", "COVID-19", "Comirnaty", "Spikevax", "SARS-CoV-2"),
    "rabies": ("Rabies", "RabAvert", "Imovax"),
}

_INFLUENZA_FAMILY = frozenset({"influenza"})
_FILLERS_IN_VACCINE_NAME = frozenset(
    {"vaccine", "vaccines", "vaccination", "vacuna", "shot", "jab", "immunization", "immunisation"}
    | {"the", "and", "y", "live", "virus", "pediatric", "paediatric", "booster", "dose", "due"}
)
"""Words in a name that do not say which vaccine it is."""

_DOSE_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_NUMBERED_DOSE = re.compile(
    r"(?:\bdose|\bdosis|\bno\.|#)\s*(?P<after>\d{1,2})(?:\s*(?:of|/|de)\s*\d{1,2})?"
    r"|\b(?P<before>\d{1,2})\s*(?:st|nd|rd|th|\.|ª|a)?\s+(?:dose|dosis)\b"
    r"|\b(?P<word>" + "|".join(_DOSE_ORDINALS) + r")\s+dose\b",
    re.IGNORECASE,
)
_BRACKETED_PART = re.compile(r"[(\[]([^()\[\]]*)[)\]]")


@lru_cache(maxsize=2048)
def dose_number_in_name(name: str) -> int | None:
    """Return the dose number in a name: 2 for "MMR, second dose" and "MMR #2"; None if it has none."""
    found = _NUMBERED_DOSE.search(name)
    if found is None:
        return None
    word = (found["word"] or "").lower()
    return _DOSE_ORDINALS.index(word) + 1 if word else int(found["after"] or found["before"])


@lru_cache(maxsize=2048)
def plain_vaccine_name(name: str) -> str:
    """Return a name without words that do not identify the vaccine or check-up; "" if nothing is left."""
    said = name_keys.normalized_words(_NUMBERED_DOSE.sub(" ", name))
    return "".join(word for word in said if word not in _FILLERS_IN_VACCINE_NAME) or "".join(said)


def _build_family_tables() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    codes = {str(code): frozenset(of.split()) for of, known in CVX_CODES_BY_FAMILY.items() for code in known}
    return codes, {
        plain_vaccine_name(one): frozenset(of.split())
        for of, known in _NAMES_BY_FAMILY.items()
        for one in known
    }


_FAMILIES_BY_CODE, _FAMILIES_BY_NAME = _build_family_tables()


@lru_cache(maxsize=2048)
def find_vaccine_families(name: str, cvx: str = "") -> frozenset[str]:
    """Return what it protects against, by code, or by name if the code does not say; empty if unknown."""
    if (code := vaccines.strip_cvx_noughts(cvx)) in _FAMILIES_BY_CODE:
        return _FAMILIES_BY_CODE[code]
    if vaccines.is_influenza_vaccine(name, cvx):
        return _INFLUENZA_FAMILY
    if (known := _FAMILIES_BY_NAME.get(plain_vaccine_name(name))) is not None:
        return known
    outside = _FAMILIES_BY_NAME.get(plain_vaccine_name(_BRACKETED_PART.sub(" ", name)), frozenset())
    inside = [
        _FAMILIES_BY_NAME.get(plain_vaccine_name(one), frozenset()) for one in _BRACKETED_PART.findall(name)
    ]
    return outside.union(*inside)


def is_same_unlisted_vaccine(name: str, cvx: str, other_name: str, other_cvx: str) -> bool:
    """Return whether two unlisted vaccines are the same: by code, or by name if one has no code."""
    code, other = vaccines.strip_cvx_noughts(cvx), vaccines.strip_cvx_noughts(other_cvx)
    if code and other:
        return code == other
    return bool(plain_vaccine_name(name)) and plain_vaccine_name(name) == plain_vaccine_name(other_name)
