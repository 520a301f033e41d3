"""What is shown never turns round or joins in secret; what a script or an emoji needs stays."""

from __future__ import annotations

import re

import pytest

from checkin.rules.direction_marks import remove_direction_marks_in_html
from checkin.rules.name_keys import normalize_text
from tests.field import field_path

HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]")


def shown(text: str) -> str:
    return remove_direction_marks_in_html(f"<bdi>{text}</bdi>".encode()).decode()[5:-6]


@pytest.mark.parametrize("sign", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff")
def test_a_hidden_sign_is_not_shown_and_not_matched_on(sign: str) -> None:
    assert shown(f"An{sign}na") == "Anna"
    assert normalize_text(f"An{sign}na") == normalize_text("Anna")


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian, with a non-joiner
        "ക്\u200dഷ",  # Malayalam, with a joiner
        "👩\u200d👧\u200d👦",
        "שלום\u200f!",  # a mark that ends a sentence on the right side
        "“José” … Zoë-Anne O’Neil",
    ],
)
def test_what_writing_needs_stays(text: str) -> None:
    assert shown(text) == text


def test_no_sign_of_the_invisible_names_of_our_test_data_is_shown() -> None:
    text = field_path("i04_invisible.csv").read_text()
    assert HIDDEN.search(text), "the file has such names"
    assert not HIDDEN.search(shown(text))


def test_what_a_form_would_send_stays_as_it_is_stored() -> None:
    page = (
        '<input value="An\u202ena"><textarea name="x">An\u202ena</textarea><b data-name="a\u202eb">'.encode()
    )
    assert remove_direction_marks_in_html(page) == page
