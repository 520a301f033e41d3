"""Scans a demo clinic with wapiti, signed in as each role, and a planted hole, which it has to find.

python tests/scan.py [--role front_desk] [--modules xss,sql] [--minutes 30] [--depth 2] [--links 25]

`make scan` installs wapiti in an environment of its own first. docs/scan.md says what its report means.
"""

from __future__ import annotations

import argparse
import contextlib
import http.cookiejar
import http.server
import json
import re
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.serving import Server, make_server  # noqa: E402

WAPITI = ROOT / ".wapiti" / "bin" / "wapiti"
LEFT_OUT = ("/account/*", "/at/*/account/*", "/static/*")
"""What would end the scan's own login, and files."""
ALSO = ("/settings/", "/audit/", "/emergency/", "/notices/", "/kiosk/", "/display/", "/verify/")
"""Where it starts too: not everybody finds a link to these on the first page."""
Findings = dict[str, list[dict[str, str]]]
ROLES = ("front_desk", "clinician", "manager", "administrator", "auditor")
MODULES = (
    *("sql", "timesql", "xss", "permanentxss", "csrf", "crlf", "exec", "file", "redirect", "ssrf", "xxe"),
    *("cookieflags", "csp", "http_headers", "methods", "upload"),
)
PLANTED = """
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
urlpatterns += [path("planted/", login_not_required(lambda request: HttpResponse(
    '<form action="/planted/"><input name="q"></form>' + request.GET.get("q", "")
)))]
"""
"""A page that shows what it is given without escaping it."""
CONTROL = {"modules": "xss", "minutes": 5, "depth": 2, "links": 25}
EXPLAINED = (
    ("Secure Flag cookie", "", "the scan's server is plain HTTP; tests/faults/test_environment.py"),
    ("HttpOnly Flag cookie", "", "the CSRF token is read by our scripts and opens nothing by itself"),
    ("HTTP Strict Transport Security (HSTS)", "", "plain HTTP again"),
    ("Cross Site Request Forgery", r"/kiosk/after/", "opened by its signed address alone, without a login"),
    (
        "Cross Site Request Forgery",
        r"/kiosk/sign-ins/",
        "sent with the tablet's key; its cookie is SameSite=Strict",
    ),
)
"""Findings that were read, by kind and path, with why they stand."""


def read_accounts(server: Server) -> dict[str, tuple[str, str]]:
    """Return username and password of each role of the demo, by what `demo` printed."""
    said = server.manage("demo")
    passwords = dict(re.findall(r"^  (\w+) +(\S+)", said, re.MULTILINE))
    code = (
        "from checkin.models import Staff as S; print(*(f'{s.role}={s.username}' for s in S.objects.all()))"
    )
    roles = dict(one.split("=") for one in server.manage("shell", "-v0", "-c", code).split())
    return {
        role: (username, passwords[username]) for role, username in roles.items() if username in passwords
    }


