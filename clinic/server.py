"""A gunicorn worker in which slow clients do not occupy a thread.

gunicorn's own threads read requests from clients and write the answers, so as many half-sent requests as
there are threads stop the clinic. Here the worker's loop does the TLS handshake, collects each complete
request, and sends each answer; a thread only gets complete requests. Why not another server:
docs/decisions/0001-server.md.
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

from gunicorn import sock as gunicorn_sock
from gunicorn.workers.gthread import ThreadWorker

from clinic import watch
from clinic.connections import (
    MOST_REQUEST_BYTES,
    PIECE_BYTES,
    SOCKET_NOT_READY,
    ClientConnection,
    build_plain_answer,
)

CLIENT_SECONDS = 20
"""Seconds for a handshake and a whole request, or for a client to take its answer. Then we close."""
QUEUE_SECONDS = 6
"""A request that waited longer for a thread gets 503: its client is about to give up."""
_LINGER_SECONDS = 3
MOST_HELD = 128 << 20
"""Bytes of incomplete requests that one worker keeps."""
MOST_CONNECTIONS = 900
"""Per worker. One more closes the connection that has waited longest."""

_HEALTH_REQUEST = re.compile(rb"(GET|HEAD) /healthz(\?\S*)? HTTP/1\.[01]\r\n")
_HEALTHY_ANSWER = build_plain_answer("200 OK", "ok")
_BUSY_ANSWER = build_plain_answer("503 Busy", "One moment, please", "Retry-After: 3")


class Worker(ThreadWorker):
    """Each connection is either in a thread, or waits here until a deadline."""

    def init_process(self) -> None:
        self.waited_for: dict[ClientConnection, float] = {}
        self.held, self.stops_at = 0, 0.0
        self.tls = gunicorn_sock.ssl_context(self.cfg) if self.cfg.is_ssl else None
        watch.start_escalation_watch(lambda: self.alive)
        watch.start_backup_watch(lambda: self.alive)
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
            connection = ClientConnection(self.cfg, raw, client, listener.getsockname())
        except OSError:  # the client is gone already
            raw.close()
            return
        self.nr_conns += 1
        if self.nr_conns > MOST_CONNECTIONS and self.waited_for:
            self.drop(next(iter(self.waited_for)))
        self.wait(connection, self.shake_hands if self.tls else self.receive, CLIENT_SECONDS)

    def wait(
        self,
        connection: ClientConnection,
        then: Callable[[ClientConnection], None],
        seconds: float,
        event: int = selectors.EVENT_READ,
    ) -> None:
        """Call `then` once the client sends or takes something; close it after `seconds`."""
        self.waited_for[connection] = time.monotonic() + seconds
        self.poller.register(connection.raw, event, partial(self.go_on, connection, then))

    def go_on(
        self, connection: ClientConnection, then: Callable[[ClientConnection], None], _file: object
    ) -> None:
        if connection not in self.waited_for:
            return  # closed in this same round
        self.poller.unregister(connection.raw)
        left = self.waited_for.pop(connection) - time.monotonic()
        connection.left = max(left, 0.0)
        try:
            then(connection)
        except (OSError, ValueError):
            self.drop(connection)

    def shake_hands(self, connection: ClientConnection) -> None:
        try:
            connection.raw.do_handshake()
        except SOCKET_NOT_READY as wanted:
            writes = isinstance(wanted, ssl.SSLWantWriteError)
            event = selectors.EVENT_WRITE if writes else selectors.EVENT_READ
            self.wait(connection, self.shake_hands, connection.left, event)
        else:
            self.receive(connection)

    def receive(self, connection: ClientConnection) -> None:
        """Collect received bytes. The time limit starts with a request's first byte and never restarts."""
        line = connection.sock
        is_first = not line.received
        try:
            while len(line.received) <= MOST_REQUEST_BYTES:
                piece = connection.raw.recv(PIECE_BYTES)
                if not piece:
                    return self.drop(connection)
                line.received += piece
                self.count(connection, len(line.received))
                if connection.is_complete():
                    return self.hand_over(connection)
        except SOCKET_NOT_READY:
            pass
        starts = is_first and line.received and connection.is_kept
        self.wait(connection, self.receive, CLIENT_SECONDS if starts else connection.left)
        if self.held > MOST_HELD:
            self.drop(max(self.waited_for, key=lambda one: len(one.sock.received)))

    def count(self, connection: ClientConnection, size: int) -> None:
        """Update the memory count for this connection, so that exactly what was counted is released."""
        self.held += size - connection.counted
        connection.counted = size

    def hand_over(self, connection: ClientConnection) -> None:
        line = connection.sock
        self.count(connection, 0)
        if alive := _HEALTH_REQUEST.match(line.received):
            # Answer here and not in a thread: all threads may be waiting for a database.
            line.sendall(_HEALTHY_ANSWER if alive[1] == b"GET" else _HEALTHY_ANSWER.removesuffix(b"ok"))
            return self.finish(connection, keep=False)
        if connection.refusal:
            # Do not pass it on: a view would save the part that it can read, as if that were all.
            line.received.clear()
            line.sendall(connection.refusal)
            return self.finish(connection, keep=False)
        connection.ready_at = time.monotonic()
        self.enqueue_req(connection)

    def handle(self, connection: ClientConnection) -> Any:
        """Answer a complete request. Runs in a thread."""
        if time.monotonic() - connection.ready_at > QUEUE_SECONDS:
            connection.sock.sendall(_BUSY_ANSWER)
            return False
        return super().handle(connection)

    def finish_request(self, connection: ClientConnection, future: Any) -> None:
        answered = not future.cancelled() and future.exception() is None and future.result()
        self.finish(connection, keep=bool(answered) and connection.is_whole and self.alive)

    def finish(self, connection: ClientConnection, *, keep: bool) -> None:
        connection.is_kept, connection.left = keep, float(CLIENT_SECONDS)
        try:
            self.send(connection)
        except (OSError, ValueError):
            self.drop(connection)

    def send(self, connection: ClientConnection) -> None:
        """Send the answer as the client takes it, then wait for its next request or for it to close."""
        if not connection.sock.flush():
            self.wait(connection, self.send, connection.left, selectors.EVENT_WRITE)
        elif not connection.is_kept:
            # Closing at once would discard an answer that the client has not read while it still sends.
            connection.raw.shutdown(socket.SHUT_WR)
            self.wait(connection, self.linger, _LINGER_SECONDS)
        else:
            connection.begin()
            if connection.sock.received and connection.is_complete():
                self.hand_over(connection)
            else:
                self.count(connection, len(connection.sock.received))
                self.wait(connection, self.receive, self.cfg.keepalive)

    def linger(self, connection: ClientConnection) -> None:
        """Let the client read its answer, for a moment; discard what it still sends.

        One piece per turn of the loop, so a client that never stops sending does not block the others.
        """
        try:
            is_over = not connection.raw.recv(PIECE_BYTES)
        except SOCKET_NOT_READY:
            is_over = False
        if is_over:
            return self.drop(connection)
        self.wait(connection, self.linger, connection.left)

    def drop(self, connection: ClientConnection) -> None:
        if self.waited_for.pop(connection, None) is not None:
            self.poller.unregister(connection.raw)
        self.count(connection, 0)
        self.nr_conns -= 1
        connection.raw.close()

    def murder_pending(self) -> None:
        """Close connections past their deadline. gunicorn's loop calls this every second."""
        now = time.monotonic()
        if self.alive:
            self.stops_at = now + _LINGER_SECONDS
        for connection, until in list(self.waited_for.items()):
            if now >= (until if self.alive else min(until, self.stops_at)):
                self.drop(connection)
