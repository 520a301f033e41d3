"""Why an answer by an adult on record does not count, in words for staff."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.rules.consent_adults import CareKind, ConsentAdult, WrittenProxy
from checkin.rules.consent_answers import ConsentAnswer, KnownAdults
from checkin.rules.consent_reasons import (
    proxy_grantor_check,
    why_answer_does_not_count,
    why_may_not_decide,
    why_proxy_does_not_count,
)

ANA = ConsentAdult("Ana Ruiz", "(312) 846-2291", "mother")
ROSA = ConsentAdult("Rosa Delgado", "(312) 846-2293", "aunt")
MARCH_9 = dt.date(2026, 3, 9)


def proxy(**more: Any) -> WrittenProxy:
    return WrittenProxy(**{"adult": ROSA, "granted_by": "Ana Ruiz", "cares": ("vaccine",)} | more)


def known(**more: Any) -> KnownAdults:
    return KnownAdults(**{"guardians": (ANA,)} | more)


def test_no_reason_is_given_against_a_guardian_or_a_valid_proxy_holder() -> None:
    ended = ConsentAdult("Ana Ruiz", "(312) 846-2291", "mother", ended_on=MARCH_9)
    assert why_may_not_decide(known(others=(ended,)), ANA) == ""
    assert why_may_not_decide(known(proxies=(proxy(),)), ROSA, CareKind.VACCINE) == ""
    assert why_may_not_decide(known(proxies=(proxy(),)), ROSA) == ""
    assert why_may_not_decide(known(), ROSA) == ""


def test_ended_authority_is_shown_with_its_date() -> None:
    ended = ConsentAdult(ROSA.name, ROSA.phone, ROSA.relationship, ended_on=MARCH_9)
    assert why_may_not_decide(known(others=(ended,)), ROSA) == "authority ended on Mar 9, 2026"
    assert why_may_not_decide(known(others=(ROSA,)), ROSA) == ""


@pytest.mark.parametrize(
    ("cares", "words"),
    [
        (("vaccine",), "written proxy is for vaccine only"),
        (("vaccine", "check_up"), "written proxy is for vaccine and check-up only"),
        (("surgery",), "written proxy does not cover it"),
    ],
)
def test_proxy_for_other_care_says_what_it_covers(cares: tuple[str, ...], words: str) -> None:
    held = known(proxies=(proxy(cares=cares),))
    assert why_may_not_decide(held, ROSA, CareKind.TREATMENT) == words


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            {"revoked_on": MARCH_9, "expires_on": dt.date(2026, 3, 1)},
            "written proxy was revoked on Mar 9, 2026",
        ),
        ({"expires_on": MARCH_9}, "written proxy ended on Mar 9, 2026"),
        ({}, "written proxy is not in force yet"),
    ],
)
def test_lapsed_proxy_says_how_it_ended(more: dict[str, dt.date], words: str) -> None:
    over = known(lapsed=(proxy(adult=ConsentAdult("Zed Quill")), proxy(**more)))
    assert why_may_not_decide(over, ROSA) == words


def test_latest_of_two_lapsed_proxies_is_shown() -> None:
    over = known(lapsed=(proxy(expires_on=dt.date(2025, 1, 1)), proxy(expires_on=MARCH_9)))
    assert why_may_not_decide(over, ROSA) == "written proxy ended on Mar 9, 2026"


def test_proxy_from_someone_without_authority_says_why_it_does_not_count() -> None:
    of_stranger = proxy(granted_by="Kim Sand")
    assert why_proxy_does_not_count(known(), proxy()) == ""
    assert (
        why_proxy_does_not_count(known(), of_stranger) == "Kim Sand granted it and is no guardian on record"
    )
    assert why_may_not_decide(known(proxies=(of_stranger,)), ROSA) == (
        "written proxy does not count: Kim Sand granted it and is no guardian on record"
    )


def test_proxy_ends_with_the_authority_of_its_grantor() -> None:
    kim = ConsentAdult("Kim Sand", "", "father", ended_on=MARCH_9)
    granted = proxy(granted_by="Kim Sand")
    assert why_proxy_does_not_count(known(others=(kim,)), granted) == (
        "Kim Sand granted it, whose authority ended on Mar 9, 2026"
    )
    still = ConsentAdult("Kim Sand", "", "caseworker")
    assert (
        why_proxy_does_not_count(known(others=(still,)), granted) == "Kim Sand granted it and may not consent"
    )


def test_long_grantor_name_is_cut() -> None:
    told = why_proxy_does_not_count(known(), proxy(granted_by="K" * 100))
    assert told.startswith("K" * 79 + "… granted it")


def test_staff_are_told_to_check_the_grantor_if_no_guardian_is_on_record() -> None:
    nobody = KnownAdults()
    assert proxy_grantor_check(nobody, proxy()) == "nobody on record granted it: check who Ana Ruiz is"
    assert proxy_grantor_check(known(), proxy()) == ""
    assert proxy_grantor_check(known(), proxy(granted_by="Kim Sand")) == ""


def test_answer_says_why_it_does_not_count() -> None:
    def told(facts: KnownAdults, care: str = "vaccine") -> str:
        return why_answer_does_not_count(ConsentAnswer(care, True, "telephone", ROSA.name), facts)

    assert told(known()) == "is no guardian on record"
    assert told(known(others=(ROSA,))) == "may not consent"
    assert told(known(lapsed=(proxy(expires_on=MARCH_9),))) == (
        "may not consent (written proxy ended on Mar 9, 2026)"
    )
    for_check_ups = known(proxies=(proxy(cares=("check_up",)),))
    assert told(for_check_ups) == "may not consent (written proxy is for check-up only)"


def test_ended_authority_of_one_adult_is_not_a_reason_for_another() -> None:
    zed = ConsentAdult("Zed Quill", "", "father", ended_on=MARCH_9)
    granted = proxy(granted_by="Kim Sand")
    for others in ((zed,), (zed, ConsentAdult("Kim Sand", "", "caseworker"))):
        assert "ended" not in why_proxy_does_not_count(known(others=others), granted)
        assert why_may_not_decide(known(others=others), ROSA) == ""
