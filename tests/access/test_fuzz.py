"""Whatever anybody sends to any address, no answer is a fault of ours and none takes long.

The inputs come from a seed, so that one which failed fails again: FUZZ_SEED=7 chooses another, and
FUZZ_INPUTS=2000 a shorter run of the long test.
"""

from __future__ import annotations

import json
import os
import random
import time
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
import pytest_django
from django.http import HttpResponse
from django.urls import path

from checkin.models import Clinic
from tests.access.test_matrix import use_urls
from tests.access.walk import (
    METHODS,
    Address,
    Principal,
    add_rows_of_addresses,
    list_addresses,
    list_principals,
    undone,
)
from tests.feeds.shared_files import SHARED

pytestmark = pytest.mark.usefixtures("tuesday", "take_backups")
SEED = int(os.environ.get("FUZZ_SEED", "1"))
SOME, MANY = 200, int(os.environ.get("FUZZ_INPUTS", "20000"))
HANGS = 10.0
"""Seconds after which an answer counts as a hang. A slow machine takes a tenth of it."""
NASTY = (
    "", " ", "--", "0", "-1", "1e999", "NaN", "9" * 30, "99999999999999999999", "null", "true", "[]", "{}",
    "\x00", "a\x00b", "\ud800", "\u202e", "\u200b", "\ufeff", "\r\nSet-Cookie: a=b", "İ", "ﷺ",
    "👨‍👩‍👧", "é" * 300,
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{ 7*7 }}", "{% debug %}", "=1+1",
    "' OR 1=1 --", "'; DROP TABLE x; --", "%00", "%s%n", "${7*7}", "../../etc/passwd", "//evil.example/",
    "javascript:alert(1)", "2026-02-30", "0000-00-00", "9999-12-31", "12/31/1899", "25:61",
    "1-2-3", "x" * 5000,
    "١٢٣", "½", "𝟗", "1_000", "0x10", "+1", "Infinity",
)  # fmt: skip
"""Text that has broken programs: numbers that are none, ends of ranges, directions, markup, commands."""
FIELDS = (
    "q", "next", "name", "note", "reason", "patient", "into", "to", "at", "by", "date", "born", "kind", "v",
    "location", "page", "done", "s", "token", "code", "pin", "password", "login", "email", "role",
    "visit", "sure",
    "drawn_for", "drawn_beside", "child_given_name", "birth_date", "phone", "relationship",
    "action", "from", "until",
)  # fmt: skip
"""Names of fields that some form has, beside those which the address is sent."""
BODIES = ("form", "multipart", "json", "charset", "junk")


class Input(NamedTuple):
    """One request."""

    who: Principal
    method: str
    address: str
    body: bytes
    content_type: str


def text_of_files() -> list[str]:
    """Return lines of the shared files, if they are there: names, dates and messages of other systems."""
    found = [
        SHARED / "hl7" / "sample_hl7.hl7",
        SHARED / "field" / "i04_invisible.csv",
        SHARED / "febrl" / "dataset1.csv",
    ]
    return [
        line for one in found if one.exists() for line in one.read_text(errors="replace").splitlines()[:200]
    ]


def draw_value(chance: random.Random, texts: list[str]) -> str:
    one = chance.choice(texts)
    if chance.random() < 0.2:
        place = chance.randrange(len(one) + 1)
        one = one[:place] + chance.choice(NASTY) + one[place:]
    return one


