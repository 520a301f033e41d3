"""A kept form goes only once it is done, is not pushed out by strangers, and names patients on the trail."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from checkin.actions import confidential_visits, desk_locks
from checkin.models import AuditEvent, Clinic, Location, Patient, Staff, UnsentForm, Visit
from checkin.web import unsent_forms
from checkin.web.page_versions import patient_page_version
from checkin.web.unsent_form_subjects import find_form_subject
from tests import make
from tests.desk.test_audit_views import patients_of
from tests.desk.test_unsent_forms import make_stale, opened

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


LOST = "could not be kept"
KEPT = "What was typed is kept."


def lock(person: Staff) -> None:
    desk_locks.lock_desk(
        desk=person.desk_sessions.latest("pk"), person=person, at=timezone.now(), how="pressed"
    )


def test_a_page_of_the_lock_does_not_say_who_types(desk_client: Client, dana: Staff) -> None:
    """With it anybody could keep forms for whoever had locked the desk, for a day."""
    opened(desk_client, "/sign-in/")
    for answer in (
        desk_client.post("/account/lock/", headers=PAGE),
        desk_client.get("/promises/", headers=PAGE),
        desk_client.post("/account/unlock/", {"unlock_with": "x"}, headers=PAGE),
    ):
        page = answer.content.decode()
        assert answer.status_code == 423
        assert "csrfmiddlewaretoken" in page and "typed_by" not in page
    answer = desk_client.post("/sign-in/", {"child_given_name": "Leo"}, headers=PAGE)
    assert LOST in answer.content.decode() and KEPT not in answer.content.decode()
    assert not UnsentForm.objects.exists()


def test_a_locked_desk_keeps_a_limited_number_of_forms_and_says_which(
    desk_client: Client, dana: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = {"child_given_name": "Leo"} | opened(desk_client, "/sign-in/")
    lock(dana)
    monkeypatch.setattr(unsent_forms, "MOST_KEPT_PER_HOUR", 2)
    names = ("Leo", "Mia", "Mia", "Noa")
    sent = [typed | {"child_given_name": name} for name in names]
    pages = [desk_client.post("/sign-in/", one, headers=PAGE).content.decode() for one in sent]
    assert [KEPT in page for page in pages] == [True, True, True, False]
    assert [LOST in page for page in pages] == [False, False, False, True]
    assert UnsentForm.objects.count() == 2


def test_what_strangers_send_at_one_locked_desk_takes_nothing_from_another(
    desk_client: Client, dana: Staff, front: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty forms at one desk, and what their person typed anywhere was not kept for an hour."""
    typed = opened(desk_client, "/sign-in/")
    lock(dana)
    monkeypatch.setattr(unsent_forms, "MOST_KEPT_PER_HOUR", 2)
    for nth in range(3):
        desk_client.post("/sign-in/", typed | {"child_given_name": f"Junk {nth}"}, headers=PAGE)
    other = Client()
    other.force_login(dana)
    typed = opened(other, "/sign-in/") | {"child_given_name": "Leo"}
    lock(dana)
    assert KEPT in other.post("/sign-in/", typed, headers=PAGE).content.decode()
    assert UnsentForm.objects.count() == 3


def type_at_a_closed_visit(browser: Client, visit: Visit, *limits: str) -> None:
    """Send a note's draft to a confidential visit for each text, from an open desk."""
    typed = opened(browser, "/sign-in/")
    for text in limits:
        browser.post(f"/visits/{visit.pk}/notes/school/", typed | {"limits": text})


def kept_limits() -> list[str]:
    return [dict(one.fields)["limits"] for one in UnsentForm.objects.order_by("at", "pk")]


@pytest.fixture
def closed_visit(front: Location, dana: Staff) -> Visit:
    visit = make.visit(front)
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=dana, at=timezone.now())
    return visit


def test_what_its_author_types_at_an_open_desk_does_not_count_for_a_locked_one(
    desk_client: Client, dana: Staff, closed_visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unsent_forms, "MOST_KEPT_PER_HOUR", 0)
    type_at_a_closed_visit(desk_client, closed_visit, "no running")
    assert UnsentForm.objects.get().staff == dana


