"""Every color of the tokens is read well on every color that it stands on, in light and dark.

WCAG 2.2 asks 7:1 of text (1.4.6, level AAA) and 3:1 of edges, shapes and the focus ring (1.4.11, 2.4.13).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import tinycss2
from tinycss2.color4 import parse_color

from tests.house.test_stylesheets import read_rules

SHEET = Path(__file__).resolve().parents[2] / "static/css/tokens.css"
TEXT, SHAPE = 7.0, 3.0

PAPERS = ("ground", "surface", "sunken")
SOFT = ("accent-soft", "note-soft", "good-soft")
# color of the text: what it stands on
TEXT_ON = {
    "ink": (*PAPERS, *SOFT, "differs"),
    "ink-2": (*PAPERS, *SOFT),
    "link": (*PAPERS, "accent-soft", "note-soft", "good-soft"),
    "good": ("surface", "ground", "good-soft"),
    "note": ("surface", "ground", "note-soft"),
    "stop": PAPERS,
    "on-accent": ("accent", "accent-strong"),
    "on-late": ("late",),
    "on-stop": ("stop",),
    "surface": ("ink",),  # the row of a child who cannot wait
    "ground": ("ink",),  # the message with "Undo", and "Not live"
    "code": ("code-ground",),
}
# edge, filled shape or focus ring: what it stands on
SHAPE_ON = {
    "accent": (*PAPERS, "accent-soft"),
    "accent-strong": PAPERS,
    "edge": (*PAPERS, *SOFT),
    "late": (*PAPERS, "accent-soft"),
    "stop": (*PAPERS, "accent-soft"),
    "good": ("ground", "surface", "good-soft"),
    "note": ("ground", "surface", "note-soft"),
    "focus": (*PAPERS, *SOFT, "differs"),
}
NO_PAIR = {
    "line": "a hairline between rows that are told apart without it",
    "shadow": "the edge of a sheet, which its ground shows too",
    "scrim": "over the page behind a dialog, which nobody reads",
    "scrim-blurred": "the same on the tablet",
}
SCHEMES = {"light": ":root", "dark": ':root:not([data-bs-theme="light"])'}


def read_colors(text: str, selector: str) -> dict[str, str]:
    """Return the colors by name, without `--bb-`, that a selector sets."""
    return {
        one.name.removeprefix("--bb-"): tinycss2.serialize(one.value).strip()
        for rule in read_rules(text)
        if rule.selector == selector
        for one in rule.declarations
        if one.name.startswith("--bb-") and re.search(r"#|rgb\(", tinycss2.serialize(one.value))
    }


def list_schemes(text: str) -> dict[str, dict[str, str]]:
    """Return the colors of each scheme; the dark one sets only what differs."""
    light = read_colors(text, SCHEMES["light"])
    return {"light": light, "dark": light | read_colors(text, SCHEMES["dark"])}


def measure_luminance(color: str) -> float:
    parsed: Any = parse_color(color)
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parsed.coordinates
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def measure_contrast(one: str, other: str) -> float:
    dark, light = sorted((measure_luminance(one), measure_luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def name_faint_pairs(text: str) -> list[str]:
    found = []
    for scheme, colors in list_schemes(text).items():
        for bound, table in ((TEXT, TEXT_ON), (SHAPE, SHAPE_ON)):
            for front, grounds in table.items():
                for ground in grounds:
                    contrast = measure_contrast(colors[front], colors[ground])
                    if contrast < bound:
                        found.append(f"{scheme}: {front} on {ground}: {contrast:.2f}, not {bound}")
    return found


def name_colors_without_pair(text: str) -> set[str]:
    paired = {name for table in (TEXT_ON, SHAPE_ON) for front in table for name in (front, *table[front])}
    return set(list_schemes(text)["light"]) - paired - set(NO_PAIR)


def test_every_color_is_read_well_on_what_it_stands_on() -> None:
    assert name_faint_pairs(SHEET.read_text()) == []


def test_every_color_stands_in_a_pair() -> None:
    assert name_colors_without_pair(SHEET.read_text()) == set()


def test_dark_chosen_by_hand_is_the_same_dark() -> None:
    text = SHEET.read_text()
    by_device, by_hand = (read_colors(text, one) for one in (SCHEMES["dark"], ':root[data-bs-theme="dark"]'))
    assert by_device == by_hand
    assert len(by_device) > 20


def test_known_contrasts() -> None:
    assert measure_contrast("#fff", "#000") == pytest.approx(21)
    assert measure_contrast("#777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("name", "color", "expected"),
    [
        ("late", "#8a5300", "light: on-late on late: 6.33, not 7.0"),
        ("ink-2", "#34545a", "light: ink-2 on sunken: 6.85, not 7.0"),
        ("edge", "#9aa8a9", "light: edge on ground"),
        ("focus", "#f5b942", "light: focus on ground"),
    ],
)
def test_faint_color_is_found(name: str, color: str, expected: str) -> None:
    text = re.sub(rf"--bb-{name}: #\w+", f"--bb-{name}: {color}", SHEET.read_text(), count=1)
    assert any(one.startswith(expected) for one in name_faint_pairs(text))


def test_color_without_a_pair_is_found() -> None:
    assert name_colors_without_pair(SHEET.read_text() + ":root { --bb-new: #abcdef; }") == {"new"}
