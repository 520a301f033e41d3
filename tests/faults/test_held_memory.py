"""Half-sent requests are counted right, and one that cannot be read whole is refused before any door."""

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


POST = b"POST /kiosk/sign-ins/ HTTP/1.1\r\nHost: a\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
BROKEN = {
    "a length of nineteen digits": POST + b"Content-Length: 9999999999999999999\r\n\r\na=1",
    "packed": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n3\r\na=1\r\n0\r\n\r\n",
    "a size that is no number": CHUNKED + b"zz\r\na=1\r\n0\r\n\r\n",
    "a later size that is none": CHUNKED + b"3\r\na=1\r\n-1\r\n\r\n",
    "a chunk that is longer than it says": CHUNKED + b"3\r\na=1XX0\r\n\r\n",
}
WHOLE = {
    "a length": POST + b"Content-Length: 3\r\n\r\na=1",
    "chunks": CHUNKED + b"2;x=y\r\na=\r\n00000000001\r\n1\r\n0\r\n\r\n",
    "a trailer": CHUNKED + b"3 ;x\r\na=1\r\n0\r\nX-T: 1\r\n\r\n",
    "no body": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "more than is collected": POST + b"Content-Length: 9000000\r\n\r\n",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_body_that_cannot_be_read_whole_is_refused_and_reaches_no_door(loop, what):
    client, _ = loop.connect()
    client.sendall(BROKEN[what])
    loop.turn()
    assert loop.handed == []
    assert client.recv(1000).startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert (client.recv(1000), loop.held) == (b"", 0), "and it is closed"


@pytest.mark.parametrize("what", WHOLE)
def test_a_body_that_is_whole_or_only_large_reaches_its_door(loop, what):
    client, connection = loop.connect()
    client.sendall(WHOLE[what])
    if what == "more than is collected":
        while len(connection.sock.received) <= server.MOST_BYTES:
            client.sendall(b"x" * 50_000)
            loop.turn()
    loop.turn()
    assert loop.handed == [connection]
