"""A kept form that is sent and refused is still kept, however the refusal is answered."""

from __future__ import annotations

import ast
import uuid
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from checkin.actions import excuse_notes
from checkin.models import Clinic, Location, Staff, UnsentForm
from checkin.rules.excuse_notes import NoteKind
from tests import make
from tests.desk import note_pages
from tests.desk.test_posts_by_role import Press, about_no_page, about_what_is_sealed, pressed
from tests.desk.test_roles import WRITES
from tests.desk.test_stale_walk import at, tabs, taken_back  # noqa: F401  (fixtures)
from tests.names import ROOT

pytestmark = pytest.mark.usefixtures("tuesday", "take_backups")

WRITES_NOTHING = {
    "desk:people": "a search",
    "desk:find": "a search",
    "desk:match_search": "a search",
    "desk:patient_search": "a search",
    "desk:looked": "done, if nothing is left to look at",
    "settings:make_backup": "a backup begins, in a process of its own",
    "settings:staff_factors": "done, if this person has none",
}
"""What may have been done though it wrote no row."""


def keep(person: Staff, address: str) -> str:
    """Keep a form to this address for this person, and return its id."""
    made = {"pk": uuid.uuid4(), "staff": person, "at": timezone.now()}
    return UnsentForm.objects.create(**made, action=address, fields=[["reason", "zqxvkj"]]).pk.hex


def send_kept(browser: Client, author: Staff, address: str, **said: Any) -> Any:
    """Send a form that was kept for its author."""
    return browser.post(address, said | {"typed_id": keep(author, address)})


def is_kept(address: str) -> bool:
    return UnsentForm.objects.filter(action=address).exists()


def voided_by(faster: Staff, front: Location, issuer: Staff) -> str:
    """Return where a note is voided that somebody else has voided since."""
    note = note_pages.issued(make.visit(front, make.at()), issuer, NoteKind.WORK)
    excuse_notes.void_issued_note(note=note, reason="wrong day", by=faster, at=make.at("9:55"))
    return reverse("desk:note_void", args=[note.number])


def test_a_kept_form_whose_act_is_refused_with_a_way_on_waits(
    as_: Callable[[Staff], Client], front: Location, noor: Staff, max_: Staff
) -> None:
    """The reason to void a note was lost: somebody else had voided it, and the answer led to the note."""
    browser = as_(noor)
    address = voided_by(max_, front, noor)
    answer = send_kept(browser, noor, address, reason="zqxvkj")
    assert (answer.status_code, is_kept(address)) == (302, True)
    said = browser.get(answer.url).content.decode()
    assert "Max" in said and '<a href="/typed/">What you typed is still kept.</a>' in said


def test_a_refusal_does_not_say_that_a_form_is_kept_which_is_gone(
    as_: Callable[[Staff], Client], front: Location, noor: Staff, max_: Staff
) -> None:
    browser = as_(noor)
    address = voided_by(max_, front, noor)
    for gone in (str(uuid.uuid4()), "zqxvkj"):
        answer = browser.post(address, {"reason": "zqxvkj", "typed_id": gone})
        said = browser.get(answer.url).content.decode()
        assert "Max" in said and "still kept" not in said


def test_a_kept_form_that_is_done_is_let_go_of(
    as_: Callable[[Staff], Client], front: Location, noor: Staff
) -> None:
    note = note_pages.issued(make.visit(front, make.at()), noor, NoteKind.WORK)
    address = reverse("desk:note_void", args=[note.number])
    answer = send_kept(as_(noor), noor, address, reason="wrong day")
    assert (answer.status_code, is_kept(address)) == (302, False)


def test_a_kept_form_that_its_page_shows_again_waits(
    as_: Callable[[Staff], Client], front: Location, noor: Staff
) -> None:
    """What lacks on it is said on a page that answers 200."""
    browser = as_(noor)
    visit = make.visit(front, make.at())
    note = note_pages.issued(visit, noor, NoteKind.WORK)
    draft = note_pages.address(visit)
    void, reissue = (reverse(f"desk:note_{act}", args=[note.number]) for act in ("void", "reissue"))
    for address in (void, reissue, draft):
        answer = send_kept(browser, noor, address, reason="", do="issue", excused_from="zqxvkj")
        assert (address, answer.status_code, is_kept(address)) == (address, 200, True)


def test_no_kept_form_is_let_go_of_by_an_act_that_wrote_nothing(
    tabs: dict[str, Client],  # noqa: F811
    at: SimpleNamespace,  # noqa: F811
    brook: Clinic,
    max_: Staff,
) -> None:
    """Each POST of staff, filled with nonsense, from a page that is up to date."""
    every = [*pressed(tabs, at), *about_no_page(brook, at, max_), *about_what_is_sealed(at, max_)]
    browser = Client()
    browser.force_login(max_)
    lost = set()
    for press in every:
        drawn = {name: text for name, text in press.said.items() if name.startswith("drawn")}
        with taken_back():
            if not is_kept_or_done(browser, max_, press, dict.fromkeys(press.said, "zqxvkj") | drawn):
                lost.add(press.route)
    assert len(every) > 60
    assert lost == WRITES_NOTHING.keys()


def is_kept_or_done(browser: Client, author: Staff, press: Press, said: dict[str, Any]) -> bool:
    """Return whether the form is still kept, or the act wrote something."""
    with CaptureQueriesContext(connection) as queries:
        send_kept(browser, author, press.address, **said)
    written = {name for one in queries.captured_queries for name in WRITES.findall(one["sql"])}
    return is_kept(press.address) or bool(written - {"unsentform", "desksession", "boardversion"})


def refusing_handlers() -> Iterator[tuple[str, ast.ExceptHandler]]:
    for folder in ("desk", "settings", "audit"):
        for path in sorted((ROOT / "checkin/web" / folder).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ExceptHandler) and "Refused" in ast.unparse(node.type or node):
                    yield path.name, node


def test_each_view_that_says_a_refusal_notes_that_nothing_was_done() -> None:
    found = list(refusing_handlers())
    bare = [
        f"{name}:{node.lineno}"
        for name, node in found
        if "messages." in (said := ast.unparse(node)) and "note_nothing_done(" not in said
    ]
    assert len(found) > 30
    assert bare == []
