"""The demo clinic at 9:41 of a school day, served on this machine, and a real browser that looks at it."""

from __future__ import annotations

import contextlib
import logging
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import django
import time_machine
from playwright.sync_api import Browser, Page

from tests import environment  # noqa: F401

PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"

# Once the page has loaded, all scripts have run once. Fonts and pictures may still be decoding, and a script
# may have asked for a second layout.
DRAWN = """async () => {
  await document.fonts.ready;
  await Promise.all([...document.images].map((one) => one.decode().catch(() => {})));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""

Answers = Mapping[str, Mapping[str, str]]


@dataclass
class Studio:
    """The running program, and a browser to look at it with."""

    site: str
    browser: Browser
    passwords: dict[str, str]
    tablet_key: str

    def page(self, size: tuple[int, int], scheme: str = "light", scale: float = 1) -> Page:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=scale,
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.clock.install(time=django.utils.timezone.now())
        return page

    def desk(self, username: str, size: tuple[int, int], scheme: str = "light", scale: float = 1) -> Page:
        """A browser in which this person has logged in, at the first page of their role."""
        page = self.page(size, scheme, scale)
        page.goto(f"{self.site}/account/login/")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(self.passwords[username])
        page.get_by_role("button", name="Log in", exact=True).click()
        page.wait_for_url(lambda url: "/account/login/" not in url)
        return page

    def tablet(
        self, size: tuple[int, int], scheme: str = "light", language: str = "en", scale: float = 1
    ) -> Page:
        """An enrolled tablet."""
        page = self.page(size, scheme, scale)
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


def take_picture(page: Page) -> bytes:
    """Return the page as PNG, once it is drawn.

    It does not wait for a quiet network: a board asks every 1.8 seconds, and on a busy machine no pause
    between two questions may be long enough to count as quiet.
    """
    page.wait_for_load_state()
    page.evaluate("document.activeElement?.blur()")
    page.evaluate(DRAWN)
    return page.screenshot(animations="disabled", caret="hide")


def walk_kiosk(page: Page, answers: Answers) -> Iterator[str]:
    """Sign a child in, stopping at every question once it is answered."""
    form = page.locator("#sign-in")
    while True:
        step = form.get_attribute("data-step") or ""
        for name, text in answers.get(step, {}).items():
            page.locator(f"[name={name}]").fill(text)
        yield step
        if step == "done":
            return
        page.locator("[data-next]").click()
        page.wait_for_function("step => document.getElementById('sign-in').dataset.step !== step", arg=step)
