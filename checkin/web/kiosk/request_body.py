"""Read a sign-in from any bytes. Refuses nothing: what cannot be parsed is kept as text."""

from __future__ import annotations

import json
import re
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest

from checkin.rules.sign_in_claims import SIGN_IN_LIMITS
from checkin.rules.written_dates import is_date_like

MOST_BODY_BYTES = 256 * 1024
"""The most bytes of a body that are read. A claim with every field at its limit is a tenth of it."""

_SIGN_IN_FIELDS = {
    *SIGN_IN_LIMITS,
    "key",
    "notes_wanted",
    "interpreter",
    "help",
    "is_patient",
    "remember",
    "worried",
}
_YEAR_DIGITS = 4
_AROUND_BIRTH_PART = " .,/-\t，．、。"
_BIRTH_PART_UNITS = (("年", "년"), ("月", "월"), ("日", "일", "号"))
"""What Chinese, Japanese and Korean write behind the year, the month and the day."""
_SHORT_YEAR = re.compile(r"['’‘ʼ`´](\d\d)")
BIRTH_PARTS = ("birth_year", "birth_month", "birth_day")
_IGNORED_FIELDS = {"csrfmiddlewaretoken", *BIRTH_PARTS}
_WORRIED_IN_TEXT = re.compile(r'"worried"\s*:\s*("[^"]{0,40}"|true|\d+)')
_KEY_IN_TEXT = re.compile(r'"key"\s*:\s*"([0-9a-fA-F-]{32,36})"')


def read_claim_from_body(request: HttpRequest) -> dict[str, object]:
    """Return the claim in a request's body as far as it can be read, with the rest as `unreadable`."""
    raw = request.read(MOST_BODY_BYTES)
    kind = request.content_type or ""
    if kind == "multipart/form-data":
        return _claim_from_pairs(_parse_multipart_pairs(request.headers.get("Content-Type", ""), raw))
    text = _decode_body_text(raw)
    if "json" in kind or text.lstrip().startswith(("{", "[")):
        return _parse_json_claim(text)
    pairs = _parse_form_pairs(text)
    return _claim_from_pairs(pairs) if pairs or not text.strip() else {"unreadable": text}


def _decode_body_text(raw: bytes) -> str:
    """Decode as UTF-8, or else as Latin-1, which staff at the desk can still make out."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _parse_json_claim(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict):
        return _claim_from_pairs((str(name), _json_value_words(value)) for name, value in said.items())
    key, worried = _KEY_IN_TEXT.search(text), _WORRIED_IN_TEXT.search(text)
    # A cut-off claim sent again must stay one visit, so pick out its key; and whether it is urgent.
    picked = ({"key": key[1]} if key else {}) | ({"worried": worried[1].strip('"')} if worried else {})
    return {"unreadable": text} | picked


def _json_value_words(value: object) -> str:
    """Return one JSON value as words."""
    if isinstance(value, str):
        return value
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return ", ".join(map(str, value))
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "…"


def _parse_form_pairs(text: str) -> list[tuple[str, str]]:
    """Parse form-encoded pairs; a body without “=” has none."""
    return parse_qsl(text, keep_blank_values=True, errors="replace") if "=" in text else []


def _parse_multipart_pairs(content_type: str, raw: bytes) -> list[tuple[str, str]]:
    """Return the text parts of a multipart body, by name."""
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    message = BytesParser().parsebytes(head + raw)
    if not message.is_multipart():
        return [("unreadable", _decode_body_text(raw))]
    found = []
    for part in message.walk():
        if part.is_multipart():
            continue
        name = part.get_param("name", "unreadable", header="content-disposition")
        payload = part.get_payload(decode=True)
        found.append((str(name), _decode_body_text(payload if isinstance(payload, bytes) else b"")))
    return found


def _claim_from_pairs(pairs: Any) -> dict[str, object]:
    """Build a claim from (name, text) pairs. Unknown names are kept with their text."""
    said: dict[str, Any] = {}
    unknown: list[str] = []
    for name, text in pairs:
        if name in _SIGN_IN_FIELDS or name in BIRTH_PARTS:
            said[name] = f"{said[name]}, {text}" if name == "notes_wanted" and name in said else text
        elif text and name not in _IGNORED_FIELDS:
            unknown.append(f"{name}: {text}")
    parts = [said.pop(name, "").strip() for name in BIRTH_PARTS]
    if any(parts) and not said.get("child_birth_date"):
        said["child_birth_date"] = join_birth_date(*parts)
    if unknown:
        said["unreadable"] = "\n".join(filter(None, [said.get("unreadable", ""), *unknown]))
    return said


def join_birth_date(year: str, month: str, day: str) -> str:
    """Join three boxes into one date, with “?” for each blank. A whole date in one box is kept.

    An apostrophe marks a year that was not typed in full: without it, 18-03-14 would be the 18th of March.
    """
    alone = [part for part in (year, month, day) if part]
    if len(alone) == 1 and is_date_like(alone[0]):
        return alone[0]
    boxes = zip((year, month, day), _BIRTH_PART_UNITS, strict=True)
    year, month, day = (_plain_birth_part(part, units) for part, units in boxes)
    year = _SHORT_YEAR.sub(r"\1", year) if _SHORT_YEAR.fullmatch(year) else year
    said = (year if len(year) == _YEAR_DIGITS else f"'{year}") if year else "?"
    return "-".join([said, month.zfill(2) if month else "?", day.zfill(2) if day else "?"])


def _plain_birth_part(part: str, units: tuple[str, ...]) -> str:
    """Return what a box says without the signs around it and its unit: "05/" is 05, "2019年" is 2019."""
    plain = part.strip(_AROUND_BIRTH_PART)
    number = next((plain.removesuffix(unit) for unit in units if plain.endswith(unit)), plain)
    return number.strip(_AROUND_BIRTH_PART) if number.strip(_AROUND_BIRTH_PART).isdigit() else plain or part
