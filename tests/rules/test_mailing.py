"""Email and site addresses as people type them."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser
from email.utils import quote
from typing import Any

import pytest
from django.core.mail import EmailMessage
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import mailing as mailing_rules


@pytest.mark.parametrize("typed", ["dana@brook.example", " d.o'na+x@mail.brook.example ", "A_1@b-c.example"])
def test_single_email_address_is_kept_as_typed(typed: Any) -> None:
    assert mailing_rules.read_mail_address(typed) == typed.strip()


@pytest.mark.parametrize(
    "typed",
    ["", "dana", "dana@", "@brook.example", "dana@brook", "a@b.example, c@b.example", "a b@c.example"]
    + ["a@b.example\nBcc: x@y.example", ".a@b.example", "a..b@c.example", "a@b..example", "a@-b.example"]
    + ["555-010-0142", "Dana <dana@brook.example>", "x" * 65 + "@b.example", "a@" + "b" * 260 + ".example"],
)
def test_anything_else_is_not_an_email_address(typed: str) -> None:
    assert mailing_rules.read_mail_address(typed) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("desk@brook.example", "desk@brook.example"),
        (" Brook Street <desk@brook.example> ", "Brook Street <desk@brook.example>"),
        ("Clínica <desk@brook.example>", "Clínica <desk@brook.example>"),
        ("Brook, Inc <desk@brook.example>", None),
        ('"Brook, Inc." <desk@brook.example>', '"Brook, Inc." <desk@brook.example>'),
        ('"Clínica, Río" <desk@brook.example>', '"Clínica, Río" <desk@brook.example>'),
        ('"Clínica @ Río" <desk@brook.example>', '"Clínica @ Río" <desk@brook.example>'),
        ("Dr. Lee <desk@brook.example>", '"Dr. Lee" <desk@brook.example>'),
        ('"Brook" <desk@brook.example>', "Brook <desk@brook.example>"),
        ('"Brook \\"B\\" Street" <desk@brook.example>', '"Brook \\"B\\" Street" <desk@brook.example>'),
        ("中心诊所 <desk@brook.example>", "中心诊所 <desk@brook.example>"),
        ("Brook: desk <desk@brook.example>", None),
        ('Brook "B" Street <desk@brook.example>', None),
        ("Brook\r\nBcc: x@y.example <desk@brook.example>", None),
        ("desk", None),
        ("", None),
        ("desk@brook.example and others", None),
    ],
)
def test_sender_is_an_address_with_or_without_a_name(typed: Any, kept: Any) -> None:
    assert mailing_rules.read_mail_sender(typed) == kept


@pytest.mark.parametrize("name", ["Clínica, Río", "Clínica @ Río", "Dr. Lee", "Río (A)", 'A "B" C', "Brook"])
def test_sender_name_survives_being_written_and_read_again(name: Any) -> None:
    kept = mailing_rules.read_mail_sender(f'"{quote(name)}" <desk@brook.example>')
    assert mailing_rules.read_mail_sender(kept) == kept
    sent = EmailMessage("subject", "body", kept, ["x@y.example"]).message()["From"]
    read = BytesParser(policy=policy.default).parsebytes(f"From: {sent}\r\n\r\n".encode())["From"].addresses
    assert [(one.display_name, one.addr_spec) for one in read] == [(name, "desk@brook.example")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://checkin.brook.example", "https://checkin.brook.example"),
        ("http://192.168.1.20:8123/", "http://192.168.1.20:8123"),
        ("http://[fd00::1]:8000", "http://[fd00::1]:8000"),
        ("https://brook.example/checkin/", "https://brook.example/checkin"),
        ("brook.example", None),
        ("https://brook..example", None),
        ("https://-brook.example", None),
        ("https://brook-.example", None),
        ("ftp://brook.example", None),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("https://me:secret@brook.example", None),
        ("https://brook.example:notaport", None),
        ("https://brook.example/?next=x", None),
        ("https://brook.example/a b", None),
        ("https://brook.example\nx", None),
    ],
)
def test_site_address_is_reduced_to_its_host_url(typed: Any, kept: str | None) -> None:
    assert mailing_rules.read_site_address(typed) == kept


@given(st.text(max_size=80))
def test_no_text_makes_a_two_line_header_or_an_error(typed: str) -> None:
    for read in (
        mailing_rules.read_mail_address,
        mailing_rules.read_mail_sender,
        mailing_rules.read_site_address,
    ):
        made = read(typed)
        assert made is None or made.isprintable()


def test_address_may_have_at_most_254_characters() -> None:
    host = ".".join(["b" * 60] * 3)
    longest = "d" * (254 - len(host) - len("@.example")) + f"@{host}.example"
    assert len(longest) == 254
    assert mailing_rules.read_mail_address(longest) == longest
    assert mailing_rules.read_mail_address("d" + longest) is None
