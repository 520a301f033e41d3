"""One key settles a discrepancy, and one key undoes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from checkin.actions import discrepancies, match_decisions
from checkin.models import Clinic, Discrepancy, DiscrepancyDecision, Escort, Location, Patient, Staff, Visit
from tests import make
from tests.drawn_forms import OTHER_SEEN, UNREADABLE_SEEN, Form, forms_on

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    leo = make.patient(brook, "Leo Ruiz", address="12 Elm St")
    Escort.objects.create(clinic=brook, patient=leo, name="Rosa Delgado", phone="555-010-0001")
    return leo


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    return make.visit(front, make.at("9:30"), escort_phone="555-010-0002", address="14 Oak Rd")


@pytest.fixture
def phone(visit: Visit) -> Discrepancy:
    return visit.discrepancies.get(field="phone")


def decide(client: Client, one: Discrepancy, kind: str, **more: Any) -> ClientResponse:
    return client.post(f"/discrepancies/{one.pk}/decide/", {"kind": kind, "seen": "0", **more})


def recorded() -> str:
    return Escort.objects.get().phone


def test_using_the_new_value_saves_it_and_moves_to_the_next(
    desk_client: Client, visit: Visit, phone: Discrepancy
) -> None:
    following = visit.discrepancies.get(field="address")
    answer = decide(desk_client, phone, "use_new", next=following.pk)
    made = DiscrepancyDecision.objects.get()
    assert recorded() == "555-010-0002"
    assert answer.url == f"/discrepancies/?done={made.pk}&next={following.pk}"
    page = desk_client.get(answer.url).content.decode()
    assert "the record is written as typed" in page
    assert 'data-key="u"' in page
    assert page.index("the record is written as typed") < page.index(f'id="d{following.pk}"')
    settled = desk_client.get(f"/discrepancies/?done={made.pk}&next={phone.pk}").content.decode()
    assert "the record is written as typed" in settled, "also once the next one is settled"


def test_keeping_the_old_or_asking_changes_no_record(
    desk_client: Client, visit: Visit, phone: Discrepancy
) -> None:
    decide(desk_client, phone, "ask")
    page = desk_client.get("/discrepancies/").content.decode()
    assert "Asking the family since" in page
    assert page.count('value="ask"') == 1, "only the address is still to be asked about"
    newest = DiscrepancyDecision.objects.get().pk
    answer = decide(desk_client, phone, "keep_old", seen=newest, back="visit")
    assert answer.url.startswith(f"/visits/{visit.pk}/discrepancies/?done=")
    assert recorded() == "555-010-0001"


def test_a_typed_name_can_be_saved_as_the_preferred_name(
    desk_client: Client, front: Location, leo: Patient, dana: Staff
) -> None:
    visit = make.visit(front, name="Leito Ruiz")
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("9:40"))
    one = visit.discrepancies.get(field="name")
    assert "Called <bdi>Leito</bdi>" in desk_client.get("/discrepancies/").content.decode()
    decide(desk_client, one, "called")
    leo.refresh_from_db()
    assert (leo.given_name, leo.preferred_name) == ("Leo", "Leito")


def test_undo_restores_the_record(desk_client: Client, phone: Discrepancy) -> None:
    decide(desk_client, phone, "use_new")
    made = DiscrepancyDecision.objects.get()
    answer = desk_client.post(f"/discrepancies/{phone.pk}/undo/", {"seen": made.pk})
    assert recorded() == "555-010-0001"
    assert answer.url.endswith(f"&next={phone.pk}")
    assert "the record says what it said before" in desk_client.get(answer.url).content.decode()


def test_a_form_without_the_decision_it_saw_is_stale(desk_client: Client, phone: Discrepancy) -> None:
    decide(desk_client, phone, "use_new")
    for act in ("decide", "undo"):
        answer = desk_client.post(f"/discrepancies/{phone.pk}/{act}/", {"kind": "keep_old"})
        assert answer.status_code == 409
    assert recorded() == "555-010-0002"


@pytest.mark.parametrize("said", [*UNREADABLE_SEEN, *OTHER_SEEN])
def test_an_undo_that_does_not_say_what_its_page_showed_undoes_nothing(
    desk_client: Client, phone: Discrepancy, said: dict[str, str]
) -> None:
    decide(desk_client, phone, "use_new")
    answer = desk_client.post(f"/discrepancies/{phone.pk}/undo/", said)
    assert (answer.status_code, recorded()) == (409, "555-010-0002")
    assert "Dana used the new at" in answer.content.decode()


def test_deciding_or_undoing_twice_changes_nothing_more(desk_client: Client, phone: Discrepancy) -> None:
    for _ in range(2):
        assert decide(desk_client, phone, "use_new").status_code == 302
    made = DiscrepancyDecision.objects.get()
    for _ in range(2):
        assert desk_client.post(f"/discrepancies/{phone.pk}/undo/", {"seen": made.pk}).status_code == 302
    assert DiscrepancyDecision.objects.count() == 2


@pytest.mark.parametrize("back", ["list", "visit"])
def test_the_second_of_two_people_sees_who_decided(
    desk_client: Client, phone: Discrepancy, noor: Staff, back: str
) -> None:
    discrepancies.decide_discrepancy(discrepancy=phone, kind="keep_old", by=noor, at=make.at("9:39"))
    answer = decide(desk_client, phone, "use_new", back=back)
    assert answer.status_code == 409
    assert "Noor kept the old at 9:39 AM. Nothing more was changed." in answer.content.decode()
    assert recorded() == "555-010-0001"


def test_a_form_from_before_somebody_asked_the_family_is_stale(
    desk_client: Client, phone: Discrepancy, noor: Staff
) -> None:
    discrepancies.decide_discrepancy(discrepancy=phone, kind="ask", by=noor, at=make.at("9:39"))
    answer = decide(desk_client, phone, "use_new")
    assert answer.status_code == 409
    assert "Noor is asking the family at 9:39 AM." in answer.content.decode()
    assert recorded() == "555-010-0001"


def test_the_result_is_shown_to_staff_with_families_until_the_next_decision(
    desk_client: Client,
    as_: Callable[[Staff], Client],
    noor: Staff,
    otto: Staff,
    sol: Staff,
    hilltop: Location,
    phone: Discrepancy,
) -> None:
    done = decide(desk_client, phone, "use_new").url
    told = "the record is written as typed"
    for who, status, is_told in (
        (desk_client, 200, True),
        (as_(noor), 200, True),
        (as_(otto), 403, False),
        (as_(sol), 200, False),
    ):
        answer = who.get(done)
        page = answer.content.decode()
        assert answer.status_code == status
        assert (told in page, f"/discrepancies/{phone.pk}/undo/" in page) == (is_told, is_told)
    made = DiscrepancyDecision.objects.get()
    taken = desk_client.post(f"/discrepancies/{phone.pk}/undo/", {"seen": made.pk}).url
    assert told not in desk_client.get(done).content.decode()
    assert f"/discrepancies/{phone.pk}/undo/" not in desk_client.get(taken).content.decode()


@pytest.mark.parametrize("said", [{}, {"kind": ""}, {"kind": "undo"}, {"kind": "shred", "seen": "x" * 99}])
def test_an_unknown_choice_is_explained(
    desk_client: Client, phone: Discrepancy, said: dict[str, str]
) -> None:
    answer = desk_client.post(f"/discrepancies/{phone.pk}/decide/", said)
    assert answer.status_code == 409
    assert "use the new, keep the old, or ask" in answer.content.decode()


@pytest.mark.parametrize("what", ["decide", "undo"])
def test_the_wrong_method_is_refused(desk_client: Client, phone: Discrepancy, what: str) -> None:
    assert desk_client.get(f"/discrepancies/{phone.pk}/{what}/").status_code == 405


@pytest.mark.parametrize("what", ["decide", "undo"])
def test_anonymous_auditor_and_other_clinic_change_nothing(
    client: Client, as_: Callable[[Staff], Client], otto: Staff, sol: Staff, phone: Discrepancy, what: str
) -> None:
    address, said = f"/discrepancies/{phone.pk}/{what}/", {"kind": "use_new"}
    assert client.post(address, said).status_code == 302
    assert as_(otto).post(address, said).status_code == 403
    assert as_(sol).post(address, said).status_code == 404
    assert recorded() == "555-010-0001"
    assert not DiscrepancyDecision.objects.exists()


def birth_date_form(client: Client, visit: Visit, kind: str = "decide") -> Form:
    one = visit.discrepancies.get(field="birth_date")
    page = client.get(f"/visits/{visit.pk}/discrepancies/").content.decode()
    return next(form for form in forms_on(page, "/") if form.path == f"/discrepancies/{one.pk}/{kind}/")


@pytest.fixture
def misborn(front: Location, leo: Patient, dana: Staff) -> Visit:
    visit = make.visit(front, born="2018-03-15")
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("9:40"))
    return visit


def test_a_birth_date_used_or_undone_twice_from_one_page_is_done_once(tab: Client, misborn: Visit) -> None:
    """The first press changed the child that the page shows, so the second was told of a change."""
    for kind in ("decide", "undo"):
        form = birth_date_form(tab, misborn, kind)
        said = form.with_(kind="use_new")
        first, second = tab.post(form.action, said), tab.post(form.action, said)
        assert (first.status_code, second.status_code, second.url) == (302, 302, first.url)
    assert [one.kind for one in DiscrepancyDecision.objects.order_by("pk")] == ["use_new", "undo"]


@pytest.mark.parametrize("kind", ["keep_old", "ask", "called"])
def test_another_answer_or_person_from_the_outdated_page_is_refused(
    tab: Client, as_: Callable[[Staff], Client], max_: Staff, misborn: Visit, kind: str
) -> None:
    form = birth_date_form(tab, misborn)
    assert tab.post(form.action, form.with_(kind="use_new")).status_code == 302
    assert tab.post(form.action, form.with_(kind=kind)).status_code == 409
    assert tab.post(form.action, form.with_(kind="use_new", seen="")).status_code == 409
    assert as_(max_).post(form.action, form.with_(kind="use_new")).status_code == 409
    undo = birth_date_form(tab, misborn, "undo")
    assert tab.post(undo.action, undo.with_()).status_code == 302
    assert tab.post(form.action, form.with_(kind="use_new")).status_code == 409
    assert [one.kind for one in DiscrepancyDecision.objects.order_by("pk")] == ["use_new", "undo"]
