"""The gunicorn worker that waits for slow clients without lending them a thread.

gunicorn's own threads read a request from its client and write the answer to it, so as many half-sent
requests as there are threads stop the clinic. Here the worker's one loop does the TLS handshake, collects
each request whole, and sends each answer; a thread only ever meets a request that is all there.
Why not another server: docs/decisions/0001-server.md.
"""

from __future__ import annotations

import re
import selectors
import socket
import ssl
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn import sock as gunicorn_sock
from gunicorn.workers.gthread import TConn, ThreadWorker

from clinic import watch

REQUEST_SECONDS = 20
"""For a handshake and a whole request, or for a client to take its answer; then the connection is closed."""
QUEUE_SECONDS = 6
"""A request that waited longer for a thread is told to come back: its client is about to give up."""
LINGER_SECONDS = 3
MOST_HEAD, MOST_BYTES = 64 << 10, 3 << 20
"""Bytes that are collected of one request: more than the largest form that Django reads."""
MOST_HELD = 128 << 20
"""Bytes that one worker holds of requests that are not whole yet."""
MOST_CONNECTIONS = 900
"""Of one worker. One more closes the one that has been waited for longest."""
PIECE = 64 << 10

LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n", re.IGNORECASE)
LONGEST_LENGTH = 18
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*([^\r]*)", re.IGNORECASE)
CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*")
CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
ALIVE = re.compile(rb"(GET|HEAD) /healthz(\?\S*)? HTTP/1\.[01]\r\n")
NOT_YET = (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError, InterruptedError)
HEALTHY = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nCache-Control: no-store\r\n"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Type: text/plain\r\nContent-Length: 18\r\nRetry-After: 3\r\n"
BROKEN = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n"
CLOSING = b"Connection: close\r\n\r\n"


class Line:
    """A socket as a thread sees it: what came is all there, and what is written goes out by itself."""

    def __init__(self, raw: Any) -> None:
        self.raw, self.received, self.unsent = raw, bytearray(), bytearray()

    def recv(self, size: int) -> bytes:
        """Some of what came. Never waits: a request that promises more than it sent has ended."""
        piece = bytes(self.received[:size])
        del self.received[:size]
        return piece

    def sendall(self, data: bytes) -> None:
        self.unsent += data
        self.flush()

    def flush(self) -> bool:
        """Send what the client takes now; whether that was all."""
        try:
            while self.unsent:
                del self.unsent[: self.raw.send(self.unsent[: 4 * PIECE])]
        except NOT_YET:
            return False
        return True

    send = sendall

    def gettimeout(self) -> float:
        return 0.0

    def settimeout(self, _seconds: float | None) -> None: ...

    setblocking = settimeout

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


class Connection(TConn):  # type: ignore[misc]
    def __init__(self, cfg: Any, raw: Any, client: Any, server: Any) -> None:
        super().__init__(cfg, Line(raw), client, server)
        raw.setblocking(False)
        self.raw, self.initialized, self.data_ready = raw, True, True
        self.parser = http.get_parser(cfg, self.sock, client)
        self.left = self.ready_at = 0.0
        self.counted = 0
        self.is_kept = False
        self.begin()

    def begin(self) -> None:
        """Wait for a request; bytes of it may have come with the one before."""
        self.sock.received[:0] = self.parser.unreader.take_buffered()
        self.needed, self.chunk_at, self.told_to_go_on, self.is_whole = 0, 0, False, False
        self.is_broken = False

    def is_complete(self) -> bool:
        """Whether all of the request came, or as much as is collected, or it cannot be read."""
        came = self.sock.received
        if not self.needed:
            head = came.find(b"\r\n\r\n") + 4
            if head < 4:
                return len(came) > MOST_HEAD
            found, chunked = LENGTH.search(came, 0, head), CHUNKED.search(came, 0, head)
            self.chunk_at = head if chunked else 0
            self.is_broken = bool(chunked and chunked[1].strip().lower() != b"chunked")
            self.is_broken |= bool(found and len(found[1]) > LONGEST_LENGTH)
            if self.is_broken:
                return True
            self.needed = head + int(found[1]) if found and not chunked else head
            if CONTINUE.search(came, 0, head) and not self.told_to_go_on:
                self.told_to_go_on = True
                self.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.is_whole = self.has_last_chunk() if self.chunk_at else len(came) >= self.needed
        return self.is_whole or len(came) > MOST_BYTES

    def has_last_chunk(self) -> bool:
        came = self.sock.received
        while (end := came.find(b"\r\n", self.chunk_at)) >= 0:
            size = came[self.chunk_at : end].partition(b";")[0]
            read = CHUNK_SIZE.fullmatch(size)
            after = end + 2 + (int(read[1], 16) if read else 0)
            if read and after == end + 2:
                return came.startswith(b"\r\n", end + 2) or came.find(b"\r\n\r\n", end) >= 0
            if read and after + 2 > len(came):
                return False
            if not read or not came.startswith(b"\r\n", after):
                self.is_broken = True
                return True
            self.chunk_at = after + 2
        return False


