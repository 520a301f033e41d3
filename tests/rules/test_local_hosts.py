from __future__ import annotations

from checkin.rules.local_hosts import is_local_host


def test_only_names_of_the_machine_itself_are_local() -> None:
    assert all(
        map(is_local_host, ["localhost", "LOCALHOST.", "127.0.0.2", "::1", "[::1]", "a.localhost", ""])
    )
    assert not any(map(is_local_host, ["192.168.1.20", "desk", "localhost.example.org", "fe80::1", "*"]))
