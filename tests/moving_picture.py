"""The README's moving picture: a man who is nobody's guardian signs a boy in, and what the desk does with it.

The program is really driven: what is shown left is the tablet, right or alone the desk's own pages.
"""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from tests.studio import Studio, take_picture, walk_kiosk

SIZE = (920, 630)
PANEL_HEIGHT = 548
TABLET_WIDTH, BOARD_WIDTH, DESK_WIDTH = 384, 512, 904
TABLET_SCALE = 0.6

STYLE = """
* { box-sizing: border-box; margin: 0; }
body { width: 920px; height: 630px; background: #e4dccb; font: 16px "Noto Sans", sans-serif; color: #12363b; }
main { display: flex; gap: 8px; padding: 0 8px; height: 580px; }
h2 { font-size: 14px; line-height: 30px; height: 30px; font-weight: 600; }
.panel { position: relative; overflow: hidden; border-radius: 6px; height: 548px; }
.panel img { display: block; }
.ring { position: absolute; border: 3px solid #d9620f; border-radius: 8px; }
footer { height: 50px; background: #12363b; color: #fff; font-size: 21px; line-height: 50px; }
footer { text-align: center; }
"""

ANSWERS = {
    "child": {
        "child_given_name": "Finn",
        "child_family_name": "O'Neil",
        "birth_month": "9",
        "birth_day": "19",
        "birth_year": "2019",
    },
    "you": {"escort_name": "Tom Reyes"},
    "today": {"reason": "Fever since last night"},
    "wait": {"escort_phone": "(312) 555-0170"},
}
RELATIONSHIP = ("I'm ", "I'm his ", "I'm his mom's ", "I'm his mom's partner")

# What is said below the tablet at each step, and how long it is shown, in milliseconds.
TABLET_STEPS = {
    "welcome": ("A man brings his partner's sick son. He is nobody's legal guardian.", 1800),
    "child": ("He signs in at the tablet. Every question may be left blank.", 1800),
    "today": ("Why they came, and what would help. Only staff read this.", 1800),
    "wait": ("How they like to wait, and how to reach them.", 1100),
    "done": ("Signed in. The front desk sees them at once.", 2300),
}
ASKED = "“What is your relationship to the patient?” He says it in his own words."


@dataclass
class Panel:
    """A picture of one window, what it is, and what to draw a ring around."""

    title: str
    width: int
    picture: bytes
    ring: tuple[float, float, float, float] | None = None


@dataclass
class MovingPicture:
    """Frames as they are composed, each with how long it is shown."""

    browser: Browser
    frames: list[Image.Image] = field(default_factory=list)
    milliseconds: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page = self.browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})

    def show(self, caption: str, milliseconds: int, *panels: Panel) -> None:
        self.page.set_content(
            f"<!doctype html><style>{STYLE}</style><main>{''.join(map(draw_panel, panels))}</main>"
            f"<footer>{html.escape(caption)}</footer>"
        )
        self.frames.append(Image.open(io.BytesIO(take_picture(self.page))).convert("RGB"))
        self.milliseconds.append(milliseconds)

    def save(self, path: Path) -> None:
        self.frames[0].save(
            path,
            save_all=True,
            append_images=self.frames[1:],
            duration=self.milliseconds,
            loop=0,
            lossless=True,
            method=6,
        )


def draw_panel(panel: Panel) -> str:
    source = base64.b64encode(panel.picture).decode()
    ring = ""
    if panel.ring:
        left, top, width, height = panel.ring
        ring = f'<div class="ring" style="left:{left}px;top:{top}px;width:{width}px;height:{height}px"></div>'
    return (
        f'<section><h2>{html.escape(panel.title)}</h2><div class="panel" style="width:{panel.width}px">'
        f'<img src="data:image/png;base64,{source}" width="{panel.width}">{ring}</div></section>'
    )


def make_moving_picture(studio: Studio, folder: Path) -> Iterator[Path]:
    """Drive the program and save what it shows, moving and as one still; yield both paths."""
    moving = MovingPicture(studio.browser)
    row_id = show_sign_in(studio, moving)
    still = moving.frames[-1]
    show_desk(studio, moving, int(row_id.removeprefix("v")))
    moving.save(folder / "sign-in.webp")
    yield folder / "sign-in.webp"
    still.save(folder / "sign-in.png", optimize=True)
    yield folder / "sign-in.png"


