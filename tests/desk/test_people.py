"""Type-ahead search over patients."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkin.models import Clinic, Escort, Staff
from tests import make
from tests.trail_queries import LINE_OF_SEVERAL

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


pytestmark = pytest.mark.usefixtures("tuesday")


def ask(client: Client, q: str, **more: Any) -> ClientResponse:
    return client.post("/sign-in/people/", {"q": q}, **more)


def found(client: Client, q: str) -> list[Any]:
    page = ask(client, q).content.decode()
    return [part.split('dir="auto">')[1].split("<")[0] for part in page.split('class="who"')[1:]]


@pytest.fixture
def many(brook: Clinic) -> dict[Any, Any]:
    names = (
        "José García",
        "Shea O'Neil",
        "Leo Ruiz",
        "Sofía de la Cruz",
        "王 伟",
        "Madonna",
        "Anne-Marie Dupont",
    )
    return {name: make.patient(brook, name, born=f"2018-03-{day:02}") for day, name in enumerate(names, 10)}


@pytest.mark.parametrize(
    ("q", "name"),
    [
        ("garcia", "José García"),
        ("GARCÍA jo", "José García"),
        ("jose gar", "José García"),
        ("o neil", "Shea O&#x27;Neil"),
        ("oneil", "Shea O&#x27;Neil"),
        ("cruz", "Sofía de la Cruz"),
        ("sofia de la", "Sofía de la Cruz"),
        ("madon", "Madonna"),
        ("anne marie", "Anne-Marie Dupont"),
        ("wang", "王 伟"),
        ("王", "王 伟"),
        ("2018-03-12", "Leo Ruiz"),
        ("3/12/2018", "Leo Ruiz"),
        ("ruiz 3/12/2018", "Leo Ruiz"),
    ],
)
def test_the_search_finds_a_patient_by_name_or_birth_date(
    desk_client: Client, many: dict[Any, Any], q: str, name: str
) -> None:
    assert found(desk_client, q) == [name]


def test_the_search_finds_by_phone_of_patient_escort_or_guardian(
    desk_client: Client, brook: Clinic, many: dict[Any, Any]
) -> None:
    leo, shea, jose = many["Leo Ruiz"], many["Shea O'Neil"], many["José García"]
    leo.phone = "(555) 010-4444"
    leo.save()
    make.guardian(shea, phone="+1 555 010 4444")
    Escort.objects.create(clinic=brook, patient=jose, name="Rosa", phone="555-010-4444")
    assert set(found(desk_client, "5550104444")) == {"Leo Ruiz", "Shea O&#x27;Neil", "José García"}


@pytest.mark.parametrize(
    "q", ["", "l", " ", "99", "zzzz", "ruiz 2018-01-01", "'; --", "\x00", "%", "👩‍👧", "2018-02-31"]
)
def test_a_search_without_a_match_returns_nothing(desk_client: Client, many: dict[Any, Any], q: str) -> None:
    answer = ask(desk_client, q)
    assert (answer.status_code, answer.content.strip()) == (200, b"")


def test_an_exact_name_comes_before_a_prefix(desk_client: Client, brook: Clinic) -> None:
    make.patient(brook, "Ann Leeson")
    make.patient(brook, "Zoe Lee")
    assert found(desk_client, "lee") == ["Zoe Lee", "Ann Leeson"]


def test_an_option_shows_age_birth_date_and_escort(
    desk_client: Client, brook: Clinic, many: dict[Any, Any]
) -> None:
    Escort.objects.create(clinic=brook, patient=many["Leo Ruiz"], name="Rosa", relationship="<i>tía</i>")
    page = ask(desk_client, "leo").content.decode()
    for part in ('role="option"', "Mar 12, 2018", "· 7", 'data-escort="Rosa"', "&lt;i&gt;tía"):
        assert part in page


def test_merged_records_and_other_clinics_are_not_found(
    desk_client: Client, brook: Clinic, hill: Clinic
) -> None:
    into = make.patient(brook, "Mia Novak")
    make.patient(brook, "Leo Ruiz", status="merged", merged_into=into)
    make.patient(hill, "Leo Ruiz")
    assert found(desk_client, "ruiz") == []


def test_a_search_returns_little_data_and_costs_few_queries(desk_client: Client, brook: Clinic) -> None:
    for number in range(40):
        one = make.patient(brook, f"Maximiliano Alexander{number} Fernández-Rodríguez")
        for escort in range(5):
            Escort.objects.create(
                clinic=brook,
                patient=one,
                name=f"María Guadalupe {escort}",
                relationship="abuela por parte de madre",
            )
    ask(desk_client, "max")
    with CaptureQueriesContext(connection) as queries:
        answer = ask(desk_client, "max", headers={"Accept-Encoding": "gzip"})
    asked = [
        q["sql"] for q in queries if "django_session" not in q["sql"] and "checkin_staff" not in q["sql"]
    ]
    assert len(asked) <= 3 + LINE_OF_SEVERAL
    assert len(answer.content) <= 4096
    assert gzip.decompress(answer.content).count(b"<li") == 6


def test_get_is_405_so_that_no_name_is_in_an_address(desk_client: Client) -> None:
    assert desk_client.get("/sign-in/people/?q=leo").status_code == 405


def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, db: None) -> None:
    assert ask(client, "leo").url.startswith("/account/login/")


def test_an_auditor_is_403(as_: Callable[[Staff], Client], otto: Staff) -> None:
    assert ask(as_(otto), "leo").status_code == 403
