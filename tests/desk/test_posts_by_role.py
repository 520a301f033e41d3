"""Every POST of the program by every role and without a login: what docs/roles.md does not allow writes
nothing, and says who may do it.

The addresses come from the URLconf: an unknown one fails here. Each request is what a page really drawn for
an allowed person would send, so that a page without its permission check would write.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from checkin.actions import care_alerts, devices, patient_merges, visit_feedback
from checkin.actions.care_alerts import AlertWords
from checkin.actions.staff import staff_facts
from checkin.models import Clinic, LookAlike, Role, Staff
from checkin.rules.care_alerts import AlertKind
from checkin.rules.roles import StaffAct, role_refusal
from checkin.rules.visit_feedback import FamilyFeedback
from checkin.web.page_versions import patient_page_version
from tests import make
from tests.desk.test_roles import WRITES
from tests.desk.test_stale_walk import at, draw, recipes, tabs, taken_back  # noqa: F401  (fixtures)
from tests.house.test_roles import PAGES_OF, full_name

pytestmark = pytest.mark.usefixtures("tuesday", "take_backups")
DOC = Path(__file__).resolve().parents[2] / "docs/roles.md"
ACTS = {full_name(name): act for act, names in PAGES_OF.items() for name in names.split()}

OWN = {
    "desk:location": "which front desk this browser shows",
    "desk:typed": "what this person typed before a login",
    "own_email": "the person's own address",
    "own_shortcut_keys": "the person's own shortcut keys",
    "own_pin": "the person's own PIN",
    "open_in_emergency": "the person's own emergency access, by role in test_emergency_access",
    "end_emergency": "its end",
    "emergency_notice_seen": "what this person has read, by role in test_emergency_access",
    "lock_desk": "this login locked",
    "unlock_desk": "this login unlocked",
    "ask_for_passkey": "a challenge for a passkey of one's own",
    "keep_desk_open": "when this login was last used",
    "switch_user": "the end of this login",
    "account_change_password": "the person's own password",
    "account_reauthenticate": "the person's own password, asked for again",
    "own_session_end": "a login of the person's own",
    "own_log_out_everywhere": "the person's own logins",
    "account_login": "a login",
    "mfa_login_webauthn": "a login",
    "account_logout": "its end",
    "account_invitation": "the code of a link: its person chooses a password",
}
"""A person's own POSTs, and why they check no role."""
TABLETS = {
    "kiosk:sign_ins": "a tablet shows its device token",
    "kiosk:enrol": "a code that is shown once makes a browser a tablet",
    "kiosk:after": "a family answers by the code of its own visit",
    "verify:ask": "a school asks about a note; nothing is written",
}
"""POSTs that need no login, and what they check instead."""


class Press(NamedTuple):
    """One POST: its route, where it goes and what it sends."""

    route: str
    address: str
    said: dict[str, Any]


def allowed() -> dict[StaffAct, set[str]]:
    """Return who may do what by docs/roles.md."""
    rows = [line.strip("| ").split("|") for line in DOC.read_text().splitlines() if line.startswith("| ")]
    heads = [head.strip().replace(" ", "_") for head in rows[0][1:]]
    return {
        StaffAct(cells[0].strip()): {
            role for role, cell in zip(heads, cells[1:], strict=False) if "yes" in cell
        }
        for cells in rows[1:]
    }


def pressed(tabs: dict[str, Client], at: SimpleNamespace) -> list[Press]:
    """Return the forms of tests/desk/test_stale_walk.py as drawn, each route at least once."""
    found = []
    for one in recipes(at):
        form = draw(tabs, one)
        found.append(Press(f"desk:{one.name}", form.action, form.with_(**one.said)))
    return found


