"""A mail server for tests: it speaks enough SMTP for one message and keeps what it receives."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any, NamedTuple


class Letter(NamedTuple):
    """A message as received: the envelope and the content."""

    sender: str
    to: str
    message: Message


class Post(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, refuses: frozenset[str]) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.refuses, self.letters, self.talks = refuses, list[Letter](), 0


class Talk(socketserver.StreamRequestHandler):
    server: Any

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.server.talks += 1
        self.say("220 ready")
        sender = to = ""
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            if word == "MAIL":
                sender = line.partition("<")[2].partition(">")[0]
            elif word == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
            if word == "RCPT" and to in self.server.refuses:
                self.say("550 nobody of that name")
            elif word == "DATA":
                self.say("354 go on")
                self.server.letters.append(Letter(sender, to, message_from_bytes(self.read_data())))
                self.say("250 kept")
            else:
                self.say("221 bye" if word == "QUIT" else "250 ok")

    def read_data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()).rstrip() != b".":
            lines.append(line)
        return b"".join(lines)


@contextmanager
def mail_server(settings: Any, *, refuses: frozenset[str] = frozenset()) -> Iterator[list[Letter]]:
    """Let Django send to our own server; yield the received messages."""
    with Post(refuses) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server.letters
        server.shutdown()
