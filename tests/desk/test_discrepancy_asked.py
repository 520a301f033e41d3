"""The discrepancies page asks whose visit this is before a record would match another child."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from checkin.actions import confidential_visits, discrepancies, match_decisions
from checkin.models import Clinic, Discrepancy, DiscrepancyDecision, Location, Patient, Staff, Visit
from checkin.web import unsent_form_fields, unsent_forms
from tests import make
from tests.drawn_forms import forms_on

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse

    from tests.drawn_forms import Form


pytestmark = pytest.mark.usefixtures("tuesday")
BORN = "2019-05-08"


@pytest.fixture
def hanna(brook: Clinic) -> Patient:
    found = make.patient(brook, "Hanna Lindqvist", BORN)
    found.identifiers.create(clinic=brook, value="BS-0009")
    return found


@pytest.fixture
def one(brook: Clinic, front: Location, dana: Staff, hanna: Patient) -> Discrepancy:
    """Return the name discrepancy of Anna's visit, which is linked to her twin."""
    anna = make.patient(brook, "Anna Lindqvist", BORN)
    anna.identifiers.create(clinic=brook, value="BS-0008")
    visit = make.visit(front, make.at("9:30"), name="Anna Lindqvist", born=BORN)
    match_decisions.link_visit_to_patient(visit=visit, patient=hanna, by=dana, at=make.at("9:35"))
    return visit.discrepancies.open().get(field="name")


def form_of(one: Discrepancy, page: str) -> Form:
    address = f"/discrepancies/{one.pk}/decide/"
    return next(form for form in forms_on(page, "/discrepancies/") if form.path == address)


def ask(
    client: Client, one: Discrepancy, kind: str = "use_new", page: str = "/discrepancies/"
) -> ClientResponse:
    """Open the page, press the choice, and return the answer."""
    form = form_of(one, client.get(page).content.decode())
    assert "sure" not in form.fields
    return client.post(form.action, form.with_(kind=kind))


@pytest.mark.parametrize("page", ["/discrepancies/", "/visits/{}/discrepancies/"])
def test_using_the_name_of_another_child_asks_first_whose_visit_it_is(
    desk_client: Client, one: Discrepancy, hanna: Patient, page: str
) -> None:
    answer = ask(desk_client, one, page=page.format(one.visit_id))
    shown = answer.content.decode()
    assert answer.status_code == 409
    sentence = "BS-0008, Anna Lindqvist, born May 8, 2019, has exactly this name and birth date."
    assert f"{sentence} Is this their visit? Nothing is written yet." in shown
    for name, more in (
        ("Hanna Lindqvist", "born May 8, 2019, record BS-0009"),
        ("Anna Lindqvist", "born May 8, 2019, record BS-0008"),
    ):
        assert f'<b dir="auto">{name}</b> <span class="quiet-line">{more}</span>' in shown
    assert shown.count('aria-describedby="asked-who"') == 2
    other, same = f'href="/match/{one.visit_id}/">Match to another child', "<bdi>BS-0009</bdi> all the same"
    assert shown.index(other) < shown.index(f"Change the name on {same}")
    assert 'data-key="1"' not in shown, "key 1 would write it after all"
    assert f'id="d{one.pk}" tabindex="-1" data-difference data-asked' in shown
    hanna.refresh_from_db()
    assert hanna.name == "Hanna Lindqvist"
    assert not DiscrepancyDecision.objects.exists()


def test_only_the_confirmation_form_writes_the_change(
    desk_client: Client, one: Discrepancy, hanna: Patient
) -> None:
    first = ask(desk_client, one)
    assert ask(desk_client, one).status_code == 409
    form = form_of(one, first.content.decode())
    assert desk_client.post(form.action, form.with_(kind="use_new")).status_code == 302
    hanna.refresh_from_db()
    assert hanna.name == "Anna Lindqvist"


def test_setting_a_preferred_name_asks_in_its_own_words(
    desk_client: Client, one: Discrepancy, hanna: Patient
) -> None:
    shown = ask(desk_client, one, kind="called").content.decode()
    assert "Call them <bdi>Anna</bdi> on <bdi>BS-0009</bdi> all the same" in shown
    form = form_of(one, shown)
    assert desk_client.post(form.action, form.with_(kind="called")).status_code == 302
    hanna.refresh_from_db()
    assert (hanna.given_name, hanna.preferred_name) == ("Hanna", "Anna")


def test_the_confirmation_form_can_keep_the_old_value(
    desk_client: Client, one: Discrepancy, hanna: Patient
) -> None:
    form = form_of(one, ask(desk_client, one).content.decode())
    assert desk_client.post(form.action, form.with_(kind="keep_old")).status_code == 302
    hanna.refresh_from_db()
    assert hanna.name == "Hanna Lindqvist"


