"""Read record numbers as other systems write them, and tell a patient's from a family's or a payer's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from checkin.rules.missing_values import is_missing_number
from checkin.rules.record_rows import BadRow, RecordKey, read_record_text, split_code_list

_SHARED_NUMBER_TYPES = split_code_list(
    "MB MC MA MCN MCD MCR SN AN AND ANON ANC ANT AM VN HC PN PHC NIIP WC WCN GI GN RR BA BC BCT EI EN ETN "
    "FI FILL PLAC ACSN RI SID SNO UDI XX NPI PRN DN DEA DDS DFN UPIN LN MD NP RN SL VS VP WP PCN TPR"
)
"""v2-0203 types whose numbers belong to a family, a payer, a visit, a provider or a thing."""

PERSONAL_NUMBER_TYPES = split_code_list("MR MRT PI PT NI SR RRI JHN CZ PRC ANONMR")
_SHARED_NUMBER_SYSTEM = re.compile(
    r"(?:^|[\W_])(?:medicare|medicaid|member|subscriber|insur\w*|polic(?:y|ies)\w*|payer|payor|group|account|visit"
    r"|encounter|guarantor|household|family|health[\W_]?(?:care[\W_]?)?card|beneficiary|gesundheitskarte"
    r"|kranken\w*|(?:ver)?sicher\w*|versich\w*|kvnr|haushalt|familien?\w*|ziekenfonds|zorgverzeker\w*|polis\w*"
    r"|assur\w*|mutuelle|mutua|carte[\W_]?vitale|famille|foyer|segur[oa]\w*|asegurad\w*|afiliad\w*|p[oó]liza\w*"
    r"|obra[\W_]?social|aseguranza|familia|familiar|hogar|titular|convenio|conv[eê]nio|carteirinha|assicur\w*"
    r"|polizza|famiglia|tessera[\W_]?sanitaria|ubezpiecz\w*|poji[sš]t\w*|f[oö]rs[aä]kring\w*|forsikring\w*)"
    r"(?:$|[\W_])",
    re.IGNORECASE,
)
_LONGEST_PADDED_NUMBER = 12

_CAMEL_CASE_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_NUMBER_CUT_SHORT = re.compile(r"^[+-]?\d+(?:[.,]\d+)?E\+?\d+$", re.IGNORECASE | re.ASCII)
_WHOLE_DECIMAL = re.compile(r"^(\d+)[.,]0+$", re.ASCII)
_SPREADSHEET_FORMULA = re.compile(r'^="?([^"]*)"?$')
_TOTAL_ROW = re.compile(
    r"^\W*(?:grand\s*|sub\s*-?)?totals?\b|^\W*(?:count|sum|page)(?:\s*[:=]\s*|\s+)?(?:\b\d+)?\W*$",
    re.IGNORECASE,
)


def read_recorded_number(said: str, *, called: str) -> str:
    """Return a record number as it is meant; "" for a placeholder.

    Raises BadRow if a spreadsheet cut it short: many patients would get the same number.
    """
    plain = read_record_text(strip_spreadsheet_formula(said), "value", called=called).lstrip("'").strip()
    if not plain.isascii():
        # Full-width digits, and selectors that only change how the character before them is drawn.
        plain = _VARIATION_SELECTORS.sub("", unicodedata.normalize("NFKC", plain)).strip()
    if _NUMBER_CUT_SHORT.match(plain) and ("+" in plain or "." in plain or "," in plain):
        raise BadRow(
            f"The {called.replace('_', ' ')} “{plain[:40]}” was cut short by a spreadsheet: save it as text."
        )
    if found := _WHOLE_DECIMAL.match(plain):
        plain = found[1]
    return "" if is_missing_number(plain) else plain


def strip_spreadsheet_formula(said: str) -> str:
    """Return the text of a spreadsheet formula such as ="8001"."""
    found = _SPREADSHEET_FORMULA.match(said.strip()) if said.lstrip().startswith("=") else None
    return found[1] if found else said


def is_total_row_cell(said: str) -> bool:
    """Return whether the cell says that its row is a total or a count, not a patient."""
    return bool(_TOTAL_ROW.match(said))


def is_shared_number_kind(*, types: Iterable[str], system: str) -> bool:
    """Return whether such numbers belong to a family, payer or visit, by type or else by system."""
    said = {one.upper() for one in types if one}
    if said & PERSONAL_NUMBER_TYPES:
        return False
    return bool(said & _SHARED_NUMBER_TYPES) or bool(
        _SHARED_NUMBER_SYSTEM.search(_CAMEL_CASE_HUMP.sub("-", re.split(r"[/:#]", system.rstrip("/"))[-1]))
    )


def has_digits_only(key: RecordKey) -> bool:
    """Return whether the number has only digits."""
    return key[1].isascii() and key[1].isdigit()


def strip_leading_noughts(key: RecordKey) -> RecordKey:
    """Return the number without leading zeros, which spreadsheets drop."""
    return (key[0], key[1].lstrip("0")) if has_digits_only(key) else key


def vary_leading_noughts(key: RecordKey) -> Iterable[RecordKey]:
    """Return the number without leading zeros, and padded to each usual width."""
    system, digits = strip_leading_noughts(key)
    return ((system, digits.zfill(width)) for width in range(len(digits), _LONGEST_PADDED_NUMBER + 1))
