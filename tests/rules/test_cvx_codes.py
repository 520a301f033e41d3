"""CVX codes as CDC defines them: a code in the wrong family would ask for a vaccine already given.

Source: CDC, Immunization Information Systems (IIS), code set CVX (short descriptions), September 3, 2025.
"""

from __future__ import annotations

import pytest

from checkin.rules import vaccines
from checkin.rules.vaccine_families import CVX_CODES_BY_FAMILY, find_vaccine_families

WELL_KNOWN = [
    (1, "DTP", "dtap"),
    (3, "MMR", "mmr"),
    (8, "Hep B, adolescent or pediatric", "hepb"),
    (10, "IPV", "polio"),
    (20, "DTaP", "dtap"),
    (21, "varicella", "varicella"),
    (33, "pneumococcal polysaccharide PPV23", "pneumococcal-polysaccharide"),
    (45, "Hep B, unspecified formulation", "hepb"),
    (48, "Hib (PRP-T)", "hib"),
    (49, "Hib (PRP-OMP)", "hib"),
    (50, "DTaP-Hib", "dtap hib"),
    (51, "Hib-Hep B", "hib hepb"),
    (62, "HPV, quadrivalent", "hpv"),
    (83, "Hep A, ped/adol, 2 dose", "hepa"),
    (89, "polio, unspecified formulation", "polio"),
    (94, "MMRV", "mmr varicella"),
    (104, "Hep A-Hep B", "hepa hepb"),
    (107, "DTaP, unspecified formulation", "dtap"),
    (110, "DTaP-Hep B-IPV", "dtap hepb polio"),
    (113, "Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed", "td"),
    (114, "meningococcal MCV4P", "meningococcal-acwy"),
    (115, "Tdap", "tdap td"),
    (116, "rotavirus, pentavalent", "rotavirus"),
    (119, "rotavirus, monovalent", "rotavirus"),
    (120, "DTaP-Hib-IPV", "dtap hib polio"),
    (130, "DTaP-IPV", "dtap polio"),
    (132, "DTaP-IPV-HIB-HEP B, historical", "dtap polio hib hepb"),
    (133, "Pneumococcal conjugate PCV 13", "pneumococcal-conjugate"),
    (146, "DTaP,IPV,Hib,HepB", "dtap polio hib hepb"),
    (162, "meningococcal B, recombinant", "meningococcal-b"),
    (165, "HPV9", "hpv"),
    (169, "Hep A, live attenuated", "hepa"),
    (187, "zoster recombinant", "zoster"),
    (193, "Hep A-Hep B, pediatric/adolescent", "hepa hepb"),
    (198, "DTP-hepB-Hib Pentavalent Non-US", "dtap hib hepb"),
    (203, "meningococcal conjugate quadrivalent, MenACWY-TT (MCV4)", "meningococcal-acwy"),
    (208, "COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose", "covid"),
    (216, "Pneumococcal conjugate PCV20", "pneumococcal-conjugate"),
    (309, "COVID-19, mRNA, LNP-S, PF, tris-sucrose, 30 mcg/0.3 mL", "covid"),
    (
        316,
        "Meningococcal polysaccharide (MenACWY-TT conjugate), (MenB)",
        "meningococcal-acwy meningococcal-b",
    ),
    (324, "Poliovirus, inactivated, fractional-dose (fIPV)", "polio"),
    (327, "Pneumococcal conjugate PCV21", "pneumococcal-conjugate"),
    (328, "Meningococcal oligosaccharide (MenACWY), (MenB)", "meningococcal-acwy meningococcal-b"),
    (511, "COVID-19 IV Non-US Vaccine (CoronaVac, Sinovac)", "covid"),
]
NO_FAMILY = (13, 14, 19, 25, 28, 34, 36, 37, 39, 98, 109, 148, 167, 306, 317, 998, 999)
"""Immune globulins, skin tests, vaccines outside the child series used here, and unspecific codes."""


@pytest.mark.parametrize(("code", "called", "protects"), WELL_KNOWN)
def test_well_known_code_has_the_vaccines_that_cdc_lists(code: int, called: str, protects: str) -> None:
    assert find_vaccine_families("", f"{code:02}") == frozenset(protects.split()), called


@pytest.mark.parametrize("code", NO_FAMILY)
def test_code_without_a_family_has_no_vaccines(code: int) -> None:
    assert find_vaccine_families("", str(code)) == frozenset()


def test_each_code_is_in_one_family_and_is_not_influenza() -> None:
    every = [code for known in CVX_CODES_BY_FAMILY.values() for code in known]
    assert len(every) == len(set(every))
    assert not set(every) & (vaccines.SEASONAL_FLU_CODES | vaccines.PANDEMIC_FLU_CODES)


@pytest.mark.parametrize(("code", "is_seasonal"), [(140, True), (331, True), (321, False), (323, False)])
def test_avian_influenza_vaccine_is_not_the_seasonal_one(code: int, is_seasonal: bool) -> None:
    """CVX 321 to 323 (H5N8, 2024) were taken for the seasonal flu vaccine because of their name."""
    assert (
        vaccines.is_influenza_vaccine("Influenza-avian" if not is_seasonal else "", str(code)) is is_seasonal
    )