def about_no_page(brook: Any, at: SimpleNamespace, max_: Any) -> Iterator[Press]:
    one, other = (make.patient(brook, "Ola Berg", "2011-01-01") for _ in range(2))
    done = patient_merges.merge_patients(merged=one, into=other, by=max_, at=make.at("9:41"), sure=True)
    alike = LookAlike.objects.create(
        record=at.twin, older=at.other_twin, clinic=brook, noticed_at=make.at("9:41")
    )
    pair = [patient_page_version(one).text for one in (at.twin, at.other_twin)]
    word = visit_feedback.save_feedback(visit=at.ben, said=FamilyFeedback(1, "too long"), at=make.at("9:41"))
    front = f"?drawn_for=l{at.leo.location_id}"
    tablet, _ = devices.enrol_device(location=at.leo.location, name="Walk", at=make.at("9:41"))
    yield Press("settings:tablets", "/settings/tablets/", {"name": "New", "location": at.leo.location_id})
    for act in ("key", "revoke"):
        yield Press(f"settings:tablet_{act}", f"/settings/tablets/{tablet.pk}/{act}/", {})
    at_desk: list[tuple[str, tuple[int, ...], dict[str, Any]]] = [
        ("sign_in", (), {"child_given_name": "Mia", "escort_name": "Jo"}),
        ("people", (), {"q": "Leo"}),
        ("match_search", (at.noa.pk,), {"q": "Leo"}),
        ("patient_search", (at.zed.patient_id,), {"q": "Leo"}),
        ("find", (), {"q": "Leo"}),
        ("board_here", (), {}),
        ("handover", (), {"to": "role:clinician", "why": "lunch", "which": "all"}),
        ("close_day", (), {}),
        ("merge_undo", (done.merge.pk,), {}),
        ("look_alike_two", (alike.pk,), {"drawn_beside": pair}),
        ("feedback_read", (word.pk,), {}),
        ("feedback_answer", (word.pk,), {"note": "spoke with them"}),
    ]
    for name, pks, said in at_desk:
        yield Press(f"desk:{name}", reverse(f"desk:{name}", args=pks) + front, said)
    yield Press("settings:security", reverse("settings:security"), {"second_factor_for": "all"})
    facts = {"name": "Eva", "username": "eva", "role": Role.CLINICIAN}
    yield Press("settings:staff_new", reverse("settings:staff_new"), facts)
    mark = staff_facts(at.noor).mark
    for name in ("staff_one", "staff_link", "staff_deactivate", "staff_factors"):
        address = reverse(f"settings:{name}", args=[at.noor.pk])
        yield Press(f"settings:{name}", address, facts | {"mark": mark})
    yield Press("settings:make_backup", reverse("settings:make_backup"), {})
    yield Press("audit:patients", reverse("audit:patients"), {"q": "Leo"})
    yield Press("audit:patient_name", reverse("audit:patient_name", args=[at.twin.pk]), {})


def about_what_is_sealed(at: SimpleNamespace, max_: Any) -> Iterator[Press]:
    said = {"kind": AlertKind.NOT_WITH, "person_name": "Miguel", "words": "call the manager"}
    alert = care_alerts.write_care_alert(
        patient=at.leo.patient, said=AlertWords(**said), by=max_, at=make.at("9:41")
    )
    child, seen = at.leo.patient_id, alert.current_id
    for name, pks, sent in (
        ("sealed", (child,), {"reason": "visit"}),
        ("sealed_visit", (at.leo.pk,), {"reason": "visit"}),
        ("sealed_new", (child,), said | {"person_name": "Mike"}),
        ("sealed_replace", (child, alert.pk), said | {"person_name": "Mike"}),
        ("sealed_end", (child, alert.pk), {"how": "end", "seen": seen}),
        ("looked", (at.leo.pk,), {}),
    ):
        yield Press(f"desk:{name}", reverse(f"desk:{name}", args=pks), sent)
    ended = care_alerts.write_care_alert(
        patient=at.leo.patient, said=AlertWords(**said | {"person_name": "Zed"}), by=max_, at=make.at("9:41")
    )
    care_alerts.end_care_alert(alert=ended, by=max_, at=make.at("9:42"))
    yield Press("desk:sealed_end_undo", reverse("desk:sealed_end_undo", args=[child, ended.pk]), {})


def told(browser: Client, answer: Any) -> str:
    """Return what the person reads, following a redirect."""
    page = browser.get(answer.url) if answer.status_code == 302 else answer
    return html.unescape(page.content.decode())


