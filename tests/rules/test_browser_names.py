"""Which browser a person is logged in with, in words."""

from __future__ import annotations

import pytest

from checkin.rules.browser_names import describe_browser

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}", "Chrome on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Edg/156.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Linux; Android 16; K) {CHROME}", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Version/26.0 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (iPad; CPU OS 26_0 like Mac OS X) CriOS/156.0 Safari/604.1", "Chrome on iPad"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox on Linux"),
        ("curl/8.1", "Another browser"),
        ("", "Another browser"),
    ],
)
def test_a_browser_is_named_with_its_machine(user_agent: str, words: str) -> None:
    assert describe_browser(user_agent) == words
