"""Each cookie that we set says who reads it, who sends it, and that over TLS it is sent over TLS only."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "checkin"
SETTERS = {"set_cookie", "set_signed_cookie"}
WANTED = {"secure": {"request.is_secure()"}, "httponly": {"True"}, "samesite": {"'Strict'", "'Lax'"}}


def list_cookies() -> dict[str, dict[str | None, str]]:
    """Return what each call says of its cookie, by its place."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in SETTERS
            ):
                said = {one.arg: ast.unparse(one.value) for one in node.keywords}
                found[f"{path.relative_to(SOURCE)}:{node.lineno}"] = said
    return found


def test_no_script_no_other_site_and_no_plain_connection_gets_a_cookie() -> None:
    cookies = list_cookies()
    assert len(cookies) > 3
    wrong = [
        f"{place} {name}={said.get(name)}"
        for place, said in cookies.items()
        for name, allowed in WANTED.items()
        if said.get(name) not in allowed
    ]
    assert wrong == []
