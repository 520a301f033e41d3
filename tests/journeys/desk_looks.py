"""Visible problems of the desk's pages, for the journeys: beside kiosk_looks.py, which is the tablet's.

`look` reports what a person would see wrong on the page as it stands: sideways scroll, text cut off or lying on
other text, and what axe finds by the AA and AAA rules. `measure` reports what is outside our one system of
button heights, radii and text sizes.
"""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SIZES = ((320, 640), (768, 1024), (820, 1180), (1024, 768), (1280, 800), (1024, 640), (640, 400), (1920, 1080))
"""CSS pixels. 1024×640 is 1280×800 at 125 %, 640×400 the same at 200 %, and 320 is 1280 at 400 %."""

# Shared by both scripts: the parts of the page that are drawn, and the lines of text in them.
DRAWN = """
const style = (e) => getComputedStyle(e);
const sign = (e) => [e.closest("[class]:not(bdi)"), e].map((one) => one && one.localName + [...one.classList].map((c) => "." + c).join("")).filter((one, nth, all) => all.indexOf(one) === nth).join(" ");
const name = (e) => e.outerHTML.slice(0, 110).replace(/\\s+/g, " ");
const unseen = (e) => {
  const s = style(e), box = e.getBoundingClientRect();
  const heard = e.matches(".visually-hidden") || s.position === "absolute" && (box.width <= 1 || box.height <= 1 || s.clipPath !== "none");
  return s.display === "none" || s.visibility === "hidden" || s.opacity === "0" || heard;
};
const isDrawn = (e) => {
  if (e.closest("[hidden], details:not([open]) > :not(summary), dialog:not([open]), .skip, .sprite")) return false;
  for (let one = e; one && one !== document.documentElement; one = one.parentElement) if (unseen(one)) return false;
  return true;
};
const dialog = document.querySelector("dialog[open]:modal"), top = dialog || document.body;
"""

GEOMETRY = (
    "() => {"
    + DRAWN
    + """
  const found = [], page = document.documentElement;
  if (page.scrollWidth > innerWidth) {
    const wide = [...top.querySelectorAll("*")].filter(isDrawn);
    const culprit = wide.filter((e) => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1).pop();
    found.push(["sideways", `${page.scrollWidth} px wide: ${culprit ? name(culprit) : ""}`]);
  }
  // What cuts a line off; "scrolled" if one scrolls to it.
  const cutter = (e, box) => {
    for (let one = e; one && one !== page; one = one.parentElement) {
      const s = style(one), edge = one.getBoundingClientRect();
      if (s.position === "fixed") break;
      const beside = box.right > edge.right + 1.5 || box.left < edge.left - 1.5;
      const below = box.bottom > edge.bottom + box.height / 3 || box.top < edge.top - box.height / 3;
      const scrolls = /auto|scroll/;
      if (beside && scrolls.test(s.overflowX) || below && scrolls.test(s.overflowY)) return "scrolled";
      if (beside && s.overflowX !== "visible" || below && s.overflowY !== "visible") return one;
    }
    return null;
  };
  const lines = [], walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const e = node.parentElement;
    if (!node.data.trim() || e.matches("script, style, option, textarea, select") || !isDrawn(e)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const isClear = style(e).color === "rgba(0, 0, 0, 0)" || parseFloat(style(e).fontSize) === 0;
    for (const box of range.getClientRects()) {
      if (box.width < 1 || isClear) continue;
      const cut = cutter(e, box);
      if (cut === "scrolled") continue;
      if (cut && !e.closest("[title], [data-cut]")) found.push([`cut off by ${sign(cut)}`, node.data.trim().slice(0, 40)]);
      if (!cut) lines.push({ box, e, text: node.data.trim().slice(0, 40) });
    }
  }
  for (const e of top.querySelectorAll("input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea, button, a.btn, summary.btn"))
    if (isDrawn(e)) lines.push({ box: e.getBoundingClientRect(), e, text: name(e) });
  const floats = (e) => {
    for (let one = e; one && one !== page; one = one.parentElement)
      if (/fixed|sticky/.test(style(one).position) || one.matches(".menu-sheet, .people ul")) return one;
    return null;
  };
  lines.sort((a, b) => a.box.top - b.box.top);
  for (let i = 0; i < lines.length; i++) for (let j = i + 1; j < lines.length; j++) {
    const a = lines[i], b = lines[j];
    if (b.box.top > a.box.bottom) break;
    if (a.e === b.e || a.e.contains(b.e) || b.e.contains(a.e) || floats(a.e) !== floats(b.e)) continue;
    if ([a.e, b.e].some((one) => one.matches("kbd")) && [a.e, b.e].some((one) => one.matches("input"))) continue; // its key
    const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
    const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
    // Lines of text are boxes higher than their letters.
    if (across > 2 && down > 0.35 * Math.min(a.box.height, b.box.height)) found.push([`overlap of ${sign(a.e)} and ${sign(b.e)}`, `“${a.text}” and “${b.text}”`]);
  }
  return found.filter(([kind], nth) => found.findIndex((one) => one[0] === kind) === nth);
}"""
)

