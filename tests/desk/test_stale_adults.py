"""A page drawn for one adult saves nothing about another: the family typed on, and somebody else is here."""

from __future__ import annotations

import html
import re
import uuid
from typing import Any

import pytest
from django.test import Client

from checkin.actions import preferences, visits
from checkin.models import (
    Clinic,
    ConsentRecord,
    Escort,
    ExcuseNote,
    Location,
    Patient,
    Promise,
    SignInChannel,
    Staff,
    Visit,
)
from tests import make
from tests.drawn_forms import draw, forms_on
from tests.promising import promise

pytestmark = pytest.mark.usefixtures("tuesday")
ROSA = {"escort_name": "Rosa Delgado", "relationship": "aunt"}
MAEVE = {"escort_name": "Maeve O'Neil", "relationship": "mother"}


class Family:
    """Finn's family at the tablet: a tap on the worried button, and what they type afterwards."""

    def __init__(self, front: Any) -> None:
        self.front, self.key = front, str(uuid.uuid4())
        self.visit = self.say("9:00", worried="yes", tap=str(uuid.uuid4()))

    def say(self, clock: str, **said: Any) -> Visit:
        claim = {"key": self.key, **said}
        visits.record_sign_in(
            location=self.front, claim=claim, at=make.at(clock), channel=SignInChannel.KIOSK
        )
        return Visit.objects.get(sign_in__key=self.key) if "tap" in said else self.now

    @property
    def now(self) -> Visit:
        return Visit.objects.get(pk=self.visit.pk)

    def comes(self, clock: str = "9:01", **adult: Any) -> Visit:
        born = "2018-03-14"
        names = {"child_given_name": "Finn", "child_family_name": "O'Neil", "child_birth_date": born}
        return self.say(clock, **names, **adult)


@pytest.fixture
def finn(brook: Clinic) -> Patient:
    return make.patient(brook, "Finn O'Neil", "2018-03-14")


@pytest.fixture
def family(front: Location, finn: Patient) -> Family:
    return Family(front)


def wishes() -> dict[str, tuple[str, str]]:
    return {one.name: (one.approach, one.best_way) for one in Escort.objects.all()}


def words(answer: Any) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", answer.content.decode())).split())


def page_of(visit: Visit) -> str:
    return f"/visits/{visit.pk}/preferences/"


def test_preferences_for_one_adult_are_not_saved_for_another(tab: Client, family: Family) -> None:
    visit = family.comes(**ROSA)
    form = draw(tab, page_of(visit), page_of(visit))
    family.comes("9:03", **MAEVE)
    answer = tab.post(form.action, form.with_(approach="leave", best_way="text"))
    told = words(answer)
    assert answer.status_code == 409
    assert (
        f"The family of {visit.token} typed on at 9:03 AM. Here with the child is Maeve O'Neil (mother), now."
        in told
    )
    assert "This is for Finn O'Neil , brought by Maeve O'Neil ( mother )" in told
    assert set(wishes().values()) == {("", "")}
    again = next(one for one in forms_on(answer.content.decode()) if one.path == page_of(visit))
    assert (again.fields["approach"], again.fields["best_way"]) == (["leave"], ["text"])
    mark = re.search(r'type="checkbox" name="drawn_for" value="([^"]+)"', answer.content.decode())[1]
    assert tab.post(again.action, again.with_(drawn_for=mark)).status_code == 302
    assert wishes()["Maeve O'Neil"] == ("leave", "text")


@pytest.mark.parametrize(
    ("adult", "said"),
    [
        (ROSA, "Rosa Delgado ( aunt ) asked us to remember"),
        ({"escort_name": "Rosa Delgado"}, "Rosa Delgado asked us to remember"),
        ({"relationship": "aunt"}, "Someone who gave no name ( aunt ) asked us to remember"),
        ({"escort_phone": "555-010-0166"}, "Someone who gave no name asked us to remember"),
        ({"is_patient": "yes"}, "They asked us to remember"),
        ({"escort_name": "{{ form.visit.pk }} <b>"}, "{{ form.visit.pk }} <b> asked us to remember"),
    ],
)
def test_the_preferences_page_names_the_adult(
    tab: Client, family: Family, adult: dict[str, str], said: str
) -> None:
    assert said in words(tab.get(page_of(family.comes(**adult))))


