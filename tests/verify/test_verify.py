"""/verify/: anybody can ask whether a note is genuine, and learns its dates and nothing else."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import pytest_django
import time_machine
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from checkin.actions import excuse_notes
from checkin.models import Clinic, ExcuseNote, Location, Staff
from checkin.models import excuse_notes as excuse_note_models
from checkin.rules import excuse_notes as excuse_note_rules
from checkin.web import throttle
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture(autouse=True)
def _no_guesses_yet(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def note(front: Location, brook: Clinic, noor: Staff) -> ExcuseNote:
    make.patient(brook, "Leo Ruiz")
    return excuse_notes.issue_note(visit=make.visit(front), kind="school", by=noor, at=make.at("9:52")).note


def asked(code: str, **options: Any) -> ClientResponse:
    return Client().get(f"/verify/{code}/", **options)


def text(answer: ClientResponse) -> str:
    return answer.content.decode()


def test_a_genuine_code_is_confirmed_with_the_notes_dates(note: ExcuseNote) -> None:
    page = text(asked(note.code))
    for words in (
        "Yes, this note is genuine",
        "Brook Street Clinic",
        "note 1",
        "March 10, 2026",
        "March 11, 2026",
    ):
        assert words in page


def test_the_answer_names_nobody(note: ExcuseNote, noor: Staff) -> None:
    page = text(asked(note.code))
    for name in ("Leo", "Ruiz", "Noor", "Rosa", "9:40", "school", note.visit.token):
        assert name not in page


def test_a_void_notes_code_is_answered_void(note: ExcuseNote, noor: Staff) -> None:
    excuse_notes.void_issued_note(note=note, reason="CANARY wrong day", by=noor, at=make.at("10:00"))
    page = text(asked(note.code))
    assert "This note is void" in page and "genuine" not in page.partition("<h1>")[2]
    assert "CANARY" not in page


@pytest.mark.parametrize("code", ["0" * 28, "nonsense", "é", "x" * 500, "1 OR 1=1"])
def test_any_other_code_gets_the_same_unknown_answer(note: ExcuseNote, code: str) -> None:
    answer = asked(code)
    assert answer.status_code == 200
    assert "No clinic here knows this code" in text(answer)
    assert code not in text(answer)


def test_the_code_of_a_draft_is_unknown(front: Location, noor: Staff) -> None:
    visit = make.visit(front)
    draft = excuse_note_models.first_note_draft(visit, "school")
    note = excuse_notes.edit_note_draft(visit=visit, kind="school", edits=draft, by=noor, at=make.at("9:50"))
    assert "No clinic here knows this code" in text(asked(note.code))


def test_a_code_can_be_typed_with_spaces_and_lower_case(note: ExcuseNote) -> None:
    answer = Client().post(
        "/verify/", {"code": excuse_note_rules.space_note_code(note.code).lower()}, follow=True
    )
    assert answer.redirect_chain == [(f"/verify/{note.code}/", 302)]
    assert "Yes, this note is genuine" in text(answer)


def test_a_code_with_a_missing_letter_is_explained_and_kept(note: ExcuseNote) -> None:
    answer = Client().post("/verify/", {"code": note.code[:-1]})
    assert "one may be missing" in text(answer) and note.code[:-1] in text(answer)


def test_the_pages_need_no_login_and_are_not_cached_or_indexed(note: ExcuseNote) -> None:
    for path in ("/verify/", f"/verify/{note.code}/"):
        answer = Client().get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert "noindex" in text(answer)


def test_other_methods_are_405(note: ExcuseNote) -> None:
    assert Client().post(f"/verify/{note.code}/").status_code == 405
    assert Client().put("/verify/").status_code == 405


def guess() -> str:
    return "".join(secrets.choice(excuse_note_rules.NOTE_CODE_ALPHABET) for _ in range(28))


def test_a_thousand_guesses_from_one_address_are_throttled(note: ExcuseNote) -> None:
    answers = Counter(asked(guess()).status_code for _ in range(1000))
    assert answers == {200: throttle.GUESSES_OF_BROWSER, 429: 1000 - throttle.GUESSES_OF_BROWSER}
    late = asked(guess())
    assert late.status_code == 429
    assert 0 < int(late.headers["Retry-After"]) <= throttle.WINDOW_SECONDS + 1
    assert "A short pause, please" in text(late)
    assert "Yes, this note is genuine" in text(asked(note.code)), "a code of ours is always answered"


def test_another_address_is_not_throttled(note: ExcuseNote) -> None:
    for _ in range(throttle.GUESSES_OF_BROWSER):
        asked(guess())
    assert asked(guess()).status_code == 429
    assert asked(guess(), REMOTE_ADDR="198.51.100.7").status_code == 200


def test_another_browser_at_the_same_address_is_not_throttled(note: ExcuseNote) -> None:
    for _ in range(throttle.GUESSES_OF_BROWSER + 1):
        asked(guess())
    other = Client()
    other.get("/verify/")
    assert other.get(f"/verify/{guess()}/").status_code == 200


def test_a_guesser_with_a_new_browser_each_time_is_throttled_by_address(note: ExcuseNote) -> None:
    answers: Counter[int] = Counter()
    for number in range(throttle.GUESSES_OF_ADDRESS + 50):
        browser = Client()
        browser.cookies["csrftoken"] = f"{number:032}"
        answers[browser.get(f"/verify/{guess()}/").status_code] += 1
    assert answers == {200: throttle.GUESSES_OF_ADDRESS, 429: 50}
    assert asked(note.code).status_code == 200


def test_a_throttled_guess_writes_no_row(note: ExcuseNote) -> None:
    asked(guess())
    with CaptureQueriesContext(connection) as seen:
        asked(guess())
    assert len([one for one in seen.captured_queries if one["sql"].startswith("INSERT")]) == 2
    for _ in range(throttle.GUESSES_OF_BROWSER):
        asked(guess())
    with CaptureQueriesContext(connection) as seen:
        assert asked(guess()).status_code == 429
    assert not [one for one in seen.captured_queries if one["sql"].startswith("INSERT")]


def test_genuine_codes_are_never_counted(note: ExcuseNote) -> None:
    for _ in range(throttle.GUESSES_OF_BROWSER + 5):
        assert asked(note.code).status_code == 200


def test_the_throttle_ends_after_its_window(note: ExcuseNote, tuesday: time_machine.Traveller) -> None:
    for _ in range(throttle.GUESSES_OF_BROWSER):
        asked(guess())
    assert asked(guess()).status_code == 429
    tuesday.shift(throttle.WINDOW_SECONDS + 2)
    assert asked(guess()).status_code == 200


def forget_the_cache() -> None:
    assert caches["default"] is not None
    del caches["default"]


def test_workers_share_the_count(note: ExcuseNote) -> None:
    """Each worker has its own cache object; they share the count through the database."""
    for _ in range(throttle.GUESSES_OF_BROWSER):
        forget_the_cache()
        asked(guess())
    forget_the_cache()
    assert asked(guess()).status_code == 429


def test_guesses_from_many_addresses_evict_no_counter(note: ExcuseNote) -> None:
    for number in range(20):
        for _ in range(throttle.GUESSES_OF_BROWSER):
            throttle.count_wrong_guess(RequestFactory().get("/", REMOTE_ADDR=f"198.51.100.{number}"))
    for number in range(20):
        assert asked(guess(), REMOTE_ADDR=f"198.51.100.{number}").status_code == 429


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_all_counted() -> None:
    answers: list[int] = []

    def some(count: int) -> None:
        try:
            answers.extend(asked(guess()).status_code for _ in range(count))
        finally:
            connection.close()

    threads = [threading.Thread(target=some, args=(20,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(answers) == {200: throttle.GUESSES_OF_BROWSER, 429: 160 - throttle.GUESSES_OF_BROWSER}
    assert ExcuseNote.objects.count() == 0


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.5", "203.0.113.9"),
        (1, "", "10.0.0.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "nonsense", "nonsense"),
    ],
)
def test_the_client_address_is_the_one_the_trusted_proxy_saw(
    settings: pytest_django.Settings, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/verify/x/", headers=headers, REMOTE_ADDR="10.0.0.1")
    assert throttle.client_address(request) == address


def test_the_answer_is_in_the_browsers_language(note: ExcuseNote) -> None:
    page = text(asked(note.code, headers={"Accept-Language": "es-MX,es"}))
    assert "Sí, esta nota es auténtica" in page