def show_sign_in(studio: Studio, moving: MovingPicture) -> str:
    """The tablet on the left, the board on the right; return the id of the row that appears there."""
    tablet_size = (round(TABLET_WIDTH / TABLET_SCALE), round(PANEL_HEIGHT / TABLET_SCALE))
    tablet = studio.tablet(tablet_size, scale=TABLET_SCALE)
    board = studio.desk("dana", (BOARD_WIDTH, PANEL_HEIGHT))
    scroll_to(board.locator("#rows tr").last)
    before = picture_of_board(board)
    for step in walk_kiosk(tablet, ANSWERS):
        if step == "you":
            for typed in RELATIONSHIP:
                tablet.locator("[name=relationship]").fill(typed)
                milliseconds = 1700 if typed == RELATIONSHIP[-1] else 300
                moving.show(ASKED, milliseconds, picture_of_tablet(tablet), before)
        if step == "today":
            tablet.locator("[name=notes_wanted][value=school]").check()
        if step in TABLET_STEPS and step != "done":
            moving.show(*TABLET_STEPS[step], picture_of_tablet(tablet), before)
    row = board.locator("#rows tr", has_text="Finn")
    row.wait_for()
    scroll_to(row)
    moving.show(*TABLET_STEPS["done"], picture_of_tablet(tablet), picture_of_board(board, row))
    return row.get_attribute("id") or ""


def show_desk(studio: Studio, moving: MovingPicture, visit: int) -> None:
    """What the front desk and the clinician do with the row, alone and larger."""
    desk = studio.desk("dana", (DESK_WIDTH, PANEL_HEIGHT))
    row = desk.locator(f"#v{visit}")
    scroll_to(row)
    asks = "The row says what they need: a school note, this season's flu vaccine, a call to a parent."
    moving.show(asks, 2300, picture_of_desk(desk, "The front desk's board", row))
    desk.goto(f"{studio.site}/visits/{visit}/notes/school/")
    moving.show("The school note is filled in already.", 1100, picture_of_desk(desk, "The school note"))
    desk.locator("button[value=issue]").click()
    desk.wait_for_url(re.compile(r"/notes/\d+/$"))
    scroll_to(desk.locator(".note-sheet"), "start")
    moving.show(
        "One key issues it. It says nothing of why he was here.",
        1600,
        picture_of_desk(desk, "The school note"),
    )
    answer_needs(studio, moving, visit)
    desk.goto(studio.site)
    for state in ("roomed", "with_clinician", "ready"):
        row.locator(".step button").click()
        desk.locator(f"#v{visit}[data-state={state}]").wait_for()
    scroll_to(row)
    moving.show("They leave with all of it done.", 2000, picture_of_desk(desk, "The front desk's board", row))


def answer_needs(studio: Studio, moving: MovingPicture, visit: int) -> None:
    clinician = studio.desk("noor", (DESK_WIDTH, PANEL_HEIGHT))
    clinician.goto(f"{studio.site}/visits/{visit}/")
    clinician.locator("form[action$='/reason/'] button").first.click()
    said = "The clinician phones a parent, and gives the flu vaccine at the same visit."
    for milliseconds in (1300, 600, 1200):
        clinician.goto(f"{studio.site}/visits/{visit}/")
        moving.show(said, milliseconds, picture_of_desk(clinician, "The visit, as the clinician sees it"))
        answers = clinician.locator("#needs button[value=done]")
        if answers.count():
            answered = clinician.locator("#needs .need-answered").count()
            answers.first.click()
            clinician.locator("#needs .need-answered").nth(answered).wait_for()


def scroll_to(element: Locator, block: str = "center") -> None:
    element.evaluate("(one, block) => one.scrollIntoView({ block, behavior: 'instant' })", block)


def picture_of_tablet(page: Page) -> Panel:
    page.evaluate("scrollTo(0, 0)")  # typing scrolls to the box
    return Panel("The tablet in the waiting room", TABLET_WIDTH, take_picture(page))


def picture_of_board(page: Page, row: Locator | None = None) -> Panel:
    return Panel("The front desk's board", BOARD_WIDTH, take_picture(page), ring_of(row))


def picture_of_desk(page: Page, title: str, row: Locator | None = None) -> Panel:
    return Panel(title, DESK_WIDTH, take_picture(page), ring_of(row))


def ring_of(row: Locator | None) -> tuple[float, float, float, float] | None:
    box = row.bounding_box() if row else None
    return (box["x"], box["y"], box["width"], box["height"]) if box else None
