"""Names in two scripts are compared as far as they can be."""

from __future__ import annotations

import pytest

from checkin.rules.name_scripts import Fit, compare_across_scripts


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        ("محمد علي", "Mohamed Ali", Fit.ALIKE),
        ("يوسف", "Yusuf", Fit.ALIKE),
        ("عبد الرحمن", "Abdul Rahman", Fit.ALIKE),
        ("جمال", "Gamal", Fit.ALIKE),
        ("דוד כהן", "David Cohen", Fit.ALIKE),
        ("山田 さくら", "山田 桜", Fit.ALIKE),
        ("علي", "Ali", Fit.OPEN),
        ("田中 博", "Tanaka Hiroshi", Fit.OPEN),
        ("田中 博", "Rosa Delgado", Fit.OPEN),
        ("محمد علي", "Mohamed Hassan", Fit.OTHER),
        ("علي حسن", "Rosa Vega", Fit.OTHER),
        ("Mohamed Ali", "Rosa Vega", None),
        ("田中", "鈴木", None),
        ("", "Ali", None),
    ],
)
def test_names_in_two_scripts_fit_differ_or_cannot_be_compared(one: str, other: str, fit: Fit | None) -> None:
    assert compare_across_scripts(tuple(one.split()), tuple(other.split())) == fit
    assert compare_across_scripts(tuple(other.split()), tuple(one.split())) == fit
