"""The state of a written proxy on a given day."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules.consent_adults import ProxyState, proxy_state_on

TODAY = dt.date(2026, 3, 3)
YESTERDAY, TOMORROW = TODAY - dt.timedelta(1), TODAY + dt.timedelta(1)


@pytest.mark.parametrize(
    ("written", "expires", "revoked", "expected"),
    [
        (YESTERDAY, None, False, ProxyState.IN_FORCE),
        (TODAY, None, False, ProxyState.IN_FORCE),
        (TODAY, TODAY, False, ProxyState.IN_FORCE),
        (YESTERDAY, TOMORROW, False, ProxyState.IN_FORCE),
        (TOMORROW, None, False, ProxyState.NOT_YET),
        (YESTERDAY, YESTERDAY, False, ProxyState.ENDED),
        (YESTERDAY, TOMORROW, True, ProxyState.REVOKED),
        (YESTERDAY, YESTERDAY, True, ProxyState.REVOKED),
    ],
)
def test_proxy_is_in_force_from_its_first_to_its_last_day_unless_revoked(
    written: dt.date, expires: dt.date | None, revoked: bool, expected: ProxyState
) -> None:
    assert proxy_state_on(TODAY, written_on=written, expires_on=expires, is_revoked=revoked) == expected
