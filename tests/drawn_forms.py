"""The forms of a page as a browser would send them: the address and every field."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

UNREADABLE_SEEN: tuple[dict[str, str], ...] = (
    {},
    *({"seen": text} for text in ("", " ", "x", "none", "-1", "1.0", "1e3", "٣", "9" * 19, "9" * 30)),
)
"""What a form sends if it does not say which decision its page showed."""

OTHER_SEEN = ({"seen": "0"}, {"seen": "9" * 18})
"""What a form sends if its page showed no decision, or one that does not exist."""


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return urlsplit(self.action).path

    def with_(self, **said: Any) -> dict[str, Any]:
        """Return its fields as rendered, with these typed or pressed."""
        return {**self.fields, **said}


class Reader(HTMLParser):
    """Reads forms, and what buttons outside them submit (`form=`, `formaction=`)."""

    def __init__(self, page: str, here: str) -> None:
        super().__init__()
        self.here = here
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.form: Form | None = None
        self.select: tuple[str, list[str]] | None = None
        self.area: tuple[str, str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(said.get("action") or self.here, said.get("method", "get").lower())
            self.forms.append(self.form)
            self.by_id[said.get("id")] = self.form
        elif tag == "button" and said.keys() >= {"form", "formaction"} and said["form"] in self.by_id:
            borrowed = self.by_id[said["form"]]
            self.forms.append(Form(said["formaction"], borrowed.method, dict(borrowed.fields)))
            self.keep(self.forms[-1], said)
        elif self.form is None:
            return
        elif tag == "input":
            self.input(said)
        elif tag == "select":
            self.select = (said.get("name", ""), [])
        elif tag == "option" and self.select and (not self.select[1] or "selected" in said):
            self.select = (self.select[0], [said.get("value", "")])
        elif tag == "textarea":
            self.area = (said.get("name", ""), "")

    def input(self, said: dict[str, str]) -> None:
        kind = said.get("type", "text")
        if (kind in ("radio", "checkbox") and "checked" not in said) or kind in ("submit", "button"):
            return
        if kind in ("radio", "checkbox"):
            said.setdefault("value", "on")
        self.keep(self.form, said)

    def keep(self, form: Form | None, said: dict[str, str]) -> None:
        if form is not None and said.get("name"):
            form.fields.setdefault(said["name"], []).append(said.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area = (self.area[0], self.area[1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select" and self.select and self.form:
            name, values = self.select
            self.keep(self.form, {"name": name, "value": values[0] if values else ""})
            self.select = None
        elif tag == "textarea" and self.area and self.form:
            self.keep(self.form, {"name": self.area[0], "value": self.area[1].removeprefix("\n")})
            self.area = None


def forms_on(page: str, here: str = "") -> list[Form]:
    return [one for one in Reader(page, here).forms if one.method == "post"]


def draw(client: Any, page: str, address: str, nth: int = 0, headers: Any = None) -> Form:
    """Open the page and return its form that posts to `address`."""
    answer = client.get(page, headers=headers)
    assert answer.status_code == 200, (page, answer.status_code)
    found = [one for one in forms_on(answer.content.decode(), page) if one.path == address]
    assert len(found) > nth, f"{page} has no form to {address}"
    return found[nth]
