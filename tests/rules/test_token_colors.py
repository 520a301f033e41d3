"""Everybody can tell the colors of two tokens apart: measured as they are drawn, in four kinds of vision."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from coloraide import Color

from checkin.rules.tokens import PAST_TOKEN_COLORS, TOKEN_COLORS

SHEET = (Path(__file__).resolve().parents[2] / "static/css/tokens.css").read_text()
RULES = re.findall(r"^( *)\.token-(\w+) \{([^}]*)\}", SHEET, re.MULTILINE)
LEAST_DIFFERENCE = 20
"""In CIEDE2000. The ten colors until November 2026 came to 1.8."""
LEAST_LINE_CONTRAST = 3
VISIONS = ("normal", "protan", "deutan", "tritan")
SIMULATIONS = ("brettel", "vienot", "machado")
"""Brettel, Viénot and Mollon 1997; Viénot, Brettel and Mollon 1999; Machado, Oliveira and Fernandes 2009."""


def read_colors(name: str) -> dict[str, Color]:
    """Return the colors of a token, which are the same in the light and in the dark theme."""
    (found,) = [body for indent, colour, body in RULES if colour == name and not indent]
    return {key: Color(value) for key, value in re.findall(r"--token-?(\w*): (#\w+)", found)}


def see(color: Color, vision: str, simulation: str) -> Color:
    if vision == "normal":
        return color
    return color.filter(vision, 1, method=simulation).fit("srgb", method="clip")


def test_a_theme_changes_no_color_of_a_token() -> None:
    names = [colour for _, colour, body in RULES if colour != "body"]
    assert sorted(names) == sorted([*TOKEN_COLORS, *PAST_TOKEN_COLORS])


@pytest.mark.parametrize("simulation", SIMULATIONS)
@pytest.mark.parametrize("vision", VISIONS)
def test_every_two_colors_are_told_apart(vision: str, simulation: str) -> None:
    if (vision, simulation) == ("tritan", "vienot"):
        pytest.skip("Viénot 1999 gives no figures for tritanopia")
    seen = {name: see(read_colors(name)[""], vision, simulation) for name in TOKEN_COLORS}
    differences = {
        (one, two): seen[one].delta_e(seen[two], method="2000") for one, two in combinations(seen, 2)
    }
    nearest = min(differences, key=lambda pair: differences[pair])
    assert differences[nearest] >= LEAST_DIFFERENCE, nearest


@pytest.mark.parametrize("name", TOKEN_COLORS)
def test_the_lines_of_a_drawing_are_seen_on_its_body(name: str) -> None:
    colors = read_colors(name)
    assert colors["line"].contrast(colors[""], method="wcag21") >= LEAST_LINE_CONTRAST
    assert max(colors[part].contrast(colors["pale"], method="wcag21") for part in ("", "line")) >= 3


# Sharma, Wu and Dalal 2005, table 1: pairs 1, 7, 9, 14, 17, 25 and 34, in Lab.
@pytest.mark.parametrize(
    ("one", "two", "difference"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_measure_gives_the_published_figures(
    one: tuple[float, ...], two: tuple[float, ...], difference: float
) -> None:
    first, second = (Color("lab-d65", list(each)) for each in (one, two))
    assert first.delta_e(second, method="2000", space="lab-d65") == pytest.approx(difference, abs=1e-4)
