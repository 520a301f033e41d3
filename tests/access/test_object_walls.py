"""What another clinic has is not there: its pages name nobody and answer as for a number that nobody has."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
from django.shortcuts import get_object_or_404

from checkin.models import Clinic, Patient
from checkin.web.desk import patients as patient_views
from tests.access.walk import (
    Address,
    Principal,
    add_rows_of_addresses,
    ask,
    list_addresses,
    list_principals,
    make_address,
)
from tests.desk.test_no_names_outside import names_of

pytestmark = pytest.mark.usefixtures("tuesday", "take_backups")
NUMBER = re.compile(r"(?<=/)\d+(?=/)")
NOBODYS = "987654321"
OURS_ALONE = re.compile(r'nonce-\w+|name="csrfmiddlewaretoken" value="\w+"|[0-9a-f-]{36}')


@pytest.fixture
def people(at: SimpleNamespace, hill: Clinic) -> dict[str, Principal]:
    add_rows_of_addresses(at)
    return {who.name: who for who in list_principals(at, hill)}


@pytest.fixture
def urls(people: dict[str, Principal], at: SimpleNamespace) -> dict[str, Address]:
    return list_addresses(at)


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{unquote(answer.headers.get('Location', ''))}\n{content.decode(errors='replace')}"


def find_names(who: Principal, urls: dict[str, Address], names: re.Pattern[str]) -> tuple[int, list[str]]:
    """Return how many answers were read, and a line for each that has a name of the other clinic."""
    asked, found = 0, []
    for url, address in urls.items():
        for method in ("GET", "POST"):
            asked += 1
            # A form that is refused shows again what was sent.
            sent = {**address.sent, "q": "x"} if "q" in address.sent else address.sent
            if names.search(text_of(ask(who, method, address._replace(sent=sent)))):
                found.append(f"{who.name} {method} {url}")
    return asked, found


def without_numbers(answer: Any) -> tuple[int, str]:
    return answer.status_code, OURS_ALONE.sub("", NUMBER.sub("N", text_of(answer)))


def find_differences(who: Principal, urls: dict[str, Address]) -> tuple[int, list[str]]:
    """Return how many pairs were asked, and those in which another clinic's row differs from nobody's."""
    asked, found = 0, []
    for url, address in urls.items():
        nobodys = NUMBER.sub(NOBODYS, address.path)
        if nobodys == address.path:
            continue
        pair = (address, make_address(nobodys, address.sent))
        for method in ("GET", "POST"):
            asked += 1
            theirs, none = (without_numbers(ask(who, method, one)) for one in pair)
            if theirs != none:
                found.append(f"{who.name} {method} {url}: {theirs[0]}, and {none[0]} for nobody's")
    return asked, found


@pytest.mark.parametrize("name", ["front desk elsewhere", "manager elsewhere", "auditor elsewhere"])
def test_nobody_elsewhere_gets_a_name_of_ours(
    people: Any, urls: Any, brook: Clinic, name: str, record_property: Any
) -> None:
    asked, found = find_names(people[name], urls, names_of(brook))
    assert found == []
    record_property("cases", asked)


@pytest.mark.parametrize("name", ["front desk elsewhere", "manager elsewhere", "auditor elsewhere"])
def test_a_row_of_another_clinic_answers_like_one_that_nobody_has(
    people: Any, urls: Any, name: str, record_property: Any
) -> None:
    asked, found = find_differences(people[name], urls)
    assert found == []
    record_property("cases", asked)


def test_our_own_people_do_get_names(people: Any, urls: Any, brook: Clinic, record_property: Any) -> None:
    """The control: the same search finds names where they may be."""
    _, found = find_names(people["front desk"], urls, names_of(brook))
    assert len(found) > 10
    record_property("found", 1)


def test_a_page_without_its_wall_is_found(
    people: Any, urls: Any, brook: Clinic, monkeypatch: pytest.MonkeyPatch, record_property: Any
) -> None:
    """The control: a view that looks beyond its clinic is found both ways."""
    monkeypatch.setattr(
        patient_views, "get_patient_or_404", lambda request, pk: get_object_or_404(Patient, pk=pk)
    )
    only = {"desk:patient": urls["desk:patient"]}
    who = people["front desk elsewhere"]
    assert find_names(who, only, names_of(brook))[1] and find_differences(who, only)[1]
    record_property("found", 2)
