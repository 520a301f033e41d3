"""No family's name is in a page's title, an address or the log: histories and tabs outlive a log-out."""

from __future__ import annotations

import re
from types import SimpleNamespace
from urllib.parse import unquote_plus

import pytest
from django.test import Client

from checkin.models import Clinic, Guardian, SignIn
from tests.desk.test_stale_walk import at, recipes, tabs, taken_back  # noqa: F401  (fixtures)

pytestmark = pytest.mark.usefixtures("tuesday")
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
ADDRESS = re.compile(r"""\s(?:href|action|src|formaction|hx-get|hx-post|data-\w+)="((?:https?:|/|\?)[^"]*)""")
ALWAYS = ["/", "/board/", "/match/", "/patients/", "/promises/", "/promises/handover/", "/sign-in/"]
ALWAYS += ["/discrepancies/", "/notes/today.pdf", "/settings/", "/account/email/", "/nowhere/Leo-Ruiz/"]


def names_of(clinic: Clinic) -> re.Pattern[str]:
    """Match every part of a name that the clinic holds or a family typed."""
    known = [one.name for one in clinic.patients.all()]
    known += [one.name for one in Guardian.objects.filter(patient__clinic=clinic)]
    known += [one.name for one in clinic.escorts.all()]
    for typed in SignIn.objects.filter(location__clinic=clinic):
        known += [typed.child_given_name, typed.child_family_name, typed.escort_name]
    parts = {part for name in known for part in re.findall(r"[^\W\d_]{3,}", name)} - {"The", "and"}
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, parts)))})\b", re.IGNORECASE)


def leaks(browser: Client, address: str, names: re.Pattern[str]) -> tuple[list[str], bool]:
    """Return the titles and addresses with a name in them, and whether the page itself names somebody."""
    answer = browser.get(address)
    if answer.status_code in (301, 302, 303):
        return [one for one in [unquote_plus(answer["Location"])] if names.search(one)], False
    if not answer.headers["Content-Type"].startswith("text/html"):
        return [], False
    page = answer.content.decode()
    shown = [*TITLE.findall(page), *map(unquote_plus, ADDRESS.findall(page))]
    return [one for one in shown if names.search(one)], bool(names.search(page))


def test_no_title_address_or_log_line_has_a_name(
    brook: Clinic, tabs: dict[str, Client], at: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    names = names_of(brook)
    named, found = 0, {}
    pages = sorted({one.page for one in recipes(at)} | set(ALWAYS))
    caplog.clear()
    for address in pages:
        leaked, is_named = leaks(tabs["dana"], address, names)
        named += is_named
        if leaked:
            found[address] = leaked
    assert found == {}
    assert named > 20, "the pages do show names, so the search would find them"
    lines = [str(line.msg) for line in caplog.records if "nowhere" not in str(line.msg)]
    assert [line for line in lines if names.search(line)] == [] and len(lines) >= len(pages)


def test_a_search_puts_no_name_into_an_address(
    brook: Clinic, tabs: dict[str, Client], at: SimpleNamespace
) -> None:
    names = names_of(brook)
    for address in ("/patients/", f"/match/{at.noa.pk}/search/", f"/patients/{at.zed.patient_id}/search/"):
        answer = tabs["dana"].post(address, {"q": "Leo Ruiz"})
        assert answer.status_code in (200, 302, 303, 409), address
        assert not names.search(unquote_plus(answer.headers.get("Location", ""))), address


def test_the_search_finds_a_name_in_a_title_and_an_address() -> None:
    """The control: a page that did it would be found."""
    page = '<title>Marcus Bell · Brought By</title><a href="/patients/?q=Marcus+Bell">x</a>'
    names = re.compile(r"\b(?:Marcus|Bell)\b")
    shown = [*TITLE.findall(page), *map(unquote_plus, ADDRESS.findall(page))]
    assert len([one for one in shown if names.search(one)]) == 2