class Worker(ThreadWorker):  # type: ignore[misc]
    """Each connection is either in a thread, or waited for here, until a deadline."""

    def init_process(self) -> None:
        self.waited_for: dict[Connection, float] = {}
        self.held, self.stops_at = 0, 0.0
        self.tls = gunicorn_sock.ssl_context(self.cfg) if self.cfg.is_ssl else None
        watch.start(lambda: self.alive)
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        try:
            raw, client = listener.accept()
        except OSError:
            return
        raw.setblocking(False)
        try:
            if self.tls:
                raw = self.tls.wrap_socket(raw, server_side=True, do_handshake_on_connect=False)
            connection = Connection(self.cfg, raw, client, listener.getsockname())
        except OSError:  # it is gone already
            raw.close()
            return
        self.nr_conns += 1
        if self.nr_conns > MOST_CONNECTIONS and self.waited_for:
            self.drop(next(iter(self.waited_for)))
        self.wait(connection, self.shake_hands if self.tls else self.receive, REQUEST_SECONDS)

    def wait(
        self,
        connection: Connection,
        then: Callable[[Connection], None],
        seconds: float,
        event: int = selectors.EVENT_READ,
    ) -> None:
        """Go on with `then` once the client sends or takes something; close it after so many seconds."""
        self.waited_for[connection] = time.monotonic() + seconds
        self.poller.register(connection.raw, event, partial(self.go_on, connection, then))

    def go_on(self, connection: Connection, then: Callable[[Connection], None], _file: object) -> None:
        if connection not in self.waited_for:
            return  # closed in this same round
        self.poller.unregister(connection.raw)
        left = self.waited_for.pop(connection) - time.monotonic()
        connection.left = max(left, 0.0)
        try:
            then(connection)
        except (OSError, ValueError):
            self.drop(connection)

    def shake_hands(self, connection: Connection) -> None:
        try:
            connection.raw.do_handshake()
        except NOT_YET as wanted:
            writes = isinstance(wanted, ssl.SSLWantWriteError)
            event = selectors.EVENT_WRITE if writes else selectors.EVENT_READ
            self.wait(connection, self.shake_hands, connection.left, event)
        else:
            self.receive(connection)

    def receive(self, connection: Connection) -> None:
        """Collect what came. The time for a request begins with its first byte and does not begin again."""
        line = connection.sock
        is_first = not line.received
        try:
            while len(line.received) <= MOST_BYTES:
                piece = connection.raw.recv(PIECE)
                if not piece:
                    return self.drop(connection)
                line.received += piece
                self.count(connection, len(line.received))
                if connection.is_complete():
                    return self.hand_over(connection)
        except NOT_YET:
            pass
        starts = is_first and line.received and connection.is_kept
        self.wait(connection, self.receive, REQUEST_SECONDS if starts else connection.left)
        if self.held > MOST_HELD:
            self.drop(max(self.waited_for, key=lambda one: len(one.sock.received)))

    def count(self, connection: Connection, size: int) -> None:
        """Note how much is held of this connection now: what is let go is what was counted of it, no more."""
        self.held += size - connection.counted
        connection.counted = size

    def hand_over(self, connection: Connection) -> None:
        line = connection.sock
        self.count(connection, 0)
        if alive := ALIVE.match(line.received):
            # Here and not in a thread: they may all be waiting for a database.
            line.sendall(HEALTHY + CLOSING + (b"ok" if alive[1] == b"GET" else b""))
            return self.finish(connection, keep=False)
        if connection.is_broken:
            # A door would keep what it could read of it and say so, as if that were all.
            line.sendall(BROKEN + CLOSING + b"Bad request")
            return self.finish(connection, keep=False)
        connection.ready_at = time.monotonic()
        self.enqueue_req(connection)

    def handle(self, connection: Connection) -> Any:
        """In a thread: answer a request that is all there."""
        if time.monotonic() - connection.ready_at > QUEUE_SECONDS:
            connection.sock.sendall(BUSY + CLOSING + b"One moment, please")
            return False
        return super().handle(connection)

    def finish_request(self, connection: Connection, future: Any) -> None:
        answered = not future.cancelled() and future.exception() is None and future.result()
        self.finish(connection, keep=bool(answered) and connection.is_whole and self.alive)

    def finish(self, connection: Connection, *, keep: bool) -> None:
        connection.is_kept, connection.left = keep, float(REQUEST_SECONDS)
        try:
            self.send(connection)
        except (OSError, ValueError):
            self.drop(connection)

    def send(self, connection: Connection) -> None:
        """Send the answer as the client takes it; then wait for its next request, or for it to close."""
        if not connection.sock.flush():
            self.wait(connection, self.send, connection.left, selectors.EVENT_WRITE)
        elif not connection.is_kept:
            # Closing at once would throw away an answer that the client has not read while it still sends.
            connection.raw.shutdown(socket.SHUT_WR)
            self.wait(connection, self.linger, LINGER_SECONDS)
        else:
            connection.begin()
            if connection.sock.received and connection.is_complete():
                self.hand_over(connection)
            else:
                self.count(connection, len(connection.sock.received))
                self.wait(connection, self.receive, self.cfg.keepalive)

    def linger(self, connection: Connection) -> None:
        try:
            while connection.raw.recv(PIECE):
                pass
        except NOT_YET:
            return self.wait(connection, self.linger, connection.left)
        self.drop(connection)

    def drop(self, connection: Connection) -> None:
        if self.waited_for.pop(connection, None) is not None:
            self.poller.unregister(connection.raw)
        self.count(connection, 0)
        self.nr_conns -= 1
        connection.raw.close()

    def murder_pending(self) -> None:
        """Called by gunicorn's loop each second: close what was waited for long enough."""
        now = time.monotonic()
        if self.alive:
            self.stops_at = now + LINGER_SECONDS
        for connection, until in list(self.waited_for.items()):
            if now >= (until if self.alive else min(until, self.stops_at)):
                self.drop(connection)
