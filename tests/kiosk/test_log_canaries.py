"""Nothing that a family types is in the log, and no text makes a line of its own there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from checkin.models import Location, Visit
from tests import make
from tests.access.test_fuzz import NASTY
from tests.faults.test_log_redaction import log  # noqa: F401  (a fixture)

if TYPE_CHECKING:
    from tests.kiosk.conftest import Tell

CANARY = "Quokkabell"
"""A word that nobody else writes."""
FIELDS = (
    "child_given_name",
    "child_family_name",
    "escort_name",
    "relationship",
    "escort_phone",
    "child_birth_date",
    "reason",
)
FORGED = ('\n{"event": "forged"}', "\r\nforged", "\u2028forged", "\x1b[31mforged")


def faults_of(lines: list[str]) -> list[str]:
    return [line for line in lines if CANARY in line or len(line.splitlines()) > 1 or "\x1b" in line]


def test_nothing_typed_is_in_the_log(
    tell: Tell,
    tablet: Client,
    front: Location,
    caplog: pytest.LogCaptureFixture,
    log: Callable[..., list[str]],  # noqa: F811
    record_property: Callable[[str, object], None],
) -> None:
    caplog.set_level(logging.INFO)
    texts = [*NASTY, *FORGED]
    for number, text in enumerate(texts):
        claim = make.claim() | dict.fromkeys(FIELDS, f"{CANARY}{text}{number}")
        assert tell(claim).status_code == 201
    assert Visit.objects.count() == len(texts)
    assert len([line for line in log() if "/kiosk/sign-ins/" in line]) == len(texts)
    assert faults_of(log()) == []
    record_property("cases", len(texts) * len(FIELDS))


def test_a_typed_word_and_a_forged_line_are_found(
    caplog: pytest.LogCaptureFixture,
    log: Callable[..., list[str]],  # noqa: F811
) -> None:
    """The control."""
    logging.getLogger("checkin").warning("signed in %s", CANARY)
    assert len(faults_of(log())) == 1
    assert faults_of(["one\nforged", "two"]) == ["one\nforged"]
