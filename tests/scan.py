"""Scans a demo clinic with wapiti, signed in as each role, and a planted hole, which it has to find.

python tests/scan.py [--role front_desk] [--modules xss,sql] [--minutes 30]

`make scan` installs wapiti in an environment of its own first. docs/scan.md says what its report means.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.serving import Server, make_server  # noqa: E402

WAPITI = ROOT / ".wapiti" / "bin" / "wapiti"
Findings = dict[str, list[dict[str, str]]]
ROLES = ("front_desk", "clinician", "manager", "administrator", "auditor")
MODULES = (
    *("sql", "timesql", "xss", "permanentxss", "csrf", "crlf", "exec", "file", "redirect", "ssrf", "xxe"),
    *("cookieflags", "csp", "http_headers", "methods", "upload", "log4shell"),
)
PLANTED = """
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
urlpatterns += [path("planted/", login_not_required(lambda request: HttpResponse(
    '<form action="/planted/"><input name="q"></form>' + request.GET.get("q", "")
)))]
"""
"""A page that shows what it is given without escaping it."""
EXPLAINED = {
    "Secure Flag cookie": "the scan's server is plain HTTP; tests/faults/test_environment.py",
    "HttpOnly Flag cookie": "the CSRF token is read by our scripts and opens nothing by itself",
    "HTTP Strict Transport Security (HSTS)": "plain HTTP again",
    "Strict-Transport-Security": "plain HTTP again",
}
"""Kinds of findings that were read, with why they stand."""


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


def run_wapiti(
    server: Server, start: str, cookies: str, options: argparse.Namespace
) -> dict[str, list[dict[str, str]]]:
    """Return wapiti's findings by kind. Raises if it did not finish."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        base = f"http://localhost:{server.port}"
        command = [
            *(str(WAPITI), "-u", f"{base}{start}", "--scope", "folder", "-m", options.modules),
            *("-f", "json", "-o", str(report), "--flush-session", "--no-bugreport"),
            *("--store-session", folder),
            *("--max-scan-time", str(options.minutes * 60)),
            *("-x", f"{base}/account/log*", "-x", f"{base}/account/switch*"),
            *(["-H", f"Cookie: {cookies}"] if cookies else []),
        ]  # fmt: skip
        subprocess.run(command, check=True, stdout=sys.stderr)
        said = json.loads(report.read_text())
    return {
        kind: some for part in ("vulnerabilities", "anomalies") for kind, some in said[part].items() if some
    }


def plant_hole(server: Server) -> None:
    urls = server.program / "clinic" / "urls.py"
    urls.write_text(urls.read_text() + PLANTED)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--role", action="append", choices=[*ROLES, "nobody"])
    parser.add_argument("--modules", default=",".join(MODULES))
    parser.add_argument("--minutes", type=int, default=30, help="at most, for each role")
    options = parser.parse_args()
    unexplained = 0
    with tempfile.TemporaryDirectory() as folder:
        server = make_server(Path(folder))
        server.manage("migrate", "--verbosity=0")
        server.manage("createcachetable")
        accounts = read_accounts(server)
        with server.running():
            for role in options.role or ["nobody", *ROLES]:
                cookies = log_in(server, *accounts[role]) if role != "nobody" else ""
                found = run_wapiti(server, "/", cookies, options)
                unexplained += say_findings(role, found)
        plant_hole(server)
        with server.running():
            control = run_wapiti(server, "/planted/", "", argparse.Namespace(modules="xss", minutes=5))
    is_found = any("Cross Site Scripting" in kind for kind in control)
    print(f"the planted hole was {'found' if is_found else 'NOT FOUND: this scan proves nothing'}")
    return 0 if is_found and not unexplained else 1


def say_findings(role: str, found: Findings) -> int:
    """Print what was found for a role; return how many findings are unexplained."""
    unexplained = 0
    for kind, some in found.items():
        why = EXPLAINED.get(kind, "UNEXPLAINED")
        unexplained += len(some) * (kind not in EXPLAINED)
        print(f"{role}: {kind}: {len(some)}, {why}")
        for one in some if kind not in EXPLAINED else ():
            print(f"  {one.get('method', '')} {one.get('path', '')}: {one.get('info', '')}")
    print(f"{role}: finished, {unexplained} unexplained")
    return unexplained


if __name__ == "__main__":
    sys.exit(main())