def draw_body(chance: random.Random, fields: dict[str, str]) -> tuple[bytes, str]:
    kind = chance.choice(BODIES)
    encoded = "&".join(
        f"{quote(key)}={quote(value, errors='replace')}" for key, value in fields.items()
    ).encode()
    if kind == "json":
        return json.dumps(fields).encode("utf-8", "replace"), "application/json"
    if kind == "multipart":
        parts = [
            f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        ends = chance.choice(["--b--\r\n", ""])
        return ("".join(parts) + ends).encode("utf-8", "replace"), "multipart/form-data; boundary=b"
    form = "application/x-www-form-urlencoded"
    if kind == "charset":
        return encoded, f"{form}; charset={chance.choice(['utf-16', 'nosuch', 'latin-1', 'utf-7'])}"
    if kind == "junk":
        return chance.randbytes(chance.randrange(200)), chance.choice(
            [form, "application/json", "text/plain", "x"]
        )
    return encoded, form


def draw_path(chance: random.Random, address: Address, texts: list[str]) -> str:
    """Return the address, of which one part may be another text, with the marks of a page drawn just now."""
    drawn = chance.choice([address.path, address.drawn, address.drawn])
    if chance.random() < 0.15:
        parts = drawn.split("/")
        place = chance.randrange(1, len(parts))
        parts[place] = quote(draw_value(chance, texts)[:200], errors="replace")
        drawn = "/".join(parts)
    if chance.random() < 0.4:
        field, value = chance.choice(FIELDS), quote(draw_value(chance, texts)[:500], errors="replace")
        drawn += f"{'&' if '?' in drawn else '?'}{field}={value}"
    return drawn


def draw_input(
    chance: random.Random, people: list[Principal], addresses: list[Address], texts: list[str], number: int
) -> Input:
    """Return the input of this number. Roles and addresses take turns, so that none is left out."""
    who, address = people[number % len(people)], addresses[(number // len(people)) % len(addresses)]
    method = chance.choice(["POST"] * 8 + ["GET"] * 6 + [*METHODS])
    fields = {key: str(value) for key, value in address.sent.items()}
    fields |= {chance.choice(FIELDS): draw_value(chance, texts) for _ in range(chance.randrange(6))}
    body, content_type = draw_body(chance, fields)
    return Input(who, method, draw_path(chance, address, texts), body, content_type)


def send(one: Input) -> tuple[Any, float]:
    """Send one input, leave no row of it behind, and return the answer and its seconds."""
    began = time.perf_counter()
    with undone(one.who.browser):
        answer = one.who.browser.generic(one.method, one.address, one.body, one.content_type)
        if answer.streaming:
            b"".join(answer.streaming_content)
    return answer, time.perf_counter() - began


def fuzz(people: list[Principal], addresses: list[Address], inputs: int, seed: int = SEED) -> list[str]:
    """Return a line for each input of which the answer is a fault of ours, or hangs."""
    chance, texts, found = random.Random(seed), [*NASTY, *text_of_files()], []  # noqa: S311
    addresses = chance.sample(addresses, len(addresses))
    for who in people:
        who.browser.raise_request_exception = False
    for number in range(inputs):
        one = draw_input(chance, people, addresses, texts, number)
        answer, seconds = send(one)
        if answer.status_code >= 500 or seconds > HANGS:
            said = f"{answer.status_code} after {seconds:.1f} s"
            found.append(f"seed {seed}, input {number}: {one.who.name} {one.method} {one.address!r}: {said}")
    return found


@pytest.fixture
def people(at: SimpleNamespace, hill: Clinic) -> list[Principal]:
    add_rows_of_addresses(at)
    return list_principals(at, hill)


@pytest.mark.parametrize("inputs", [SOME, pytest.param(MANY, marks=pytest.mark.long)])
def test_nothing_that_is_sent_is_a_fault_of_ours(
    people: list[Principal], at: SimpleNamespace, inputs: int, record_property: Any
) -> None:
    assert fuzz(people, list(list_addresses(at).values()), inputs) == []
    record_property("cases", inputs)


def fail(request: Any) -> HttpResponse:
    raise ValueError(request.path)


def test_a_page_that_fails_is_found(
    people: list[Principal], at: SimpleNamespace, settings: pytest_django.Settings, record_property: Any
) -> None:
    """The control: one address of all has a fault."""
    url, address = next((url, one) for url, one in list_addresses(at).items() if url == "desk:promises")
    use_urls(settings, path(address.path.removeprefix("/"), fail))
    found = fuzz(people, [address], len(people))
    assert url and [line for line in found if ": 500 after" in line]
    record_property("found", 1)
