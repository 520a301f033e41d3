"""Compare each answer with the matrix, and whom it shows with the trail."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

from django.core.cache import caches

from tests.access.trail import find_newest_event, list_untold
from tests.access.walk import (
    OF_ALLAUTH,
    PRINTED,
    SAID_NO,
    Address,
    Principal,
    Row,
    read_matrix,
    send,
    undone,
)
from tests.papers.sheets import text_of


def text_of_answer(answer: Any) -> str:
    """Return all that an answer says: headers, and the text of its page, export or paper."""
    body = answer.getvalue() if answer.streaming else answer.content
    heads = "\n".join(f"{name}: {unquote_plus(value)}" for name, value in answer.headers.items())
    is_pdf = answer.headers.get("Content-Type", "").startswith("application/pdf")
    return f"{heads}\n{text_of(body) if is_pdf else body.decode(errors='replace')}"


def is_login(answer: Any) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/account/login/?next=")


def expected(row: Row, who: Principal, method: str) -> str:
    """Return what this principal gets by the matrix: ok, login, home, or the number of a refusal."""
    own = row.cells[who.column] or row.cells["stranger"]
    if own == "login":
        return own
    takes = row.takes + ("HEAD",) * ("GET" in row.takes and row.url not in PRINTED)
    if method not in takes:
        return "405"
    return row.cells["elsewhere"] if own == "ok" and who.is_elsewhere else own


def is_sent_home(answer: Any) -> bool:
    return answer.status_code == 302 and answer.headers["Location"] in ("/settings/", "/audit/")


def got(answer: Any, url: str) -> str:
    """Return what came, in the matrix's words."""
    if is_login(answer) or (answer.status_code in (401, 403) and "Log in" in answer.content.decode()):
        return "login"
    if is_sent_home(answer) and url != "settings:home":
        return "home"
    if answer.status_code >= 500:
        return str(answer.status_code)
    return str(answer.status_code) if answer.status_code in SAID_NO else "ok"


def read(who: Principal, method: str, address: Address, **headers: str) -> tuple[Any, list[str]]:
    """Return the answer, and what it or the page behind it shows that no line of the trail tells.

    That page's message about the act may count on the act's own line. Opened again, it has none. What the
    request wrote, and the browser's cookies, are as before.
    """
    with undone(who.browser):
        since = find_newest_event()
        answer = send(who, method, address, **headers)
        untold = list_untold(answer, since, who.person_id)
        onward = answer.headers.get("Location", "")
        if method == "POST" and answer.status_code == 302 and onward.startswith("/"):
            behind = list_untold(who.browser.get(onward), since, who.person_id)
            caches["rows"].clear()
            since = find_newest_event()
            behind += list_untold(who.browser.get(onward), since, who.person_id)
            untold += [f"{one} behind it" for one in behind]
        return answer, untold


def compare(who: Principal, urls: dict[str, Address], methods: tuple[str, ...]) -> list[str]:
    """Return a line for each answer that differs from the matrix, or shows a child untold by the trail."""
    matrix = read_matrix()
    differing = []
    for url, address in urls.items():
        for method in methods:
            if url in OF_ALLAUTH and method not in ("GET", "HEAD", "POST"):
                continue
            answer, untold = read(who, method, address)
            wanted, came = expected(matrix[url], who, method), got(answer, url)
            if wanted != came:
                differing.append(f"{who.name} {method} {url}: {came} ({answer.status_code}), not {wanted}")
            differing += [f"{who.name} {method} {url}: shows {one}, which the trail omits" for one in untold]
    return differing