MEASURES = (
    "() => {"
    + DRAWN
    + """
  const found = [];
  const isOne = (value, values) => values.some((one) => Math.abs(value - one) < 0.06);
  for (const e of top.querySelectorAll("*")) {
    if (!isDrawn(e) || e.closest("svg, .token, .excuse, option")) continue;
    const s = style(e), box = e.getBoundingClientRect(), what = name(e);
    if (!box.width) continue;
    const isButton = e.matches(".btn, button, summary.btn, input[type=submit]") && !e.matches("[class*=btn-close]");
    const isFramed = isButton && (parseFloat(s.borderTopWidth) || e.matches(".btn"));
    const inner = box.height - 2 * parseFloat(s.paddingTop) - 2 * parseFloat(s.borderTopWidth);
    const isOneLine = inner < 1.8 * parseFloat(s.fontSize);
    if (isFramed && isOneLine && !isOne(box.height, [32, 40])) found.push(`${box.height.toFixed(1)} px high: ${what}`);
    if (isFramed && box.height < 31.8) found.push(`${box.height.toFixed(1)} px high: ${what}`);
    for (const corner of ["TopLeft", "TopRight", "BottomLeft", "BottomRight"]) {
      const radius = parseFloat(s[`border${corner}Radius`]), isRound = s[`border${corner}Radius`] === "50%" || radius >= 99;
      if (!isRound && !isOne(radius, [0, 8]) && !e.matches("[type=checkbox]")) { found.push(`radius ${radius}: ${what}`); break; }
    }
    const hasText = [...e.childNodes].some((one) => one.nodeType === 3 && one.data.trim()) || e.matches("input:not([type=checkbox], [type=radio]), select, textarea");
    const size = parseFloat(s.fontSize);
    if (hasText && !isOne(size, [13, 15, 17, 20, 24])) found.push(`text of ${size} px: ${what}`);
  }
  return [...new Set(found)];
}"""
)

# WCAG 1.4.12: no text may be lost with this spacing. Set as a sheet of the document, which our CSP allows.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
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
    "cut off by section.side h2": "three lines of a name; the whole stands in the rows below",
    "cut off by section.side.looked-at h2": "the same",
}
"""Text that is cut on purpose, and where the whole of it is."""


def find_geometry_faults(page: Page) -> dict[str, str]:
    """Return sideways scroll, cut text, and text or controls that lie on each other: an example of each kind."""
    found: dict[str, str] = dict(page.evaluate(GEOMETRY))
    return {kind: example for kind, example in found.items() if kind not in SHORTENED}


def find_size_faults(page: Page) -> list[str]:
    """Return button heights, radii and text sizes that are not of our one system."""
    found: list[str] = page.evaluate(MEASURES)
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


# Where the ring of the focused control is: at itself, its row or its label. Its color against the ground behind
# it is computed by tests/house/test_contrast.py.
RING = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  e.dataset.visited = Number(e.dataset.visited || 0) + 1;
  const ringed = (one) => {
    const s = getComputedStyle(one);
    return parseFloat(s.outlineWidth) >= 2 && s.outlineStyle !== "none" && s.outlineColor !== "rgba(0, 0, 0, 0)";
  };
  const holders = [e, e.closest("label"), e.closest("tr"), e.closest("li")].filter(Boolean);
  return { what: e.outerHTML.slice(0, 110), times: Number(e.dataset.visited), ringed: holders.some(ringed) };
}"""
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
        now = page.evaluate(RING)
        if now is None or now["times"] > 1:
            if count:
                break
            continue
        count += 1
        if not now["ringed"]:
            found.append(now["what"])
    return found, count