def send(browser: Client, press: Press) -> tuple[Any, set[str]]:
    """Return the answer, and the tables that were written, besides when the person was last there."""
    with CaptureQueriesContext(connection) as queries:
        answer = browser.post(press.address, press.said)
    written = {table for one in queries.captured_queries for table in WRITES.findall(one["sql"])}
    return answer, written - {"desksession"}


def browsers(people: dict[str, Any]) -> dict[str, Client]:
    found = {role: Client() for role in people}
    for role, person in people.items():
        found[role].force_login(person)
    return found


@pytest.fixture
def people(dana: Staff, noor: Staff, max_: Staff, ada: Staff, otto: Staff) -> dict[str, Any]:
    return {person.role: person for person in (dana, noor, max_, ada, otto)}


def walk(presses: list[Press], people: dict[str, Any]) -> None:
    """Send each request as each role that may not; raise AssertionError if it writes or explains nothing."""
    may = allowed()
    for role, browser in browsers(people).items():
        for press in presses:
            act = ACTS[press.route]
            if role in may[act]:
                continue
            answer, written = send(browser, press)
            assert written == set(), f"{press.route} wrote {written} for {role}"
            assert answer.status_code == 403, (press.route, role, answer.status_code)
            assert role_refusal(role, act) in told(browser, answer), (press.route, role)


def walk_as_nobody(presses: list[Press]) -> None:
    nobody = Client()
    for press in presses:
        answer, written = send(nobody, press)
        assert written == set(), press.route
        assert answer.status_code in (302, 401, 403), (press.route, answer.status_code)
        assert "Log in" in told(nobody, answer), press.route


def test_a_post_its_role_may_not_do_writes_nothing_and_says_who_may(
    brook: Clinic, tabs: dict[str, Client], at: SimpleNamespace, people: dict[str, Any], max_: Staff
) -> None:
    """By each role, and without a login. Every new POST must be sent here, or say why it checks no role."""
    presses = [*pressed(tabs, at), *about_no_page(brook, at, max_), *about_what_is_sealed(at, max_)]
    assert {press.route for press in presses} - ACTS.keys() == set()
    walk(presses, people)
    walk_as_nobody(presses)
    asked = (tabs["dana"], Client())
    every = routes(get_resolver().url_patterns)
    posts = {name for name, pattern in every if any(takes_posts(one, name, pattern) for one in asked)}
    assert posts == {press.route for press in presses} | OWN.keys() | TABLETS.keys()


def routes(patterns: list[Any], spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield every route of the URLconf by its full name."""
    for one in patterns:
        if isinstance(one, URLPattern):
            yield ":".join([*spaces, one.name or ""]), one.pattern
        else:
            yield from routes(one.url_patterns, (*spaces, one.namespace) if one.namespace else spaces)


def takes_posts(browser: Client, name: str, pattern: Any) -> bool:
    values = {one: "school" if one in ("kind", "slug", "code") else 1 for one in pattern.converters}
    return "POST" in browser.options(reverse(name, kwargs=values)).headers.get("Allow", "")


@pytest.mark.parametrize("route", ["kiosk:sign_ins", "kiosk:enrol", "kiosk:after"])
def test_a_staff_login_cannot_post_as_a_tablet_or_family(people: dict[str, Any], route: str) -> None:
    said = {"child_given_name": "Mia", "escort_name": "Jo", "code": "12345678", "face": "1", "line": "no"}
    address = reverse(route, args=["nosuchcode"] if route == "kiosk:after" else [])
    for role, browser in browsers(people).items():
        _, written = send(browser, Press(route, address, said))
        assert written == set(), role


def test_these_checks_catch_a_page_without_its_permission_check(
    brook: Clinic, at: SimpleNamespace, people: dict[str, Any], max_: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the walk would prove nothing: with both checks disabled, the requests write."""
    monkeypatch.setattr(Staff, "may_act", lambda person, act: True)
    by_route = {press.route: press for press in about_no_page(brook, at, max_)}
    for route in ("desk:sign_in", "desk:merge_undo", "desk:feedback_read", "desk:look_alike_two"):
        with taken_back(), pytest.raises(AssertionError, match=f"{route} wrote"):
            walk([by_route[route]], {Role.AUDITOR: people[Role.AUDITOR]})
