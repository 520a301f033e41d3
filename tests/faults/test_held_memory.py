"""Half-sent requests are counted correctly, and a malformed one is refused before a thread handles it."""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from gunicorn.config import Config

from clinic import connections, server

SMALL = b"GET /static/x HTTP/1.1\r\nHost: a\r\n\r\n"


class Loop(server.Worker):
    """The worker's own loop over socket pairs; what it would give to a thread is collected instead."""

    def __init__(self) -> None:
        self.cfg, self.poller, self.alive = Config(), selectors.DefaultSelector(), True
        self.waited_for, self.held, self.nr_conns, self.handed = {}, 0, 0, []

    def enqueue_req(self, connection: Any) -> None:
        self.handed.append(connection)

    def connect(self) -> tuple[socket.socket, connections.ClientConnection]:
        ours, theirs = socket.socketpair()
        connection = connections.ClientConnection(self.cfg, theirs, ("127.0.0.1", 1), ("127.0.0.1", 2))
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


def test_pipelined_requests_do_not_reduce_the_count_held_by_others(loop: Loop) -> None:
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
    "packed": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n3\r\na=1\r\n0\r\n\r\n",
    "a size that is no number": CHUNKED + b"zz\r\na=1\r\n0\r\n\r\n",
    "a later size that is none": CHUNKED + b"3\r\na=1\r\n-1\r\n\r\n",
    "a chunk that is longer than it says": CHUNKED + b"3\r\na=1XX0\r\n\r\n",
}
WHOLE = {
    "a length": POST + b"Content-Length: 3\r\n\r\na=1",
    "chunks": CHUNKED + b"2;x=y\r\na=\r\n00000000001\r\n1\r\n0\r\n\r\n",
    "chunks, written large": POST + b"Transfer-Encoding: Chunked\r\n\r\n3\r\na=1\r\n0\r\n\r\n",
    "a trailer": CHUNKED + b"3 ;x\r\na=1\r\n0\r\nX-T: 1\r\n\r\n",
    "no body": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "zeros before the length": POST + b"Content-Length: " + b"0" * 30 + b"3\r\n\r\na=1",
}
ROOM = connections.MOST_REQUEST_BYTES - len(POST + b"Content-Length: 3145728\r\n\r\n")
TOO_LARGE = {
    "just too much": POST + b"Content-Length: %d\r\n\r\n" % (ROOM + 1),
    "far too much": POST + b"Content-Length: 90000000\r\n\r\na=1",
    "told before it is sent": POST + b"Content-Length: 90000000\r\nExpect: 100-continue\r\n\r\n",
    "a length of nineteen digits": POST + b"Content-Length: 9999999999999999999\r\n\r\na=1",
    "a length of five thousand": POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\na=1",
    "chunks and a length": CHUNKED[:-2] + b"Content-Length: 90000000\r\n\r\n",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_malformed_body_is_400_and_reaches_no_thread(loop: Loop, what: str) -> None:
    client, _ = loop.connect()
    client.sendall(BROKEN[what])
    loop.turn()
    assert loop.handed == []
    assert client.recv(1000).startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert (client.recv(1000), loop.held) == (b"", 0), "and it is closed"


@pytest.mark.parametrize("what", WHOLE)
def test_a_complete_body_reaches_a_thread(loop: Loop, what: str) -> None:
    client, connection = loop.connect()
    client.sendall(WHOLE[what])
    loop.turn()
    assert loop.handed == [connection]


def answer_413(client: socket.socket) -> bool:
    head, _, words = client.recv(1000).decode().partition("\r\n\r\n")
    return (
        head.startswith("HTTP/1.1 413 ") and "Connection: close" in head and "nothing of it was kept" in words
    )


@pytest.mark.parametrize("what", TOO_LARGE)
def test_a_body_declared_too_large_is_413_before_it_arrives(loop: Loop, what: str) -> None:
    client, _connection = loop.connect()
    client.sendall(TOO_LARGE[what])
    loop.turn()
    assert answer_413(client) and loop.handed == []
    assert (client.recv(1000), loop.held) == (b"", 0), "and it is closed"


def send(loop: Loop, client: socket.socket, body: bytes) -> None:
    """Send while the loop reads, because a socket pair holds less than a large body."""
    client.setblocking(False)
    for _ in range(5000):
        with contextlib.suppress(BlockingIOError):
            body = body[client.send(body) :]
        loop.turn()
        if not body:
            break
    client.setblocking(True)
    assert not body


def test_the_largest_allowed_body_reaches_a_thread(loop: Loop) -> None:
    client, connection = loop.connect()
    send(loop, client, POST + b"Content-Length: %d\r\n\r\n" % ROOM + b"x" * ROOM)
    assert loop.handed == [connection] and len(connection.sock.received) == connections.MOST_REQUEST_BYTES


def test_chunks_that_add_up_to_too_much_are_413(loop: Loop) -> None:
    client, _ = loop.connect()
    send(loop, client, CHUNKED + (b"ffff\r\n" + b"x" * 65535 + b"\r\n") * 48)
    assert loop.handed == [] and loop.waited_for
    send(loop, client, b"ffff\r\n" + b"x" * 65535)
    assert answer_413(client) and (loop.handed, loop.held) == ([], 0)


def test_a_refused_client_that_keeps_sending_does_not_block_the_loop(loop: Loop) -> None:
    pushy, connection = loop.connect()
    pushy.sendall(TOO_LARGE["far too much"])
    loop.turn()
    pushy.sendall(b"x" * (3 * connections.PIECE_BYTES))
    loop.turn()
    assert connection.raw.recv(1, socket.MSG_PEEK) == b"x", "a piece in each turn, and the rest in the next"
    for _ in range(5):
        loop.turn()
    with pytest.raises(BlockingIOError):
        connection.raw.recv(1, socket.MSG_PEEK)
    assert len(connection.sock.received) == 0 == loop.held


def test_an_endless_head_is_collected_only_to_its_limit(loop: Loop) -> None:
    client, connection = loop.connect()
    send(loop, client, POST + b"X-A: " + b"a" * (connections.MOST_HEAD_BYTES - 100))
    assert loop.handed == []
    send(loop, client, b"a" * 200)
    assert loop.handed == [connection], "and gunicorn refuses it"


def test_expect_100_continue_is_answered_once(loop: Loop) -> None:
    client, connection = loop.connect()
    head = POST + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    client.sendall(head)
    loop.turn()
    client.sendall(b"a")
    loop.turn()
    assert loop.handed == []
    assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(b"=1")
    loop.turn()
    assert loop.handed == [connection]


def test_an_incomplete_chunk_or_trailer_is_waited_for(loop: Loop) -> None:
    client, connection = loop.connect()
    for part in (b"3\r\na=", b"1", b"\r", b"\n0\r\nX-T: 1\r", b"\n"):
        client.sendall(part if part[:1] != b"3" else CHUNKED + part)
        loop.turn()
        assert loop.handed == []
    client.sendall(b"\r\n")
    loop.turn()
    assert loop.handed == [connection]


def closed(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1000) == b""
    except BlockingIOError:
        return False


def test_above_the_memory_limit_the_largest_request_is_closed(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_HELD", 60_000)
    small, _ = loop.connect()
    large, _ = loop.connect()
    head = POST + b"Content-Length: 90000\r\n\r\n"
    send(loop, small, head + b"x" * 20_000)
    assert not closed(large)
    send(loop, large, head + b"x" * 50_000)
    loop.turn()
    assert (closed(small), closed(large), loop.nr_conns) == (False, True, 1)
    assert 20_000 < loop.held < 21_000


def test_above_the_connection_limit_the_longest_waiting_one_is_closed(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 2)
    loop.tls = None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        clients = []
        for _ in range(3):
            clients.append(socket.create_connection(listener.getsockname()))
            loop.accept(listener)
    assert [closed(one) for one in clients] == [True, False, False]
    assert loop.nr_conns == 2


def test_a_late_client_is_closed_and_all_are_when_the_worker_stops(loop: Loop) -> None:
    late, connection = loop.connect()
    patient, _ = loop.connect()
    loop.murder_pending()
    assert not closed(late)
    loop.waited_for[connection] = time.monotonic() - 1
    loop.murder_pending()
    assert (closed(late), closed(patient)) == (True, False)
    loop.alive = False
    loop.murder_pending()
    assert not closed(patient)
    loop.stops_at = time.monotonic() - 1
    loop.murder_pending()
    assert closed(patient)


@pytest.mark.parametrize(("method", "body"), [("GET", "ok"), ("HEAD", "")])
def test_the_loop_itself_answers_healthz(loop: Loop, method: str, body: str) -> None:
    client, _ = loop.connect()
    client.sendall(f"{method} /healthz?x HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    loop.turn()
    head, _, said = client.recv(1000).decode().partition("\r\n\r\n")
    assert (head.splitlines()[0], said, loop.handed) == ("HTTP/1.1 200 OK", body, [])


def test_a_request_that_waited_too_long_for_a_thread_is_503(loop: Loop) -> None:
    client, connection = loop.connect()
    connection.ready_at = time.monotonic() - server.QUEUE_SECONDS - 1
    assert loop.handle(connection) is False
    assert b"503 Busy\r\n" in (said := client.recv(1000)) and b"Retry-After: 3\r\n" in said


def test_a_connection_is_kept_only_after_a_complete_request_on_a_live_worker(loop: Loop) -> None:
    for is_whole, alive, says, kept in (
        (True, True, True, True),
        (True, True, False, False),
        (False, True, True, False),
        (True, False, True, False),
    ):
        _, connection = loop.connect()
        loop.poller.unregister(connection.raw)
        del loop.waited_for[connection]
        connection.is_whole, loop.alive = is_whole, alive
        answered: Future[bool] = Future()
        answered.set_result(says)
        loop.finish_request(connection, answered)
        assert connection.is_kept is kept


def test_the_deadline_of_a_request_starts_at_its_first_byte_only(loop: Loop) -> None:
    for is_kept, seconds in ((False, 5), (True, server.CLIENT_SECONDS)):
        client, connection = loop.connect()
        connection.is_kept = is_kept
        loop.waited_for[connection] = time.monotonic() + 5
        client.sendall(b"P")
        loop.turn()
        assert abs(loop.waited_for[connection] - time.monotonic() - seconds) < 2
        loop.waited_for[connection] = time.monotonic() + 3
        client.sendall(b"O")
        loop.turn()
        assert loop.waited_for[connection] - time.monotonic() < 4
