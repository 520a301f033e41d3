"""One client's connection: collect a request until it is complete, too large or invalid.

Nothing here blocks or runs in a thread; `clinic/server.py` calls it from its loop.
"""

from __future__ import annotations

import re
import ssl
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import TConn

MOST_HEAD_BYTES, MOST_REQUEST_BYTES = 64 << 10, 3 << 20
"""Bytes collected of one request: more than Django reads of a form or a tablet sends."""
PIECE_BYTES = 64 << 10

_CONTENT_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*0*(\d+)[ \t]*\r\n", re.IGNORECASE)
_LONGEST_LENGTH_DIGITS = 18
_TRANSFER_ENCODING = re.compile(rb"\r\ntransfer-encoding:[ \t]*([^\r]*)", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*")
_EXPECTS_CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
SOCKET_NOT_READY = (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError, InterruptedError)


def build_plain_answer(status: str, words: str, *headers: str) -> bytes:
    """Return a complete response with a short text, after which the connection is closed."""
    head = [
        f"HTTP/1.1 {status}",
        "Content-Type: text/plain",
        f"Content-Length: {len(words)}",
        "Cache-Control: no-store",
        *headers,
        "Connection: close",
    ]
    return "\r\n".join([*head, "", words]).encode("ascii")


_BAD_REQUEST_ANSWER = build_plain_answer("400 Bad Request", "Bad request")
_TOO_LARGE_ANSWER = build_plain_answer(
    "413 Content Too Large",
    "This is more than we can take at once, and nothing of it was kept. Please send less of it.",
)


class _BufferedSocket:
    """A socket for a thread: everything has been received, and writes are sent in the background."""

    def __init__(self, raw: Any) -> None:
        self.raw, self.received, self.unsent = raw, bytearray(), bytearray()

    def recv(self, size: int) -> bytes:
        """Return some of the received bytes. Never waits: an incomplete request simply ends."""
        piece = bytes(self.received[:size])
        del self.received[:size]
        return piece

    def sendall(self, data: bytes) -> None:
        self.unsent += data
        self.flush()

    def flush(self) -> bool:
        """Send what the client accepts now; return whether that was all."""
        try:
            while self.unsent:
                del self.unsent[: self.raw.send(self.unsent[: 4 * PIECE_BYTES])]
        except SOCKET_NOT_READY:
            return False
        return True

    send = sendall

    def gettimeout(self) -> float:
        return 0.0

    def settimeout(self, _seconds: float | None) -> None: ...

    setblocking = settimeout

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


class ClientConnection(TConn):
    def __init__(self, cfg: Any, raw: Any, client: Any, server: Any) -> None:
        super().__init__(cfg, _BufferedSocket(raw), client, server)
        raw.setblocking(False)
        self.raw, self.initialized, self.data_ready = raw, True, True
        self.parser = http.get_parser(cfg, self.sock, client)
        self.left = self.ready_at = 0.0
        self.counted = 0
        self.is_kept = False
        self.begin()

    def begin(self) -> None:
        """Wait for a request; bytes of it may have come with the previous one."""
        self.sock.received[:0] = self.parser.unreader.take_buffered()
        self.needed, self.chunk_at, self.told_to_go_on, self.is_whole = 0, 0, False, False
        self.refusal = b""

    def is_complete(self) -> bool:
        """Return whether the request is complete, as large as allowed, or refused."""
        came = self.sock.received
        if not self.needed:
            head = came.find(b"\r\n\r\n") + 4
            if head < 4:
                return len(came) > MOST_HEAD_BYTES
            self.read_head(head)
        if not self.refusal:
            self.is_whole = self.has_last_chunk() if self.chunk_at else len(came) >= self.needed
        if not self.is_whole and not self.refusal and len(came) > MOST_REQUEST_BYTES:
            self.refusal = _TOO_LARGE_ANSWER
        return self.is_whole or bool(self.refusal)

    def read_head(self, head: int) -> None:
        """Note the request's size. One that announces too much is refused before it arrives."""
        came = self.sock.received
        found, chunked = _CONTENT_LENGTH.search(came, 0, head), _TRANSFER_ENCODING.search(came, 0, head)
        self.chunk_at = head if chunked else 0
        self.needed = head
        if chunked and chunked[1].strip().lower() != b"chunked":
            self.refusal = _BAD_REQUEST_ANSWER
        elif found and (len(found[1]) > _LONGEST_LENGTH_DIGITS or head + int(found[1]) > MOST_REQUEST_BYTES):
            self.refusal = _TOO_LARGE_ANSWER
        elif found and not chunked:
            self.needed += int(found[1])
        if not self.refusal and _EXPECTS_CONTINUE.search(came, 0, head) and not self.told_to_go_on:
            self.told_to_go_on = True
            self.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    def has_last_chunk(self) -> bool:
        came: bytearray = self.sock.received
        while (end := came.find(b"\r\n", self.chunk_at)) >= 0:
            size = came[self.chunk_at : end].partition(b";")[0]
            read = _CHUNK_SIZE.fullmatch(size)
            after = end + 2 + (int(read[1], 16) if read else 0)
            if read and after == end + 2:
                return came.startswith(b"\r\n", end + 2) or came.find(b"\r\n\r\n", end) >= 0
            if read and after + 2 > len(came):
                return False
            if not read or not came.startswith(b"\r\n", after):
                self.refusal = _BAD_REQUEST_ANSWER
                return False
            self.chunk_at = after + 2
        return False