def test_an_open_desk_keeps_its_last_forms_and_takes_none_from_another(
    desk_client: Client, tab: Client, closed_visit: Visit, tuesday: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that sent again and again filled the table: nothing limited an open desk."""
    monkeypatch.setattr("checkin.actions.unsent_forms.MOST_KEPT_AT_AN_OPEN_DESK", 3)
    type_at_a_closed_visit(tab, closed_visit, "of another login")
    for text in ("one", "two", "three", "one", "four"):
        tuesday.shift(1)
        type_at_a_closed_visit(desk_client, closed_visit, text)
    assert kept_limits() == ["of another login", "three", "one", "four"]


def test_an_open_desk_keeps_a_limited_number_of_bytes_and_always_the_last_form(
    desk_client: Client, closed_visit: Visit, tuesday: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checkin.actions.unsent_forms.MOST_BYTES_AT_AN_OPEN_DESK", 300)
    for text in ("a" * 100, "b" * 100, "ñ" * 100):
        tuesday.shift(1)
        type_at_a_closed_visit(desk_client, closed_visit, text)
    assert kept_limits() == ["ñ" * 100]
    tuesday.shift(1)
    type_at_a_closed_visit(desk_client, closed_visit, "c" * 1000)
    assert kept_limits() == ["c" * 1000]


def test_another_persons_form_is_said_to_wait_only_if_it_does(
    dana: Staff, brook: Clinic, front: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(dana)
    typed = {"child_given_name": "Leo"} | opened(browser, "/sign-in/")
    browser.force_login(make.staff(brook, "otto2"))
    opened(browser, "/sign-in/")
    make_stale(browser)
    monkeypatch.setattr(unsent_forms, "MOST_KEPT_PER_HOUR", 1)
    sent = [typed, typed | {"child_given_name": "Mia"}]
    pages = [browser.post("/sign-in/", one).content.decode() for one in sent]
    assert ["It waits 30 minutes" in page for page in pages] == [True, False]
    assert [LOST in page for page in pages] == [False, True]


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


def test_whom_the_button_of_a_kept_form_names_is_on_the_trail(
    desk_client: Client, dana: Staff, leo: Patient
) -> None:
    """An id was enough to read a name, and no line told of it."""
    keep(dana, "/match/1/link/", patient=leo.pk)
    keep(dana)
    assert "This is Leo Ruiz" in desk_client.get(reverse("desk:typed")).content.decode()
    event = AuditEvent.objects.get(action="unsent_form.seen")
    assert (event.staff, patients_of(event)) == (dana, {leo.pk})


def test_a_form_that_names_nobody_is_no_line(desk_client: Client, dana: Staff) -> None:
    keep(dana, child_given_name="Leo")
    assert desk_client.get(reverse("desk:typed")).status_code == 200
    assert not AuditEvent.objects.filter(action="unsent_form.seen").exists()


def test_whom_a_form_with_a_stale_token_names_is_on_the_trail(dana: Staff, leo: Patient) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(dana)
    typed = opened(browser, "/sign-in/")
    make_stale(browser)
    answer = browser.post("/match/1/link/", typed | {"patient": str(leo.pk)})
    assert answer.status_code == 403 and "This is Leo Ruiz" in answer.content.decode()
    assert patients_of(AuditEvent.objects.get(action="unsent_form.seen")) == {leo.pk}


def test_each_kept_form_says_which_child_and_act_it_is_for(
    desk_client: Client, dana: Staff, brook: Clinic, front: Location
) -> None:
    """Two bare forms with two buttons “Send it” stood there, and neither said for whom."""
    visit, mia = make.visit(front, name="Leo Ruiz"), make.patient(brook, "Mia Chen", "2016-05-05")
    keep(dana, f"/promises/new/?patient={mia.pk}", about="results", drawn_for=patient_page_version(mia).text)
    keep(dana, f"/promises/new/?visit={visit.pk}", about="a bill")
    keep(dana, f"/sign-in/?patient={mia.pk}", reason="cough")
    page = desk_client.get("/typed/").content.decode()
    assert page.count(f"This is for <bdi>{mia.name}</bdi>, born ") == 2
    assert f"This is for {visit.token}</h2>" in page
    assert page.count("<bdi>Save promise</bdi>") == 2 and "<bdi>Sign in</bdi>" in page
    assert "Send it" not in page
    assert patients_of(AuditEvent.objects.get(action="unsent_form.seen")) == {mia.pk}


def test_a_kept_form_of_a_confidential_visit_that_is_open_names_nobody(
    brook: Clinic, front: Location
) -> None:
    child, visit = make.patient(brook, "Ivy Poole"), make.visit(front, name="Ivy Poole")
    Visit.objects.filter(pk=visit.pk).update(confidential=True)
    mark = f"v{visit.pk}p{child.pk}"
    about = find_form_subject(
        brook, {"action": f"/visits/{visit.pk}/consent/", "fields": [["drawn_for", mark]]}
    )
    assert about is not None and (about.name, about.token, about.named) == ("", visit.token, ())
