from __future__ import annotations

from checkin.rules.local_hosts import choose_shared_host, is_local_host, join_site


def test_only_names_of_the_machine_itself_are_local() -> None:
    assert all(
        map(is_local_host, ["localhost", "LOCALHOST.", "127.0.0.2", "::1", "[::1]", "a.localhost", ""])
    )
    assert not any(map(is_local_host, ["192.168.1.20", "desk", "localhost.example.org", "fe80::1", "*"]))


def test_the_first_host_that_others_can_open_is_chosen() -> None:
    allowed = ["localhost", "127.0.0.1", "*", ".group.example", "192.168.1.20"]
    assert choose_shared_host(allowed, with_domains=True) == "group.example"
    assert choose_shared_host(allowed, with_domains=False) == "192.168.1.20"
    assert choose_shared_host(["localhost", "*"], with_domains=True) == ""


def test_an_address_names_its_port_only_where_it_needs_one() -> None:
    assert join_site("desk.example", 8123, is_tls=False) == "http://desk.example:8123"
    assert join_site("desk.example", 443, is_tls=False) == "http://desk.example:443"
    assert join_site("desk.example", 443, is_tls=True) == "https://desk.example"
    assert join_site("desk.example", 80, is_tls=False) == join_site("desk.example", 0, is_tls=False)
