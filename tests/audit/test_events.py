"""The audit log's list: newest first, filtered, in plain words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from checkin.actions import audit
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Location, Staff
from checkin.models.audit import AuditEvent
from checkin.queries.audit_events import EVENTS_ON_A_PAGE
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")
As = Callable[[Staff], Client]


def write(action: str, by: Staff, when: str = "9:00", **said: object) -> AuditEvent:
    with write_in_turn():
        return audit.write_audit_event(
            **{"subject": None, "action": action, "by": by, "at": make.at(when), **said}
        )


def text_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_auditor_reads_what_happened_in_plain_words(
    as_: As, otto: Staff, dana: Staff, front: Location
) -> None:
    visit = make.visit(front)
    write("seen", dana, subject=visit, patient_id=visit.patient_id)
    page = text_of(as_(otto), "/audit/")
    assert f"Dana opened {visit.token}’s visit" in page
    assert "Mar 10, 2026, 9:00" in page
    assert "Ruiz" not in page
    assert AuditEvent.objects.filter(action="audit_log.read", staff=otto).count() == 1


def test_an_arabic_name_turns_no_sentence_around(as_: As, otto: Staff, dana: Staff, front: Location) -> None:
    """With the direction of its first letter, it said “opened Blue Castle’s visit” before the name."""
    Staff.objects.filter(pk=dana.pk).update(name="ليلى الأنصاري")
    visit = make.visit(front)
    write("seen", dana, subject=visit)
    page = text_of(as_(otto), "/audit/")
    assert f'<th scope="row">ليلى الأنصاري opened {visit.token}’s visit' in page


def test_refused_act_says_so(as_: As, otto: Staff, dana: Staff, front: Location) -> None:
    write("visit.moved", dana, subject=make.visit(front), outcome="refused")
    assert "to another step: was refused, so it was not done" in text_of(as_(otto), "/audit/?outcome=refused")


def test_log_without_a_filter_is_exported_from_its_page(as_: As, otto: Staff, dana: Staff) -> None:
    """The empty query of everything was taken for no export at all."""
    write("day.closed", dana)
    browser = as_(otto)
    link = 'href="/audit/export/?{}" download>Export as CSV</a>'
    assert link.format("") in text_of(browser, "/audit/")
    assert link.format("outcome=done") in text_of(browser, "/audit/?outcome=done")
    assert browser.get("/audit/export/?").status_code == 200


def test_pages_follow_each_other_without_a_gap_or_a_repeat(as_: As, otto: Staff, dana: Staff) -> None:
    made = [write("day.closed", dana, "8:00").pk for _ in range(EVENTS_ON_A_PAGE + 7)]
    browser, seen = as_(otto), []
    address = f"/audit/?staff={dana.pk}"
    for _ in range(3):
        answer = browser.get(address)
        seen += [row.event.pk for row in answer.context["page"].rows]
        if not answer.context["older"]:
            break
        address = f"/audit/?{answer.context['older']}"
    assert seen == sorted(made, reverse=True)


@pytest.mark.parametrize("wanted", ["staff", "kind", "outcome", "place", "tablet", "patient", "start", "end"])
def test_each_filter_shows_only_what_fits(
    wanted: str, as_: As, otto: Staff, dana: Staff, noor: Staff, annexe: Location, kiosk: object
) -> None:
    child = make.patient(dana.clinic)
    device = kiosk.device
    write("day.closed", dana, "9:20")
    fits = {
        "staff": ({"by": noor}, f"staff={noor.pk}"),
        "kind": ({"action": "proxy.granted"}, "kind=consent"),
        "outcome": ({"outcome": "failed"}, "outcome=failed"),
        "place": ({"by": make.staff(dana.clinic, "ann", location=annexe)}, f"place=desk-{annexe.pk}"),
        "tablet": ({"by": None, "device": device, "clinic_id": dana.clinic_id}, f"place=tablet-{device.pk}"),
        "patient": (
            {"patient_ids": [child.pk, make.patient(dana.clinic, "Bo Li").pk]},
            f"patient={child.pk}",
        ),
        "start": ({"at": make.at("9:00", make.TUESDAY.replace(day=12))}, "start=3/12/2026"),
        "end": ({"at": make.at("23:59", make.TUESDAY.replace(day=8))}, "end=Mar+8,+2026"),
    }
    said, asked = fits[wanted]
    event = write(**{"action": "day.closed", "by": dana, **said})
    answer = as_(otto).get(f"/audit/?{asked}")
    shown = [row.event for row in answer.context["page"].rows]
    shown = [one for one in shown if not one.action.startswith(("audit_log.", "device."))]
    assert shown == [event]


def test_wrong_date_is_explained_and_kept(as_: As, otto: Staff) -> None:
    answer = as_(otto).get("/audit/?start=soon")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "This is not a date. Write it as" in page
    assert 'value="soon"' in page


def test_queries_stay_few_however_many_events(
    as_: As, otto: Staff, dana: Staff, front: Location, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    several = [make.patient(dana.clinic, f"Leo R{n}").pk for n in "abc"]
    for n in range(30):
        write("seen", dana, subject=make.visit(front, name=f"Leo X{n}"), patient_ids=several)
    browser = as_(otto)
    browser.get("/audit/")
    with django_assert_max_num_queries(22):
        browser.get("/audit/")


def test_other_clinic_sees_nothing_of_ours(as_: As, hill: Clinic, hilltop: Location, dana: Staff) -> None:
    write("day.closed", dana)
    theirs = as_(make.staff(hill, "olga", "auditor", location=hilltop))
    assert "Dana" not in text_of(theirs, "/audit/")
    child = make.patient(dana.clinic)
    for asked in (f"staff={dana.pk}", f"patient={child.pk}", f"place=desk-{dana.location_id}", "kind=odd"):
        for page in ("/audit/", "/audit/export/"):
            assert theirs.get(f"{page}?{asked}").status_code == 404, asked


@pytest.mark.parametrize("before", ["x", "-", "1-x", "9" * 30 + "-1", "1-" + "9" * 30, "²-1"])
def test_a_place_that_is_none_is_404(before: str, as_: As, otto: Staff) -> None:
    assert as_(otto).get("/audit/", {"before": before}).status_code == 404


READ_ONLY = ("/audit/", "/audit/export/", "/audit/people/")


@pytest.mark.parametrize("page", [*READ_ONLY, "/audit/patients/"])
def test_only_an_auditor_opens_the_log(page: str, as_: As, dana: Staff, max_: Staff, ada: Staff) -> None:
    assert Client().get(page).status_code == 302
    for person in (dana, max_, ada):
        answer = as_(person).get(page)
        assert answer.status_code == 403
        assert "Only an auditor reads the audit log." in answer.content.decode()
    assert not AuditEvent.objects.filter(action__startswith="audit_log.", outcome="done").exists()


@pytest.mark.parametrize("page", READ_ONLY)
def test_log_is_only_read(page: str, as_: As, otto: Staff) -> None:
    assert as_(otto).post(page).status_code == 405
    assert as_(otto).delete(page).status_code == 405


def test_menu_links_to_the_log_for_an_auditor_only(as_: As, otto: Staff, dana: Staff) -> None:
    link = f'href="{reverse("audit:events")}"'
    assert link in text_of(as_(otto), "/audit/people/")
    assert link not in text_of(as_(dana), "/")


def test_each_account_that_was_sealed_as_a_lazy_object_is_named(as_: As, otto: Staff, dana: Staff) -> None:
    """Its row can never change, so whoever reads it puts it right."""
    with write_in_turn():
        line = audit.write_audit_event(action="staff.pin_set", subject=dana, at=make.at(), by=dana)
        line.subject = "SimpleLazyObject"
    page = text_of(as_(otto), "/audit/")
    assert "something" not in page and line.subject_model == "Staff"


def test_what_somebody_does_to_their_own_login_is_about_their_account(as_: As, dana: Staff) -> None:
    browser = as_(dana)
    browser.post("/account/lock/")
    browser.post("/account/unlock/", {"unlock_with": make.PASSWORD})
    browser.post("/account/keys/", {"keys": "off"})
    own = AuditEvent.objects.filter(subject_id=dana.pk, action__regex="^(desk|staff)")
    assert {"desk.locked", "desk.unlocked"} <= set(own.values_list("action", flat=True))
    assert set(own.values_list("subject", flat=True)) == {"Staff"}
