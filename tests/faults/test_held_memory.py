"""What a worker holds of half-sent requests is counted right, whatever else comes meanwhile."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from gunicorn.config import Config

from clinic import server

SMALL = b"GET /static/x HTTP/1.1\r\nHost: a\r\n\r\n"


class Loop(server.Worker):
    """The worker's own loop over pairs of sockets: what it would give to a thread is kept instead."""

    def __init__(self) -> None:
        self.cfg, self.poller, self.alive = Config(), selectors.DefaultSelector(), True
        self.waited_for, self.held, self.nr_conns, self.handed = {}, 0, 0, []

    def enqueue_req(self, connection: Any) -> None:
        self.handed.append(connection)

    def connect(self) -> tuple[socket.socket, server.Connection]:
        ours, theirs = socket.socketpair()
        connection = server.Connection(self.cfg, theirs, ("127.0.0.1", 1), ("127.0.0.1", 2))
        self.nr_conns += 1
        self.wait(connection, self.receive, 20)
        return ours, connection

    def turn(self) -> None:
        for key, _ in self.poller.select(0):
            key.data(key.fileobj)


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.poller.close()


def test_requests_one_behind_the_other_take_nothing_off_what_others_hold(loop):
    slow, big = loop.connect()
    slow.sendall(b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2900000\r\n\r\n" + b"x" * 50_000)
    loop.turn()
    kept = len(big.sock.received)
    assert loop.held == kept > 50_000
    quick, connection = loop.connect()
    quick.sendall(SMALL * 500 + SMALL[:9])
    answered = 0
    while True:
        loop.turn()
        if not loop.handed:
            break
        one = loop.handed.pop()
        next(one.parser)
        answered += 1
        loop.finish(one, keep=True)
        assert loop.held >= kept
    assert answered == 500
    assert loop.held == kept + len(connection.sock.received) == kept + 9
    loop.drop(connection)
    loop.drop(big)
    assert loop.held == 0
