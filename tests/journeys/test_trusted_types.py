"""The strict policy of contents, in a browser: no page violates it, and a text never becomes a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import Location, Staff, Visit
from tests import make
from tests.conftest import Kiosk
from tests.journeys.desk_screen import logged_in
from tests.journeys.kiosk_tablet import enrolled, walk

pytestmark = pytest.mark.django_db(transaction=True)
COLLECT = (
    "document.addEventListener('securitypolicyviolation',(e)=>console.error('VIOLATED '+e.violatedDirective))"
)


def watch(context: BrowserContext) -> list[str]:
    """Return a list that fills with what the console says of violations."""
    found: list[str] = []
    context.add_init_script(COLLECT)
    context.on(
        "console",
        lambda line: (
            found.append(line.text)
            if "VIOLATED" in line.text or "Security Policy" in line.text or "Trusted" in line.text
            else None
        ),
    )
    return found


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, dana: Staff) -> Iterator[Page]:
    context = logged_in(browser, live_server.url, dana)
    yield context.new_page()
    context.close()


@pytest.fixture
def seen(browser: Browser, live_server: LiveServer, kiosk: Kiosk) -> Visit:
    return make.visit(kiosk.device.location, timezone.now())


def test_no_desk_page_violates_the_policy(desk: Page, front: Location, seen: Visit) -> None:
    found = watch(desk.context)
    patient = make.patient(front.clinic)
    pages = ["board", "sign_in", "find", "promises", "promise_new", "handover", "discrepancies", "match"]
    addresses = [reverse(f"desk:{name}") for name in pages]
    addresses += [reverse("desk:visit", args=[seen.pk]), reverse("desk:match_one", args=[seen.pk])]
    addresses += [reverse("desk:patient", args=[patient.pk]), reverse("desk:preferences", args=[seen.pk])]
    addresses += [reverse("desk:note_draft", args=[seen.pk, "school"]), "/nowhere/", "/account/email/"]
    for address in addresses:
        desk.goto(address)
        desk.wait_for_load_state("load")
    assert found == []


def test_htmx_and_our_own_scripts_still_show_answers(desk: Page, front: Location, seen: Visit) -> None:
    found = watch(desk.context)
    make.patient(front.clinic, "Zora Quill")
    desk.goto("/")
    expect(desk.locator("tr[data-v]")).to_have_count(1)
    make.visit(front, timezone.now(), child_given_name="Ola")
    expect(desk.locator("tr[data-v]")).to_have_count(2)
    desk.goto("/sign-in/")
    desk.get_by_label("Given name").fill("Zora")
    expect(desk.locator("#people")).to_contain_text("Zora Quill")
    assert found == []


def test_no_tablet_page_violates_the_policy(browser: Browser, live_server: LiveServer, kiosk: Kiosk) -> None:
    with enrolled(browser, live_server.url, kiosk) as context:
        found = watch(context)
        page = context.new_page()
        for address in ("/kiosk/", "/kiosk/?language=es", "/kiosk/enrol/", "/verify/", "/account/login/"):
            page.goto(address)
            page.wait_for_load_state("load")
        page.goto("/kiosk/")
        walk(page, "wait")
        assert found == []


def test_text_that_becomes_elements_is_refused(desk: Page) -> None:
    """The control: without a policy's blessing, a script of ours could not do it either."""
    watch(desk.context)
    desk.goto("/patients/")
    is_reported = desk.expect_console_message(lambda line: "VIOLATED require-trusted" in line.text)
    with is_reported, pytest.raises(Error, match="TrustedHTML"):
        desk.evaluate("document.body.innerHTML = '<b>typed</b>'")


def test_what_htmx_reads_loses_whatever_runs(desk: Page) -> None:
    desk.goto("/")
    read: Callable[[str], object] = lambda text: desk.evaluate(  # noqa: E731
        "(text) => new DOMParser().parseFromString(text, 'text/html').documentElement.outerHTML", text
    )
    for text in (
        "<p>Mia</p><script>alert(1)</script>",
        "<template><img src=x onerror=alert(1)></template>",
        "<a href=' javascript:alert(1)'>x</a><iframe src=x></iframe>",
    ):
        shown = str(read(text))
        assert not any(word in shown for word in ("script", "onerror", "iframe")), shown
    assert "on = off, come on=now" in str(read("<p>on = off, come on=now</p>")), "words stay as they are"
