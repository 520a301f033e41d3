"""Merging two records in a hurry: without a network, pressed twice, and from a stale page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkin.models import Clinic, Patient, PatientMerge, Staff
from tests import make
from tests.journeys.desk_screen import logged_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def emma(brook: Clinic) -> Patient:
    return make.patient(brook, "Emma Johnson", "2017-04-04", city="Aurora")


@pytest.fixture
def emmy(brook: Clinic, emma: Patient) -> Patient:
    return make.patient(brook, "Emma Johnson", "2017-04-04", city="Joliet")


@pytest.fixture
def compare(
    browser: Browser, live_server: LiveServer, dana: Staff, emma: Patient, emmy: Patient
) -> Iterator[Page]:
    context = logged_in(browser, live_server.url, dana)
    page = context.new_page()
    page.goto(f"/patients/{emma.pk}/merge/{emmy.pk}/")
    page.get_by_role("row", name="City").get_by_role("radio").last.check()
    yield page
    context.close()


def press_merge(page: Page) -> None:
    page.get_by_role("button", name="Merge the two records").click()


def test_without_a_network_the_choices_are_kept(compare: Page, emma: Patient) -> None:
    compare.context.set_offline(True)
    press_merge(compare)
    expect(compare.locator("#toast")).to_contain_text("No connection: nothing was changed.")
    expect(compare.get_by_role("row", name="City").get_by_role("radio").last).to_be_checked()
    assert not PatientMerge.objects.exists()
    compare.context.set_offline(False)
    compare.get_by_role("button", name="Merge the two records").dblclick()
    expect(compare.get_by_role("status").first).to_contain_text("was merged into")
    emma.refresh_from_db()
    assert (PatientMerge.objects.count(), emma.city) == (1, "Joliet")


def test_a_refused_merge_page_can_be_reloaded(compare: Page, emma: Patient) -> None:
    Patient.objects.filter(pk=emma.pk).update(city="Naperville")
    press_merge(compare)
    expect(compare.get_by_role("alert")).to_contain_text("was changed or merged since")
    compare.reload()
    expect(compare.get_by_role("heading", level=1)).to_have_text("Are these two records one child?")
    expect(compare.get_by_role("row", name="City")).to_contain_text("Naperville")
    assert not PatientMerge.objects.exists()
