"""Every address, by every method, as every person and machine, gets what tests/access/matrix.csv says.

The addresses come from the URLconf: one that is not in the file fails, as does a row of one that is gone.
"""

from __future__ import annotations

import inspect
import sys
import types
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_django
from django.test import Client
from django.urls import get_resolver, path

from checkin.models import Clinic, Patient
from checkin.web.access import staff_required
from checkin.web.desk import patients as patient_views
from clinic.urls import urlpatterns
from tests.access.answers import compare, is_login
from tests.access.walk import (
    METHODS,
    OF_ALLAUTH,
    UNSAFE,
    Address,
    Principal,
    add_rows_of_addresses,
    ask,
    list_addresses,
    list_principals,
    list_urls,
    read_matrix,
)

pytestmark = pytest.mark.usefixtures("tuesday", "take_backups")
USUAL, REST = ("GET", "POST"), ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
WITHOUT_TOKEN = {"kiosk:sign_ins", "kiosk:after"}
"""A tablet's request proves itself by its key, a family's by its code; neither has a login to misuse."""


@pytest.fixture
def asked(at: SimpleNamespace, hill: Clinic) -> tuple[dict[str, Principal], dict[str, Address]]:
    """Return everybody who asks, by name, and every address."""
    add_rows_of_addresses(at)
    people = {who.name: who for who in list_principals(at, hill)}
    return people, list_addresses(at)


STRANGERS = ("nobody", "nonsense token", "tablet", "revoked tablet", "display", "inactive")
STAFF = ("front desk", "clinician", "manager", "administrator", "auditor")
ELSEWHERE = ("front desk elsewhere", "manager elsewhere", "auditor elsewhere")


def test_the_file_names_every_address_and_no_other() -> None:
    assert read_matrix().keys() == list_urls().keys()


@pytest.mark.parametrize("names", [STRANGERS, STAFF[:2], STAFF[2:], ELSEWHERE], ids=lambda names: names[0])
def test_each_address_answers_as_the_file_says(
    asked: Any, names: tuple[str, ...], record_property: Any
) -> None:
    people, urls = asked
    assert people.keys() == {*STRANGERS, *STAFF, *ELSEWHERE}
    assert [line for name in names for line in compare(people[name], urls, USUAL)] == []
    record_property("cases", len(names) * len(urls) * len(USUAL))


@pytest.mark.long
@pytest.mark.parametrize("names", [STRANGERS, STAFF, ELSEWHERE], ids=lambda names: names[0])
def test_every_other_method_answers_as_the_file_says(
    asked: Any, names: tuple[str, ...], record_property: Any
) -> None:
    people, urls = asked
    assert {*USUAL, *REST} == {*METHODS}
    assert [line for name in names for line in compare(people[name], urls, REST)] == []
    others = len(urls.keys() - OF_ALLAUTH) * len(REST) + len(
        urls.keys() & OF_ALLAUTH
    )  # HEAD alone of allauth's
    record_property("cases", len(names) * others)


@pytest.mark.parametrize("name", ["front desk", pytest.param("nobody", marks=pytest.mark.long)])
def test_nothing_unsafe_is_taken_without_a_csrf_token(at: SimpleNamespace, hill: Clinic, name: str) -> None:
    """From another site, a browser sends the login's cookie but cannot know the token."""
    add_rows_of_addresses(at)
    who = next(one for one in list_principals(at, hill, enforce_csrf_checks=True) if one.name == name)
    views = list_urls()
    assert {url for url, view in views.items() if getattr(view, "csrf_exempt", False)} == WITHOUT_TOKEN
    taken = {
        (url, method, answer.status_code)
        for url, address in list_addresses(at).items()
        for method in UNSAFE
        if url not in WITHOUT_TOKEN and not is_refused(answer := ask(who, method, address))
    }
    assert taken == set()


def is_refused(answer: Any) -> bool:
    return answer.status_code == 403 or is_login(answer)


def use_urls(settings: pytest_django.Settings, *first: Any) -> None:
    """Put these before the program's own addresses."""
    module = types.ModuleType("tests.access.changed_urls")
    module.__dict__.update(urlpatterns=[*first, *urlpatterns])
    sys.modules[module.__name__] = module
    settings.ROOT_URLCONF = module.__name__


def test_an_address_that_is_not_in_the_file_is_found(settings: pytest_django.Settings) -> None:
    use_urls(settings, path("new/", patient_views.serve_patient_search, name="new"))
    assert list_urls().keys() - read_matrix().keys() == {"new"}


def test_an_argument_without_an_example_is_found(
    at: SimpleNamespace, settings: pytest_django.Settings
) -> None:
    use_urls(settings, path("new/<int:chart_id>/", patient_views.serve_patient_search, name="new"))
    with pytest.raises(KeyError, match="chart_id"):
        list_addresses(at)


def test_a_view_without_its_permission_is_found(asked: Any, settings: pytest_django.Settings) -> None:
    people, urls = asked
    view = inspect.unwrap(list_urls()["desk:feedback"])
    only = {"desk:feedback": urls["desk:feedback"]}
    assert compare(people["front desk"], only, USUAL) == []
    use_urls(settings, path("promises/feedback/<int:feedback_id>/", staff_required()(view)))
    assert "front desk GET desk:feedback: ok (200), not 403" in compare(people["front desk"], only, USUAL)


def test_a_view_that_looks_beyond_its_clinic_is_found(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    people, urls = asked
    monkeypatch.setattr(patient_views, "get_patient_or_404", lambda request, pk: Patient.objects.get(pk=pk))
    only = {"desk:patient": urls["desk:patient"]}
    told = "front desk elsewhere GET desk:patient: ok (200), not 404"
    assert told in compare(people["front desk elsewhere"], only, USUAL)


def test_a_page_open_to_strangers_is_found(asked: Any, settings: pytest_django.Settings) -> None:
    people, urls = asked
    view = list_urls()["kiosk:done"]
    use_urls(settings, path("promises/", view, {"slug": "blue-rabbit"}))
    only = {"desk:promises": urls["desk:promises"]}
    assert "nobody GET desk:promises: ok (200), not login" in compare(people["nobody"], only, USUAL)


def test_a_request_leaves_no_desk_locked_behind_it_and_a_locked_one_is_found(asked: Any) -> None:
    people, urls = asked
    who, only = people["front desk"], {"desk:promises": urls["desk:promises"]}
    for url in ("lock_desk", "own_log_out_everywhere", "switch_user", "account_logout"):
        ask(who, "POST", urls[url])
        assert compare(who, only, USUAL) == []
    who.browser.post(urls["lock_desk"].path)
    assert "front desk GET desk:promises: 423 (423), not ok" in compare(who, only, USUAL)


def test_the_whole_urlconf_is_walked() -> None:
    """A count of what Django itself resolves: an include that the walk forgot would hide its addresses."""

    def count(patterns: list[Any]) -> int:
        return sum(count(one.url_patterns) if hasattr(one, "url_patterns") else 1 for one in patterns)

    assert len(list_urls()) == count(get_resolver().url_patterns)


def test_a_browser_without_login_is_sent_back_to_where_it_wanted_to_go() -> None:
    assert is_login(Client().get("/promises/"))