def log_in(server: Server, username: str, password: str) -> str:
    """Return the Cookie header of a login."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"http://localhost:{server.port}/account/login/"
    page = browser.open(address).read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    said = {"login": username, "password": password, "csrfmiddlewaretoken": found[1] if found else ""}
    browser.open(address, urllib.parse.urlencode(said).encode())
    cookies = "; ".join(f"{one.name}={one.value}" for one in jar)
    assert "sessionid" in cookies, f"{username} could not log in"
    return cookies


class Listener(http.server.BaseHTTPRequestHandler):
    """Takes the place of wapiti's server on the internet: whoever follows a planted address comes here."""

    came: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        if not self.path.startswith("/get_"):
            self.came.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b"{}")

    do_HEAD = do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def listening() -> Iterator[str]:
    """Listen on this machine; return the address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def run_wapiti(server: Server, start: str, cookies: str, options: argparse.Namespace) -> Findings:
    """Return wapiti's findings by kind. Raises AssertionError if a module did not finish."""
    base = f"http://localhost:{server.port}"
    Listener.came.clear()
    with tempfile.TemporaryDirectory() as folder, listening() as endpoint:
        report = Path(folder) / "report.json"
        command = [
            *(str(WAPITI), "-u", f"{base}{start}", "--scope", "folder", "-m", options.modules),
            *("-f", "json", "-o", str(report), "--flush-session", "--no-bugreport"),
            *("--store-session", folder, "--store-config", folder, "--endpoint", endpoint),
            *("-d", str(options.depth), "--max-links-per-page", str(options.links)),
            *("--max-files-per-dir", "5", "--max-parameters", "30"),
            *("--max-attack-time", str(options.minutes * 60), "-t", "30"),
            *(part for path in LEFT_OUT for part in ("-x", f"{base}{path}")),
            *(part for path in (ALSO if start == "/" else ()) for part in ("-s", f"{base}{path}")),
            *(["-C", cookies] if cookies else []),
        ]  # fmt: skip
        done = subprocess.run(
            command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        print(done.stdout, file=sys.stderr)
        assert done.returncode == 0, f"wapiti ended with {done.returncode}"
        check_finished(done.stdout, options.modules)
        count_addresses(Path(folder))
        said = json.loads(report.read_text())
        asked = [{"method": "GET", "path": path} for path in Listener.came]
    found = {
        kind: some for part in ("vulnerabilities", "anomalies") for kind, some in said[part].items() if some
    }
    return found | ({"Our server followed an address": asked} if asked else {})


def count_addresses(session: Path) -> None:
    """Print how many links and forms wapiti attacked. Raise AssertionError if it found none."""
    (kept,) = session.glob("*.db")
    with contextlib.closing(sqlite3.connect(kept)) as database:
        (number,) = database.execute("SELECT count(*) FROM paths WHERE NOT evil").fetchone()
    print(f"{number} links and forms")
    assert number, "nothing was found to attack"


def check_finished(said: str, modules: str) -> None:
    """Raise AssertionError unless every module ran to its end and reached the server."""
    launched = set(re.findall(r"Launching module (\w+)", said))
    missing = set(modules.split(",")) - launched
    assert not missing, f"did not run: {', '.join(sorted(missing))}"
    for trouble in ("time was reached", "skipped due to network issues", "Traceback"):
        assert trouble not in said, f"did not finish: {trouble}"


def is_logged_in(server: Server, cookies: str) -> bool:
    return 'name="password"' not in server.ask("/account/", Cookie=cookies)[2]


def plant_hole(server: Server) -> None:
    urls = server.program / "clinic" / "urls.py"
    urls.write_text(urls.read_text() + PLANTED)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--role", action="append", choices=[*ROLES, "nobody"])
    parser.add_argument("--modules", default=",".join(MODULES))
    parser.add_argument("--depth", type=int, default=2, help="how far from the first page it goes")
    parser.add_argument("--links", type=int, default=25, help="how many links of a page it follows")
    parser.add_argument("--minutes", type=int, default=30, help="at most, for each module")
    options = parser.parse_args()
    unexplained = 0
    with tempfile.TemporaryDirectory() as folder:
        server = make_server(Path(folder), environment={"SECRET_KEY": secrets.token_urlsafe(50)})
        server.manage("migrate", "--verbosity=0")
        server.manage("createcachetable")
        accounts = read_accounts(server)
        with server.running():
            for role in options.role or ["nobody", *ROLES]:
                cookies = log_in(server, *accounts[role]) if role != "nobody" else ""
                found = run_wapiti(server, "/", cookies, options)
                assert not cookies or is_logged_in(server, cookies), f"{role} was logged out meanwhile"
                unexplained += say_findings(role, found)
        plant_hole(server)
        with server.running():
            control = run_wapiti(server, "/planted/", "", argparse.Namespace(**CONTROL))
    is_found = any("Cross Site Scripting" in kind for kind in control)
    print(f"the planted hole was {'found' if is_found else 'NOT FOUND: this scan proves nothing'}")
    return 0 if is_found and not unexplained else 1


def say_findings(role: str, found: Findings) -> int:
    """Print what was found for a role; return how many findings are unexplained."""
    unexplained = 0
    for kind, some in found.items():
        for one in some:
            why = explain(kind, one.get("path", ""))
            unexplained += not why
            print(f"{role}: {kind}: {one.get('method', '')} {one.get('path', '')}: {why or 'UNEXPLAINED'}")
            if not why:
                print(f"  {one.get('info', '')}")
    print(f"{role}: finished, {unexplained} unexplained")
    return unexplained


def explain(kind: str, path: str) -> str:
    """Return why a finding of this kind stands at this path, or ""."""
    return next((why for known, where, why in EXPLAINED if kind == known and re.search(where, path)), "")


if __name__ == "__main__":
    sys.exit(main())
