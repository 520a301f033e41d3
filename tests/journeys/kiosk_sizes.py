"""Every size at which the tablet's buttons are checked, for the journeys."""

from __future__ import annotations

Size = tuple[int, int]

_UPRIGHT: list[Size] = [
    (360, 640), (390, 844), (412, 915), (533, 853), (600, 960), (601, 1007), (768, 1024), (800, 1280),
    (810, 1080), (820, 1180), (834, 1194), (1024, 1366),
]  # fmt: skip
_ZOOMED: list[Size] = [(w // 2, h // 2) for w, h in [(768, 1024), (820, 1180), (1024, 1366), (360, 640)]]
_WITH_KEYBOARD: list[Size] = [(1180, 420), (820, 860), (1024, 334), (390, 500), (360, 330), (640, 160)]
_WITH_BROWSER_BAR: list[Size] = [(1024, 694), (820, 700), (944, 656), (547, 787), (787, 547)]


def _both_ways(sizes: list[Size]) -> list[Size]:
    return [each for w, h in sizes for each in ((w, h), (h, w))]


SIZES = [*_both_ways(_UPRIGHT), *_both_ways(_ZOOMED), *_WITH_KEYBOARD, *_WITH_BROWSER_BAR]
"""Phones and tablets both ways, at 200 %, above a keyboard that resizes the page, below a browser's bar."""
