"""Marks stacked on a letter are limited where text is shown, and kept in what a form would send."""

from __future__ import annotations

import unicodedata

import pytest

from checkin.rules.stacked_marks import limit_stacked_marks, limit_stacked_marks_in_html

ZALGO = "Z" + "\u0351\u0300\u0489\u05bf" * 15 + "a"
WRITTEN = ["Nguyễn Thị Ngọc Ánh", "בְּרֵאשִׁ֖ית", "שּֽׁ֧", "น้ำผึ้ง", "ที่รัก", "مُحَمَّدٌ", "क्षितिज", "👨‍👩‍👧‍👦", "1️⃣"]


@pytest.mark.parametrize(
    "name", [text for one in WRITTEN for text in (one, unicodedata.normalize("NFD", one))]
)
def test_marks_of_real_names_all_stay(name: str) -> None:
    assert limit_stacked_marks(name) == name
    assert limit_stacked_marks_in_html(f"<b>{name}</b>".encode()) == f"<b>{name}</b>".encode()


def test_dozens_of_marks_on_one_letter_are_shown_as_five() -> None:
    shown = limit_stacked_marks(ZALGO)
    assert shown == ZALGO[:6] + "a"
    assert limit_stacked_marks_in_html(f"<h1>{ZALGO}</h1>".encode()).decode() == f"<h1>{shown}</h1>"


@pytest.mark.parametrize(
    "box",
    [f'<input value="{ZALGO}">', f'<li data-given="{ZALGO}"></li>', f'<textarea name="x">{ZALGO}</textarea>'],
)
def test_what_a_form_would_send_stays_as_it_is_stored(box: str) -> None:
    page = f"<p>{ZALGO}</p>{box}".encode()
    assert limit_stacked_marks_in_html(page).decode() == f"<p>{limit_stacked_marks(ZALGO)}</p>{box}"


@pytest.mark.parametrize("page", [b"", b"<p>plain</p>", b"\xff\xfe\xcc\x80 not UTF-8", "“quoted”".encode()])
def test_any_other_page_stays_byte_for_byte(page: bytes) -> None:
    assert limit_stacked_marks_in_html(page) == page
