"""Every page of every address has the strict policy of contents, and nothing that it would refuse."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_django

from checkin.models import Clinic
from tests.access.walk import Address, Principal, add_rows_of_addresses, ask, list_addresses, list_principals
from tests.faults.test_headers import DIRECTIVES

pytestmark = pytest.mark.usefixtures("tuesday", "take_backups")
REFUSED = {
    "a script in the page": re.compile(
        r"<script(?![^>]*\ssrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>", re.I
    ),
    "a style in the page": re.compile(r"<style[\s>]|<[a-z][^<>]*\sstyle\s*=", re.I),
    "a handler in an attribute": re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.I),
    "a script as an address": re.compile(r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", re.I),
    "another site's file": re.compile(
        r"<(?:script|link|img|iframe|source|video|audio|embed|object)\b[^>]*\s(?:src|href|data|srcset)\s*=\s*[\"']?"
        r"(?:https?:)?//(?!testserver)",
        re.I,
    ),
}


def find_violations(answer: Any) -> list[str]:
    """Return what is wrong with one answer's policy, or with its page by that policy."""
    said = {one.strip() for one in answer.headers.get("Content-Security-Policy", "").split(";")}
    found = [] if said == DIRECTIVES else ["no strict policy"]
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        page = content.decode()
        found += [name for name, pattern in REFUSED.items() if pattern.search(page)]
    return found


def crawl(who: Principal, urls: dict[str, Address]) -> tuple[int, list[str]]:
    asked, found = 0, []
    for url, address in urls.items():
        for method in ("GET", "POST"):
            asked += 1
            found += [
                f"{who.name} {method} {url}: {one}" for one in find_violations(ask(who, method, address))
            ]
    return asked, found


@pytest.fixture
def people(at: SimpleNamespace, hill: Clinic) -> dict[str, Principal]:
    add_rows_of_addresses(at)
    return {who.name: who for who in list_principals(at, hill)}


@pytest.mark.parametrize(
    "name",
    [
        "nobody",
        "front desk",
        *(
            pytest.param(one, marks=pytest.mark.long)
            for one in ("tablet", "manager", "administrator", "auditor")
        ),
    ],
)
def test_no_answer_violates_the_policy(
    people: Any, at: SimpleNamespace, name: str, record_property: Any
) -> None:
    asked, found = crawl(people[name], list_addresses(at))
    assert found == []
    record_property("cases", asked)


def test_an_answer_without_the_policy_is_found(
    people: Any, at: SimpleNamespace, settings: pytest_django.Settings, record_property: Any
) -> None:
    """The control: without the middleware that adds the policy, each answer is found."""
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if not one.startswith("csp.")]
    only = {"desk:board": list_addresses(at)["desk:board"]}
    assert "front desk GET desk:board: no strict policy" in crawl(people["front desk"], only)[1]
    record_property("found", 1)


@pytest.mark.parametrize(
    ("planted", "name"),
    [
        ("<script>alert(1)</script>", "a script in the page"),
        ("<p style='color: red'>", "a style in the page"),
        ('<img src="/a.png" onerror="alert(1)">', "a handler in an attribute"),
        ('<a href="javascript:alert(1)">', "a script as an address"),
        ('<script src="//cdn.example/a.js"></script>', "another site's file"),
    ],
)
def test_what_the_policy_would_refuse_is_found_in_a_page(
    planted: str, name: str, record_property: Any
) -> None:
    """The control of the search itself."""
    assert [one for one, pattern in REFUSED.items() if pattern.search(f"<main>{planted}</main>")] == [name]
    record_property("found", 1)
