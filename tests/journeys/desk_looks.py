"""Visible problems of the desk's pages, for the journeys: beside kiosk_looks.py, which is the tablet's.

What a person would see wrong on the page as it stands: sideways scroll, text cut off or lying on other text,
controls without a focus ring, what axe finds by the AA and AAA rules, and what is outside our one system of
button heights, radii and text sizes. The measuring itself is in desk_looks.js.
"""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SIZES = (
    (320, 640),
    (768, 1024),
    (820, 1180),
    (1024, 768),
    (1280, 800),
    (1024, 640),
    (640, 400),
    (1920, 1080),
)
"""CSS pixels. 1024×640 is 1280×800 at 125 %, 640×400 the same at 200 %, and 320 is 1280 at 400 %."""

MEASURE = Path(__file__).with_suffix(".js").read_text()

# WCAG 1.4.12: no text may be lost with this spacing. Set as a sheet of the document, which our CSP allows.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; }
    * { word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""

AAA = {"rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}}


SHORTENED = {
    "cut off by span.line": "one line of a board's row; the whole stands on the page that it links to",
    "cut off by span.line.small": "the same",
    "cut off by span.line.name": "the same",
    "cut off by a.chip span": "its title and the line under the selected row say it whole",
    "cut off by span.about": "two lines of a promise; the whole stands on its page",
    "cut off by nav.queue b": "one line of whom to match; the whole stands in the table beside it",
    "cut off by section.side a": "three lines of a name; the whole stands in the rows below",
    "cut off by section.side.looked-at a": "the same",
    "cut off by h1.page-title.visit-top-name": "two lines of the head; whole under “Who”",
    "cut off by p.visit-top-reason": "the same",
    "cut off by span.visit-top-who": "the same",
}
"""Text that is cut on purpose, and where the whole of it is."""


def find_geometry_faults(page: Page) -> dict[str, str]:
    """Return sideways scroll, cut text, and what lies on something else: an example of each kind."""
    found: dict[str, str] = dict(page.evaluate(MEASURE, "geometry"))
    return {kind: example for kind, example in found.items() if kind not in SHORTENED}


def find_size_faults(page: Page) -> list[str]:
    """Return button heights, radii and text sizes that are not of our one system."""
    found: list[str] = page.evaluate(MEASURE, "sizes")
    return found


def find_axe_faults(page: Page) -> list[str]:
    """Return what axe finds by the AA, AAA and best-practice rules."""
    return [
        f"{one['id']}: {node['html'][:120]} {node['failureSummary'][-140:]}"
        for one in Axe().run(page, options=AAA).response["violations"]
        for node in one["nodes"]
    ]


def space_text(page: Page) -> None:
    """Space the text of this document as a reader may (WCAG 1.4.12)."""
    page.evaluate(SPACED)


def look_at_sizes(page: Page, name: str, sizes: tuple[tuple[int, int], ...] = SIZES) -> list[str]:
    """Return the faults of the page at each size; save pictures into the folder LOOKS, if set."""
    found: dict[str, tuple[list[str], str]] = {}
    scheme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        for fault, example in find_geometry_faults(page).items():
            found.setdefault(fault, ([], example))[0].append(f"{width}×{height}")
        if folder := os.environ.get("LOOKS"):
            page.screenshot(path=Path(folder) / f"{name}-{width}x{height}-{scheme}.png", full_page=True)
    return [f"{name} at {', '.join(at)}: {fault}: {example}" for fault, (at, example) in found.items()]


MOST_TABS = 400


def find_unringed_controls(page: Page) -> tuple[list[str], int]:
    """Tab through the page once; return the controls without a visible ring, and how many there are."""
    page.evaluate(
        "document.activeElement.blur();"
        " for (const one of document.querySelectorAll('[data-visited]')) delete one.dataset.visited;"
    )
    found, count = [], 0
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        now = page.evaluate(MEASURE, "ring")
        if now is None or now["times"] > 1:
            if count:
                break
            continue
        count += 1
        if not now["ringed"]:
            found.append(now["what"])
    return found, count
