"""Takes pictures of the program with the demo clinic, at 9:41 AM on a school day, in a real browser.

python tests/pictures.py              those of the README, into docs/pictures/
python tests/pictures.py --all DIR    every screen at every size, light and dark, to be looked at
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests.browser import ARGUMENTS, MISSING, chromium  # noqa: E402
from tests.moving_picture import make_moving_picture  # noqa: E402
from tests.studio import Studio, demo_clinic, take_picture, walk_kiosk  # noqa: E402

SCHEMES = ("light", "dark")
DESK_SIZES = ((1280, 800), (1920, 1080))
TABLET_SIZES = ((1180, 820), (820, 1180), (1024, 694), (600, 960), (390, 844))
LARGEST_BYTES = {".png": 300_000, ".webp": 1_500_000, ".svg": 100_000}

ANSWERS = {
    "child": {
        "child_given_name": "Leo",
        "child_family_name": "Ruiz",
        "birth_month": "3",
        "birth_day": "14",
        "birth_year": "2018",
    },
    "you": {"relationship": "his aunt, my sister is at work", "escort_name": "Rosa Delgado"},
    "today": {"reason": "Earache since last night"},
    "wait": {"escort_phone": "(312) 555-0170"},
}


def take(page: Page, path: Path) -> None:
    path.write_bytes(take_picture(page))
    print(f"{path}  {path.stat().st_size // 1000} kB", flush=True)


def readme(studio: Studio, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    take(studio.desk("dana", DESK_SIZES[0]), folder / "board.png")
    page = studio.tablet(TABLET_SIZES[0])
    for name in walk_kiosk(page, ANSWERS):
        if name == "you":
            take(page, folder / "kiosk.png")
            break
    for path in make_moving_picture(studio, folder):
        print(f"{path}  {path.stat().st_size // 1000} kB", flush=True)
    for path in folder.iterdir():
        if path.stat().st_size > LARGEST_BYTES.get(path.suffix, 0):
            sys.exit(f"{path} is larger than {LARGEST_BYTES.get(path.suffix, 0) // 1000} kB.")


def desk_addresses() -> dict[str, str]:
    """Return every screen of the desk, by the name of its picture."""
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
        "leave": f"{reverse('desk:leave', args=[marcus.visits.latest('arrived_at').pk])}?to=left",
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
    with page.expect_navigation():
        page.keyboard.press("Enter")
    take(page, folder / f"found-{end}")
    for username in ("felix", "otto"):
        take(studio.desk(username, size, scheme), folder / f"first_{username}-{end}")


def tablet_pictures(studio: Studio, folder: Path, size: tuple[int, int], scheme: str) -> None:
    end = f"{size[0]}-{scheme}.png"
    page = studio.page(size, scheme)
    for name in ("kiosk/", "kiosk/enrol/"):
        page.goto(f"{studio.site}/{name}")
        take(page, folder / f"stranger_{name.strip('/').replace('/', '_')}-{end}")
    for language in ("en", "es"):
        page = studio.tablet(size, scheme, language)
        for nth, name in enumerate(walk_kiosk(page, ANSWERS)):
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
