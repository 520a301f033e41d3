"""The kiosk refuses nothing that can be typed, pasted, cut off or made up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkin.models import SignIn, Visit
from checkin.rules.sign_in_claims import SIGN_IN_LIMITS

if TYPE_CHECKING:
    from tests.conftest import Kiosk


ADDRESS = "/kiosk/sign-ins/"
NAMES = [*SIGN_IN_LIMITS, "key", "notes_wanted", "interpreter", "help", "is_patient", "birth_year", "child"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=8,
)
FORM = "application/x-www-form-urlencoded"
TYPES = [
    "application/json",
    FORM,
    "text/plain",
    "application/fhir+xml",
    "",
    "☃",
]
MANY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def one_visit(headers: dict[str, str], body: bytes, content_type: str) -> SignIn:
    """Sign in, check that there is one visit and one of the two answers, and roll back."""
    point = transaction.savepoint()
    answer = Client().post(ADDRESS, body, content_type=content_type, headers=headers)
    assert answer.status_code in (201, 303), (answer.status_code, body[:80])
    said = Visit.objects.select_related("sign_in").get().sign_in
    transaction.savepoint_rollback(point)
    return said


@MANY
@given(said=st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=6))
def test_any_json_object_makes_one_visit(kiosk: Kiosk, said: dict[str, Any]) -> None:
    one_visit(kiosk.headers, json.dumps(said).encode(), "application/json")


@MANY
@given(said=ANYTHING)
def test_any_json_value_makes_one_visit(kiosk: Kiosk, said: Any) -> None:
    one_visit(kiosk.headers, json.dumps(said).encode(), "application/json")


@MANY
@given(body=st.binary(max_size=300), content_type=st.sampled_from(TYPES))
def test_any_bytes_under_any_content_type_make_one_visit(
    kiosk: Kiosk, body: bytes, content_type: str
) -> None:
    one_visit(kiosk.headers, body, content_type)


@MANY
@given(body=st.binary(max_size=300))
def test_any_bytes_as_multipart_make_one_visit(kiosk: Kiosk, body: bytes) -> None:
    framed = b'--x\r\nContent-Disposition: form-data; name="reason"\r\n\r\n' + body + b"\r\n--x--\r\n"
    one_visit(kiosk.headers, framed, "multipart/form-data; boundary=x")
    one_visit(kiosk.headers, body, "multipart/form-data; boundary=x")
    one_visit(kiosk.headers, body, "multipart/form-data")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"7",
        b'["a", "list"]',
        b"{",
        b'"' + b"\\ud800" * 3 + b'"',
        b'{"child_given_name": "\\ud83d lone \\u0000 NUL"}',
        b'{"child_given_name": {"nested": ["very", {"much": true}]}}',
        b'{"key": 5, "help": [], "notes_wanted": {"school": 1}}',
        b"[" * 100_000,
        b'{"a":' * 60_000,
        b'{"reason": ' + b"9" * 6000 + b"}",
        b'{"reason": 1e999}',
        b"\xff\xfe\x00 not utf-8",
        b"child_given_name=%FF%FE%00&relationship=%F0%9F%91%B5",
        b"&=&=&;;" * 4000,
        b"a=b&" * 60_000,
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", FORM, "image/png"])
def test_bodies_that_broke_other_parsers_make_one_visit(kiosk: Kiosk, body: bytes, content_type: str) -> None:
    one_visit(kiosk.headers, body, content_type)


@pytest.mark.parametrize(
    "typed",
    [
        "👨‍👩‍👧 Ана",
        "عبد الرحمن",
        "<script>alert(1)</script>",
        "Robert'); DROP TABLE checkin_visit;--",
        "line\nbreak\tand tab",
    ],
)
def test_text_in_any_script_is_kept_exactly(kiosk: Kiosk, typed: str) -> None:
    body = json.dumps({"relationship": typed}).encode()
    assert one_visit(kiosk.headers, body, "application/json").relationship == typed


def test_long_text_is_cut_at_the_limit_and_marked_as_cut(kiosk: Kiosk) -> None:
    body = json.dumps({"relationship": "a" * 10_000}).encode()
    said = one_visit(kiosk.headers, body, "application/json")
    assert (len(said.relationship), said.cut) == (SIGN_IN_LIMITS["relationship"], ["relationship"])


def test_an_unreadable_body_is_kept_for_the_front_desk(kiosk: Kiosk) -> None:
    said = one_visit(kiosk.headers, "grandma is here with Zoë".encode(), "text/plain")
    assert said.unreadable == "grandma is here with Zoë"
