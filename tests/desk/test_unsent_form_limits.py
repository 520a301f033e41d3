"""A kept form goes only once it is done, is not pushed out by strangers, and names patients on the trail."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from checkin.actions import confidential_visits
from checkin.models import Clinic, Location, Staff, UnsentForm
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")
PAGE = {"Accept": "text/html"}


def keep(person: Staff, action: str = "/sign-in/", **fields: object) -> UnsentForm:
    return UnsentForm.objects.create(
        pk=uuid.uuid4(),
        staff=person,
        at=timezone.now(),
        action=action,
        fields=[[name, str(text)] for name, text in fields.items()],
    )


def send(browser: Client, kept: UnsentForm, **fields: object) -> Any:
    return browser.post(kept.action, {"typed_id": kept.pk.hex, **fields}, headers=PAGE)


def is_kept(kept: UnsentForm) -> bool:
    return UnsentForm.objects.filter(pk=kept.pk).exists()


def test_a_form_sent_to_a_page_that_is_gone_is_still_kept(desk_client: Client, dana: Staff) -> None:
    kept = keep(dana, "/visits/999999/move/")
    assert send(desk_client, kept, to="roomed").status_code == 404
    assert is_kept(kept)


def test_a_form_that_its_role_may_not_send_is_still_kept(as_: Callable[[Staff], Client], otto: Staff) -> None:
    kept = keep(otto)
    assert send(as_(otto), kept, child_given_name="Leo").status_code == 403
    assert is_kept(kept)


def test_a_form_sent_before_the_second_factor_is_still_kept(
    desk_client: Client, dana: Staff, brook: Clinic
) -> None:
    Clinic.objects.filter(pk=brook.pk).update(second_factor_for="all")
    kept = keep(dana)
    assert send(desk_client, kept, child_given_name="Leo").url == "/account/"
    assert is_kept(kept)


def test_a_form_about_a_visit_that_has_closed_again_is_still_kept(
    desk_client: Client, dana: Staff, front: Location
) -> None:
    visit = make.visit(front)
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=dana, at=timezone.now())
    kept = keep(dana, f"/visits/{visit.pk}/notes/school/")
    assert send(desk_client, kept, do="keep").url == f"/visits/{visit.pk}/"
    assert is_kept(kept)


def test_a_form_that_is_done_goes_at_any_front_desk(
    desk_client: Client, dana: Staff, front: Location
) -> None:
    for path in ("", f"/at/{front.pk}"):
        kept = keep(dana, f"{path}{reverse('desk:typed')}")
        assert send(desk_client, kept).url == kept.action
        assert not is_kept(kept)