def test_the_confirmation_form_is_stale_once_somebody_else_decided(
    desk_client: Client, one: Discrepancy, hanna: Patient, noor: Staff
) -> None:
    form = form_of(one, ask(desk_client, one).content.decode())
    discrepancies.decide_discrepancy(discrepancy=one, kind="keep_old", by=noor, at=make.at("9:39"))
    answer = desk_client.post(form.action, form.with_(kind="use_new"))
    assert "Noor kept the old at 9:39 AM." in answer.content.decode()
    hanna.refresh_from_db()
    assert hanna.name == "Hanna Lindqvist"


def test_the_confirmation_form_is_stale_once_the_visit_is_relinked(
    desk_client: Client, one: Discrepancy, brook: Clinic, noor: Staff
) -> None:
    form = form_of(one, ask(desk_client, one).content.decode())
    mia = make.patient(brook, "Mia Chen", "2016-05-05")
    visit = Visit.objects.get(pk=one.visit_id)
    match_decisions.link_visit_to_patient(visit=visit, patient=mia, by=noor, at=make.at("9:39"))
    desk_client.post(form.action, form.with_(kind="use_new"))
    mia.refresh_from_db()
    assert mia.name == "Mia Chen"
    assert not DiscrepancyDecision.objects.exists()


def test_taking_another_childs_name_and_birth_date_asks_first(
    desk_client: Client, front: Location, brook: Clinic, dana: Staff
) -> None:
    emma = make.patient(brook, "Emma Johnson", "2018-03-14")
    visit = make.visit(front, make.at("9:30"), name="Lina Johnson", born="2019-05-03")
    match_decisions.link_visit_to_patient(visit=visit, patient=emma, by=dana, at=make.at("9:35"))
    name, born = (visit.discrepancies.open().get(field=field) for field in ("name", "birth_date"))
    form = form_of(name, ask(desk_client, name).content.decode())
    assert desk_client.post(form.action, form.with_(kind="use_new")).status_code == 302
    shown = ask(desk_client, born).content.decode()
    assert "Emma Johnson, born Mar 14, 2018, and would then say Lina Johnson, born May 3, 2019." in shown
    assert "Change the birth date on <bdi>Lina Johnson’s record</bdi> all the same" in shown


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("use_new", "Change the name on BS-0009 all the same"),
        ("called", "Call them as typed on BS-0009 all the same"),
        ("keep_old", "Keep the old"),
        ("ask", "Ask the family"),
    ],
)
def test_a_form_restored_after_login_labels_its_button_with_the_choice(
    desk_client: Client, dana: Staff, one: Discrepancy, kind: str, words: str
) -> None:
    """The button said “Use the new” and, on Enter, saved the change that was still being asked about."""
    asked = forms_on(ask(desk_client, one).content.decode(), "/discrepancies/")
    form = next(form for form in asked if "sure" in form.fields)
    desk_client.session.flush()
    login = desk_client.post(
        form.action, form.with_(kind=kind) | {"typed_by": unsent_forms.typist_marker(dana)}
    )
    assert "/account/login/" in login.url
    desk_client.force_login(dana)
    page = desk_client.get(reverse("desk:typed")).content.decode()
    assert f"<bdi>{words}</bdi></button>" in page
    assert 'name="sure"' in page
    without = [pair for pair in form.with_(kind=kind).items() if pair[0] != "sure"]
    shown = unsent_form_fields.unsent_form_context(
        {"id": "1" * 8, "action": form.action, "fields": without}, one.clinic
    )
    assert shown["send"] == {"use_new": "Use the new", "called": "Called"}.get(kind, words)


def test_a_kept_form_of_a_confidential_visit_does_not_say_whose_it_is(
    one: Discrepancy, dana: Staff, hanna: Patient
) -> None:
    """Its button named the record, and who was shown it had opened nothing with a reason."""
    fields = [["kind", "use_new"], ["sure", "1"]]
    typed = {"id": "1" * 8, "action": f"/discrepancies/{one.pk}/decide/", "fields": fields}
    shown = unsent_form_fields.unsent_form_context(typed, one.clinic)
    assert ("BS-0009" in shown["send"], shown["named"]) == (True, (hanna.pk,))
    confidential_visits.mark_visit_confidential(visit=one.visit, kind="other", by=dana, at=make.at("9:41"))
    shown = unsent_form_fields.unsent_form_context(typed, one.clinic)
    assert (shown["send"], shown["named"]) == ("Use the new", ())


def test_a_different_name_without_a_birth_date_asks_first(
    desk_client: Client, front: Location, brook: Clinic, dana: Staff
) -> None:
    zofia = make.patient(brook, "Zofia Wójcik", "2018-03-14")
    visit = make.visit(front, make.at("9:30"), name="Oliver Zane", born="")
    match_decisions.link_visit_to_patient(visit=visit, patient=zofia, by=dana, at=make.at("9:35"))
    shown = ask(desk_client, visit.discrepancies.get(field="name")).content.decode()
    assert "would then say Oliver Zane, born Mar 14, 2018. Is this another child?" in shown
    zofia.refresh_from_db()
    assert zofia.name == "Zofia Wójcik"
