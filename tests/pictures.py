"""Takes pictures of the program with the demo clinic in it, at 9:41 of a school day, in a real browser.

python tests/pictures.py              the two of the README, into docs/pictures/
python tests/pictures.py --all DIR    every screen at every size, light and dark, to be looked at
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import django  # noqa: E402
import time_machine  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests import environment  # noqa: E402, F401
from tests.browser import ARGUMENTS, MISSING, chromium  # noqa: E402

SCHEMES = ("light", "dark")
DESK_SIZES = ((1280, 800), (1920, 1080))
TABLET_SIZES = ((1180, 820), (820, 1180))
LARGEST_BYTES = 300_000
PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"


@dataclass
class Studio:
    """The running program, and a browser to look at it with."""

    site: str
    browser: Browser
    passwords: dict[str, str]
    tablet_key: str

    def page(self, size: tuple[int, int], scheme: str = "light") -> Page:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
        )
        page = context.new_page()
        page.clock.install(time=django.utils.timezone.now())
        return page

    def desk(self, username: str, size: tuple[int, int], scheme: str = "light") -> Page:
        """A browser in which this person has logged in."""
        page = self.page(size, scheme)
        page.goto(f"{self.site}/account/login/")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(self.passwords[username])
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{self.site}/")
        return page

    def tablet(self, size: tuple[int, int], scheme: str = "light", language: str = "en") -> Page:
        """An enrolled tablet."""
        page = self.page(size, scheme)
        page.goto(f"{self.site}/kiosk/enrol/#{self.tablet_key}")
        page.wait_for_url(f"{self.site}/kiosk/")
        if language != "en":
            page.goto(f"{self.site}/kiosk/?language={language}")
        return page


@contextlib.contextmanager
def demo_clinic(folder: Path) -> Iterator[tuple[str, dict[str, str], str]]:
    """The program, served with a demo clinic of its own: its address, the passwords, a tablet's key."""
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'pictures.sqlite3'}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    django.setup()
    logging.disable(logging.WARNING)
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.management import call_command
    from django.test import override_settings
    from django.test.testcases import LiveServerThread

    from tests import make

    (folder / "static").mkdir()
    with (
        override_settings(
            VAR=folder,
            STATIC_ROOT=folder / "static",
            STORAGES={"staticfiles": {"BACKEND": PLAIN_STATIC}},
            TIME_ZONE=str(make.CHICAGO),
        ),
        time_machine.travel(make.at("9:41"), tick=True),
    ):
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("demo", stdout=open(os.devnull, "w"))  # noqa: SIM115
        server = LiveServerThread("localhost", StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        accounts = (folder / "demo_accounts.txt").read_text()
        passwords = dict(re.findall(r"^  (\w+) +(\S+)", accounts, re.MULTILINE))
        try:
            yield f"http://localhost:{server.port}", passwords, tablet_key()
        finally:
            server.terminate()


def tablet_key() -> str:
    from checkin.actions import devices
    from checkin.models import Location

    desk = Location.objects.select_related("clinic").order_by("pk")[0]
    return devices.enrol_device(location=desk, name="Tablet", at=django.utils.timezone.now())[1]


def take(page: Page, path: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement?.blur()")
    page.screenshot(path=path, animations="disabled", caret="hide")
    print(f"{path}  {path.stat().st_size // 1000} kB", flush=True)


def readme(studio: Studio, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    page = studio.desk("dana", DESK_SIZES[0])
    take(page, folder / "board.png")
    page = studio.tablet(TABLET_SIZES[0])
    for name in walk(page):
        if name == "you-relationship":
            take(page, folder / "kiosk.png")
            break
    for picture in folder.glob("*.png"):
        if picture.stat().st_size > LARGEST_BYTES:
            sys.exit(f"{picture} is larger than {LARGEST_BYTES // 1000} kB.")


TYPED = {
    "child-name": {"child_given_name": "Leo", "child_family_name": "Ruiz"},
    "child-born": {"birth_month": "3", "birth_day": "14", "birth_year": "2018"},
    "you-name": {"escort_name": "Rosa Delgado"},
    "you-relationship": {"relationship": "his aunt, my sister is at work"},
    "you-phone": {"escort_phone": "(312) 555-0170"},
    "today-reason": {"reason": "Earache since last night", "also": "A mole that has grown"},
}


def walk(page: Page) -> Iterator[str]:
    """Sign a child in, resting at every question once it is answered."""
    form = page.locator("#sign-in")
    while True:
        step = form.get_attribute("data-step") or ""
        for name, text in TYPED.get(step, {}).items():
            page.locator(f"[name={name}]").fill(text)
        yield step
        if step == "done":
            return
        page.locator("[data-next]").click()
        page.wait_for_function("step => document.getElementById('sign-in').dataset.step !== step", arg=step)


def desk_addresses() -> dict[str, str]:
    """Every screen of the desk, by the name of its picture."""
    from django.urls import reverse

    from checkin.models import Patient, Visit

    marcus = Patient.objects.get(given_name="Marcus")
    twin = Visit.objects.get(sign_in__child_given_name="Anna")
    katie = Visit.objects.get(sign_in__child_given_name="Katie")
    noah = Visit.objects.get(sign_in__child_given_name="Noah")
    return {
        "board": reverse("desk:board"),
        "sign_in": reverse("desk:sign_in"),
        "sign_in_known": f"{reverse('desk:sign_in')}?patient={marcus.pk}",
        "match": reverse("desk:match"),
        "match_twin": reverse("desk:match_one", args=[twin.pk]),
        "match_nickname": reverse("desk:match_one", args=[katie.pk]),
        "match_newcomer": reverse("desk:match_one", args=[noah.pk]),
        "visit": reverse("desk:visit", args=[marcus.visits.latest("arrived_at").pk]),
        "visit_twin": reverse("desk:visit", args=[twin.pk]),
        "visit_nickname": reverse("desk:visit", args=[katie.pk]),
        "door": f"{reverse('desk:door', args=[marcus.visits.latest('arrived_at').pk])}?to=left",
        "note": reverse("desk:note_draft", args=[marcus.visits.latest("arrived_at").pk, "school"]),
        "promises": reverse("desk:promises"),
        "promise_new": reverse("desk:promise_new"),
        "differs": reverse("desk:discrepancies"),
        "handover": reverse("desk:handover"),
        "find": reverse("desk:find"),
        "patient": reverse("desk:patient", args=[marcus.pk]),
        "password": reverse("account_change_password"),
    }


def everything(studio: Studio, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in SCHEMES:
        for size in DESK_SIZES:
            desk_pictures(studio, folder, size, scheme)
    for scheme in SCHEMES:
        for size in TABLET_SIZES:
            tablet_pictures(studio, folder, size, scheme)


def desk_pictures(studio: Studio, folder: Path, size: tuple[int, int], scheme: str) -> None:
    end = f"{size[0]}-{scheme}.png"
    page = studio.page(size, scheme)
    page.goto(f"{studio.site}/account/login/")
    take(page, folder / f"login-{end}")
    page = studio.desk("dana", size, scheme)
    for name, address in desk_addresses().items():
        page.goto(studio.site + address)
        take(page, folder / f"{name}-{end}")
    page.goto(f"{studio.site}/patients/")
    page.locator("#q").fill("garcia")
    page.keyboard.press("Enter")
    take(page, folder / f"found-{end}")
    for username in ("felix", "otto"):
        take(studio.desk(username, size, scheme), folder / f"board_{username}-{end}")


def tablet_pictures(studio: Studio, folder: Path, size: tuple[int, int], scheme: str) -> None:
    end = f"{size[0]}-{scheme}.png"
    page = studio.page(size, scheme)
    for name in ("kiosk/", "kiosk/enrol/"):
        page.goto(f"{studio.site}/{name}")
        take(page, folder / f"stranger_{name.strip('/').replace('/', '_')}-{end}")
    for language in ("en", "es"):
        page = studio.tablet(size, scheme, language)
        for nth, name in enumerate(walk(page)):
            take(page, folder / f"kiosk_{language}_{nth}_{name}-{end}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--all", type=Path, metavar="DIR", help="every screen, into this folder")
    wanted = parser.parse_args().all
    if chromium() is None:
        sys.exit(f"No pictures: {MISSING}.")
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_clinic(Path(folder)) as facts,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        studio = Studio(facts[0], browser, facts[1], facts[2])
        if wanted:
            everything(studio, wanted)
        else:
            readme(studio, ROOT / "docs" / "pictures")
        browser.close()


if __name__ == "__main__":
    main()
