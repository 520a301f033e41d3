"""Shared fixtures. Brook Street Clinic is ours; Hill Clinic is another one, whose data must stay apart."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_django
import time_machine
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client, TransactionTestCase
from django.utils import timezone
from hypothesis import HealthCheck, settings

from checkin.actions import backup_runs, devices
from checkin.models import Clinic, Device, Location, Role, Staff
from tests import make
from tests.database_copies import DatabaseCopy
from tests.emptied_tables import empty_written_tables
from tests.fresh_pages import FreshPages

# The same examples every time, so results depend on the change and not on chance; and no deadlines.
# `--hypothesis-profile=wander`, as in `make test-long`, tries new random examples.
steady = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", steady)
settings.register_profile("wander", steady, derandomize=False)
settings.load_profile("steady")

TransactionTestCase._fixture_teardown = empty_written_tables


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    testrun_uid: str,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Replace pytest-django's own, with which every worker migrates a separate database."""
    folder = tmp_path_factory.getbasetemp()
    lock = (folder if worker_id == "master" else folder.parent) / f"database-{testrun_uid}.lock"
    cache = getattr(request.config, "cache", None)
    kept = cache.mkdir("migrated") if cache else None
    copy = DatabaseCopy(run=testrun_uid, worker=worker_id, lock=lock, kept=kept)
    with django_db_blocker.unblock():
        copy.make()
    yield
    with django_db_blocker.unblock():
        copy.remove()


@pytest.fixture(autouse=True)
def _quick_and_clean(settings: pytest_django.Settings) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    yield
    caches["rows"].clear()


@pytest.fixture(autouse=True)
def _no_attempts_counted(request: pytest.FixtureRequest) -> None:
    """Clear failed logins of other tests: they are not in a model's table, so nothing else clears them."""
    if "transactional_db" in request.fixturenames or "live_server" in request.fixturenames:
        request.getfixturevalue("transactional_db")
        caches["default"].clear()


@pytest.fixture(autouse=True)
def _all_answered(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Wait for the live server before the tables are emptied: an open board may have just sent a request."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    under_way, guard, answer = [0], threading.Lock(), WSGIHandler.get_response

    def counted(handler: WSGIHandler, asked: HttpRequest) -> HttpResponseBase:
        with guard:
            under_way[0] += 1
        try:
            return answer(handler, asked)
        finally:
            with guard:
                under_way[0] -= 1

    monkeypatch.setattr(WSGIHandler, "get_response", counted)
    yield
    quiet, patience = 0, time.monotonic() + 10
    while quiet < 10 and time.monotonic() < patience:
        time.sleep(0.01)
        quiet = 0 if under_way[0] else quiet + 1


@pytest.fixture
def tuesday() -> Iterator[time_machine.Traveller]:
    """Set the clock to 9:40 AM on a school day."""
    with time_machine.travel(make.at("9:40"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def brook(db: None) -> Clinic:
    return make.clinic()


@pytest.fixture
def front(brook: Clinic) -> Location:
    return make.location(brook, "Front desk")


@pytest.fixture
def annexe(brook: Clinic) -> Location:
    return make.location(brook, "Annexe")


@pytest.fixture
def dana(brook: Clinic, front: Location) -> Staff:
    return make.staff(brook, "dana", Role.FRONT_DESK, location=front)


@pytest.fixture
def noor(brook: Clinic, front: Location) -> Staff:
    return make.staff(brook, "noor", Role.CLINICIAN, location=front)


@pytest.fixture
def max_(brook: Clinic, front: Location) -> Staff:
    return make.staff(brook, "max_", Role.MANAGER, location=front)


@pytest.fixture
def ada(brook: Clinic, front: Location) -> Staff:
    return make.staff(brook, "ada", Role.ADMINISTRATOR, location=front)


@pytest.fixture
def otto(brook: Clinic, front: Location) -> Staff:
    return make.staff(brook, "otto", Role.AUDITOR, location=front)


@pytest.fixture
def hill(db: None) -> Clinic:
    return make.clinic("Hill Clinic")


@pytest.fixture
def hilltop(hill: Clinic) -> Location:
    return make.location(hill, "Hilltop")


@pytest.fixture
def sol(hill: Clinic, hilltop: Location) -> Staff:
    return make.staff(hill, "sol", Role.FRONT_DESK, location=hilltop)


@pytest.fixture
def as_(client: Client) -> Callable[[Staff], Client]:
    """`as_(dana)` returns a client logged in as Dana whose pages were all opened just now."""

    def browser(person: Staff) -> Client:
        found = FreshPages()
        found.force_login(person)
        return found

    return browser


@pytest.fixture
def desk_client(as_: Callable[[Staff], Client], dana: Staff) -> Client:
    return as_(dana)


@pytest.fixture
def tab(dana: Staff) -> Client:
    """Return Dana's real tab: unlike `desk_client`, it sends only what its pages contained."""
    found = Client()
    found.force_login(dana)
    return found


@pytest.fixture
def forgotten_list(settings: pytest_django.Settings, tmp_path: Path) -> Path:
    """Return where the list of forgotten patients is written in this test."""
    settings.FORGOTTEN_LIST = str(tmp_path / "forgotten.log")
    return tmp_path / "forgotten.log"


@pytest.fixture
def take_backups(monkeypatch: pytest.MonkeyPatch) -> Callable[[], set[str]]:
    """Make no backup, whose program would copy another database; return what tells if one was asked for."""
    asked: list[int] = []

    def run_backup(by: int) -> None:
        asked.append(by)

    def take() -> set[str]:
        for thread in threading.enumerate():
            if thread.name == "backup":
                thread.join()
        taken = {"a backup"} if asked else set()
        asked.clear()
        return taken

    monkeypatch.setattr(backup_runs, "run_backup", run_backup)
    return take


class Kiosk(NamedTuple):
    device: Device
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Device {self.token}"}


@pytest.fixture
def kiosk(front: Location) -> Kiosk:
    device, token = devices.enrol_device(location=front, name="Tablet by the door", at=make.at("7:00"))
    # Heard a moment ago: that is noted once in five minutes, with a query of its own.
    Device.objects.filter(pk=device.pk).update(heard_at=timezone.now())
    return Kiosk(device, token)