def test_a_form_drawn_without_an_adult_clears_no_preferences(
    tab: Client, finn: Patient, family: Family, dana: Staff
) -> None:
    maeve = make.visit(family.front, make.at("8:00"), name="Finn O'Neil", **MAEVE)
    preferences.set_preferences(
        escort=maeve.escort,
        visit=maeve,
        approach="greet",
        best_way="text",
        best_time="",
        by=dana,
        at=make.at("8:01"),
    )
    visit = family.comes()
    assert visit.escort is None
    form = draw(tab, page_of(visit), page_of(visit))
    family.comes("9:03", **MAEVE)
    answer = tab.post(form.action, form.with_(access_needs="ramp"))
    assert answer.status_code == 409
    assert wishes() == {"Maeve O'Neil": ("greet", "text")}


@pytest.mark.parametrize(
    "more", [{"reason": "cough"}, {"escort_name": "ROSA  DELGADO"}, {"best_time": "late"}]
)
def test_more_input_by_the_same_adult_keeps_the_form_valid(
    tab: Client, family: Family, more: dict[str, str]
) -> None:
    visit = family.comes(**ROSA)
    form = draw(tab, page_of(visit), page_of(visit))
    family.comes("9:03", **ROSA | more)
    assert tab.post(form.action, form.with_(approach="leave")).status_code == 302
    assert [one[0] for one in wishes().values()] == ["leave"]


def test_a_work_note_is_not_issued_to_a_different_adult(tab: Client, family: Family) -> None:
    visit = family.comes(**ROSA)
    form = draw(tab, f"/visits/{visit.pk}/", f"/visits/{visit.pk}/notes/work/")
    family.comes("9:03", **MAEVE)
    assert tab.post(form.action, form.with_(do="issue")).status_code == 409
    assert not ExcuseNote.objects.exists()


def test_consent_is_refused_once_another_adult_is_present(tab: Client, finn: Patient, family: Family) -> None:
    """Both are guardians: Rosa can still be selected, but she is not the one who is here."""
    for name in ("Rosa Delgado", "Maeve O'Neil"):
        make.guardian(finn, name, phone="555-010-0123")
    visit = family.comes(**ROSA)
    page = f"/visits/{visit.pk}/consent/"
    form = draw(tab, page, page)
    family.comes("9:03", **MAEVE)
    said = {"care": "treatment", "agreed": "yes", "who": "Rosa Delgado", "how": "verbal", "person": ""}
    assert tab.post(form.action, form.with_(**said)).status_code == 409
    assert not ConsentRecord.objects.exists()


def test_actions_about_the_child_are_accepted_after_the_adult_changed(tab: Client, family: Family) -> None:
    visit = family.comes(**ROSA)
    form = draw(tab, f"/visits/{visit.pk}/", f"/visits/{visit.pk}/urgent/")
    family.comes("9:03", **MAEVE)
    assert tab.post(form.action, form.with_(urgent="1")).status_code == 302
    assert family.now.urgent


def test_promising_again_is_accepted_after_the_adult_changed(
    tab: Client, finn: Patient, family: Family, dana: Staff
) -> None:
    visit = family.comes(**ROSA)
    made = promise(family.front, patient=finn, visit=visit, by=dana)
    page = f"/promises/new/?again={made.pk}"
    form = draw(tab, page, "/promises/new/")
    family.comes("9:03", **MAEVE)
    assert tab.post(page, form.with_(about="results", due="hour")).status_code == 302
    assert Promise.objects.count() == 2
